import Foundation
import Measurement
import Plan
import Replay
import TestSupport
import TestThreads
import Testing
import Traffic

/// Replays through proxies: the requests they get, the targets they reach, and how their failures are counted.
@Suite(.waits) struct ProxyTests {
    private func replay(
        _ target: String, through proxy: String, sessions: Int = 2, slots: Int? = nil,
        _ adjust: (inout ReplayOptions, inout ResolvedProxy) throws -> Void = { _, _ in }
    ) throws -> Replaying {
        let recorded = (1...UInt32(sessions)).map { RecordedSession.steady(number: $0, count: 3, gap: 5) }
        var resolved = try ResolvedProxy(ReplayProxy(parsing: proxy))
        var options = ReplayOptions(targets: try TargetMap([]))
        try adjust(&options, &resolved)
        let map = try TargetMap(
            [ReplayTarget(parsing: target)], allowedHosts: ["api.example.test"], proxy: resolved)
        return try Replaying(recorded, to: "http://127.0.0.1:1") {
            if let slots { $0.population = .slots(slots) }
        } options: {
            $0.targets = map
            $0.proxy = resolved
            $0.verifiesCertificates = false
            $0.timeout = .seconds(20)
            $0.keepsHost = options.keepsHost
        }
    }

    struct Way: CustomTestStringConvertible, Sendable {
        var proxy: String
        var target: String
        /// The start line that the proxy receives; PORT is the target's.
        var asked: String
        var testDescription: String { "\(target) through \(proxy)" }
    }

    @Test(arguments: [
        Way(
            proxy: "http", target: "http://api.example.test:8080/v1",
            asked: "GET http://api.example.test:8080/v1/tick HTTP/1.1"),
        Way(proxy: "http", target: "http://api.example.test", asked: "GET http://api.example.test/tick HTTP/1.1"),
        Way(proxy: "http", target: "https://api.example.test", asked: "CONNECT api.example.test:443 HTTP/1.1"),
        Way(proxy: "https", target: "http://api.example.test", asked: "GET http://api.example.test/tick HTTP/1.1"),
        Way(proxy: "https", target: "https://api.example.test", asked: "CONNECT api.example.test:443 HTTP/1.1"),
        Way(proxy: "socks5", target: "http://127.0.0.1:PORT", asked: "SOCKS 127.0.0.1:PORT 5"),
        Way(proxy: "socks5", target: "https://localhost:PORT", asked: "SOCKS 127.0.0.1:PORT 5"),
        Way(proxy: "socks5h", target: "http://api.example.test", asked: "SOCKS api.example.test:80 5"),
        Way(proxy: "socks5h", target: "https://api.example.test", asked: "SOCKS api.example.test:443 5"),
    ])
    func everythingIsSentThroughTheProxy(way: Way) throws {
        let isSecure = way.target.hasPrefix("https")
        let authority = try TestAuthority()
        let target = try LoopbackServer(tls: isSecure ? ServerTLS(authority.identity("target")) : nil) { _ in .ok() }
        defer { target.stop() }
        let proxy = try LoopbackServer.proxy(
            to: target.port, tls: way.proxy == "https" ? ServerTLS(authority.identity("proxy")) : nil)
        defer { proxy.stop() }
        let result = try replay(
            way.target.replacing("PORT", with: "\(target.port)"),
            through: "\(way.proxy)://us%65r:p%40ss@localhost:\(proxy.port)"
        ) { $1.certificateAuthorities = authority.file }
        #expect(result.fates == [.answered: 6])
        #expect(target.requests.count == 6)
        #expect(Set(target.requests.map(\.connection)).count == 2, "no connection serves two clones")
        let asked = way.asked.replacing("PORT", with: "\(target.port)")
        #expect(proxy.requests.count == 2)
        #expect(proxy.requests.allSatisfy { $0.head.hasPrefix(asked + "\r\n") })
        let credentials =
            way.proxy.hasPrefix("socks") ? "user:p@ss" : "Basic \(Data("user:p@ss".utf8).base64EncodedString())"
        #expect(proxy.requests.allSatisfy { $0.first("Proxy-Authorization") == credentials })
        #expect(result.counts.connectionsOpened == 2)
        #expect(result.live.openConnections == 0)
    }

