import ContentCodings
import Redaction
import Testing
import Traffic

/// Secrets planted in every place × encoding × content type that the built-in policy covers: nothing is left.
///
/// Each test prints how many it planted and how many were left.
@Suite struct PlantedMatrixTests {
    private static let key = Array("a key that only this test has".utf8)

    /// One secret in one exchange.
    private struct Planted {
        var label: String
        var secret: String
        /// The bytes that must not remain.
        var forms: [String]
        var exchange: Exchange

        init(_ label: String, _ secret: String, forms: [String] = [], _ exchange: Exchange) {
            (self.label, self.secret, self.exchange) = (label, secret, exchange)
            self.forms = forms + [secret]
        }
    }

    private static let redactor = Redactor(policy: .default, key: key)

    private static func check(_ all: [Planted], _ title: String, atLeast count: Int) {
        var left: [String] = []
        var unplanted: [String] = []
        for planted in all {
            var redactor = redactor
            let before = contents(planted.exchange)
            if !planted.forms.contains(where: { form in before.contains { $0.contains(form) } }) {
                unplanted.append(planted.label)
            }
            let after = contents(redactor.redacted(planted.exchange))
            if planted.forms.contains(where: { form in after.contains { $0.contains(form) } }) {
                left.append(planted.label)
            }
        }
        print("planted secrets, \(title): \(all.count) planted, \(left.count) left")
        #expect(left.isEmpty, "\(title): left in clear")
        #expect(unplanted.isEmpty, "\(title): not even planted")
        #expect(all.count >= count)
    }

    /// Everything that a reader of the exchange can see, with decoded bodies.
    private static func contents(_ exchange: Exchange) -> [String] {
        [exchange.request, exchange.response].compactMap(\.self).flatMap { message -> [String] in
            let head = String(decoding: message.head, as: UTF8.self)
            let codings = head.split(whereSeparator: \.isNewline).compactMap { line -> String? in
                let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2, ["content-encoding", "transfer-encoding"].contains(parts[0].lowercased()) else {
                    return nil
                }
                return parts[1].filter { $0 != " " }.replacing(",chunked", with: "")
            }
            let coding = codings.isEmpty ? nil : try? ContentCoding(fieldValue: codings.joined(separator: ","))
            let body = coding?.decodedPrefix(message.body).bytes ?? message.body
            return [head, String(decoding: message.trailers, as: UTF8.self), String(decoding: body, as: UTF8.self)]
        }
    }

    // MARK: Names × places

    private static let names = [
        "password", "access_token", "apiKey", "client_secret", "csrf_token", "sid", "pinCode", "device_code",
        "current_pass",
        "pw", "otp", "X-Amz-Signature", "user[password]", "pass2", "sessionId",
    ]

