import Measurement
import Plan
import Replay
import TestSupport
import TestThreads
import Testing
import Traffic

/// HTTP/2, sent by libcurl, with and without TLS: several requests of a clone on one connection.
@Suite(.waits) struct HTTP2Tests {
    /// Requests of one HTTP/2 connection, with these times in milliseconds.
    private func session(_ times: [(Int64, Int64)], number: UInt32 = 1, scheme: HTTPScheme) -> RecordedSession {
        var session = RecordedSession(number: number, times.map { (begin: $0.0, end: $0.1) })
        for index in session.exchanges.indices {
            session.exchanges[index].version = .http2
            session.exchanges[index].scheme = scheme
        }
        return session
    }

    private func server(
        _ scheme: HTTPScheme, _ answer: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer
    )
        throws -> LoopbackServer
    {
        let tls =
            scheme == .https
            ? try ServerTLS(TestAuthority().identity("server"), protocols: ["h2", "http/1.1"]) : nil
        return try LoopbackServer(tls: tls, answer: answer)
    }

    @Test(arguments: [HTTPScheme.http, .https])
    func requestsRecordedAsHTTP2GoOutAsHTTP2(scheme: HTTPScheme) throws {
        let server = try server(scheme) { _ in .ok("{}") }
        defer { server.stop() }
        let sessions = (1...5).map { session([(0, 1), (5, 6), (10, 11)], number: UInt32($0), scheme: scheme) }
        let result = try Replaying(sessions, to: server.url) { _ in
        } options: {
            $0.verifiesCertificates = false
        }
        #expect(result.fates == [.answered: 15])
        #expect(server.requests.count == 15)
        #expect(server.requests.allSatisfy { $0.head.contains(" HTTP/2\r\n") })
        #expect(Set(server.requests.map(\.connection)).count == 5, "no connection serves two clones")
    }

    /// The first request is never answered; the second, in flight at the same time, is answered on the same connection.
    @Test func requestsAtTheSameTimeShareAConnection() throws {
        let server = try server(.https) { $0.target == "/0" ? .hang : .ok() }
        defer { server.stop() }
        let result = try Replaying([session([(0, 100), (20, 30)], scheme: .https)], to: server.url) {
            $0.speed = .factor(1)
        } options: {
            $0.verifiesCertificates = false
            $0.timeout = .seconds(2)
        }
        #expect(result.fates == [.answered: 1, .timeout: 1])
        #expect(server.requests.map(\.target) == ["/0", "/1"])
        #expect(Set(server.requests.map(\.connection)) == [0])
    }

    @Test func serverThatSpeaksOnlyHTTP1IsSpokenToSo() throws {
        let server = try LoopbackServer(tls: ServerTLS(TestAuthority().identity("server"))) { _ in .ok() }
        defer { server.stop() }
        let result = try Replaying([session([(0, 1), (5, 6)], scheme: .https)], to: server.url) { _ in
        } options: {
            $0.verifiesCertificates = false
        }
        #expect(result.fates == [.answered: 2])
        #expect(server.requests.allSatisfy { $0.head.contains(" HTTP/1.1\r\n") })
    }

    @Test func otherStatusAndClosedConnectionAreData() throws {
        let server = try server(.https) { request in
            switch request.target {
            case "/0": .ok(status: "503 Busy")
            case "/1": .reset
            default: .ok()
            }
        }
        defer { server.stop() }
        let result = try Replaying([session([(0, 1), (5, 6), (10, 11)], scheme: .https)], to: server.url) { _ in
        } options: {
            $0.verifiesCertificates = false
        }
        #expect(result.fates[.unexpectedStatus] == 1)
        #expect(result.fates[.answered] == 1)
        #expect(result.counts.failures == 2)
    }
}
