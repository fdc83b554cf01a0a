import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Serves pages that a function makes to a browser on this machine: loopback only, GET only, one page at a time.
///
/// A page elsewhere that makes a browser ask here gets nothing: the Host field must name the loopback address (DNS
/// rebinding), and no answer may be framed or read across origins.
public final class PageServer: Sendable {
    /// The port it listens on, of 127.0.0.1.
    public var port: Int { host.address.port }

    private let host: ServerHost

    /// What answers share.
    private final class Shared: Sendable {
        let making = Mutex(())
        /// 0 until it listens.
        let port = Atomic<Int>(0)
    }

    /// Connections that are served at once.
    private static let connectionLimit = 100

    /// Starts to listen; returns when it does.
    ///
    /// - Parameters:
    ///   - port: 0 for a free one.
    ///   - page: the HTML page of a path with its query; nil where there is none. Called from other threads, one call at a time.
    /// - Throws: ``LiveServer/Failure``, such as that the port is in use.
    public init(port: UInt16, page: @escaping @Sendable (String) throws -> String?) throws(LiveServer.Failure) {
        let shared = Shared()
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            let port = shared.port.load(ordering: .acquiring)
            let hosts = ["127.0.0.1:\(port)", "localhost:\(port)"]
            guard let host = request.head.authority?.lowercased(), hosts.contains(host) else {
                return PageServer.answer(.forbidden, "Ask for \(hosts[0]).")
            }
            guard request.method == .get else { return PageServer.answer(.methodNotAllowed, "Only GET.") }
            do {
                guard let text = try shared.making.withLock({ _ in try page("\(request.uri)") }) else {
                    return PageServer.answer(.notFound, "There is no such page.")
                }
                return PageServer.answer(.ok, text, type: "text/html")
            } catch {
                return PageServer.answer(.internalServerError, "The page cannot be made: \(error)")
            }
        }
        host = try ServerHost(
            responder, at: ListenAddress(host: "127.0.0.1", port: Int(port)), name: "the recording",
            connections: PageServer.connectionLimit)
        shared.port.store(host.address.port, ordering: .releasing)
    }

    /// Stops listening and closes what is open.
    public func stop() { host.stop() }

    private static func answer(_ status: HTTPResponse.Status, _ text: String, type: String = "text/plain") -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "\(type); charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        headers[.xFrameOptions] = "DENY"
        headers[.crossOriginResourcePolicy] = "same-origin"
        headers[.referrerPolicy] = "no-referrer"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension HTTPField.Name {
    fileprivate static let xFrameOptions = HTTPField.Name("X-Frame-Options")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
