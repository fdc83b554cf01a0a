import Measurement
import Plan
import Replay
import TestSupport
import TestThreads
import Testing
import Traffic

/// Values that a server sends after the body are taken from live responses, on every transport.
@Suite(.waits) struct TrailerTests {
    private static let recorded = "8c1f6e0a94b24d7fb0c35e21"

    /// A login whose response has a token in its trailers, and a request with the token.
    private func session(_ version: HTTPVersion) -> RecordedSession {
        var login = Exchange("POST", path: "/login", begin: 0, end: 1, body: "{}", responseBody: "ok")
        login.response?.trailers = Array("x-token: \(Self.recorded)\r\n\r\n".utf8)
        let use = Exchange(path: "/use", begin: 10, end: 11, fields: [("Authorization", "Bearer \(Self.recorded)")])
        return RecordedSession(
            number: 1,
            exchanges: [login, use].map { exchange in
                var exchange = exchange
                exchange.version = version
                return exchange
            })
    }

    @Test(arguments: [
        (ReplayOptions.TransportChoice.wire, HTTPVersion.http11), (.curl, .http11), (.automatic, .http2),
    ])
    func aTokenInATrailerIsBoundInLaterRequests(transport: ReplayOptions.TransportChoice, version: HTTPVersion) throws {
        let server = try LoopbackServer { request in
            request.target == "/login" ? .chunked("ok", trailers: ["X-Other: 1", "X-Token: live"]) : .ok()
        }
        defer { server.stop() }
        let result = try Replaying([session(version)], to: server.url) { _ in
        } options: {
            $0.transport = transport
        }
        #expect(result.fates == [.answered: 2])
        #expect(server.requests.last?.first("Authorization") == "Bearer live")
        #expect(server.requests.last?.head.contains(version == .http2 ? " HTTP/2\r\n" : " HTTP/1.1\r\n") == true)
    }

    /// The section may arrive in fragments, split anywhere.
    @Test func trailersInPiecesAreOneSection() throws {
        let text =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Token: live\r\nX-Other: 1\r\n\r\n"
        let server = try LoopbackServer { request in
            request.target == "/login" ? .pieces(text.map(String.init), pause: 1) : .ok()
        }
        defer { server.stop() }
        let result = try Replaying([session(.http11)], to: server.url)
        #expect(result.fates == [.answered: 2])
        #expect(server.requests.last?.first("Authorization") == "Bearer live")
    }
}
