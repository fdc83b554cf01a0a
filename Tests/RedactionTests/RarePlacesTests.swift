import ContentCodings
import Redaction
import Testing
import Traffic

/// Secrets in the places of a message that are easily overlooked: around the parts of a multipart body, in lines that
/// are no fields, in reason phrases, in the rows below a name.
@Suite struct RarePlacesTests {
    private static let key = Array("a key that only this test has".utf8)

    /// Plants each secret in a request and in a response, and expects nothing of it, nor of `forms`, afterwards.
    private static func expectNothing(
        _ label: String, planted: (String) -> [Exchange], forms: (String) -> [[UInt8]] = { [Array($0.utf8)] }
    ) {
        for secret in ["Zq7Leak\(label.utf8.count)X9vK77w", "0a9f3c7e5b2d4f60a1c3e5d7", "k4_Lm-88.pQ2rT"] {
            for exchange in planted(secret) {
                let before = contents(exchange)
                let after = contents(Redactor(policy: .default, key: key).redactedOnce(exchange))
                for form in forms(secret) {
                    #expect(before.contains { $0.contains(form) }, "\(label): it is not even planted")
                    #expect(!after.contains { $0.contains(form) }, "\(label): left of \(secret)")
                }
            }
        }
    }

    private static func contents(_ exchange: Exchange) -> [[UInt8]] {
        [exchange.request, exchange.response].compactMap(\.self).flatMap { [$0.head, $0.trailers, $0.body] }
    }

    private static func both(_ body: [UInt8], type: String) -> [Exchange] {
        let fields = ["Content-Type: \(type)"]
        return [
            Recording.exchange(fields: fields, body: body), Recording.exchange(answer: fields, answerBody: body),
        ]
    }

    private static let disposition = "Content-Disposition: form-data; name=\"a\""

    @Test(
        "Multipart bodies outside of the contents of their parts",
        arguments: [
            "--Q\r\n#\r\n\r\n1\r\n--Q--\r\npassword=%\r\n", "--Q\r\n#\r\n\r\n1\r\n--Q--\r\n{\"password\":\"%\"}",
            "password: %\r\n--Q\r\n#\r\n\r\n1\r\n--Q--\r\n", "<password>%</password>\r\n--Q\r\n#\r\n\r\n1\r\n--Q--\r\n",
            "password: %\r\n", "{\"password\":\"%\"}", "a=1&password=%",
            "--R\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n%\r\n--R--\r\n",
            "--Q\r\n#\r\nContent-Location: /x?token=%\r\n\r\n1\r\n--Q--\r\n",
            "--Q\r\n#\r\nAuthorization: Bearer %\r\n\r\n1\r\n--Q--\r\n",
            "--Q\r\n#; filename=\"x?token=%\"\r\n\r\n1\r\n--Q--\r\n",
            "--Q\r\npassword: %\r\n--Q--\r\n", "--Q\r\n\r\npassword: %\r\n--Q--\r\n",
            "--Q--\r\n--Q\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n%\r\n--Q--\r\n",
            "--Q\r\nContent-Type: multipart/mixed; boundary=R\r\n\r\n--R\r\n\r\n1\r\n--R--\r\ntoken=%\r\n--Q--\r\n",
            "--Q\r\nContent-Disposition: form-data; name*=UTF-8''pass%77ord\r\n\r\n%\r\n--Q--\r\n",
            "--Q\r\n#; filename=\"u.csv\"\r\nContent-Type: text/csv\r\n\r\nuser,password\r\nbob,%\r\n--Q--\r\n",
        ])
    func multipart(body: String) {
        let body = body.replacing("#", with: Self.disposition).replacing("pass%77ord", with: "pass$77ord")
        func filled(_ secret: String) -> [UInt8] {
            Array(body.replacing("%", with: secret).replacing("$77", with: "%77").utf8)
        }
        Self.expectNothing(body) { Self.both(filled($0), type: "multipart/form-data; boundary=Q") }
        Self.expectNothing(body) { Self.both(filled($0), type: "multipart/mixed; boundary=\"Q\"; start=\"<a>\"") }
    }

