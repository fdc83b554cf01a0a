import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

@testable import SampleAPI

/// A whole service without a socket: requests go straight to its router.
struct ServiceUnderTest {
    /// A signing key that tests know.
    static let key = Array("a signing key of thirty-two bytes".utf8)

    let service: Service
    let clock = ManualClock()
    private let responder: RouterResponder<APIContext>

    /// - Parameter change: changes the settings, which are those of a small service.
    init(_ change: (inout Settings) -> Void = { _ in }) async {
        var settings = Settings()
        settings.signingKey = ServiceUnderTest.key
        settings.maximumUsers = 1000
        settings.maximumSessions = 1000
        settings.maximumItems = 1000
        change(&settings)
        service = await Service(settings: settings, clock: clock.serviceClock)
        responder = service.router().buildResponder()
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, json: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if json != nil { headers[.contentType] = "application/json" }
        let head = HTTPRequest(
            method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: json ?? "")))
        let context = APIContext(anySource: SilentSource())
        let response = try await responder.respond(to: request, context: context)
        let collector = BodyCollector()
        try await response.body.write(collector)
        return Answer(status: response.status.code, headers: response.headers, body: collector.text)
    }

    /// Registers a person, who may be there already, and logs them in.
    func logIn(_ username: String = "alice@example.com") async throws -> TokenAnswer {
        let credentials = #"{"username":"\#(username)","password":"correct horse"}"#
        _ = try await send(.post, "/auth/register", json: credentials)
        return try await send(.post, "/auth/login", json: credentials).decoded(as: TokenAnswer.self)
    }

    /// The value of one line of /metrics.
    func metric(_ name: String) async throws -> Double? {
        let lines = try await send(.get, "/metrics").body.split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
    }
}

/// What came back.
struct Answer {
    var status: Int
    var headers: HTTPFields
    var body: String

    func decoded<Content: Decodable>(as type: Content.Type) throws -> Content {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(body.utf8))
    }
}

struct TokenAnswer: Decodable {
    var accessToken: String
    var refreshToken: String
    var tokenType: String
    var expiresIn: Int
}

struct ItemAnswer: Decodable, Equatable {
    var id: String
    var name: String
    var quantity: Int
}

struct PageAnswer: Decodable {
    var items: [ItemAnswer]
    var total: Int
    var limit: Int
    var offset: Int
    var nextOffset: Int?
}

private struct SilentSource: RequestContextSource {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

private final class BodyCollector: ResponseBodyWriter, Sendable {
    private let collected = Mutex("")

    var text: String { collected.withLock { $0 } }

    func write(_ buffer: ByteBuffer) async throws {
        collected.withLock { $0 += String(buffer: buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
