import Measurement
import Plan
import Replay
import TestSupport
import TestThreads
import Testing
import Traffic

/// The time limit for the first byte, independent of that of the whole request, on both transports.
@Suite(.waits) struct FirstByteTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var reason: String
        var answer: LoopbackServer.Answer
        var fate: Fate
        var testDescription: String { reason }
    }

    private static let whole = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let cases = [
        Case(reason: "nothing comes", answer: .hang, fate: .timeout),
        Case(reason: "it comes at once", answer: .bytes(whole), fate: .answered),
        Case(
            reason: "it comes in time, and the rest of the head later",
            answer: .pieces(["HTTP/1.1 2", "00 OK\r\nContent-Length: 2\r\n\r\nok"], pause: 900), fate: .answered),
        Case(
            reason: "it comes in time, and the body later",
            answer: .pieces(["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "ok"], pause: 900), fate: .answered),
    ]

    @Test(arguments: [ReplayOptions.TransportChoice.wire, .curl], cases)
    func theFirstByteHasItsOwnTimeLimit(transport: ReplayOptions.TransportChoice, test: Case) throws {
        let server = try LoopbackServer { _ in test.answer }
        defer { server.stop() }
        let result = try Replaying([.steady(count: 1, gap: 1)], to: server.url) { _ in
        } options: {
            $0.firstByteTimeout = .milliseconds(500)
            $0.transport = transport
        }
        #expect(result.fates == [test.fate: 1])
        // The limit for the whole request is thirty seconds.
        #expect(result.record.durationNs < 15_000_000_000)
        #expect(result.live.openConnections == 0)
    }

    /// A handle is reused for one request after another: the limit applies to each request.
    @Test func laterRequestsHaveTheirOwn() throws {
        let server = try LoopbackServer { request in
            request.target == "/4" ? .hang : .late(FirstByteTests.whole, milliseconds: 60)
        }
        defer { server.stop() }
        let spans = (0..<6).map { (begin: Int64($0) * 10, end: Int64($0) * 10 + 5) }
        let result = try Replaying([RecordedSession(spans)], to: server.url) { _ in
        } options: {
            $0.firstByteTimeout = .milliseconds(1000)
            $0.transport = .curl
        }
        #expect(result.fates == [.answered: 5, .timeout: 1])
        #expect(server.requests.map(\.target) == ["/0", "/1", "/2", "/3", "/4", "/5"])
    }

    /// A stream without a response ends alone: its connection stays usable.
    @Test func streamsOfAConnectionHaveTheirOwn() throws {
        let tls = try ServerTLS(TestAuthority().identity("server"), protocols: ["h2", "http/1.1"])
        let server = try LoopbackServer(tls: tls) { $0.target == "/0" ? .hang : .ok() }
        defer { server.stop() }
        var session = RecordedSession([(0, 100), (20, 30), (110, 120)])
        for index in session.exchanges.indices {
            session.exchanges[index].version = .http2
            session.exchanges[index].scheme = .https
        }
        let result = try Replaying([session], to: server.url) { _ in
        } options: {
            $0.verifiesCertificates = false
            $0.firstByteTimeout = .milliseconds(1000)
        }
        #expect(result.fates == [.answered: 2, .timeout: 1])
        #expect(Set(server.requests.map(\.connection)).count == 1)
    }
}
