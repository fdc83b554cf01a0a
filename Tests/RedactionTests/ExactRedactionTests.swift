import Credentials
import Redaction
import TestSupport
import Testing
import Traffic

/// The exact text that redaction leaves, at each kind of place and at the edges of each: what is too much is as wrong
/// as what is too little.
@Suite struct ExactRedactionTests {
    private static let key = Array("a key that only this test has".utf8)
    private static let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"

    /// A head, stored and shown.
    private static func head(_ lines: String, isAnswer: Bool) -> String {
        let start = isAnswer ? "HTTP/1.1 200 OK" : "GET / HTTP/1.1"
        let text = lines.hasPrefix("> ") ? String(lines.dropFirst(2)) : "\(start)\r\n\(lines)"
        var exchange = Recording.exchange()
        let head = Array((text + "\r\n\r\n").utf8)
        if isAnswer { exchange.response?.head = head } else { exchange.request?.head = head }
        var redactor = Redactor(policy: .default, key: key)
        let stored = redactor.redacted(exchange)
        var mask = SecretMask(.description)
        let bytes = (isAnswer ? stored.response : stored.request)?.head ?? []
        let prefix = lines.hasPrefix("> ") ? 0 : start.utf8.count + 2
        return "\(bytes.dropFirst(prefix).dropLast(4).readable)\n"
            + mask.head(head).dropFirst(prefix).dropLast(4).readable
    }

    /// A body, stored and shown.
    private static func body(_ text: String, type: String) -> String {
        var redactor = Redactor(policy: .default, key: key)
        let exchange = Recording.exchange(fields: ["Content-Type: \(type)"], body: Array(text.utf8))
        var mask = SecretMask(.description)
        return (redactor.redacted(exchange).request?.body ?? []).readable + "\n"
            + mask.body(Array(text.utf8), type: type).readable
    }

    private static func entries(
        _ kind: String, _ texts: [String], _ change: (String) -> String
    ) -> [GoldenTable.Entry] {
        texts.map { GoldenTable.Entry("\(kind): \(Array($0.utf8).readable)", change($0)) }
    }

