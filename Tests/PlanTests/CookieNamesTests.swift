import Testing
import Traffic

@testable import Plan

/// Cookies whose names differ on the target.
@Suite struct CookieNamesTests {
    struct Row: CustomTestStringConvertible {
        var testDescription: String
        var recorded: [String]
        var live: [String]
        /// Recorded name and live name, `a>b`.
        var pairs: [String]
    }

    @Test(arguments: [
        Row(
            testDescription: "a port", recorded: ["username-127-0-0-1-8888"], live: ["username-127-0-0-1-9001"],
            pairs: ["username-127-0-0-1-8888>username-127-0-0-1-9001"]),
        Row(
            testDescription: "the number of a comment", recorded: ["1", "isso-1"], live: ["57", "isso-57"],
            pairs: ["1>57", "isso-1>isso-57"]),
        Row(
            testDescription: "a revision, another cookie before it", recorded: ["s", "wikiPostEditRevision7"],
            live: ["s", "extra", "wikiPostEditRevision112"], pairs: ["wikiPostEditRevision7>wikiPostEditRevision112"]),
        Row(
            testDescription: "the hash of an address, two of one shape",
            recorded: ["wordpress_0cc175b9c0f1b6a8", "wordpress_logged_in_0cc175b9c0f1b6a8"],
            live: ["wordpress_logged_in_92eb5ffee6ae2fec", "wordpress_92eb5ffee6ae2fec"],
            pairs: [
                "wordpress_0cc175b9c0f1b6a8>wordpress_92eb5ffee6ae2fec",
                "wordpress_logged_in_0cc175b9c0f1b6a8>wordpress_logged_in_92eb5ffee6ae2fec",
            ]),
        Row(testDescription: "the same name", recorded: ["sid"], live: ["sid", "other"], pairs: []),
        Row(testDescription: "as many of other shapes", recorded: ["sid"], live: ["session"], pairs: ["sid>session"]),
        Row(testDescription: "fewer of other shapes", recorded: ["sid", "lang"], live: ["session"], pairs: []),
        Row(testDescription: "none", recorded: ["sid"], live: [], pairs: []),
        Row(testDescription: "digits in common", recorded: ["c-101"], live: ["c-1021"], pairs: ["c-101>c-1021"]),
    ])
    func names(row: Row) {
        let pairs = CookieNames.pairs(
            recorded: row.recorded.map { Array($0.utf8) }, live: row.live.map { Array($0.utf8) })
        #expect(pairs.map { "\($0.recorded.text)>\($0.live.text)" }.sorted() == row.pairs.sorted())
    }

    @Test(
        arguments: [
            (["sessC1", "sessC2", "sessC3"], ["sessC1", "sessC2"], ["sessC3"]),
            (["token.0", "token.1"], ["token"], ["token.0", "token.1"]),
            (["token"], ["token.0", "token.1"], ["token"]),
            (["c1", "c2"], ["c1"], []), (["token.0", "csrf"], ["token.0"], []),
            (["part7", "part8"], ["part7"], []),
            (["token.0", "token.1"], [], []),
        ] as [([String], [String], [String])])
    func aLongCookieMayHaveAnotherNumberOfPieces(recorded: [String], live: [String], pieces: [String]) {
        let found = CookieNames.pieces(
            recorded: recorded.map { Array($0.utf8) }, live: live.map { Array($0.utf8) })
        #expect(found.map(\.text) == pieces)
    }

    private func visit() -> Recording {
        var recording = Recording()
        recording.add("POST", "/login", answerFields: ["Set-Cookie: username-127-0-0-1-8888=recorded; Path=/"])
        recording.add("GET", "/me", fields: ["Cookie: username-127-0-0-1-8888=recorded"])
        return recording
    }

    private static func take(_ fields: [String], _ script: SessionScript, _ values: inout CloneValues) {
        let head = Array((["HTTP/1.1 200 OK"] + fields + ["", ""]).joined(separator: "\r\n").utf8)
        values.takeCookies(head, of: script.requests[0], target: CookieTarget(host: "localhost"))
    }

    @Test func theLiveCookieIsSentUnderItsLiveName() throws {
        let script = try visit().script()
        var values = CloneValues(script: script, clone: 0)
        CookieNamesTests.take(["Set-Cookie: username-127-0-0-1-9001=live; Path=/"], script, &values)
        #expect(script.rendered(1, values)?.fields["Cookie"] == "username-127-0-0-1-9001=live")
        #expect(values.missing(of: 1, in: script) == nil)
    }

