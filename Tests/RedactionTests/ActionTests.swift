import ContentCodings
import Redaction
import Testing
import Traffic

/// What each action leaves, at each kind of place.
@Suite struct ActionTests {
    private static let key = Array("a key that only this test has".utf8)

    private static func redactor(_ rules: String, unparsable: String = "scan") throws -> Redactor {
        Redactor(policy: try RedactionPolicy(yaml: "unparsable: \(unparsable)\nrules:\n\(rules)"), key: key)
    }

    private static func head(_ exchange: Exchange) -> String {
        String(decoding: exchange.request?.head ?? [], as: UTF8.self)
    }

    private static func body(_ exchange: Exchange) -> String {
        String(decoding: exchange.request?.body ?? [], as: UTF8.self)
    }

    @Test(arguments: [
        ("drop", #"{"a":null,"b":"kept"}"#), ("mask", #"{"a":"****-*****","b":"kept"}"#),
        ("{action: cut, keep: 3}", #"{"a":"Ab1","b":"kept"}"#), ("keep", #"{"a":"Ab12-Cd34x","b":"kept"}"#),
    ])
    func actsOnJSON(action: String, expected: String) throws {
        let action = action.hasPrefix("{") ? String(action.dropFirst().dropLast()) : "action: \(action)"
        var redactor = try Self.redactor("  - {json: $.a, \(action)}")
        #expect(Self.body(redactor.redacted(Recording.json(#"{"a":"Ab12-Cd34x","b":"kept"}"#))) == expected)
    }

    @Test(arguments: [
        ("drop", "{\"a\":null}"), ("mask", "{\"a\":11.11}"), ("{action: cut, keep: 1}", "{\"a\":41.11}"),
    ])
    func numbersStayNumbers(action: String, expected: String) throws {
        let action = action.hasPrefix("{") ? String(action.dropFirst().dropLast()) : "action: \(action)"
        var redactor = try Self.redactor("  - {json: a, \(action)}")
        #expect(Self.body(redactor.redacted(Recording.json("{\"a\":42.17}"))) == expected)
    }

    @Test func dropsLinesPairsAndSegments() throws {
        var redactor = try Self.redactor("  - {header: x-a, cookie: b, query: c, form: d, action: drop}")
        let exchange = Recording.exchange(
            "/p?a=1&c=2&e=3",
            fields: ["X-A: 1", "Cookie: a=1; b=2; c=3", "Content-Type: application/x-www-form-urlencoded"],
            body: Array("d=4&f=5".utf8))
        let redacted = redactor.redacted(exchange)
        #expect(
            Self.head(redacted)
                == "POST /p?a=1&e=3 HTTP/1.1\r\nHost: api.example.com\r\nCookie: a=1; c=3\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\n")
        #expect(Self.body(redacted) == "f=5")
    }

    @Test(arguments: [
        ("$.user.name", [1]), ("$..name", [1, 2, 3, 4]), ("$.list[*].name", [2, 3]), ("$.list[1].name", [3]),
        ("$.*.name", [1]), ("$['odd name'][*]['name']", [4]), ("$.list", [2, 3]), ("name", [1, 2, 3, 4]),
    ])
    func findsJSONPaths(path: String, meant: [Int]) throws {
        var redactor = try Self.redactor("  - {json: \"\(path)\", action: mask}")
        let text = #"{"user":{"name":"v1"},"list":[{"name":"v2"},{"name":"v3"}],"odd name":[{"name":"v4"}]}"#
        let redacted = Self.body(redactor.redacted(Recording.json(text)))
        for number in 1...4 { #expect(redacted.contains("v\(number)") != meant.contains(number), "\(number)") }
    }

    @Test func meansSegmentsOfPaths() throws {
        var redactor = try Self.redactor("  - {path: \"/users/{}/files/*\", action: mask}")
        let redacted = redactor.redacted(Recording.exchange("/users/al%2Fice/files/a?x=/users/bob/files/b"))
        #expect(Self.head(redacted).hasPrefix("POST /users/**%2F***/files/a?x=/users/***/files/b HTTP/1.1"))
    }

    @Test(arguments: [
        ("pattern: card", "pay 4111 1111 1111 1111 now", "pay **** **** **** **** now"),
        ("pattern: card", "id 4111111111111112, 41111111111111110", "id 4111111111111112, 41111111111111110"),
        ("pattern: card", "5500-0000-0000-0004.", "****-****-****-****."),
        ("pattern: email", "to <a.b+c@ex.example.org>, me@x", "to <*.*+*@**.*******.***>, me@x"),
        ("regex: 'acct-(\\d+)'", "acct-123 acct-x acct-4", "acct-*** acct-x acct-*"),
    ])
    func findsPatterns(pattern: String, text: String, expected: String) throws {
        var redactor = try Self.redactor("  - {\(pattern), action: mask}")
        let exchange = Recording.exchange(fields: ["Content-Type: text/plain"], body: Array(text.utf8))
        #expect(Self.body(redactor.redacted(exchange)) == expected)
    }

    @Test func keepsNothingOfDroppedBodiesButTheirSize() throws {
        var redactor = try Self.redactor("  - {body: \"/up/**\", type: \"image/*\", of: request, action: drop}")
        let image = Recording.exchange("/up/a/b", fields: ["Content-Type: image/png"], body: [1, 2, 3])
        let redacted = redactor.redacted(image)
        #expect(redacted.request?.body == [] && redacted.request?.bodyBytes == 3)
        let other = Recording.exchange("/up/a/b", fields: ["Content-Type: text/plain"], body: [97, 98, 99])
        #expect(redactor.redacted(other) == other)
    }

    /// Bodies that cannot be searched are not kept; those that can only be searched as text are kept according to the
    /// policy.
    @Test func keepsNothingThatCannotBeRead() throws {
        let type = ["Content-Type: application/json"]
        let damaged = Recording.exchange(fields: type + ["Content-Encoding: gzip"], body: Array("no gzip".utf8))
        let unknown = Recording.exchange(fields: type + ["Content-Encoding: lzw"], body: Array("{}".utf8))
        var scanning = try Self.redactor("  - {json: a, action: mask}")
        for exchange in [damaged, unknown] { #expect(scanning.redacted(exchange).request?.body == []) }
        #expect(scanning.counts.unreadableBodies == 2)
        let broken = Recording.exchange(fields: type, body: Array(#"{"a":"secret"#.utf8))
        #expect(Self.body(scanning.redacted(broken)) == #"{"a":"******"#)
        var dropping = try Self.redactor("  - {json: a, action: mask}", unparsable: "drop")
        for exchange in [damaged, unknown, broken] { #expect(dropping.redacted(exchange).request?.body == []) }
    }

    /// A body that decodes to more than the limit is not kept, and does not need more memory than the limit.
    @Test func boundsWhatBodiesDecodeTo() throws {
        var limits = RedactionLimits()
        limits.maxDecodedBytes = 1 << 20
        var redactor = Redactor(policy: .default, key: Self.key, limits: limits)
        let bomb = try ContentCoding([.gzip]).encoded(Array(repeating: 32, count: 2 << 20))
        let exchange = Recording.exchange(fields: ["Content-Encoding: gzip"], body: bomb)
        #expect(redactor.redacted(exchange).request?.body == [])
    }

    @Test func theFirstRuleDecides() throws {
        var redactor = try Self.redactor("  - {json: $.token, action: keep}\n  - {json: \"*token\", action: mask}")
        let redacted = Self.body(redactor.redacted(Recording.json(#"{"token":"aa","b":{"token":"bb"}}"#)))
        #expect(redacted == #"{"token":"aa","b":{"token":"**"}}"#)
    }

    /// Exchanges without anything to redact are unchanged byte for byte, including words that are also passwords.
    @Test func leavesEverythingElse() throws {
        var redactor = Redactor(policy: .default, key: Self.key)
        _ = redactor.redacted(Recording.json(#"{"password":"password","otp":"12345"}"#))
        let exchanges = [
            Recording.json(#"{"kind":"password","n":12345,"grant_type":"password","token_type":"Bearer"}"#),
            Recording.exchange("/items?page=2&sort=-name", method: "GET", answer: ["Content-Type: text/html"]),
            Recording.exchange("/a%20b/c", fields: ["Accept: */*", "User-Agent: curl/8"], isHTTP2: true),
            Recording.answer(#"[1,2.5,-3e7,true,null,"x","2026-11-21T10:00:00Z"]"#, coding: ContentCoding([.gzip])),
        ]
        for exchange in exchanges { #expect(redactor.redacted(exchange) == exchange) }
        #expect(redactor.counts.changedExchanges == 1)
    }

    /// Past the limit, the oldest are forgotten and counted, and named values are still redacted.
    @Test func boundsWhatItRemembers() throws {
        var limits = RedactionLimits()
        limits.maxSecrets = 10
        var redactor = Redactor(policy: .default, key: Self.key, limits: limits)
        for number in 0..<100 { _ = redactor.redacted(Recording.json(#"{"token":"tok-\#(number)-a1b2c3d4"}"#)) }
        #expect(redactor.forgottenSecrets >= 85 && redactor.learnedSecrets == 100)
        #expect(!Self.body(redactor.redacted(Recording.json(#"{"token":"tok-1-a1b2c3d4"}"#))).contains("a1b2c3d4"))
        let later = redactor.redacted(Recording.exchange("/x/tok-99-a1b2c3d4"))
        #expect(!Self.head(later).contains("a1b2c3d4"))
    }
}