    @Test func aMultipartBodyWithoutABoundaryIsDividedByItsFirstLine() {
        let body = "--xYz\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n%\r\n--xYz--\r\n"
        Self.expectNothing(body) { Self.both(Array(body.replacing("%", with: $0).utf8), type: "multipart/form-data") }
    }

    @Test(arguments: [76, 20, 0]) func partsInBase64AreDecoded(lineLength: Int) throws {
        func lines(_ secret: String) -> String {
            let coded = Array(base64("my password=\(secret) here, and some more words to fill a line or two"))
            guard lineLength > 0 else { return String(coded) }
            return stride(from: 0, to: coded.count, by: lineLength).map {
                String(coded[$0..<min($0 + lineLength, coded.count)])
            }.joined(separator: "\r\n")
        }
        Self.expectNothing("base64") { secret in
            let body =
                "--Q\r\n\(Self.disposition)\r\nContent-Transfer-Encoding: BASE64\r\n\r\n\(lines(secret))\r\n--Q--\r\n"
            return Self.both(Array(body.utf8), type: "multipart/form-data; boundary=Q")
        } forms: {
            [Array(lines($0).utf8)]
        }
        let body =
            "--Q\r\n\(Self.disposition)\r\nContent-Transfer-Encoding: base64\r\n\r\n\(lines("Abcd1234"))\r\n--Q--"
        let exchange = Self.both(Array(body.utf8), type: "multipart/form-data; boundary=Q")[0]
        let redacted = String(
            decoding: Redactor(policy: .default, key: Self.key).redactedOnce(exchange).request?.body ?? [],
            as: UTF8.self
        )
        #expect(redacted.split(separator: "\r\n").map(\.count) == body.split(separator: "\r\n").map(\.count))
    }

    @Test(
        "Lines of a head and of trailers that are no fields",
        arguments: [
            "password=%", "Authorization Bearer %", "Bearer %", "/x?token=%", "X-Note see password: %", "token=%: x",
            "Cookie a=%",
            "{\"token\":\"%\"}", "https://u:%@h/x", "X-Note: a\r\n password=%", "Cookie sid=%", "Cookie a=1; b=%",
        ])
    func brokenLines(line: String) {
        Self.expectNothing(line) { secret in
            let line = line.replacing("%", with: secret)
            return [
                Recording.exchange(fields: [line]), Recording.exchange(answer: [line]),
                Recording.exchange(trailers: [line]),
            ]
        }
    }

    @Test(
        "Reason phrases",
        arguments: [
            "403 token=%", "403 bad password: %", "302 https://h/x?token=%", "302 https://u:%@h/x",
            "400 {\"token\":\"%\"}",
        ])
    func reasons(reason: String) {
        Self.expectNothing(reason) { secret in
            var exchange = Recording.exchange()
            exchange.response?.head = Array("HTTP/1.1 \(reason.replacing("%", with: secret))\r\n\r\n".utf8)
            return [exchange]
        }
    }

    @Test(
        "Targets and start lines",
        arguments: [
            "verylongscheme+http+x://u:%@h/x", "/x/token:%/y", "/x?u=data:application/json,{\"token\":\"%\"}",
            "/x HTTP/1.1 token=%",
        ])
    func targets(target: String) {
        Self.expectNothing(target) { [Recording.exchange(target.replacing("%", with: $0))] }
        #expect(!Self.isChanged(Recording.exchange("/users/password:reset")))
    }