    private static let places: [(label: String, plant: @Sendable (String, String) -> Exchange)] = [
        ("query", { Recording.exchange("/a?x=1&\($0)=\($1)&y=2") }),
        ("query of HTTP/2", { Recording.exchange("/a?\($0)=\($1)", isHTTP2: true) }),
        ("query of a Referer", { Recording.exchange(fields: ["Referer: https://h.example/?\($0)=\($1)"]) }),
        ("fragment of a Location", { Recording.exchange(answer: ["Location: https://h.example/cb#\($0)=\($1)"]) }),
        ("parameter of a segment", { Recording.exchange("/a;\($0)=\($1)/b") }),
        ("form", { Recording.form("a=1&\($0)=\($1)") }),
        ("form, name coded", { Recording.form("a=1&\(percent($0))=\($1)") }),
        (
            "form within a form",
            { Recording.form("next=\(percent("/x?\($0)=\($1)"))") }
        ), ("multipart", { Recording.multipart("Content-Disposition: form-data; name=\"\($0)\"", $1) }),
        (
            "multipart, folded",
            { Recording.multipart("Content-Disposition: form-data;\r\n  name=\"\($0)\"", $1) }
        ),
        (
            "multipart, more blanks",
            { Recording.multipart("content-disposition:form-data ;  name = \"\($0)\" ; x=y", $1) }
        ),
        ("JSON", { Recording.json("{\"a\":1,\"\($0)\":\"\($1)\"}") }),
        ("JSON, deep", { Recording.json("{\"a\":[{\"b\":{\"\($0)\" : \"\($1)\"}}]}") }),
        ("JSON, name and value", { Recording.json("{\"name\":\"\($0)\",\"value\":\"\($1)\"}") }),
        ("JSON, value and key", { Recording.json("[{\"value\":\"\($1)\",\"key\":\"\($0)\"}]") }),
        ("JSON, type and value", { Recording.json("{\"type\":\"\($0)\",\"temporary\":false,\"value\":\"\($1)\"}") }),
        ("JSON in a string of JSON", { Recording.json("{\"d\":\"{\\\"\($0)\\\":\\\"\($1)\\\"}\"}") }),
        ("JSON in base64", { Recording.json("{\"d\":\"\(base64("{\"\($0)\":\"\($1)\"}"))\"}") }),
        ("XML element", { Recording.answer("<a><\(word($0))>\($1)</\(word($0))></a>", type: "text/xml") }),
        ("XML element, CDATA", { Recording.answer("<\(word($0))><![CDATA[\($1)]]></\(word($0))>", type: "text/xml") }),
        ("XML attribute", { Recording.answer("<a \(word($0))='\($1)'/>", type: "application/xml") }),
        ("XML property", { Recording.answer("<p name=\"\($0)\">\($1)</p>", type: "application/xml") }),
        (
            "XML-RPC",
            {
                Recording.answer(
                    "<struct><member><name>\($0)</name><value><string>\($1)</string></value></member></struct>",
                    type: "text/xml")
            }
        ),
        ("HTML input", { Recording.answer("<input type=hidden name=\"\($0)\" value=\"\($1)\">", type: "text/html") }),
        ("HTML input, value first", { Recording.answer("<input value='\($1)' id='\($0)'>", type: "text/html") }),
        ("HTML meta", { Recording.answer("<meta name=\"\($0)\" content=\"\($1)\">", type: "text/html") }),
        ("script", { Recording.answer("<script>var o={'\(word($0))':'\($1)'};</script>", type: "text/html") }),
        ("text, colon", { Recording.answer("at login \(word($0)): \($1) was given", type: "text/plain") }),
        ("text, equals", { Recording.answer("\(word($0))=\($1)\nx=y", type: "text/plain") }),
        ("event stream", { Recording.answer("data: {\"\(word($0))\":\"\($1)\"}\n\n", type: "text/event-stream") }),
    ]

    private static func word(_ name: String) -> String {
        name.replacing("[", with: "_").replacing("]", with: "")
    }

    @Test("Names × places, long and short")
    func namesAndPlaces() {
        var all: [Planted] = []
        for place in Self.places {
            for (index, name) in Self.names.enumerated() {
                // A separate value, so that none is found because it was learned.
                for secret in ["Pl4nted\(index)Secret\(all.count)xyz", "q7Z\(index)k"] {
                    let coded = base64("{\"\(name)\":\"\(secret)\"}")
                    all.append(
                        Planted("\(place.label): \(name)=\(secret)", secret, forms: [coded], place.plant(name, secret)))
                }
            }
        }
        Self.check(all, "names × places", atLeast: 800)
    }

    // MARK: Fields

    @Test("Header fields, schemes and user information")
    func fields() {
        let all = Self.credentialFields() + Self.addresses()
        Self.check(all, "fields, schemes, user information", atLeast: 250)
    }

    private static func credentialFields() -> [Planted] {
        var all: [Planted] = []
        func add(_ label: String, _ secret: String, _ exchange: Exchange) {
            all.append(Planted(label, secret, exchange))
        }
        let names = [
            "X-Api-Key", "X-Session-Id", "X-CSRF", "X-Auth-Token", "X-Subject-Token", "Secret-Key", "Secret-Token",
            "Security-Token", "SecretToken", "Secure-Token", "Secret", "Session-Policy", "X-RateLimit-Token", "X-OTP",
            "Ocp-Apim-Subscription-Key", "X-Hub-Signature", "Private-Token", "X-Amz-Security-Token", "X-Password",
            "apikey",
        ]
        for (index, name) in names.enumerated() {
            for secret in ["FieldS3cret\(index)abcdef", "f\(index)Zq"] {
                add("request \(name)", secret, Recording.exchange(fields: ["\(name): \(secret)"]))
                add("response \(name)", secret, Recording.exchange(answer: ["\(name): \(secret)"]))
                add(
                    "HTTP/2 \(name)", secret,
                    Recording.exchange(fields: ["\(name.lowercased()): \(secret)"], isHTTP2: true))
                add("trailer \(name)", secret, Recording.exchange(trailers: ["\(name): \(secret)"]))
            }
        }
        let schemes = [
            "Bearer %", "bearer  %", "Token %", "DPoP %", "JWT %", "ApiKey %", "Negotiate %", "Custom %", "%",
            "Token token=\"%\"", "Token token=%", "OAuth oauth_token=\"%\", oauth_version=\"1.0\"",
            "Digest username=\"u\", realm=\"r\", response=\"%\"", "Hawk id=\"x\", mac=\"%\"",
            "SharedAccessSignature sr=a&sig=%&se=1",
            "AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=%", "Signature keyId=\"%\",algorithm=\"x\"",
        ]
        for (index, scheme) in schemes.enumerated() {
            for secret in ["LeakedBearerTok\(index)=def12345", "LeakedBearer\(index)Tok", "tok\(index)a/b+c=="] {
                let value = scheme.replacing("%", with: secret)
                for name in ["Authorization", "proxy-authorization"] {
                    let planted = Recording.exchange(fields: ["\(name): \(value)"])
                    all.append(Planted("\(name): \(value)", String(secret.prefix(secret.utf8.count - 2)), planted))
                }
            }
        }
        return all
    }

    /// User information of URLs, and tokens in paths.
    private static func addresses() -> [Planted] {
        var all: [Planted] = []
        func add(_ label: String, _ secret: String, _ exchange: Exchange) {
            all.append(Planted(label, secret, exchange))
        }
        for secret in ["Us3rInf0secret", "u5Pw"] {
            add("userinfo of a target", secret, Recording.exchange("http://u:\(secret)@h.example/a"))
            add(
                "userinfo of a Referer", secret, Recording.exchange(fields: ["Referer: https://u:\(secret)@h.example/"])
            )
            add("userinfo of Host", secret, Recording.exchange(fields: ["Host: u:\(secret)@h.example"]))
            add(
                "userinfo of :authority", secret,
                Recording.exchange(fields: [":authority: u:\(secret)@h"], isHTTP2: true))
            add("userinfo of CONNECT", secret, Recording.exchange("u:\(secret)@h.example:443", method: "CONNECT"))
            add(
                "userinfo in text", secret,
                Recording.answer("clone https://u:\(secret)@h.example/x now", type: "text/plain"))
            add("userinfo in JSON", secret, Recording.json("{\"remote\":\"https://u:\(secret)@h.example/x\"}"))
            add("userinfo in a text of JSON", secret, Recording.json("{\"m\":\"see https://u:\(secret)@h.example/x\"}"))
            add(
                "userinfo in a script", secret,
                Recording.answer("<script>go('https://u:\(secret)@h/')</script>", type: "text/html"))
        }
        for (index, secret) in ["R3setT0ken280", "r7Kq2"].enumerated() {
            for segment in ["reset-password", "verify", "invite", "magic-link", "activate", "unsubscribe"] {
                add(
                    "behind /\(segment)/", secret,
                    Recording.exchange("/\(segment)/\(secret)\(index == 0 ? "?a=b" : "")"))
            }
            add("token of a bot", "AAE\(secret)", Recording.exchange("/bot123:AAE\(secret)/getMe"))
        }
        return all
    }

    // MARK: Copies × encoders × content

    private struct Encoder: Sendable {
        var label: String
        /// The content it can be in.
        var isURLSafe: Bool
        var isJSON: Bool
        var isMarkup: Bool
        var encode: @Sendable (String) -> String
    }

    private static func percentCoded(_ text: String, keeping kept: String, isLower: Bool = false, plus: Bool = false)
        -> String
    {
        text.utf8.map { byte -> String in
            let scalar = UnicodeScalar(byte)
            if byte == 0x20, plus { return "+" }
            let isAlphanumeric =
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            if isAlphanumeric || byte < 0x80 && kept.unicodeScalars.contains(scalar) { return String(scalar) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: !isLower)
        }.joined()
    }

    private static func escaped(_ text: String, _ isEscaped: (UnicodeScalar) -> Bool, slash: Bool = false) -> String {
        text.unicodeScalars.map { scalar -> String in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            if scalar == "/", slash { return "\\/" }
            return isEscaped(scalar) ? jsonAll(String(scalar)) : String(scalar)
        }.joined()
    }

    private static let encoders: [Encoder] =
        [
            ("RFC 3986", "-._~", false, false), ("RFC 3986, small", "-._~", true, false),
            ("encodeURIComponent", "-_.!~*'()", false, false),
            ("encodeURI", ";,/?:@&=+$#-_.!~*'()", false, false), ("Python quote", "/_.-~", false, false),
            ("Python quote_plus", "_.-~", false, true), ("PHP urlencode", "-_.", false, true),
            ("Go QueryEscape", "-_.~", false, true),
            ("Java URLEncoder", ".-*_", false, true), ("Ruby CGI.escape", "*-._", false, true),
        ].map { label, kept, isLower, plus in
            Encoder(label: label, isURLSafe: !kept.contains("&"), isJSON: true, isMarkup: !kept.contains("&")) {
                percentCoded($0, keeping: kept, isLower: isLower, plus: plus)
            }
        } + [
            Encoder(label: "every byte", isURLSafe: true, isJSON: true, isMarkup: true) { percentAll($0) },
            Encoder(label: "JSON", isURLSafe: false, isJSON: true, isMarkup: false) { escaped($0) { _ in false } },
            Encoder(label: "JSON of Go", isURLSafe: false, isJSON: true, isMarkup: true) {
                escaped($0) { "<>&".unicodeScalars.contains($0) }
            },
            Encoder(label: "JSON of PHP", isURLSafe: false, isJSON: true, isMarkup: false) {
                escaped($0, { !$0.isASCII }, slash: true)
            },
            Encoder(label: "JSON of Python", isURLSafe: false, isJSON: true, isMarkup: false) {
                escaped($0) { !$0.isASCII }
            },
            Encoder(label: "JSON of Rails", isURLSafe: false, isJSON: true, isMarkup: true) {
                escaped($0) { "<>&'".unicodeScalars.contains($0) }
            },
            Encoder(label: "JSON, all", isURLSafe: false, isJSON: true, isMarkup: true) { jsonAll($0) },
            Encoder(label: "HTML", isURLSafe: false, isJSON: false, isMarkup: true) {
                $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
                    "\"", with: "&quot;")
            },
            Encoder(label: "HTML of Go", isURLSafe: false, isJSON: true, isMarkup: true) {
                $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
                    "\"", with: "&#34;"
                )
                .replacing("'", with: "&#39;")
            },
            Encoder(label: "HTML of Python", isURLSafe: false, isJSON: true, isMarkup: true) {
                $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
                    "\"", with: "&quot;"
                )
                .replacing("'", with: "&#x27;")
            },
        ]

    private static let contents:
        [(label: String, fits: @Sendable (Encoder) -> Bool, plant: @Sendable (String) -> Recording.Answer)] = [
            ("header field", { $0.isURLSafe || $0.isJSON }, { Recording.Answer(fields: ["X-Note: see \($0) there"]) }),
            ("query of a Location", \.isURLSafe, { Recording.Answer(fields: ["Location: /x?q=\($0)&y=1"]) }),
            ("text", { _ in true }, { Recording.Answer("you sent \($0), sorry", "text/plain") }),
            ("page", \.isMarkup, { Recording.Answer("<p>you sent <b>\($0)</b></p>", "text/html") }),
            ("attribute", \.isMarkup, { Recording.Answer("<a href=\"/x\" title=\"\($0)\">x</a>", "text/html") }),
            ("XML", \.isMarkup, { Recording.Answer("<a><b>\($0)</b></a>", "application/xml") }),
            ("JSON", \.isJSON, { Recording.Answer("{\"message\":\"you sent \($0)\"}", "application/json") }),
            ("script", \.isJSON, { Recording.Answer("<script>var x = \"\($0)\";</script>", "text/html") }),
            ("event stream", { _ in true }, { Recording.Answer("event: a\ndata: \($0)\n\n", "text/event-stream") }),
            ("form", \.isURLSafe, { Recording.Answer("a=1&q=\($0)", "application/x-www-form-urlencoded") }),
            ("JavaScript", \.isJSON, { Recording.Answer("f(\"\($0)\")", "application/javascript") }),
        ]

    @Test("Copies in the answer × encoders × types of content")
    func copies() {
        var all: [Planted] = []
        for encoder in Self.encoders {
            for content in Self.contents where content.fits(encoder) {
                for secret in ["P@ss/w0rd!'(\(all.count))&x", "k9+é~\"<\(all.count)>*$ z,y", "plain\(all.count)S3cret"]
                {
                    let copy = encoder.encode(secret)
                    var exchange = content.plant(copy).exchange
                    exchange.request =
                        Recording.json("{\"password\":\"\(Self.escaped(secret) { _ in false })\"}").request
                    all.append(Planted("\(content.label), \(encoder.label): \(copy)", secret, forms: [copy], exchange))
                }
            }
        }
        Self.check(all, "copies × encoders × content", atLeast: 400)
    }

    @Test("Copies in base64, at each place within a group, of both alphabets")
    func base64Copies() {
        var all: [Planted] = []
        for isURL in [false, true] {
            for alignment in 0..<3 {
                for content in Self.contents {
                    let secret = "b64S3cret\(all.count)>?xyz"
                    let coded = base64(String(repeating: "x", count: alignment) + secret, isURL: isURL)
                    let inner = String(
                        coded.filter { $0 != "=" }.dropFirst(alignment == 0 ? 0 : alignment + 1).dropLast(2))
                    var exchange = content.plant(coded.replacing("=", with: "")).exchange
                    exchange.request = Recording.json("{\"password\":\"\(secret)\"}").request
                    all.append(Planted("\(content.label), base64: \(coded)", secret, forms: [inner], exchange))
                }
            }
        }
        Self.check(all, "copies in base64 × content", atLeast: 60)
    }

    // MARK: Codings of bodies

    @Test("Bodies under each coding × types of content")
    func codings() throws {
        var all: [Planted] = []
        let kinds: [(type: String, body: @Sendable (String) -> String)] = [
            ("application/json", { "{\"refresh_token\":\"\($0)\"}" }),
            ("application/x-www-form-urlencoded", { "password=\($0)" }),
            ("text/html", { "<input name=csrf value=\"\($0)\">" }), ("text/xml", { "<password>\($0)</password>" }),
            ("text/plain", { "api_key: \($0)" }),
            (
                "multipart/form-data; boundary=b",
                { "--b\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n\($0)\r\n--b--\r\n" }
            ),
        ]
        for name in ["gzip", "deflate", "br", "zstd", "gzip, br"] {
            for (type, body) in kinds {
                for field in ["Content-Encoding: \(name)", "Transfer-Encoding: \(name), chunked"] {
                    if field.hasPrefix("Transfer"), name.contains("br") || name == "zstd" { continue }
                    let secret = "C0dedSecret\(all.count)"
                    let coding = try ContentCoding(fieldValue: name)
                    let bytes = try coding.encoded(Array(body(secret).utf8))
                    let fields = ["Content-Type: \(type)", field]
                    all.append(
                        Planted("request, \(field), \(type)", secret, Recording.exchange(fields: fields, body: bytes)))
                    all.append(
                        Planted(
                            "response, \(field), \(type)", secret, Recording.exchange(answer: fields, answerBody: bytes)
                        ))
                }
            }
        }
        Self.check(all, "codings × content", atLeast: 70)
    }
}

extension Recording {
    /// A response to be put into an exchange.
    struct Answer {
        var exchange: Exchange

        init(fields: [String]) { exchange = Recording.exchange(answer: fields) }

        init(_ body: String, _ type: String) { exchange = Recording.answer(body, type: type) }
    }
}
