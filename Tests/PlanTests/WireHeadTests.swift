import Testing
import Traffic

@testable import Plan

@Suite struct WireHeadTests {
    private func sent(
        _ head: String, body: String = "", basePath: String = "", keepsClosing: Bool = true
    ) throws -> String {
        var recording = Recording()
        recording.add("GET", "/")
        recording.edit { exchange in
            exchange.request?.head = Array(head.utf8)
            exchange.request?.body = Array(body.utf8)
            exchange.request?.bodyBytes = UInt64(body.utf8.count)
        }
        let script = try recording.script { $0.keepsCookies = true }
        let fitted = script.requests[0].head.fitted(
            basePath: Array(basePath.utf8), host: Array("new.example".utf8), bodyBytes: body.utf8.count,
            keepsClosing: keepsClosing)
        #expect(fitted.rest == nil)
        var bytes: [UInt8] = []
        #expect(fitted.start.append(to: &bytes, values: CloneValues(script: script, clone: 0)))
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (
            "GET /a HTTP/1.1\r\nhOST: old\r\nX-a:b\r\n\r\n", "GET /a HTTP/1.1\r\nhOST: new.example\r\nX-a:b\r\n\r\n",
            "as it was"
        ),
        ("GET /a HTTP/1.0\r\nX: y\r\n\r\n", "GET /a HTTP/1.0\r\nX: y\r\n\r\n", "no Host is made up"),
        (
            "GET http://old.example/a HTTP/1.1\r\nHost: old.example\r\nProxy-Connection: x\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: new.example\r\n\r\n", "to a proxy"
        ),
        (
            "GET / HTTP/1.1\r\nHost: o\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: new.example\r\n\r\n", "no other protocol is asked for"
        ),
        (
            "GET / HTTP/1.1\r\nHost: o\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: new.example\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n\r\n",
            "fields of the connection too"
        ),
        (
            "GET / HTTP/1.1\r\nHost: o\r\nX-F: one\r\n two\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: new.example\r\nX-F: one two\r\n\r\n", "a fold is a blank (RFC 9112 section 5.2)"
        ),
        (
            ":method: GET\r\n:scheme: https\r\n:authority: o\r\n:path: /x\r\ncookie: a=1\r\nx: y\r\ncookie: b=2\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: new.example\r\ncookie: a=1; b=2\r\nx: y\r\n\r\n", "HTTP/2 in HTTP/1.1"
        ),
        ("OPTIONS * HTTP/1.1\r\nHost: o\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: new.example\r\n\r\n", "no path"),
    ])
    func headsAreSentAsRecorded(head: String, expected: String, reason: String) throws {
        #expect(try sent(head) == expected, Comment(rawValue: reason))
    }

    @Test func theBasePathPrecedesThePath() throws {
        #expect(try sent("GET /a HTTP/1.1\r\n\r\n", basePath: "/base").hasPrefix("GET /base/a HTTP/1.1\r\n"))
        #expect(try sent("OPTIONS * HTTP/1.1\r\n\r\n", basePath: "/base").hasPrefix("OPTIONS * HTTP/1.1\r\n"))
    }

    @Test func closingIsKeptOrLeftOut() throws {
        let head = "GET / HTTP/1.1\r\nConnection: close\r\nX: y\r\n\r\n"
        #expect(try sent(head) == head)
        #expect(try sent(head, keepsClosing: false) == "GET / HTTP/1.1\r\nX: y\r\n\r\n")
    }

    @Test func lengthIsThatOfTheBody() throws {
        #expect(
            try sent("POST / HTTP/1.1\r\nContent-Length:  99\r\n\r\n", body: "four")
                == "POST / HTTP/1.1\r\nContent-Length:  4\r\n\r\n")
        #expect(try sent("POST / HTTP/1.1\r\n\r\n", body: "four").hasSuffix("\r\nContent-Length: 4\r\n\r\n"))
    }
}

@Suite struct ArrivalsTests {
    @Test(
        arguments: [
            ("recorded", Arrivals.recorded), ("rate:50/s", .rate(perSecond: 50)),
            ("poisson:0.5/s", .poisson(perSecond: 0.5)),
            ("rate:0/s", nil), ("rate:50", nil), ("often", nil), ("rate:nan/s", nil),
        ] as [(String, Arrivals?)])
    func arrivalsAreReadAsUsersWriteThem(text: String, arrivals: Arrivals?) {
        #expect(Arrivals(text: text) == arrivals)
    }

    @Test func rateIsEven() {
        #expect(Arrivals.rate(perSecond: 4).offsets(3, seed: 1) == [0, 250_000_000, 500_000_000])
    }

    @Test func poissonArrivalsHaveTheirRateAndTheirSpread() throws {
        let offsets = try #require(Arrivals.poisson(perSecond: 100).offsets(20_001, seed: 7))
        #expect(offsets == Arrivals.poisson(perSecond: 100).offsets(20_001, seed: 7))
        #expect(offsets != Arrivals.poisson(perSecond: 100).offsets(20_001, seed: 8))
        let gaps = zip(offsets, offsets.dropFirst()).map { Double($1 - $0) / 1e9 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        #expect(gaps.allSatisfy { $0 >= 0 })
        #expect(abs(mean - 0.01) < 0.0004)
        #expect(abs(variance.squareRoot() - 0.01) < 0.0008, "exponential gaps spread as far as their mean")
    }
}
