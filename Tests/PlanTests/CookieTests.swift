import Formats
import Testing

@testable import Plan

@Suite struct CookieTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        /// Set-Cookie fields of the response to `https://shop.example.com/a/b?x=1`, at time 1000.
        var set: [String]
        var host = "shop.example.com"
        var path = "/a/b"
        var isSecure = true
        var now: Int64 = 1001
        var sent: String
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(reason: "name and value alone", set: ["a=1"], sent: "a=1"),
        Case(reason: "blanks are not part of them", set: [" a = 1 ; Path = / "], sent: "a=1"),
        Case(reason: "without a name", set: ["=1"], sent: ""),
        Case(reason: "without an equals sign", set: ["a"], sent: ""),
        Case(reason: "an empty value", set: ["a="], sent: "a="),
        Case(reason: "the default path is the request's folder", set: ["a=1"], path: "/a/c", sent: "a=1"),
        Case(reason: "and nothing above it", set: ["a=1"], path: "/", sent: ""),
        Case(reason: "a path", set: ["a=1; Path=/a"], path: "/a/x/y", sent: "a=1"),
        Case(reason: "a path ends at a slash", set: ["a=1; Path=/a"], path: "/ab", sent: ""),
        Case(reason: "an invalid path becomes the default", set: ["a=1; Path=x"], path: "/a/c", sent: "a=1"),
        Case(reason: "for its host only", set: ["a=1; Path=/"], host: "x.shop.example.com", sent: ""),
        Case(
            reason: "for a domain", set: ["a=1; Path=/; Domain=.Example.COM"], host: "other.example.com", sent: "a=1"),
        Case(
            reason: "not for a domain's namesake", set: ["a=1; Path=/; Domain=example.com"], host: "notexample.com",
            sent: ""),
        Case(reason: "for another domain it is refused", set: ["a=1; Path=/; Domain=evil.com"], sent: ""),
        Case(reason: "for a domain below it is refused", set: ["a=1; Path=/; Domain=x.shop.example.com"], sent: ""),
        Case(
            reason: "the domain of the target's host", set: ["a=1; Path=/; Domain=localhost"], sent: "a=1"),
        Case(reason: "secure on a secure connection", set: ["a=1; Path=/; Secure"], sent: "a=1"),
        Case(reason: "secure elsewhere", set: ["a=1; Path=/; Secure"], isSecure: false, sent: ""),
        Case(reason: "before it expires", set: ["a=1; Path=/; Max-Age=60"], now: 1059, sent: "a=1"),
        Case(reason: "when it expires", set: ["a=1; Path=/; Max-Age=60"], now: 1060, sent: ""),
        Case(
            reason: "Max-Age goes before Expires",
            set: ["a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=60"], sent: "a=1"),
        Case(
            reason: "an old date deletes", set: ["a=1; Path=/", "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
            sent: ""),
        Case(reason: "Max-Age of 0 deletes", set: ["a=1; Path=/", "a=x; Path=/; Max-Age=0"], sent: ""),
        Case(
            reason: "another path's cookie is another", set: ["a=1; Path=/", "a=x; Path=/a; Max-Age=0"], sent: "a=1"),
        Case(reason: "a date in the future", set: ["a=1; Path=/; Expires=Wed, 09-Jun-2100 10:18:14 GMT"], sent: "a=1"),
        Case(reason: "an invalid date", set: ["a=1; Path=/; Expires=tomorrow"], sent: "a=1"),
        Case(reason: "the latest value", set: ["a=1; Path=/", "b=2; Path=/", "a=3; Path=/"], sent: "a=3; b=2"),
        Case(reason: "longer paths first", set: ["a=1; Path=/", "b=2; Path=/a"], sent: "b=2; a=1"),
        Case(
            reason: "of equal paths the older first, after a longer one",
            set: ["a=1; Path=/", "b=2; Path=/", "c=3; Path=/a"], sent: "c=3; a=1; b=2"),
        Case(
            reason: "a superseded cookie keeps its place among equals",
            set: ["a=1; Path=/", "c=3; Path=/a", "b=2; Path=/", "a=4; Path=/"], sent: "c=3; a=4; b=2"),
        Case(reason: "control characters are refused", set: ["a=1\u{1}; Path=/"], sent: ""),
    ])
    func cookiesAreKeptAndSent(test: Case) {
        var jar = CookieJar()
        let head = Array(
            (["HTTP/1.1 200 OK"] + test.set.map { "Set-Cookie: \($0)" } + ["", ""]).joined(separator: "\r\n").utf8)
        _ = head.withUnsafeBufferPointer { head in
            jar.take(
                head, host: "shop.example.com", target: CookieTarget(host: "localhost"), path: Array("/a/b".utf8),
                now: 1000)
        }
        let sent = jar.cookies(forHost: test.host, path: Array(test.path.utf8), isSecure: test.isSecure, now: test.now)
        #expect(sent.map { "\($0.name.text)=\($0.value.text)" }.joined(separator: "; ") == test.sent)
    }

    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", Int64(0)), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777), ("Sun Nov  6 08:49:37 1994", 784_111_777),
        ("Tue, 29 Feb 2028 23:59:59 GMT", 1_835_481_599),
    ])
    func datesAreRead(text: String, seconds: Int64) {
        #expect(CookieDate.seconds(Array(text.utf8)) == seconds)
    }

    @Test func theJarStaysWithinBounds() {
        var jar = CookieJar()
        for number in 0..<1000 {
            let head = Array("HTTP/1.1 200 OK\r\nSet-Cookie: n\(number)=1; Path=/\r\n\r\n".utf8)
            _ = head.withUnsafeBufferPointer { jar.take($0, host: "h", path: [], now: 0) }
        }
        #expect(jar.cookies(forHost: "h", path: [0x2f], isSecure: false, now: 1).count == CookieJar.cookieLimit)
    }

    private static func take(_ fields: [String], _ index: Int, _ script: SessionScript, _ values: inout CloneValues) {
        let head = Array((["HTTP/1.1 200 OK"] + fields + ["", ""]).joined(separator: "\r\n").utf8)
        values.takeCookies(head, of: script.requests[index], target: CookieTarget(host: "localhost"))
    }

    @Test func aClonesCookiesComeFromItsOwnResponses() throws {
        var recording = Recording()
        recording.add("GET", "/", answerFields: ["Set-Cookie: sid=recorded1; Path=/"])
        recording.add(
            "POST", "/login", fields: ["Cookie: theme=dark; sid=recorded1"],
            answerFields: ["Set-Cookie: sid=recorded2; Path=/"])
        recording.add(
            "GET", "/me", fields: ["Cookie: theme=dark; sid=recorded2"],
            answerFields: ["Set-Cookie: sid=; Path=/; Max-Age=0"])
        recording.add("GET", "/bye")
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        #expect(script.rendered(1, values) == nil, "no response has set it yet")
        CookieTests.take(["Set-Cookie: sid=live1; Path=/", "Set-Cookie: new=1; Path=/"], 0, script, &values)
        #expect(script.rendered(1, values)?.fields["Cookie"] == "sid=live1; new=1")
        CookieTests.take(["Set-Cookie: sid=live2; Path=/"], 1, script, &values)
        #expect(script.rendered(2, values)?.fields["Cookie"] == "sid=live2; new=1")
        CookieTests.take(["Set-Cookie: sid=; Path=/; Max-Age=0"], 2, script, &values)
        #expect(script.rendered(2, values)?.fields["Cookie"] == "new=1", "a deleted cookie is not missing")
        let plan = try recording.plan()
        #expect(plan.findings.droppedCookies == 2)
        #expect(plan.findings.bindings.map(\.source) == ["cookie sid", "cookie sid"])
        #expect(plan.findings.bindings.allSatisfy { $0.sinks.map(\.place) == ["cookie sid"] })
    }

    @Test func recordedCookiesAreKeptWhenAskedFor() throws {
        var recording = Recording()
        recording.add("GET", "/", fields: ["Cookie: theme=dark; lang=en"], answerFields: ["Set-Cookie: sid=x; Path=/"])
        recording.add("GET", "/a", fields: ["Cookie: theme=dark; sid=x"])
        let script = try recording.script { $0.keepsCookies = true }
        var values = CloneValues(script: script, clone: 0)
        #expect(script.rendered(0, values)?.fields["Cookie"] == "theme=dark; lang=en")
        CookieTests.take(["Set-Cookie: sid=live; Path=/"], 0, script, &values)
        #expect(script.rendered(1, values)?.fields["Cookie"] == "theme=dark; sid=live")
    }

    @Test func whereTheClientSentNoneThoughItHadSomeNoneAreSent() throws {
        var recording = Recording()
        recording.add("GET", "/", answerFields: ["Set-Cookie: sid=x; Path=/"])
        recording.add("GET", "/a", fields: ["Cookie: sid=x"])
        recording.add("GET", "/no-credentials")
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        CookieTests.take(["Set-Cookie: sid=live; Path=/"], 0, script, &values)
        #expect(script.rendered(1, values)?.fields["Cookie"] == "sid=live")
        #expect(script.rendered(2, values)?.fields["Cookie"] == "")
    }

    /// A browser, and a script with the API key that a page showed: the cookies that its responses set are not the
    /// browser's.
    @Test func aSecondClientKeepsItsOwnCookies() throws {
        var recording = Recording()
        recording.add("GET", "/", answerFields: ["Set-Cookie: sid=b1; Path=/"])
        recording.add("GET", "/key", fields: ["Cookie: sid=b1"], answerFields: ["Set-Cookie: sid=b2; Path=/"])
        recording.add("POST", "/api/issues", answerFields: ["Set-Cookie: sid=s1; Path=/"])
        recording.add("PUT", "/api/issues", fields: ["Cookie: sid=s1"], answerFields: ["Set-Cookie: sid=s2; Path=/"])
        recording.add("GET", "/account", fields: ["Cookie: sid=b2"], answerFields: ["Set-Cookie: sid=b3; Path=/"])
        recording.add("GET", "/api/issues", fields: ["Cookie: sid=s2"])
        recording.add("POST", "/logout", fields: ["Cookie: sid=b3"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        var sent: [String?] = []
        for request in script.requests.indices {
            sent.append(script.rendered(request, values)?.fields["Cookie"])
            CookieTests.take(["Set-Cookie: sid=live\(request); Path=/"], request, script, &values)
        }
        #expect(sent == ["", "sid=live0", "", "sid=live2", "sid=live1", "sid=live3", "sid=live4"])
    }

    /// A request without cookies whose response sets one that later requests send beside the others: one client.
    @Test func oneClientThatLeftItsCookiesOutOnceKeepsAllOfThem() throws {
        var recording = Recording()
        recording.add("GET", "/", answerFields: ["Set-Cookie: theme=dark; Path=/"])
        recording.add("GET", "/a", fields: ["Cookie: theme=dark"])
        recording.add("POST", "/login", answerFields: ["Set-Cookie: sid=x; Path=/"])
        recording.add("GET", "/me", fields: ["Cookie: theme=dark; sid=x"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        CookieTests.take(["Set-Cookie: theme=live; Path=/"], 0, script, &values)
        CookieTests.take(["Set-Cookie: sid=live; Path=/"], 2, script, &values)
        #expect(script.rendered(3, values)?.fields["Cookie"] == "theme=live; sid=live")
    }

    /// A client that forgets its cookies before it logs in goes on with the new ones alone.
    @Test func aClientThatStartsAgainSendsItsNewCookies() throws {
        var recording = Recording()
        recording.add("GET", "/", answerFields: ["Set-Cookie: sid=a; Path=/"])
        recording.add("GET", "/a", fields: ["Cookie: sid=a"])
        recording.add("POST", "/login", answerFields: ["Set-Cookie: sid=x; Path=/"])
        recording.add("GET", "/me", fields: ["Cookie: sid=x"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        CookieTests.take(["Set-Cookie: sid=live1; Path=/"], 0, script, &values)
        #expect(script.rendered(2, values)?.fields["Cookie"] == "")
        CookieTests.take(["Set-Cookie: sid=live2; Path=/"], 2, script, &values)
        #expect(script.rendered(3, values)?.fields["Cookie"] == "sid=live2")
    }

    @Test func aMissingCookieCanBeSentAsRecorded() throws {
        var recording = Recording()
        recording.add(
            "GET", "/", answer: #"{"key":"\#(BindingTests.opaque)"}"#, answerFields: ["Set-Cookie: sid=x; Path=/"])
        recording.add("GET", "/a?key=\(BindingTests.opaque)", fields: ["Cookie: sid=x"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        #expect(script.rendered(1, values) == nil)
        values.fillMissing(of: script.requests[1], script: script)
        #expect(script.rendered(1, values)?.target == "/a?key=\(BindingTests.opaque)")
    }
}
