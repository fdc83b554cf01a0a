import Measurement
import Plan
import Replay
import TestSupport
import TestThreads
import Testing
import Traffic

/// HTTP/1.1 over TLS, on our own sockets and by libcurl: which certificates are accepted, which names are sent, and the
/// bytes sent.
@Suite(.waits) struct TLSTests {
    private static let transports: [ReplayOptions.TransportChoice] = [.wire, .curl]

    private func replay(
        _ server: LoopbackServer, to target: ReplayTarget? = nil, by transport: ReplayOptions.TransportChoice = .wire,
        routes: [TargetRoute] = [], serverName: String? = nil, sessions: [RecordedSession]? = nil,
        _ adjust: (inout ReplayOptions) -> Void = { _ in }
    ) throws -> Replaying {
        let map = try TargetMap(
            [target ?? ReplayTarget(parsing: server.url)], routes: routes, serverName: serverName)
        return try Replaying(sessions ?? [.steady(count: 3, gap: 10)], to: server.url) { _ in
        } options: {
            $0.targets = map
            $0.transport = transport
            $0.timeout = .seconds(20)
            adjust(&$0)
        }
    }

    @Test(arguments: transports)
    func serverOfTheNamedAuthorityIsBelieved(transport: ReplayOptions.TransportChoice) throws {
        let authority = try TestAuthority()
        let server = try LoopbackServer(tls: ServerTLS(authority.identity("server"))) { _ in .ok("{}") }
        defer { server.stop() }
        let result = try replay(server, by: transport) { $0.certificateAuthorities = authority.file }
        #expect(result.fates == [.answered: 3])
        #expect(result.counts.connectionsOpened == 1)
        #expect(server.requests.allSatisfy { $0.tls?.serverName == nil }, "an address is not asked for by name")
    }

    @Test(arguments: transports)
    func serverOfAnotherAuthorityIsATLSFailure(transport: ReplayOptions.TransportChoice) throws {
        let server = try LoopbackServer(tls: ServerTLS(TestAuthority().identity("server"))) { _ in .ok() }
        defer { server.stop() }
        let other = try TestAuthority("Another authority")
        let result = try replay(server, by: transport) { $0.certificateAuthorities = other.file }
        #expect(result.fates == [.tls: 3])
        #expect(server.requests.isEmpty, "nothing is said to a server that is not believed")
        let unverified = try replay(server, by: transport) { $0.verifiesCertificates = false }
        #expect(unverified.fates == [.answered: 3])
    }

