import Measurement
import Plan
import Replay
import TestSupport
import TestThreads
import Testing
import Traffic

/// The structure of short responses is compared on every transport, however they arrive.
@Suite(.waits) struct ResponseShapeTests {
    private func session(_ version: HTTPVersion) -> RecordedSession {
        var exchange = Exchange(path: "/me", begin: 0, end: 1, responseBody: #"{"data":{"me":{"name":"ann"}}}"#)
        exchange.version = version
        return RecordedSession(number: 1, exchanges: [exchange])
    }

    private static let refusal = #"{"data":{"me":null}}"#
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n"

    @Test(arguments: [
        (ReplayOptions.TransportChoice.wire, HTTPVersion.http11), (.curl, .http11), (.automatic, .http2),
    ])
    func aRefusalIsSeen(transport: ReplayOptions.TransportChoice, version: HTTPVersion) throws {
        for chunked in [false, true] {
            let server = try LoopbackServer { _ in chunked ? .chunked(Self.refusal, trailers: []) : .ok(Self.refusal) }
            defer { server.stop() }
            let result = try Replaying([session(version)], to: server.url) { _ in
            } options: {
                $0.transport = transport
            }
            #expect(result.fates == [.bodyDiffers: 1], "\(chunked ? "in chunks" : "in one piece")")
        }
    }

    @Test(arguments: [1, 30, head.utf8.count, head.utf8.count + 5])
    func aRefusalInPiecesIsSeen(split: Int) throws {
        let text = Self.head + Self.refusal
        let server = try LoopbackServer { _ in
            .pieces([String(text.prefix(split)), String(text.dropFirst(split))], pause: 5)
        }
        defer { server.stop() }
        #expect(try Replaying([session(.http11)], to: server.url).fates == [.bodyDiffers: 1])
    }

    @Test func aLongResponseIsNotStored() throws {
        let body = #"{"data":{"me":null},"a":""# + String(repeating: "x", count: 2 * ResponseShape.longest) + #""}"#
        for transport in [ReplayOptions.TransportChoice.wire, .curl] {
            let server = try LoopbackServer { _ in .chunked(body, trailers: []) }
            defer { server.stop() }
            let result = try Replaying([session(.http11)], to: server.url) { _ in
            } options: {
                $0.transport = transport
            }
            #expect(result.fates == [.answered: 1])
        }
    }

    /// A client could not read such a response, whatever its status.
    @Test(arguments: [
        (ReplayOptions.TransportChoice.wire, HTTPVersion.http11), (.curl, .http11), (.automatic, .http2),
    ])
    func aBodyThatDoesNotDecodeIsAFailure(transport: ReplayOptions.TransportChoice, version: HTTPVersion) throws {
        for (coding, fate) in [("gzip", Fate.bodyDiffers), ("br", .bodyDiffers), ("x-unknown", .answered)] {
            let server = try LoopbackServer { _ in
                .ok(#"{"data":{"me":{"name":"bob"}}}"#, fields: ["Content-Encoding: \(coding)"])
            }
            defer { server.stop() }
            let result = try Replaying([session(version)], to: server.url) { _ in
            } options: {
                $0.transport = transport
            }
            #expect(result.fates == [fate: 1], "\(coding)")
        }
    }
}