    @Test(
        "Fields",
        arguments: [
            "Link: </x>; rel=next; title=\"password=%\"", "Link: </x>; rel=next; anchor=\"/y?token=%\"",
            "Set-Cookie: a=1; Path=/x?token=%", "Set-Cookie: a=1; Path=/reset-password/%",
            "Set-Cookie: a=1; Path=/; Priority=%", "Set-Cookie: a=1; SameSite=Lax; Version=%",
            "Set-Cookie: a=1; Path=/, sid=%; Path=/", "Set-Cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=%",
            "WWW-Authenticate: Bearer realm=\"x\", error_description=\"token=%\"",
            "WWW-Authenticate: Bearer realm=\"https://h/?access_token=%\"",
            "Refresh: 5; url=https://h/x?token=%", "Via: 1.1 proxy (token=%)", "Warning: 199 - \"password=%\"",
            "Content-Disposition: attachment; filename=\"x\"; token=%", "Content-Type: text/plain; token=%",
        ])
    func fields(field: String) {
        Self.expectNothing(field) { secret in
            let field = field.replacing("%", with: secret)
            return [Recording.exchange(fields: [field]), Recording.exchange(answer: [field])]
        }
    }

    @Test func attributesOfCookiesStay() {
        for field in [
            "Set-Cookie: lang=en; Path=/; Domain=h.example; Max-Age=5; SameSite=Lax; Priority=High; Version=1",
            "Set-Cookie: theme=dark; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Secure",
        ] {
            let after = Redactor(policy: .default, key: Self.key).redactedOnce(Recording.exchange(answer: [field]))
            let head = String(decoding: after.response?.head ?? [], as: UTF8.self)
            #expect(head.contains(field.drop { $0 != ";" }), "\(head)")
        }
    }

    @Test(
        "Data URLs and base64 within text",
        arguments: [
            "Link: <data:application/json;base64,%>", "X-Data: v=%", "X-Data: a=1; v=%", "X-Note: see data:;base64,%",
        ])
    func codedFields(field: String) {
        func coded(_ secret: String) -> String { base64("{\"token\":\"\(secret)\",\"a\":1}") }
        Self.expectNothing(field) { secret in
            let field = field.replacing("%", with: coded(secret))
            return [Recording.exchange(fields: [field]), Recording.exchange(answer: [field])]
        } forms: {
            [Array(coded($0).utf8)]
        }
    }

    @Test(
        "Bodies with data URLs",
        arguments: [
            ("application/json", "{\"u\":\"data:application/json;base64,%\"}"),
            ("application/json", "{\"m\":\"see data:application/json;base64,% there\"}"),
            ("text/plain", "see data:application/json;base64,% there"),
            ("text/html", "<a href=\"data:application/json;base64,%\">x</a>"),
        ])
    func codedBodies(type: String, body: String) {
        func coded(_ secret: String) -> String { base64("{\"token\":\"\(secret)\",\"a\":1}") }
        Self.expectNothing(body) {
            Self.both(Array(body.replacing("%", with: coded($0)).utf8), type: type)
        } forms: {
            [Array(coded($0).utf8)]
        }
    }

    private static let bodyCases: [(type: String, body: String)] = [
        ("application/yaml", "tokens:\n  - %\n  - b\n"), ("application/yaml", "db:\n  tokens:\n  - \"%\"\n"),
        ("application/yaml", "password: |\n  %\n"), ("application/yaml", "password: >-\r\n  %\r\nuser: a\r\n"),
        ("application/yaml", "password:\n  %\n"), ("application/yaml", "- password:\n    '%'\n"),
        ("application/yaml", "password: !!str %\n"), ("application/yaml", "db: {user: a, tokens: [a, %]}\n"),
        ("application/toml", "password = \"\"\"\n%\"\"\"\n"), ("application/toml", "password = '''%'''\n"),
        ("application/toml", "tokens = [\"a\", \"%\"]\n"), ("application/toml", "tokens = [\n  'a',\n  '%',\n]\n"),
        ("text/csv", "user,password\nbob,%\n"), ("text/csv", "\"user\",\"password\"\r\n\"b,b\",\"%\"\r\n"),
        ("text/tab-separated-values", "user\tpassword\nbob\t%\n"), ("text/csv", "user;password\nbob;%\nann;%"),
        ("text/markdown", "| user | password |\n|---|---|\n| bob | % |\n"), ("text/csv", "id,api_key\n1,\"%\"\n2,x\n"),
        ("text/markdown", "**Password:** %"), ("text/plain", "{b'password': b'%'}"),
        ("application/json", "{\"u\":\"data:text/plain,password=%\"}"), ("text/plain", "data:text/plain,password=%"),
        ("application/octet-stream", "\u{0}\u{1}\u{2}password=%\u{0}\u{3}"),
        ("application/octet-stream", "\u{0}\u{1}\u{2}{\"password\":\"%\"}\u{0}\u{3}"),
        ("application/x-protobuf", "\u{1}\u{0}https://u:%@h.example/x\u{2}"),
    ]