    @Test(arguments: transports)
    func certificateHasToBeForTheNameOfTheTarget(transport: ReplayOptions.TransportChoice) throws {
        let authority = try TestAuthority()
        let identity = try authority.identity("server", alternatives: "DNS:api.example.test")
        let server = try LoopbackServer(tls: ServerTLS(identity)) { _ in .ok() }
        defer { server.stop() }
        #expect(try replay(server, by: transport) { $0.certificateAuthorities = authority.file }.fates == [.tls: 3])
        let named = try ReplayTarget(parsing: "https://api.example.test:\(server.port)")
        let routes = try [#require(TargetRoute(resolve: "api.example.test:\(server.port):127.0.0.1"))]
        let resolved = try replay(server, to: named, by: transport, routes: routes) {
            $0.certificateAuthorities = authority.file
        }
        #expect(resolved.fates == [.answered: 3])
        #expect(server.requests.allSatisfy { $0.tls?.serverName == "api.example.test" })
        #expect(server.requests.allSatisfy { $0.first("Host") == "api.example.test:\(server.port)" })
    }

    @Test(arguments: transports)
    func otherNameCanBeAskedFor(transport: ReplayOptions.TransportChoice) throws {
        let authority = try TestAuthority()
        let identity = try authority.identity("server", alternatives: "DNS:inner.example.test")
        let server = try LoopbackServer(tls: ServerTLS(identity)) { _ in .ok() }
        defer { server.stop() }
        let target = try ReplayTarget(parsing: "https://outer.example.test")
        let routes = try [#require(TargetRoute(connectTo: "outer.example.test:443:127.0.0.1:\(server.port)"))]
        let result = try replay(
            server, to: target, by: transport, routes: routes, serverName: "inner.example.test"
        ) {
            $0.certificateAuthorities = authority.file
        }
        #expect(result.fates == [.answered: 3])
        #expect(server.requests.allSatisfy { $0.tls?.serverName == "inner.example.test" })
        #expect(server.requests.allSatisfy { $0.first("Host") == "outer.example.test" })
    }

    @Test(arguments: transports)
    func serverThatAsksForACertificateGetsIt(transport: ReplayOptions.TransportChoice) throws {
        let authority = try TestAuthority()
        let client = try authority.identity("client")
        let server = try LoopbackServer(
            tls: ServerTLS(authority.identity("server"), clientAuthority: authority.file)
        ) { _ in .ok() }
        defer { server.stop() }
        let result = try replay(server, by: transport) {
            $0.certificateAuthorities = authority.file
            $0.clientCertificate = client.certificateFile
            $0.clientKey = client.keyFile
        }
        #expect(result.fates == [.answered: 3])
        #expect(server.requests.allSatisfy { $0.tls?.hasClientCertificate == true })
        // With TLS 1.3, a client learns only after its handshake that it was refused.
        let refused = try replay(server, by: transport) { $0.certificateAuthorities = authority.file }
        #expect(Set(refused.fates.keys).isSubset(of: [.tls, .reset, .closed]))
        #expect(refused.counts.failures == 3)
    }

    @Test func aFileWithoutCertificatesIsReported() throws {
        let server = try LoopbackServer(tls: ServerTLS(TestAuthority().identity("server"))) { _ in .ok() }
        defer { server.stop() }
        let file = try TemporaryFolder()
        let path = try file.write("empty.pem", Array("none\n".utf8))
        let problem = #expect(throws: ReplayRun.Failure.self) {
            try replay(server) { $0.certificateAuthorities = path }
        }
        #expect(problem?.description.contains(path) == true)
    }

    @Test func bytesAreThoseOfTheRecording() throws {
        let server = try LoopbackServer(tls: ServerTLS(TestAuthority().identity("server"))) { _ in .ok() }
        defer { server.stop() }
        let head =
            "POST /a?b=1 HTTP/1.1\r\nx-FIRST:no blank\r\nhost:  recorded.example\r\nContent-length: 300000\r\nx-last:  two  \r\n\r\n"
        var session = RecordedSession([(0, 1)])
        // More than a socket accepts at once, over many records.
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
        session.exchanges[0].request?.head = Array(head.utf8)
        session.exchanges[0].request?.body = body
        session.exchanges[0].request?.bodyBytes = UInt64(body.count)
        let result = try replay(server, sessions: [session]) { $0.verifiesCertificates = false }
        #expect(result.fates == [.answered: 1])
        #expect(server.requests.first?.head == head.replacing("recorded.example", with: "127.0.0.1:\(server.port)"))
        #expect(server.requests.first?.body == body)
        #expect(server.requests.first?.tls?.applicationProtocol == "http/1.1")
    }

    @Test func longResponseIsReadOverManyRecords() throws {
        let text = String(repeating: "0123456789", count: 50_000)
        let server = try LoopbackServer(tls: ServerTLS(TestAuthority().identity("server"))) { _ in .ok(text) }
        defer { server.stop() }
        let result = try replay(server) { $0.verifiesCertificates = false }
        #expect(result.fates == [.answered: 3])
        #expect(result.counts.responseBytes > 1_500_000)
        #expect(result.counts.connectionsOpened == 1)
    }

    /// A clone resumes its own session, as a browser does; another clone cannot.
    @Test func laterConnectionOfACloneResumesItsSession() throws {
        let server = try LoopbackServer(tls: ServerTLS(TestAuthority().identity("server"))) { _ in
            .bytesAndClose("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        }
        defer { server.stop() }
        let result = try replay(server, sessions: (1...4).map { .steady(number: $0, count: 5, gap: 5) }) {
            $0.verifiesCertificates = false
        }
        #expect(result.fates == [.answered: 20])
        #expect(server.requests.count { $0.tls?.isResumed == false } == 4)
        #expect(server.requests.count { $0.tls?.isResumed == true } == 16)
    }

    @Test(arguments: [
        (LoopbackServer.Answer.reset, Fate.reset, Comment("reset")),
        (.bytesAndClose(""), .closed, "closed without a response"),
        (.bytesAndClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .closed, "closed within the body"),
        (.bytes("garbage\r\n\r\n"), .badFraming, "no HTTP"), (.hang, .timeout, "no response in time"),
        (
            .bytesAndClose("HTTP/1.1 200 OK\r\n\r\nto the end"), .closed,
            "a body up to the end of the connection, which ends without a word of TLS that this was all"
        ),
    ])
    func whatTheServerDoesIsData(answer: LoopbackServer.Answer, fate: Fate, reason: Comment) throws {
        let server = try LoopbackServer(tls: ServerTLS(TestAuthority().identity("server"))) { _ in answer }
        defer { server.stop() }
        let result = try replay(server, sessions: [.steady(count: 1, gap: 1)]) {
            $0.verifiesCertificates = false
            $0.timeout = answer.isHang ? .milliseconds(400) : .seconds(20)
        }
        #expect(result.fates == [fate: 1], reason)
    }

    @Test(arguments: transports)
    func serverWithoutTLSIsATLSFailure(transport: ReplayOptions.TransportChoice) throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let target = try ReplayTarget(parsing: "https://127.0.0.1:\(server.port)")
        // It parses the handshake as the beginning of a head that never ends.
        let result = try replay(server, to: target, by: transport) {
            $0.timeout = .milliseconds(400)
            $0.connectTimeout = .milliseconds(400)
        }
        #expect(result.fates == [.timeout: 3])
        let talker = try LoopbackServer(greeting: "220 mail.example ready\r\n") { _ in .ok() }
        defer { talker.stop() }
        let other = try ReplayTarget(parsing: "https://127.0.0.1:\(talker.port)")
        #expect(try replay(talker, to: other, by: transport).fates == [.tls: 3])
    }
}

extension LoopbackServer.Answer {
    fileprivate var isHang: Bool {
        if case .hang = self { true } else { false }
    }
}
