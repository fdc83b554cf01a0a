import Testing
import Traffic

@testable import Replay

@Suite struct ReplayProxyTests {
    @Test(arguments: [
        ("http://127.0.0.1:3128", ReplayProxy.Scheme.http, "127.0.0.1", 3128, "plain"),
        ("proxy.example", .http, "proxy.example", 1080, "curl's scheme and port"),
        ("HTTPS://Proxy.Example/", .https, "proxy.example", 443, "case folded, and a slash that means nothing"),
        ("socks5://[::1]:9050", .socks5, "::1", 9050, "IPv6"),
        ("socks5h://proxy", .socks5h, "proxy", 1080, "names are the proxy's"),
    ])
    func parses(text: String, scheme: ReplayProxy.Scheme, host: String, port: UInt16, reason: Comment) throws {
        let proxy = try ReplayProxy(parsing: text)
        #expect(proxy.scheme == scheme, reason)
        #expect(proxy.host == host, reason)
        #expect(proxy.port == port, reason)
        #expect(proxy.user == nil && proxy.password == nil, reason)
    }

    @Test(arguments: [
        ("http://user:secret@h:1", "user", "secret", "both"), ("http://user@h:1", "user", "", "no password"),
        ("http://a%40b:c%3Ad@h:1", "a@b", "c:d", "percent signs"),
        ("http://u:a:b@c@h:1", "u", "a:b@c", "the last @ counts"),
    ])
    func credentialsAreTakenButNotShown(text: String, user: String, password: String, reason: Comment) throws {
        let proxy = try ReplayProxy(parsing: text)
        #expect(proxy.user == user, reason)
        #expect(proxy.password == password, reason)
        #expect(proxy.description == "http://h:1", reason)
    }

    @Test(arguments: [
        "", "http://", "ftp://h:1", "socks4://h", "http://h:0", "http://h:70000", "http://h/path", "http://h?q",
        "http://h:1 ",
        "http://a%4:b@h", "http://a%00b@h", "http://[::1",
    ])
    func refuses(text: String) { #expect(throws: ReplayProxy.Problem.self) { try ReplayProxy(parsing: text) } }

    @Test func onlyLoopbackIsAllowedByItself() throws {
        let elsewhere = try ReplayProxy(parsing: "http://192.0.2.1:1")
        #expect(throws: TargetError.notAllowed(host: "192.0.2.1")) { try ResolvedProxy(elsewhere) }
        #expect(throws: Never.self) { try ResolvedProxy(elsewhere, allowedHosts: ["192.0.2.1"]) }
    }

    @Test(arguments: [
        ("http://127.0.0.1:1", "http://localhost", true, "a name that means this machine everywhere"),
        ("http://127.0.0.1:1", "https://127.9.9.9", true, "an address of this machine"),
        ("http://127.0.0.1:1", "http://api.example.test", false, "a name that only the proxy knows"),
        ("socks5h://127.0.0.1:1", "http://192.0.2.7", false, "an address elsewhere"),
        ("socks5://127.0.0.1:1", "http://192.0.2.7", false, "the same, looked up here"),
    ])
    func targetsHaveToBeAllowedBehindAProxyToo(proxy: String, target: String, isFree: Bool, reason: Comment) throws {
        let resolved = try ResolvedProxy(ReplayProxy(parsing: proxy))
        let target = try ReplayTarget(parsing: target)
        if isFree {
            #expect(throws: Never.self, reason) { try TargetMap([target], proxy: resolved) }
        } else {
            #expect(throws: TargetError.notAllowed(host: target.host), reason) {
                try TargetMap([target], proxy: resolved)
            }
            #expect(throws: Never.self, reason) {
                try TargetMap([target], allowedHosts: [target.host], proxy: resolved)
            }
        }
    }
}
