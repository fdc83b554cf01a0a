import Testing

@testable import Live

struct LiveAccessTests {
    @Test(
        "Addresses as users write them",
        arguments: [
            ("127.0.0.1:8089", "127.0.0.1", 8089), (":9000", "127.0.0.1", 9000), ("9000", "127.0.0.1", 9000),
            ("[::1]:80", "::1", 80), ("localhost:0", "localhost", 0), ("0.0.0.0:8089", "0.0.0.0", 8089),
        ])
    func addresses(text: String, host: String, port: Int) {
        #expect(ListenAddress(text) == ListenAddress(host: host, port: port))
    }

    @Test(
        "What is no address",
        arguments: [
            "", "shop.rlog", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "::1:80", "[::1]", "a b:1", "a:1x",
            "http://a:1",
        ])
    func noAddress(text: String) { #expect(ListenAddress(text) == nil) }

    private func request(_ change: (inout LiveAccess.Request) -> Void) -> LiveAccess.Request {
        var request = LiveAccess.Request()
        request.authority = "127.0.0.1:8089"
        change(&request)
        return request
    }

    @Test(
        "Without a token only this machine's own names are served",
        arguments: [
            ("127.0.0.1:8089", true), ("localhost:8089", true), ("LOCALHOST", true), ("[::1]:8089", true),
            ("127.1.2.3", true),
            ("evil.example:8089", false), ("127.0.0.1.evil.example", false), ("localhost.evil.example:8089", false),
            ("10.0.0.1", false), ("", false),
        ])
    func names(authority: String, isServed: Bool) {
        let access = LiveAccess(token: nil, control: "c", isLoopback: true)
        #expect((access.reading(request { $0.authority = authority }) == .served) == isServed)
    }

    @Test("With a token, only clients that send it are served")
    func token() {
        let access = LiveAccess(token: "secret-token", control: "c", isLoopback: false)
        #expect(access.reading(request { _ in }) == .unauthorized)
        #expect(access.reading(request { $0.queryToken = "secret-token" }) == .servedWithCookie)
        #expect(access.reading(request { $0.authorization = "Bearer secret-token" }) == .served)
        #expect(access.reading(request { $0.cookie = "a=b; reprise-live=secret-token" }) == .served)
        #expect(access.reading(request { $0.cookie = "xreprise-live=secret-token" }) == .unauthorized)
        for wrong in ["", "secret-toke", "secret-tokenx", "SECRET-TOKEN"] {
            #expect(access.reading(request { $0.queryToken = wrong }) == .unauthorized)
            #expect(access.reading(request { $0.authorization = "Bearer \(wrong)" }) == .unauthorized)
        }
    }

    @Test(
        "A button counts from the page's own origin with the page's own token only",
        arguments: [
            ("http://127.0.0.1:8089", "control", true, "the page itself"),
            ("HTTP://127.0.0.1:8089", "control", true, "a scheme in capitals"),
            (nil, "control", false, "no origin"), ("null", "control", false, "a sandboxed page"),
            ("http://127.0.0.1:9000", "control", false, "another port"),
            ("http://evil.example", "control", false, "another site"),
            ("http://127.0.0.1:8089.evil.example", "control", false, "a name that begins so"),
            ("http://127.0.0.1:8089", nil, false, "no token"),
            ("http://127.0.0.1:8089", "contro", false, "a wrong token"),
        ] as [(String?, String?, Bool, String)])
    func buttons(origin: String?, token: String?, isServed: Bool, reason: String) {
        let access = LiveAccess(token: nil, control: "control", isLoopback: true)
        let answer = access.changing(
            request {
                $0.origin = origin
                $0.controlToken = token
            })
        #expect((answer == .served) == isServed, "\(reason)")
    }
}
