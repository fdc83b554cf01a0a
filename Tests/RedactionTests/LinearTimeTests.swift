import Credentials
import Redaction
import Testing
import Traffic

/// Inputs crafted to be examined repeatedly: redaction takes time proportional to their length. With quadratic time,
/// one of them would exceed the time limit.
@Suite(.timeLimit(.minutes(1))) struct LinearTimeTests {
    private static let key = Array("a key that only this test has".utf8)

    /// Bytes of an input. An algorithm that examines everything after each byte would examine more than ten billion
    /// bytes.
    private static let count = 192 << 10

    @Test(arguments: [
        "token=", "a=", "eyJ", "eyJ.", "eyJ9.eyJ9", "u:p@", "http://u:", "?token=", "token=[", "password=a,", "{\"{\"",
        "x=\"", "x = ", "/a", "<!--", "<a b=\"", "[", "[\"a\",", "{\"a\":", "{'a':", "<x ", "token:key ", " -u ", "%25",
        "data:", "data:,", "token:\n", "token: [", "token=\"\"\"", "token: |\n", "token:\n  a\n", "tokens:\n- x\n",
        "YWJjZGVm=", "a,token\n", "pin=ab,", "\u{1}token=abcdefgh", "--b\r\n",
        "a:", "a:b@", "a:b@h:", "a '", "password '", "password \"", "','", "'password',", "password('", "(", " by '",
        "identified by ", "login password ", "password a1b2c3d4 ", "data: x\n", "data:data: x\n", "token: &a ", "PWD={",
    ])
    func repeated(text: String) {
        let body = String(repeating: text, count: Self.count / text.utf8.count)
        // As a form if it has names, as the content it begins like, and as text.
        for start in ["", "see: "] {
            var redactor = Redactor(policy: .default, key: Self.key)
            let redacted = redactor.redacted(Recording.answer(start + body, type: "text/plain"))
            #expect((redacted.response?.body.count ?? 0) >= Self.count - text.utf8.count)
        }
    }

    @Test(
        "Binary maps",
        arguments: [
            [0x81], [0x91], [0xa1], [0xbf], [0x9f], [0xd9], [0xc1, 0x81], [0x81, 0xa1, 0x61], [0xa1, 0x61, 0x61],
            [0x82, 0xa1, 0x61, 0xa1, 0x62, 0xa1, 0x63, 0xa1, 0x64], [0xdf, 0, 0, 0, 1], [0x5f], [0xd0, 0xb0],
        ] as [[UInt8]])
    func packed(bytes: [UInt8]) {
        let body = Array(repeatElement(bytes, count: Self.count / bytes.count).joined())
        for type in [
            "application/octet-stream", "application/cbor", "application/msgpack", "application/grpc-web-text",
        ] {
            var redactor = Redactor(policy: .default, key: Self.key)
            let exchange = Recording.exchange(fields: ["Content-Type: \(type)"], body: body)
            #expect(redactor.redacted(exchange).request?.body.isEmpty == false)
        }
    }

    @Test(arguments: ["--b\r\n", "--b--", "--b\r\nA: b\r\n", "--b\r\n\r\npin=", "--bb", "--"])
    func multipart(text: String) {
        let body = Array(String(repeating: text, count: Self.count / text.utf8.count).utf8)
        var redactor = Redactor(policy: .default, key: Self.key)
        let exchange = Recording.exchange(fields: ["Content-Type: multipart/form-data; boundary=b"], body: body)
        #expect(redactor.redacted(exchange).request?.body.isEmpty == false)
    }

    @Test(arguments: ["a,b=", "; a=b,", "; a=b, c=d", "=,"])
    func joinedCookies(text: String) {
        let field = "Set-Cookie: a=b;" + String(repeating: text, count: Self.count / text.utf8.count)
        var redactor = Redactor(policy: .default, key: Self.key)
        #expect(redactor.redacted(Recording.exchange(answer: [field])).response?.head.isEmpty == false)
    }

    @Test func ofOtherKinds() {
        let names = (0..<4096).map { "a\($0):" }.joined()
        let labels = "{" + (0..<8192).map { "\"name\":\"token\",\"value\":\"v\($0)\"," }.joined() + "\"x\":1}"
        let attributes = "<p " + (0..<8192).map { "name=token value=v\($0) " }.joined() + ">"
        let coded = base64(String(repeating: "{\"{\"", count: 32 << 10))
        for body in [names, labels, attributes, coded] {
            var redactor = Redactor(policy: .default, key: Self.key)
            #expect(redactor.redacted(Recording.answer(body, type: "text/plain")).response?.body.isEmpty == false)
        }
    }

    @Test("A long value has a pseudonym of its length, and different values have different ones")
    func longValues() {
        var redactor = Redactor(policy: .default, key: Self.key)
        let value = String(repeating: "aB3", count: 256 << 10)
        let first = redactor.redacted(Recording.form("password=\(value)")).request?.body ?? []
        let second = redactor.redacted(Recording.form("password=\(value.dropLast())4")).request?.body ?? []
        #expect(first.count == value.utf8.count + 9 && second.count == first.count)
        #expect(first != second && first != Array("password=\(value)".utf8))
    }

    @Test("Tokens are found after text that begins like one")
    func tokensInRuns() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"
        for (text, isFound) in [
            (token, true), ("eyJ9eyJ" + token, true), ("eyJ." + token, true), ("eyJ.eyJ.eyJ.x " + token, true),
            ("eyx/" + token, true), (token + ".x", true),
        ] {
            var found: [String] = []
            Array(text.utf8).withUnsafeBytes { bytes in
                WebToken.forEach(in: bytes, 0..<bytes.count) {
                    found.append(String(decoding: bytes[$0.range], as: UTF8.self))
                }
            }
            #expect(found.contains(token) == isFound, "\(text): \(found)")
        }
    }
}