    @Test func headsAreExact() {
        let entries =
            Self.entries("field", ExactPlaces.fields) { Self.head($0, isAnswer: false) }
            + Self.entries("answer", ExactPlaces.answers) { Self.head($0, isAnswer: true) }
            + Self.entries("target", ExactPlaces.targets.map { "> GET \($0) HTTP/1.1" }) {
                Self.head($0, isAnswer: false)
            }
            + Self.entries("target", ExactPlaces.targets.map { "> :method: GET\r\n:path: \($0)\r\n:authority: u:pw@h" })
        {
            Self.head($0, isAnswer: false)
        }
        let differences = GoldenTable("heads.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    @Test func bodiesAreExact() {
        let parts = ExactPlaces.multipart.map {
            "--b1\r\n\($0.0)\r\n\r\n\($0.1)\r\n--b1\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b1--\r\n"
        }
        let cut = [
            "--b1\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n1234", "--b1\nX: y\n\ntoken=abcd\n--b1--\n",
            "--b1",
            "--b1\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n", "x--b1\r\n\r\ntoken=abcd--b1--token=abcd",
            "token=abcd",
        ]
        let entries =
            Self.entries("json", ExactPlaces.json) { Self.body($0, type: "application/json") }
            + Self.entries("text", ExactPlaces.text) { Self.body($0, type: "text/plain") }
            + Self.entries("markup", ExactPlaces.markup) { Self.body($0, type: "text/html") }
            + Self.entries("forms", ExactPlaces.forms) { Self.body($0, type: "application/x-www-form-urlencoded") }
            + Self.entries("multipart", parts + cut) { Self.body($0, type: "multipart/form-data; boundary=b1") }
        let differences = GoldenTable("bodies.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    /// The same values through each action, named by a rule for one member.
    @Test func actionsAreExact() throws {
        let values = [
            "\"Ab12-Cd34x\"", "\"abcdefgh12345678\"", "\"\u{fc}ber 12\"", "\"a\"", "\"a\\u0041b\"",
            "\"Bearer Ab12Cd34Ef\"", "1234.5",
            "-0.5e+10", "0", "4111111111111111", "\"4111 1111 1111 1111\"", "\"ann.b@mail.company.org\"",
            "\"\(Self.jwt)\"",
            "\"2026-11-30T10:00:00Z\"", "true", "null", "{\"b\":\"inner9x\"}", "[\"x1y2\",7]",
        ]
        var entries: [GoldenTable.Entry] = []
        for action in [
            "action: drop", "action: mask", "action: cut", "action: cut, keep: 0", "action: cut, keep: 3",
            "action: pseudonymise",
        ] {
            for rule in ["json: $.a", "json: a"] {
                for value in values {
                    var redactor = Redactor(
                        policy: try RedactionPolicy(yaml: "rules:\n  - {\(rule), \(action)}"), key: Self.key)
                    // What is redacted once is found again beside it, whole and in other text.
                    let text = "{\"a\":\(value),\"c\":\"see abcdefgh12345678 Ab12-Cd34x\"}"
                    let body = redactor.redacted(Recording.json(text)).request?.body ?? []
                    entries.append(GoldenTable.Entry("\(rule), \(action): \(value)", body.readable))
                }
            }
        }
        let differences = GoldenTable("actions.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    /// With the same key, a value has the same pseudonym in every version: recordings of a service are compared.
    @Test func pseudonymsStay() throws {
        let policy = try RedactionPolicy(yaml: "rules: [{json: v, action: pseudonymise}]")
        let values = [
            "a", "Z", "7", "0", "0012", "12", "Secret-17", "with blanks and more", "AbC/dEf+0==",
            "\u{fc}ber gr\u{f6}\u{df}e", "日本語", "x😀y",
            "7f3a9c1e5b2d4f60", "DEADBEEF01234567", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6", "4111111111111111",
            "5500 0000 0000 0004", "378282246310005", "someone@gmail.com", "a.b@mail.example.org", "a@b.co", "abcdef12",
            "abcdef1",
            "Bearer abc123", "--", String(repeating: "ab1", count: 30), String(repeating: "x9Y", count: 4000),
            Self.jwt,
            token(
                #"{"sub":"user-17x","iss":"me","exp":1700000000,"n":"12345678","m":"123456789","role":"admin"}"#,
                signature: "c2ln"),
            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.abcdefgh.AAAAAAAAAAAAAAAAAAAAAA",
            token(#"{"email":"ann","name":"Ann B"}"#, signature: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"),
        ]
        var entries: [GoldenTable.Entry] = []
        for value in values {
            var redactor = Redactor(policy: policy, key: Self.key)
            let body = redactor.redacted(Recording.json("{\"v\":\"\(value)\"}")).request?.body ?? []
            entries.append(
                GoldenTable.Entry(value.utf8.count > 200 ? "\(value.utf8.count) bytes" : value, Self.short(body)))
        }
        let differences = GoldenTable("pseudonyms.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    /// A long text as its beginning, its end, and a sum over its bytes.
    private static func short(_ bytes: [UInt8]) -> String {
        guard bytes.count > 400 else { return bytes.readable }
        let sum = bytes.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }
        return "\(bytes.prefix(100).readable)…\(bytes.suffix(100).readable), \(bytes.count) bytes, \(sum)"
    }

    /// Secrets that a rule named before, in the encodings in which they may come again.
    @Test func whatWasNamedIsFoundAgainExactly() {
        let secret = "Zq7-Leak/X9+v~K7 w\u{e9}"
        let escaped = secret.unicodeScalars.map { $0.value < 128 ? "\($0)" : "\\u00e9" }.joined()
        var echoes = [
            secret, "x\(secret)y", "\(secret)\(secret)", percent(secret), percentAll(secret),
            percent(secret).replacing("%20", with: "+"),
            jsonAll(secret), escaped, secret.replacing("/", with: "\\/"), secret.replacing("\u{e9}", with: "&eacute;"),
            secret.replacing("+", with: "&#43;"), secret.replacing("+", with: "&#x2b;"), String(secret.dropLast()),
            secret.uppercased(),
        ]
        for lead in ["", "x", "xy"] {
            for tail in ["", "z", "zz"] {
                echoes.append(base64(lead + secret + tail))
                echoes.append(base64(lead + secret + tail, isURL: true))
            }
        }
        let entries = echoes.enumerated().map { index, echo -> GoldenTable.Entry in
            var redactor = Redactor(policy: .default, key: Self.key)
            _ = redactor.redacted(Recording.json("{\"password\":\"\(secret)\"}"))
            let exchange = Recording.exchange(
                fields: ["Content-Type: text/plain"], body: Array("see \(echo) there".utf8))
            return GoldenTable.Entry("\(index): \(echo)", (redactor.redacted(exchange).request?.body ?? []).readable)
        }
        let differences = GoldenTable("echoes.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    @Test func limitsAreExact() {
        let entries = Self.secretLimits() + Self.personLimits() + Self.depthLimits() + Self.seenValueLimits()
        let differences = GoldenTable("limits.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    /// Which of twelve secrets are still found after all of them were learned, and how many were forgotten.
    private static func secretLimits() -> [GoldenTable.Entry] {
        var entries: [GoldenTable.Entry] = []
        func run(_ name: String, _ change: (inout RedactionLimits) -> Void) {
            var limits = RedactionLimits()
            change(&limits)
            var redactor = Redactor(policy: .default, key: Self.key, limits: limits)
            let secrets = (0..<12).map { "Secret\($0)x9kQ2" }
            for (number, secret) in secrets.enumerated() {
                _ = redactor.redacted(Recording.json("{\"password\":\"\(secret)\",\"user\":\"person\(number)\"}"))
            }
            let text = secrets.joined(separator: " ")
            let exchange = Recording.exchange(fields: ["Content-Type: text/plain"], body: Array(text.utf8))
            let body = redactor.redacted(exchange).request?.body.readable ?? ""
            let found = secrets.map { body.contains($0) ? "0" : "1" }.joined()
            let counts = redactor.counts
            entries.append(
                GoldenTable.Entry(
                    name,
                    "\(found), learned \(redactor.learnedSecrets), forgotten \(redactor.forgottenSecrets), "
                        + "\(counts.exchanges) exchanges, \(counts.changedExchanges) changed, \(counts.droppedBodies) dropped, "
                        + "\(counts.unreadableBodies) unreadable"))
        }
        run("no limit") { _ in }
        for count in [0, 1, 2, 3, 5, 11, 12] { run("\(count) secrets") { $0.maxSecrets = count } }
        for bytes in [0, 100, 200, 500, 1000, 1100] { run("\(bytes) bytes") { $0.maxSecretBytes = bytes } }
        return entries
    }

    private static func personLimits() -> [GoldenTable.Entry] {
        [0, 1, 3].map { people in
            var limits = RedactionLimits()
            limits.maxPeople = people
            var redactor = Redactor(policy: .default, key: Self.key, limits: limits)
            let names = ["ann", "bob", "carol"]
            for name in names {
                let basic = base64("\(name):pw-of-\(name)-1")
                _ = redactor.redacted(Recording.exchange(fields: ["Authorization: Basic \(basic)"]))
            }
            let texts = names.map { name in
                let exchange = Recording.json("{\"user\":\"\(name)\",\"colour\":\"\(name)\"}", to: "/users/\(name)")
                let redacted = redactor.redacted(exchange).request
                return "\((redacted?.head ?? []).prefix(24).readable) \((redacted?.body ?? []).readable)"
            }
            return GoldenTable.Entry("\(people) people", texts.joined(separator: "\n"))
        }
    }

    private static func depthLimits() -> [GoldenTable.Entry] {
        (0...6).map { depth in
            var limits = RedactionLimits()
            limits.maxDepth = depth
            var redactor = Redactor(policy: .default, key: Self.key, limits: limits)
            var text = "{\"password\":\"pw-1234\"}"
            let wrapped = (0..<5).map { _ -> String in
                defer { text = "{\"b\":\"\(base64(text))\"}" }
                return (redactor.redacted(Recording.json(text)).request?.body ?? []).readable
            }
            return GoldenTable.Entry("depth \(depth)", wrapped.joined(separator: "\n"))
        }
    }

    private static func seenValueLimits() -> [GoldenTable.Entry] {
        [0, 1, 2, 50].map { seen in
            var limits = RedactionLimits()
            limits.maxSeenValues = seen
            var redactor = Redactor(policy: .default, key: Self.key, limits: limits)
            _ = redactor.redacted(Recording.json("{\"id\":\"user-17-abcdef\",\"x\":\"other-18-ghijkl\"}"))
            let claims = token("{\"sub\":\"user-17-abcdef\",\"n\":\"unseen-19-mnopqr\"}", signature: "c2lnbmF0dXJl")
            let exchange = Recording.exchange(fields: ["Authorization: Bearer \(claims)"])
            return GoldenTable.Entry("\(seen) seen", (redactor.redacted(exchange).request?.head ?? []).readable)
        }
    }
}
