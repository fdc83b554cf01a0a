import Testing

@testable import Replay

@Suite struct TargetRouteTests {
    @Test(
        arguments: [
            ("api.example:443:127.0.0.1:8443", "127.0.0.1", UInt16(8443), "host and port"),
            ("::127.0.0.1:8443", "127.0.0.1", 8443, "any target"),
            ("api.example::[::1]:", "::1", 443, "an IPv6 address"),
            ("other.example:443:127.0.0.2:1", nil, nil, "another host"),
            ("api.example:80:127.0.0.2:1", nil, nil, "another port"),
        ] as [(String, String?, UInt16?, String)])
    func routesLeadWhereCurlWouldGo(text: String, host: String?, port: UInt16?, reason: String) throws {
        let target = try ReplayTarget(parsing: "https://api.example")
        let route = try #require(TargetRoute(connectTo: text))
        guard let host else {
            #expect(!route.isFor(target), Comment(rawValue: reason))
            return
        }
        let resolved = try ResolvedTarget(target, allowedHosts: [], routes: [route], serverName: "other.name")
        #expect(resolved.addresses == [host.contains(":") ? "[\(host)]" : host], Comment(rawValue: reason))
        #expect(resolved.port == port)
        #expect(resolved.url == "https://other.name:443/")
    }

    @Test func resolveIsARouteToAnAddress() throws {
        let route = try #require(TargetRoute(resolve: "api.example:443:127.0.0.1"))
        #expect(route.connectHost == "127.0.0.1")
        #expect(route.connectPort == nil)
    }

    @Test(arguments: ["", "a", "a:b:c", "a:b:c:d", "a:1:b:2:c", "a:0:b:1", "a:1:[b:1", "a:99999:b:1"])
    func whatIsNotARouteIsRefused(text: String) { #expect(TargetRoute(connectTo: text) == nil) }

    @Test func routeOutOfLoopbackNeedsItsHostAllowed() throws {
        let target = try ReplayTarget(parsing: "http://localhost")
        let route = try #require(TargetRoute(connectTo: "::192.0.2.1:80"))
        #expect(throws: TargetError.notAllowed(host: "192.0.2.1")) {
            try ResolvedTarget(target, allowedHosts: ["localhost"], routes: [route])
        }
    }
}
