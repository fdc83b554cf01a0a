import Redaction
import Testing
import Traffic

/// Values at the limits of what is searched for, and positions at the edges of texts.
@Suite struct BoundaryTests {
    private static let key = Array("a key that only this test has".utf8)

    /// `text` after redaction, once a rule has named `secret`.
    private static func redacted(_ text: String, after secret: String) -> String {
        var redactor = Redactor(policy: .default, key: key)
        _ = redactor.redacted(Recording.json(#"{"access_token":"\#(secret)"}"#))
        let exchange = Recording.exchange(fields: ["Content-Type: text/plain"], body: Array(text.utf8))
        return String(decoding: redactor.redacted(exchange).request?.body ?? [], as: UTF8.self)
    }

    static let edges: [(reason: String, value: String, isFound: Bool)] = [
        ("8 bytes with letters and digits", "s3cretAB", true), ("7 bytes", "s3cretA", false),
        ("9 digits", "123456789", true), ("8 digits", "12345678", false), ("20 letters", "abcdefghijklmnopqrst", true),
        ("19 letters", "abcdefghijklmnopqrs", false), ("14 letters of both cases", "abcdefGHijklmn", true),
        ("13 letters of both cases", "abcdefGHijklm", false), ("14 letters with one capital", "Abcdefghijklmn", false),
        ("12 letters and marks of both cases", "abcd-EFgh-ij", true), ("11 such", "abcd-EFgh-i", false),
        ("an address", "a@exampl", true), ("20 letters and marks", "abcdefg-hijk-lmn-opq", true),
        ("19 such", "abcdefg-hijk-lmn-op", false), ("a date", "2026-11-21T10:00", false),
        ("a path", "/a/b/c1/d", false),
    ]

    @Test(
        "What cannot stand somewhere by chance is found elsewhere, in the middle and as the last bytes",
        arguments: edges)
    func edgesOfStrength(reason: String, value: String, isFound: Bool) {
        for text in ["see \(value)", "see \(value) here", value] {
            #expect(Self.redacted(text, after: value).contains(value) != isFound, "\(reason): \(text)")
        }
    }

    @Test("Several consecutive ones, and one that contains another")
    func neighbours() {
        #expect(!Self.redacted("s3cretABs3cretAB", after: "s3cretAB").contains("s3cretAB"))
        let redacted = Self.redacted("xs3cretAB,s3cretAB", after: "s3cretAB")
        #expect(redacted.hasPrefix("x") && redacted.contains(",") && redacted.utf8.count == 18)
    }

    @Test(
        "A body that capture cut keeps its length, whichever bytes changed",
        arguments: [(kept: 26, total: 1000), (kept: 26, total: 27), (kept: 26, total: 26)])
    func cutBodies(kept: Int, total: Int) {
        var redactor = Redactor(policy: .default, key: Self.key)
        let body = Array(#"{"token":"abcdefgh12345678"#.utf8)
        #expect(body.count == kept)
        var exchange = Recording.exchange(fields: ["Content-Type: application/json"], body: body)
        exchange.request?.bodyBytes = UInt64(total)
        let redacted = redactor.redacted(exchange).request
        #expect(redacted?.body.count == kept && redacted?.body != body)
        #expect(redacted?.bodyBytes == UInt64(total))
    }

    @Test("The size of a body shortened by a policy includes what capture left out")
    func shortenedBodies() throws {
        var redactor = Redactor(
            policy: try RedactionPolicy(yaml: "rules:\n  - {json: a, action: drop}"), key: Self.key)
        let body = Array(#"{"a":"0123456789","b":1}"#.utf8)
        var exchange = Recording.exchange(fields: ["Content-Type: application/json"], body: body)
        exchange.request?.bodyBytes = UInt64(body.count) + 100
        let redacted = redactor.redacted(exchange).request
        #expect(String(decoding: redacted?.body ?? [], as: UTF8.self) == #"{"a":null,"b":1}"#)
        #expect(redacted?.bodyBytes == 116)
    }

    @Test("Base64 at the end of a text, at each place within a group", arguments: 0..<3)
    func base64AtTheEnd(alignment: Int) {
        let secret = "s3cretABCDE"
        let coded = base64(String(repeating: "x", count: alignment) + secret)
        let redacted = Self.redacted("v=\(coded)", after: secret)
        let inner = coded.filter { $0 != "=" }.dropFirst(alignment == 0 ? 0 : alignment + 1).dropLast(2)
        #expect(!redacted.contains(inner))
    }

    @Test("Values of the maximum length that is searched for")
    func longest() {
        let (long, longer) = (String(repeating: "a1", count: 8192), String(repeating: "b2", count: 8193))
        #expect(!Self.redacted("x \(long)", after: long).contains(long))
        #expect(Self.redacted("x \(longer)", after: longer).contains(longer))
    }

    @Test("Names in text are found up to their longest, values from their shortest")
    func text() {
        var redactor = Redactor(policy: .default, key: Self.key)
        func body(_ text: String) -> String {
            let exchange = Recording.exchange(fields: ["Content-Type: text/plain"], body: Array(text.utf8))
            return String(decoding: redactor.redacted(exchange).request?.body ?? [], as: UTF8.self)
        }
        #expect(!body("see: token=abcd").contains("abcd"))
        #expect(body("see: token=abc").contains("abc"))
        #expect(!body("see: token='ab'").contains("'ab'"))
        let name = String(repeating: "x", count: 43) + "token"
        #expect(!body("see: \(name)=abcd").contains("abcd"))
        #expect(body("see: x\(name)=abcd").contains("abcd"))
    }
}
