import Crypto
import Testing
import Traffic

@testable import Plan

/// Digest authentication: answered for each request if the password is known, and reported as impossible if not.
@Suite struct DigestTests {
    struct Vector: CustomTestStringConvertible {
        var reason: String
        var answer: DigestAnswer
        var response: String
        var testDescription: String { reason }
    }

    private static func answer(
        _ user: String = "Mufasa", password: String = "Circle Of Life", realm: String = "testrealm@host.com",
        nonce: String = "dcd98b7102dd2f0e8b11d0f600bfb0c093", algorithm: String = "", quality: String = "auth",
        cnonce: String = "0a4f113b", method: String = "GET", uri: String = "/dir/index.html",
        count: String = "00000001",
        body: String = ""
    ) -> DigestAnswer {
        var answer = DigestAnswer(
            method: method, user: Array(user.utf8), password: Array(password.utf8), realm: Array(realm.utf8),
            nonce: Array(nonce.utf8), uri: Array(uri.utf8), algorithm: Array(algorithm.utf8),
            quality: Array(quality.utf8), count: Array(count.utf8), body: Array(body.utf8))
        answer.clientNonce = Array(cnonce.utf8)
        return answer
    }

    private static func ofRFC7616(_ algorithm: String) -> DigestAnswer {
        answer(
            password: "Circle of Life", realm: "http-auth@example.org",
            nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", algorithm: algorithm,
            cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    }

    @Test(arguments: [
        Vector(
            reason: "RFC 7616 section 3.9.1, MD5", answer: ofRFC7616("MD5"),
            response: "8ca523f5e9506fed4657c9700eebdbec"),
        Vector(
            reason: "RFC 7616 section 3.9.1, SHA-256", answer: ofRFC7616("SHA-256"),
            response: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        Vector(reason: "RFC 2617 section 3.5", answer: answer(), response: "6629fae49393a05397450978507c4ef1"),
        Vector(
            reason: "RFC 2069, without a quality of protection", answer: answer(password: "CircleOfLife", quality: ""),
            response: "1949323746fe6a43ef61f9606e7febea"),
        Vector(
            reason: "MD5-sess", answer: answer(algorithm: "MD5-sess"), response: "8e3825c57e897f5a0dec6c2d4e5059d0"),
        Vector(
            reason: "the body too",
            answer: answer(
                "bob", password: "pw", realm: "r", nonce: "n1", algorithm: "SHA-256", quality: "auth-int", cnonce: "cc",
                method: "PUT", uri: "/x", count: "00000002", body: "abc"),
            response: "674fd17df26d846e2e1980a56e3cc93d5a58122bd0016b11338599d50ecec80b"),
        // Of the user of RFC 7616 section 3.9.2, computed with hashlib of Python.
        Vector(
            reason: "SHA-512-256",
            answer: answer(
                "J\u{e4}s\u{f8}n Doe", password: "Secret, or not?", realm: "api@example.org",
                nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", algorithm: "SHA-512-256",
                cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm", uri: "/doe.json"),
            response: "7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c"),
        Vector(
            reason: "SHA-512-256-sess",
            answer: answer(
                "bob", password: "pw", realm: "r", nonce: "n1", algorithm: "SHA-512-256-sess", cnonce: "cc", uri: "/x"),
            response: "60d6d679817405fab30ae7c784e45b4e6177879674217a17fd868a10cb96b05b"),
        Vector(
            reason: "SHA-1",
            answer: answer("bob", password: "pw", realm: "r", nonce: "n1", algorithm: "SHA", cnonce: "cc", uri: "/x"),
            response: "47498cfcc25c7e1327c33ee95bb1ffd8026ec56a"),
    ])
    func answersAreThoseOfTheStandards(test: Vector) {
        #expect(test.answer.response?.text == test.response)
    }

    @Test func anUnknownAlgorithmHasNoAnswer() {
        #expect(DigestTests.answer(algorithm: "SHA-3-256").response == nil)
    }

    /// The Authorization field of a client that knows `password`.
    private static func field(
        _ user: String, _ password: String, nonce: String, method: String = "GET", uri: String, count: Int
    ) -> String {
        let answer = answer(
            user, password: password, realm: "r", nonce: nonce, method: method, uri: uri, count: "0000000\(count)")
        return #"Authorization: Digest username="\#(user)", realm="r", nonce="\#(nonce)", uri="\#(uri)", "#
            + #"response="\#(answer.response?.text ?? "")", opaque="o-\#(nonce)", qop=auth, nc=0000000\#(count), cnonce="0a4f113b""#
    }

    private static func challenge(_ nonce: String) -> String {
        #"WWW-Authenticate: Digest realm="r", qop="auth", nonce="\#(nonce)", opaque="o-\#(nonce)""#
    }

    private static func recording(_ user: String, _ password: String) -> Recording {
        var recording = Recording()
        recording.add("GET", "/a", status: 401, answerFields: [challenge("first")])
        recording.add(
            "GET", "/a", fields: [field(user, password, nonce: "first", uri: "/a", count: 1)],
            answer: #"{"id":"\#(BindingTests.opaque)"}"#)
        recording.add(
            "PUT", "/b/\(BindingTests.opaque)?x=1",
            fields: [
                field(user, password, nonce: "first", method: "PUT", uri: "/b/\(BindingTests.opaque)?x=1", count: 2)
            ],
            body: "{}")
        return recording
    }

    /// Whether a field is the answer of a client that knows the password.
    private func isRight(
        _ rendered: Rendered?, _ user: String, _ password: String, nonce: String, method: String, uri: String
    ) -> Bool {
        guard let field = rendered?.fields["Authorization"],
            let parameters = DigestAuthorization.parameters(of: Array(field.utf8))
        else { return false }
        func text(_ name: String) -> String { parameters[name]?.text ?? "" }
        let expected = DigestTests.answer(
            user, password: password, realm: "r", nonce: nonce, cnonce: text("cnonce"), method: method, uri: uri,
            count: text("nc"))
        return text("response") == expected.response?.text && text("nonce") == nonce && text("username") == user
            && text("uri") == uri && text("opaque") == "o-\(nonce)"
    }

    @Test func thePeopleOfAFileAnswerLiveChallenges() throws {
        let people = try FeedTable(csv: Array("username,password\nben,pw-b\ncid,pw-c\n".utf8))
        let plan = try DigestTests.recording("anna", "Pa-1").plan { _ = $0.feeds.add(people: people) }
        let script = plan.scripts[0]
        let turn = try #require(plan.firstTurn(ofSlot: 0))
        var values = CloneValues(script: script, clone: turn.clone, row: plan.row(of: turn))
        #expect(script.rendered(1, values) == nil, "no challenge yet")
        script.take(0, from: "", fields: [DigestTests.challenge("live")], into: &values)
        #expect(isRight(script.rendered(1, values), "ben", "pw-b", nonce: "live", method: "GET", uri: "/a"))
        script.take(1, from: #"{"id":"X9"}"#, fields: [DigestTests.challenge("later")], into: &values)
        #expect(isRight(script.rendered(2, values), "ben", "pw-b", nonce: "later", method: "PUT", uri: "/b/X9?x=1"))
        // The target's path prefix is part of the signed URI.
        let fitted = script.requests[1].head.fitted(
            basePath: Array("/base".utf8), host: [0x68], bodyBytes: 0, keepsClosing: false)
        var head: [UInt8] = []
        #expect(fitted.start.append(to: &head, values: values))
        #expect(head.text.contains(#"uri="/base/a""#))
        #expect(plan.findings.tokens.map(\.sentAsRecorded) == [nil, nil])
        #expect(plan.findings.tokens.allSatisfy { $0.algorithm == "Digest MD5" })
    }

    @Test func aPasswordFoundElsewhereInTheSessionIsTried() throws {
        var recording = Recording()
        recording.add(
            "POST", "/register", body: #"{"username":"anna99","password":"Pa-1"}"#, status: 201, answer: "{}")
        for exchange in DigestTests.recording("anna99", "Pa-1").exchanges {
            let request = try #require(exchange.request)
            let lines = request.head.text.split(separator: "\r\n").map(String.init)
            let words = lines[0].split(separator: " ").map(String.init)
            recording.add(
                words[0], words[1], fields: lines.filter { $0.hasPrefix("Authorization") }, body: request.body.text,
                status: exchange.status ?? 200, answer: exchange.response?.body.text ?? "",
                answerFields: exchange.status == 401 ? [DigestTests.challenge("first")] : [])
        }
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 7)
        script.take(1, from: "", fields: [DigestTests.challenge("live")], into: &values)
        #expect(isRight(script.rendered(2, values), "user7", "Pa-1", nonce: "live", method: "GET", uri: "/a"))
    }

    @Test func aRuleGivesThePassword() throws {
        let rule = BindingRules.IdentityRule(endpoint: "GET /a", field: "Digest password", value: "secret")
        let plan = try DigestTests.recording("anna", "Pa-1").plan {
            $0.bindingRules = BindingRules([], identities: [rule])
        }
        let script = plan.scripts[0]
        var values = CloneValues(script: script, clone: 7)
        script.take(0, from: "", fields: [DigestTests.challenge("live")], into: &values)
        #expect(isRight(script.rendered(1, values), "anna", "secret", nonce: "live", method: "GET", uri: "/a"))
        #expect(plan.findings.rules.map(\.problem) == [nil])
    }

    @Test func withoutThePasswordThePlanSaysSo() throws {
        let plan = try DigestTests.recording("anna", "Pa-1").plan()
        #expect(plan.findings.tokens.map(\.sentAsRecorded) == [.noPassword, .noPassword])
        #expect(
            !plan.findings.bindings.contains { $0.source.contains("WWW-Authenticate") }, "the nonce alone is of no use")
        let script = plan.scripts[0]
        let recorded = try #require(script.rendered(1, CloneValues(recorded: script)))
        #expect(recorded.fields["Authorization"]?.contains(#"nonce="first""#) == true)
    }

    @Test func withoutAChallengeThePlanSaysSo() throws {
        let people = try FeedTable(csv: Array("username,password\nben,pw-b\n".utf8))
        var recording = Recording()
        recording.add("GET", "/a", fields: [DigestTests.field("anna", "Pa-1", nonce: "first", uri: "/a", count: 1)])
        let plan = try recording.plan { _ = $0.feeds.add(people: people) }
        #expect(plan.findings.tokens.map(\.sentAsRecorded) == [.noChallenge])
    }

    @Test func severalClientsOfOneSessionAnswerEachItsOwnNonce() throws {
        var recording = Recording()
        let (one, other) = ("n-one", "n-other")
        recording.add("GET", "/a", status: 401, answerFields: [DigestTests.challenge(one)])
        recording.add("GET", "/a", status: 401, answerFields: [DigestTests.challenge(other)])
        recording.add("GET", "/a", fields: [DigestTests.field("anna", "Pa-1", nonce: one, uri: "/a", count: 1)])
        recording.add("GET", "/a", fields: [DigestTests.field("anna", "Pa-1", nonce: other, uri: "/a", count: 1)])
        recording.add("GET", "/a", fields: [DigestTests.field("anna", "Pa-1", nonce: one, uri: "/a", count: 2)])
        let rule = BindingRules.IdentityRule(endpoint: "GET /a", field: "Digest password", value: "secret")
        let script = try recording.plan { $0.bindingRules = BindingRules([], identities: [rule]) }.scripts[0]
        var values = CloneValues(script: script, clone: 7)
        script.take(0, from: "", fields: [DigestTests.challenge("live-one")], into: &values)
        script.take(1, from: "", fields: [DigestTests.challenge("live-other")], into: &values)
        for (index, nonce) in [(2, "live-one"), (3, "live-other"), (4, "live-one")] {
            #expect(
                isRight(script.rendered(index, values), "anna", "secret", nonce: nonce, method: "GET", uri: "/a"),
                "request \(index)")
        }
        // A nonce that is refused for its age is followed by the one that the refusal gives, and by no other client's.
        script.take(2, from: "", fields: [DigestTests.challenge("fresh-one")], into: &values)
        #expect(isRight(script.rendered(4, values), "anna", "secret", nonce: "fresh-one", method: "GET", uri: "/a"))
        #expect(isRight(script.rendered(3, values), "anna", "secret", nonce: "live-other", method: "GET", uri: "/a"))
    }

    @Test func aNonceThatIsAnnouncedIsForTheRequestsThatUseIt() throws {
        var recording = Recording()
        recording.add("GET", "/a", status: 401, answerFields: [DigestTests.challenge("first")])
        recording.add(
            "GET", "/a", fields: [DigestTests.field("anna", "Pa-1", nonce: "first", uri: "/a", count: 1)],
            answerFields: [#"Authentication-Info: nextnonce="second", qop=auth"#])
        recording.add("GET", "/a", fields: [DigestTests.field("anna", "Pa-1", nonce: "second", uri: "/a", count: 1)])
        let rule = BindingRules.IdentityRule(endpoint: "GET /a", field: "Digest password", value: "secret")
        let script = try recording.plan { $0.bindingRules = BindingRules([], identities: [rule]) }.scripts[0]
        var values = CloneValues(script: script, clone: 7)
        script.take(0, from: "", fields: [DigestTests.challenge("live-1")], into: &values)
        script.take(1, from: "", fields: [#"Authentication-Info: nextnonce="live-2""#], into: &values)
        let field = script.rendered(2, values)?.fields["Authorization"] ?? ""
        #expect(field.contains(#"nonce="live-2""#), "\(field)")
    }

    @Test(arguments: [
        ("MD5", [("SHA-256", "a"), ("MD5", "b")], "b", "the client's own algorithm"),
        ("", [("SHA-256", "a"), ("", "b")], "b", "MD5 where none is named"),
        ("SHA-256", [("MD5", "b")], "b", "what there is"),
        ("MD5", [("SHA-3-512", "a"), ("SHA-256", "b")], "b", "the first that is known"),
    ])
    func ofSeveralChallengesOneIsAnswered(
        algorithm: String, offered: [(String, String)], nonce: String, reason: String
    ) throws {
        let lines = offered.map { name, nonce in
            "WWW-Authenticate: Digest realm=\"r\"" + (name.isEmpty ? "" : ", algorithm=\(name)")
                + ", nonce=\"\(nonce)\""
        }
        for lines in [
            lines, [lines.map { $0.dropFirst(18) }.joined(separator: ", ")].map { "WWW-Authenticate: " + $0 },
        ] {
            let head = Array("HTTP/1.1 401 X\r\n\(lines.joined(separator: "\r\n"))\r\n\r\n".utf8)
            let text = try #require(head.withUnsafeBufferPointer { DigestChallenge.text(in: $0) })
            #expect(
                DigestChallenge.answered(in: text, algorithm: Array(algorithm.utf8))?.nonce?.text == nonce,
                "\(reason): \(lines)")
        }
    }

    @Test func challengesAreFoundAmongOthers() {
        func text(_ lines: String) -> String? {
            Array("HTTP/1.1 401 X\r\n\(lines)\r\n\r\n".utf8).withUnsafeBufferPointer {
                DigestChallenge.text(in: $0)?.text
            }
        }
        #expect(text(#"WWW-Authenticate: Basic realm="a", Digest realm="r", nonce="n""#) == #"realm="r", nonce="n""#)
        #expect(text("WWW-Authenticate: Basic realm=\"Digest x\"\r\nwww-authenticate: digest nonce=n") == "nonce=n")
        #expect(text(#"Authentication-Info: nextnonce="n2", qop=auth"#) == #"nextnonce="n2", qop=auth"#)
        #expect(text("X-A: 1") == nil)
    }
}
