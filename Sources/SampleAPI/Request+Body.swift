import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// Reads the whole body and decodes it as JSON.
    ///
    /// - Throws: `APIError` with 413 for a body past `APIContext.maximumBodyBytes`, 400 for a body that cannot be
    ///   decoded.
    func decodedBody<Content: Decodable>(as type: Content.Type) async throws -> Content {
        let body: ByteBuffer
        do {
            body = try await self.body.collect(upTo: APIContext.maximumBodyBytes)
        } catch is NIOTooManyBytesError {
            throw APIError(
                status: .contentTooLarge, code: "too_large",
                detail: "A body has at most \(APIContext.maximumBodyBytes) bytes.")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            throw APIError.badRequest(APIError.describe(error))
        }
    }
}

extension APIError {
    /// Describes an error in a JSON text without repeating any of it.
    fileprivate static func describe(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "The field \(key.stringValue) is missing."
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "The field \(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type."
        default: "The body is not JSON."
        }
    }
}