    @Test(arguments: ["http", "https"])
    func clonesThatFollowEachOtherShareNoConnection(scheme: String) throws {
        let target = try LoopbackServer(
            tls: scheme == "https" ? ServerTLS(TestAuthority().identity("target")) : nil
        ) { _ in .ok() }
        defer { target.stop() }
        let proxy = try LoopbackServer.proxy(to: target.port)
        defer { proxy.stop() }
        let result = try replay(
            "\(scheme)://127.0.0.1:\(target.port)", through: "127.0.0.1:\(proxy.port)", sessions: 4, slots: 1)
        #expect(result.fates == [.answered: 12])
        #expect(proxy.requests.count == 4)
        #expect(Dictionary(grouping: target.requests, by: \.connection).values.allSatisfy { $0.count == 3 })
    }

    /// A proxy that reads requests replaces Host (RFC 9112 section 3.2.2).
    @Test func recordedHostNeedsATunnel() throws {
        let target = try LoopbackServer { _ in .ok() }
        defer { target.stop() }
        let proxy = try LoopbackServer.proxy(to: target.port)
        defer { proxy.stop() }
        let result = try replay("http://127.0.0.1:\(target.port)", through: "http://127.0.0.1:\(proxy.port)") {
            options, _ in
            options.keepsHost = true
        }
        #expect(result.fates == [.answered: 6])
        #expect(proxy.requests.allSatisfy { $0.head.hasPrefix("CONNECT 127.0.0.1:\(target.port) ") })
        #expect(target.requests.allSatisfy { $0.first("Host") == "recorded.example" && $0.target == "/tick" })
    }

    struct Trouble: CustomTestStringConvertible, Sendable {
        var reason: String
        var proxy = "http"
        var target = "https://api.example.test"
        var answer: LoopbackServer.Answer
        var fate = Fate.proxy
        var testDescription: String { reason }
    }

    private static func status(_ text: String) -> LoopbackServer.Answer { .ok("no", status: text) }

    @Test(arguments: [
        Trouble(reason: "it wants to know who asks", answer: status("407 Proxy Authentication Required")),
        Trouble(reason: "it does not reach the target", answer: status("502 Bad Gateway")),
        Trouble(reason: "it forbids the target", answer: status("403 Forbidden")),
        Trouble(reason: "it closes", answer: .bytesAndClose("")),
        Trouble(reason: "it resets", answer: .reset),
        Trouble(reason: "it is none", answer: .bytesAndClose("220 mail.example ready\r\n\r\n")),
        Trouble(
            reason: "it wants to know who asks for a page", target: "http://api.example.test",
            answer: status("407 Proxy Authentication Required")),
        Trouble(
            reason: "the sender of such a response is unknown", target: "http://api.example.test",
            answer: status("502 Bad Gateway"), fate: .unexpectedStatus),
        Trouble(reason: "it refuses names", proxy: "socks5h", answer: .reset),
        Trouble(reason: "it speaks no SOCKS", proxy: "socks5h", target: "http://api.example.test", answer: .reset),
        Trouble(
            reason: "the target breaks off in the tunnel",
            answer: .bytesAndClose("HTTP/1.1 200 Connected\r\n\r\n"), fate: .tls),
    ])
    func whatTheProxyDoesIsData(trouble: Trouble) throws {
        let proxy = try LoopbackServer { _ in trouble.answer }
        defer { proxy.stop() }
        let result = try replay(trouble.target, through: "\(trouble.proxy)://127.0.0.1:\(proxy.port)")
        #expect(result.fates == [trouble.fate: 6])
        #expect(result.counts.sessionsStarted == 2)
        #expect(result.counts.sessionsFailed == 2)
        #expect(result.live.openConnections == 0)
    }

    @Test(arguments: ["http", "https", "socks5h"])
    func proxyThatIsNotThereIsData(scheme: String) throws {
        let proxy = try LoopbackServer { _ in .ok() }
        proxy.stop()
        let result = try replay("http://api.example.test", through: "\(scheme)://127.0.0.1:\(proxy.port)")
        #expect(result.counts.failures == 6)
        // Until its thread has ended, the port may still accept a connection, which ends immediately.
        #expect(Set(result.fates.keys).isSubset(of: [.proxy, .reset, .closed]))
    }

    @Test func certificateOfAProxyHasToVerify() throws {
        let target = try LoopbackServer { _ in .ok() }
        defer { target.stop() }
        let proxy = try LoopbackServer.proxy(
            to: target.port, tls: ServerTLS(TestAuthority().identity("proxy")))
        defer { proxy.stop() }
        let (url, way) = ("http://127.0.0.1:\(target.port)", "https://localhost:\(proxy.port)")
        #expect(try replay(url, through: way).fates == [.proxy: 6])
        #expect(proxy.requests.isEmpty)
        #expect(try replay(url, through: way) { $1.verifiesCertificate = false }.fates == [.answered: 6])
    }
}