    @Test func theLiveCookieIsSentInFieldsToo() throws {
        var recording = Recording()
        recording.add("GET", "/login", answerFields: ["Set-Cookie: csrf_P5000=\(BindingTests.opaque); Path=/"])
        recording.add(
            "POST", "/me", fields: ["Cookie: csrf_P5000=\(BindingTests.opaque)", "X-CSRF: \(BindingTests.opaque)"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        let fields = ["Set-Cookie: csrf_P9001=live-value; Path=/", "Set-Cookie: lang=en"]
        CookieNamesTests.take(fields, script, &values)
        script.take(0, from: "", fields: fields, into: &values)
        let sent = try #require(script.rendered(1, values))
        #expect(sent.fields["X-CSRF"] == "live-value")
        #expect(sent.fields["Cookie"]?.contains("csrf_P9001=live-value") == true)
        #expect(values.missing(of: 1, in: script) == nil)
    }

    @Test func aMissingCookieIsNamedWithItsSource() throws {
        let script = try visit().script()
        var values = CloneValues(script: script, clone: 0)
        CookieNamesTests.take([], script, &values)
        let missing = try #require(values.missing(of: 1, in: script))
        #expect(missing.source == 0)
        #expect(missing.label == "cookie username-127-0-0-1-8888")
        #expect(missing.kind == .cookie("username-127-0-0-1-8888"))
    }

    @Test func aMissingValueIsNamedWithItsSource() throws {
        var recording = Recording()
        recording.add("POST", "/items", answer: #"{"key":"\#(BindingTests.opaque)"}"#)
        recording.add("GET", "/a?key=\(BindingTests.opaque)")
        let script = try recording.script()
        let missing = CloneValues(script: script, clone: 0).missing(of: 1, in: script)
        #expect(missing?.label == "$.key")
        #expect(missing?.source == 0)
    }

    @Test func aRequestDependsOnTheResponseThatSetItsCookieLast() throws {
        var recording = visit()
        recording.add(
            "POST", "/again", fields: ["Cookie: username-127-0-0-1-8888=recorded"],
            answerFields: ["Set-Cookie: username-127-0-0-1-8888=second; Path=/"])
        recording.add("GET", "/me", fields: ["Cookie: username-127-0-0-1-8888=second"])
        #expect(try recording.script().requests.map(\.cookieSources) == [[], [0], [0], [2]])
    }

    // MARK: Secure cookies and paths

    @Test func aSecureCookieThatWasSentInClearIsSent() throws {
        var recording = Recording()
        recording.add("POST", "/login", answerFields: ["Set-Cookie: sid=recorded; Path=/; Secure"])
        recording.add("GET", "/me", fields: ["Cookie: sid=recorded"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        CookieNamesTests.take(["Set-Cookie: sid=live; Path=/; Secure"], script, &values)
        #expect(script.rendered(1, values)?.fields["Cookie"] == "sid=live")
    }

    @Test func aSecureCookieThatTheClientKeptBackIsKeptBack() throws {
        var recording = Recording()
        recording.add(
            "GET", "/", answerFields: ["Set-Cookie: a=1; Path=/", "Set-Cookie: sid=recorded; Path=/; Secure"])
        recording.add("GET", "/me", fields: ["Cookie: a=1"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        CookieNamesTests.take(["Set-Cookie: a=2; Path=/", "Set-Cookie: sid=live; Path=/; Secure"], script, &values)
        #expect(script.rendered(1, values)?.fields["Cookie"] == "a=2")
    }

    @Test func secureCookiesAreSentToATLSTarget() throws {
        var recording = Recording()
        recording.add("GET", "/", answerFields: ["Set-Cookie: sid=recorded; Path=/"])
        recording.add("GET", "/me", fields: ["Cookie: sid=recorded"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        let head = Array("HTTP/1.1 200 OK\r\nSet-Cookie: sid=live; Path=/; Secure\r\n\r\n".utf8)
        values.takeCookies(head, of: script.requests[0], target: CookieTarget(host: "localhost", isSecure: true))
        #expect(script.rendered(1, values)?.fields["Cookie"] == "sid=live")
    }

    @Test(arguments: [
        ("/shop", "/shop/", "sid=live"), ("/shop", "/shop", "sid=live"), ("/shop", "/shop/api", "sid=live"),
        ("/shop", "/", "sid=live"), ("/shop", "/api", "sid=live"), ("/shop", "/shopping", ""),
        ("/shop", "/shop/other", ""),
    ])
    func theTargetsPathPrefixIsRemoved(base: String, path: String, sent: String) throws {
        var recording = Recording()
        recording.add("GET", "/api/a", answerFields: ["Set-Cookie: sid=recorded; Path=/api"])
        recording.add("GET", "/api/b", fields: ["Cookie: sid=recorded"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        let head = Array("HTTP/1.1 200 OK\r\nSet-Cookie: sid=live; Path=\(path)\r\n\r\n".utf8)
        values.takeCookies(head, of: script.requests[0], target: CookieTarget(host: "localhost", basePath: base))
        #expect(script.rendered(1, values)?.fields["Cookie"] == sent)
    }
}