    @Test("Bodies", arguments: bodyCases)
    func structuredBodies(type: String, body: String) {
        Self.expectNothing(body) { Self.both(Array(body.replacing("%", with: $0).utf8), type: type) }
    }

    @Test(
        "What only looks like these places stays",
        arguments: [
            ("application/yaml", "password:\n  enter it below\n"), ("application/yaml", "tokens:\n  limit: 5\n"),
            ("text/csv", "user,colour\nbob,blue7green9\n"), ("text/plain", "token types: [a, b]\n"),
            ("multipart/mixed; boundary=Q", "see below\r\n--Q\r\n\r\n1\r\n--Q--\r\nthe end\r\n"),
            ("application/octet-stream", "\u{0}\u{1}name=blue7green9\u{2}"),
        ])
    func open(type: String, body: String) {
        for exchange in Self.both(Array(body.utf8), type: type) { #expect(!Self.isChanged(exchange), "\(body)") }
    }

    private static func isChanged(_ exchange: Exchange) -> Bool {
        contents(Redactor(policy: .default, key: key).redactedOnce(exchange)) != contents(exchange)
    }

    @Test("UTF-16, with and without a byte order mark", arguments: [true, false], ["\u{feff}", ""])
    func wideText(isBigEndian: Bool, mark: String) {
        func wide(_ text: String) -> [UInt8] {
            text.utf16.flatMap { unit -> [UInt8] in
                let bytes = [UInt8(unit >> 8), UInt8(unit & 0xff)]
                return isBigEndian ? bytes : bytes.reversed()
            }
        }
        for body in ["{\"ü\":\"😀\",\"password\":\"%\"}", "<a><password>%</password></a>"] {
            Self.expectNothing(body) {
                Self.both(wide(mark + body.replacing("%", with: $0)), type: "application/json")
            } forms: {
                [wide($0)]
            }
        }
        let exchange = Self.both(wide(mark + "{\"ü\":\"😀\",\"colour\":\"blue7\"}"), type: "application/json")[0]
        #expect(!Self.isChanged(exchange))
    }

    @Test("Compressed files that no field calls compressed", arguments: [ContentCoding.Step.gzip, .zstd])
    func compressedFiles(step: ContentCoding.Step) throws {
        let coding = ContentCoding([step])
        for secret in ["Zq7LeakX9vK77w", "0a9f3c7e5b2d4f60"] {
            let body = try coding.encoded(Array("{\"a\":1,\"password\":\"\(secret)\"}".utf8))
            for exchange in Self.both(body, type: "application/octet-stream") {
                let after = Redactor(policy: .default, key: Self.key).redactedOnce(exchange)
                let new = exchange.request?.body.isEmpty == false ? after.request : after.response
                let text = String(decoding: try coding.decoded(new?.body ?? []), as: UTF8.self)
                #expect(text.hasPrefix("{\"a\":1,\"password\":\"") && !text.contains(secret), "\(text)")
                #expect(new.map { UInt64($0.body.count) == $0.bodyBytes } == true)
            }
        }
        // What only begins like one is searched as it is.
        let damaged = [0x1f, 0x8b, 8] + Array("\u{0} password=Zq7LeakX9vK77w ".utf8)
        Self.expectNothing("damaged") { _ in
            Self.both(damaged, type: "application/octet-stream")
        } forms: { _ in
            [Array("Zq7LeakX9vK77w".utf8)]
        }
    }
}

extension Redactor {
    /// The redacted `exchange`, with everything that was learned forgotten afterwards.
    fileprivate func redactedOnce(_ exchange: Exchange) -> Exchange {
        var redactor = self
        return redactor.redacted(exchange)
    }
}
