import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A response with a JSON body.
    static func json(_ status: HTTPResponse.Status, headers: HTTPFields = [:], _ body: String) -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
