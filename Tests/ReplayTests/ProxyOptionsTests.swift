import Testing
import Traffic

@testable import Replay

/// The options that libcurl gets for a proxy and the targets behind it.
@Suite struct ProxyOptionsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var reason: String
        var proxy = "http://localhost:3128"
        var target: String
        var route: String?
        var serverName: String?
        var tunnelsAll = false
        /// The host and port to connect to if they differ from those of the URL.
        var connectTo: [String] = []
        /// The prefix of the path in requests that the proxy reads; nil if it reads none.
        var prefix: String?
        /// Whether libcurl gets the target's address.
        var tellsAddress = false
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(
            reason: "a proxy reads what has no TLS", target: "http://127.0.0.1:81/base", prefix: "http://127.0.0.1:81"),
        Case(reason: "an implied port is not said", target: "http://localhost", prefix: "http://localhost"),
        Case(reason: "IPv6", target: "http://[::1]:81", prefix: "http://[::1]:81"),
        Case(reason: "through TLS goes a tunnel", target: "https://localhost"),
        Case(reason: "a tunnel for all", target: "http://localhost", tunnelsAll: true),
        Case(
            reason: "another way leads through a tunnel, as curl has it", target: "http://localhost",
            route: "localhost:80:127.0.0.1:8080", connectTo: ["::127.0.0.1:8080"]),
        Case(
            reason: "the same to an IPv6 address", target: "https://localhost", route: "::[::1]:8443",
            connectTo: ["::[::1]:8443"]),
        Case(
            reason: "a name that is only asked for", target: "https://localhost:8443", serverName: "api.example.test",
            connectTo: ["::localhost:8443"]),
        Case(
            reason: "without TLS no name is sent", target: "http://localhost",
            serverName: "api.example.test",
            prefix: "http://localhost"),
        Case(reason: "SOCKS reads nothing", proxy: "socks5h://localhost", target: "http://localhost"),
        Case(
            reason: "SOCKS with addresses", proxy: "socks5://localhost", target: "http://localhost",
            tellsAddress: true),
        Case(
            reason: "an address needs no telling", proxy: "socks5://localhost", target: "http://127.0.0.1"),
    ])
    func leadsToTheTarget(test: Case) throws {
        let proxy = try ResolvedProxy(ReplayProxy(parsing: test.proxy))
        let route = try test.route.map { try #require(TargetRoute(connectTo: $0)) }
        let target = try ResolvedTarget(
            ReplayTarget(parsing: test.target), allowedHosts: [], routes: route.map { [$0] } ?? [],
            serverName: test.serverName, proxy: proxy)
        let options = ProxyOptions(resolved: proxy, tunnelsAll: test.tunnelsAll)
        #expect(options.route(to: target) == test.connectTo)
        #expect(options.absoluteFormPrefix(for: target).map { String(decoding: $0, as: UTF8.self) } == test.prefix)
        let names = options.names(for: target)
        #expect(
            names.first?.hasPrefix("localhost:\(proxy.proxy.port):") == true,
            "the proxy was looked up when the run began")
        #expect(names.contains { $0.hasPrefix("localhost:80:") } == test.tellsAddress)
    }
}
