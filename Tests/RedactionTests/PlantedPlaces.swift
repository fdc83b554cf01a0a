import ContentCodings
import Testing
import Traffic

/// A place in an exchange that a secret can be in.
struct PlantedPlace: Sendable, CustomTestStringConvertible {
    var name: String
    /// The exchange with this secret in it.
    var plant: @Sendable (String) -> Exchange
    /// Whether the secret needs encoding because it contains special characters.
    var hasMarks: Bool

    init(_ name: String, hasMarks: Bool = false, _ plant: @escaping @Sendable (String) -> Exchange) {
        self.name = name
        self.hasMarks = hasMarks
        self.plant = plant
    }

    var testDescription: String { name }
}

extension PlantedPlace {
    /// Places that the built-in policy names.
    static let named: [PlantedPlace] = fields + urls + structured + codedBodies + texts

    private static func field(_ name: String, _ value: @escaping @Sendable (String) -> String) -> PlantedPlace {
        PlantedPlace("request field \(name)") { Recording.exchange(fields: ["\(name): \(value($0))"]) }
    }

    private static func answer(_ name: String, _ value: @escaping @Sendable (String) -> String) -> PlantedPlace {
        PlantedPlace("response field \(name)") { Recording.exchange(answer: ["\(name): \(value($0))"]) }
    }

    private static let fields: [PlantedPlace] = [
        field("Authorization") { "Bearer \($0)" },
        field("AUTHORIZATION") { "Token \($0)" },
        field("authorization") { $0 },
        field("Authorization") { "Basic \(base64("somebody:\($0)"))" },
        field("Authorization") { "Basic \(base64("\($0):pw"))" },
        field("Authorization") { "Digest username=\"\($0)\", realm=\"r\", uri=\"/\", nonce=\"n\"" },
        field("Authorization") { "Digest username=\"u\", realm=\"r\", response=\"\($0)\", qop=auth" },
        field("Authorization") { "AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature=\($0)" },
        field("Authorization") { "OAuth oauth_token=\"\($0)\", oauth_version=\"1.0\"" },
        field("Authorization") { "Bearer\r\n \($0)" },
        field("Proxy-Authorization") { "Bearer \($0)" },
        field("Cookie") { "sid=\($0)" },
        field("Cookie") { "lang=en; theme=dark; sid=\"\($0)\"; x=1" },
        field("Cookie") { "anything=\($0)" },
        field("X-Api-Key") { $0 },
        field("x-api_key") { $0 },
        field("X-Auth-Token") { $0 },
        field("X-CSRF-Token") { $0 },
        field("X-Amz-Security-Token") { $0 },
        field("X-Session-Id") { $0 },
        field("X-Client-Secret") { $0 },
        field("X-Hub-Signature-256") { "sha256=\($0)" },
        field("Ocp-Apim-Subscription-Key") { $0 },
        field("X-OTP") { $0 },
        field("Sec-WebSocket-Protocol") { "chat, \($0)" },
        field("Sec-WebSocket-Protocol") { "base64url.bearer.authorization.k8s.io.\($0)" },
        field("X-Data") { base64("{\"password\":\"\($0)\"}") },
        field("X-Original-URL") { "/a?api_key=\($0)" },
        field("X-Note") { "retry with token=\($0)" },
        field("Referer") { "https://a.example/x?session=\($0)&y=1" },
        field("Referer") { "https://u:\($0)@a.example/x" },
        answer("Set-Cookie") { "sid=\($0); Path=/; HttpOnly" },
        answer("Set-Cookie") { "a=b; Path=/; Comment=\($0)" },
        answer("Location") { "https://app.example/cb#access_token=\($0)&token_type=bearer" },
        answer("Link") { "</a?page=2>; rel=next, </b?access_token=\($0)>; rel=\"last\"" },
        field("DPoP") { $0 },
        answer("Location") { "/cb?code=\($0)&state=x" },
        answer("Link") { "<https://a.example/?token=\($0)>; rel=\"next\"" },
        answer("WWW-Authenticate") { "Digest realm=\"r\", nonce=\"\($0)\", qop=\"auth\"" },
        answer("Authentication-Info") { "nextnonce=\"\($0)\"" },
        answer("X-Refresh-Token") { $0 },
        PlantedPlace("field of HTTP/2") { Recording.exchange(fields: ["authorization: Bearer \($0)"], isHTTP2: true) },
        PlantedPlace("trailer") { Recording.exchange(trailers: ["X-Token: \($0)"]) },
    ]

    private static let urls: [PlantedPlace] = [
        PlantedPlace("query") { Recording.exchange("/a?x=1&access_token=\($0)&y=2") },
        PlantedPlace("query, coded", hasMarks: true) { Recording.exchange("/a?password=\(percent($0))") },
        PlantedPlace("query, every byte coded") { Recording.exchange("/a?password=\(percentAll($0))") },
        PlantedPlace("query, name coded") { Recording.exchange("/a?api%5Fkey=\($0)") },
        PlantedPlace("query of HTTP/2") { Recording.exchange("/a?token=\($0)", isHTTP2: true) },
        PlantedPlace("query of a URL in a query") {
            Recording.exchange("/a?next=\(percent("https://b.example/?token=\($0)&z=1"))")
        },
        PlantedPlace("query of an absolute target") { Recording.exchange("http://a.example/a?sig=\($0)") },
        PlantedPlace("parameter of a path") { Recording.exchange("/a;jsessionid=\($0)?b=1") },
        PlantedPlace("path behind a telling segment") { Recording.exchange("/reset-password/\($0)") },
        PlantedPlace("path of an invitation") { Recording.exchange("/invite/\($0)/accept") },
        PlantedPlace("user information") { Recording.exchange("http://u:\($0)@a.example/") },
    ]

    private static let structured: [PlantedPlace] = [
        PlantedPlace("JSON") { Recording.json(#"{"password":"\#($0)"}"#) },
        PlantedPlace("JSON with blanks") { Recording.json("{ \"password\" :\n\t\"\($0)\" }") },
        PlantedPlace("JSON, camel case") { Recording.json(#"{"refreshToken":"\#($0)"}"#) },
        PlantedPlace("JSON, deep") { Recording.json(#"{"a":{"b":[{"c":{"client_secret":"\#($0)"}}]}}"#) },
        PlantedPlace("JSON array under a name") { Recording.json(#"{"tokens":["x","\#($0)"]}"#) },
        PlantedPlace("JSON object under a name") { Recording.json(#"{"token":{"value":"\#($0)","ttl":5}}"#) },
        PlantedPlace("JSON at the root of an array") { Recording.json(#"[{"otp":"\#($0)"}]"#) },
        PlantedPlace("JSON with escapes", hasMarks: true) {
            Recording.json(#"{"password":"\#($0.replacing("\"", with: "\\\""))"}"#)
        },
        PlantedPlace("JSON, every letter escaped") { Recording.json(#"{"password":"\#(jsonAll($0))"}"#) },
        PlantedPlace("JSON in a JSON string") { Recording.json(#"{"data":"{\"token\":\"\#($0)\"}"}"#) },
        PlantedPlace("base64 of JSON in JSON") {
            Recording.json(#"{"data":"\#(base64("{\"token\":\"\($0)\"}"))"}"#)
        },
        PlantedPlace("URL-safe base64 of a form in JSON") {
            Recording.json(#"{"data":"\#(base64("user=a&password=\($0)", isURL: true))"}"#)
        },
        PlantedPlace("scheme in JSON") { Recording.json(#"{"authorization":"Bearer \#($0)"}"#) },
        PlantedPlace("URL in JSON") { Recording.json(#"{"href":"https://a.example/f?signature=\#($0)"}"#) },
        PlantedPlace("URL in JSON, slashes escaped") {
            Recording.json(#"{"href":"https:\/\/a.example\/f?signature=\#($0)"}"#)
        },
        PlantedPlace("GraphQL") {
            Recording.json(#"{"query":"mutation { login(user: \"a\", password: \"\#($0)\") { id } }"}"#)
        },
        PlantedPlace("JSON cut off") { secret in
            let body = Array(#"{"a":1,"password":"\#(secret)","z":[1,2,3,4,5,6,7,8]}"#.utf8)
            return Recording.exchange(
                fields: ["Content-Type: application/json"], body: body, cutTo: body.count - 20)
        },
        PlantedPlace("JSON cut off within the value") { secret in
            let body = Array(#"{"a":1,"password":"\#(secret)-and-more","z":1}"#.utf8)
            return Recording.exchange(
                fields: ["Content-Type: application/json"], body: body, cutTo: body.count - 12)
        },
        PlantedPlace("bad JSON") { Recording.json(#"{"a":tru,,"password":"\#($0)"]}"#) },
        PlantedPlace("JSON lines") { Recording.json("{\"a\":1}\n{\"token\":\"\($0)\"}\n") },
        PlantedPlace("JSON without a type") {
            Recording.exchange(body: Array(#"{"secret":"\#($0)"}"#.utf8))
        },
        PlantedPlace("form") { Recording.form("user=a&password=\($0)") },
        PlantedPlace("form, coded", hasMarks: true) { Recording.form("password=\(percent($0))&user=a") },
        PlantedPlace("form, nested name") { Recording.form("user%5Bpassword%5D=\($0)") },
        PlantedPlace("JSON in a form") { Recording.form("payload=\(percent(#"{"token":"\#($0)"}"#))") },
        PlantedPlace("form without a type") {
            Recording.exchange(body: Array("grant_type=x&client_secret=\($0)".utf8))
        },
        PlantedPlace("OAuth form") { Recording.form("grant_type=authorization_code&code=\($0)") },
        PlantedPlace("SAML form") { Recording.form("SAMLResponse=\(percent(base64("<a>\($0)</a>")))") },
        PlantedPlace("multipart field") {
            Recording.multipart("Content-Disposition: form-data; name=\"password\"", $0)
        },
        PlantedPlace("JSON in a multipart") {
            Recording.multipart(
                "Content-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json",
                #"{"apiKey":"\#($0)"}"#)
        },
        PlantedPlace("file in a multipart") {
            Recording.multipart(
                "Content-Disposition: form-data; name=\"f\"; filename=\".env\"\r\nContent-Type: text/plain",
                "A=1\nDB_PASSWORD=\($0)\n")
        },
    ]

    private static let codedBodies: [PlantedPlace] = [[.gzip], [.deflate], [.brotli], [.zstd], [.gzip, .brotli]].map {
        (steps: [ContentCoding.Step]) in
        let coding = ContentCoding(steps)
        return PlantedPlace("body in \(coding.fieldValue)") {
            Recording.answer(#"{"list":[1,2,3],"access_token":"\#($0)"}"#, coding: coding)
        }
    }

    private static let texts: [PlantedPlace] = [
        PlantedPlace("hidden field") {
            Recording.answer("<form><input type=hidden name=csrf_token value=\"\($0)\"></form>", type: "text/html")
        },
        PlantedPlace("hidden field, value first") {
            Recording.answer("<input value='\($0)' name='authenticity_token'/>", type: "text/html")
        },
        PlantedPlace("hidden field, references", hasMarks: true) {
            let value = $0.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
            return Recording.answer("<input name=\"password\" value=\"\(value)\">", type: "text/html")
        },
        PlantedPlace("meta element") {
            Recording.answer("<head><meta name=\"csrf-token\" content=\"\($0)\"></head>", type: "text/html")
        },
        PlantedPlace("link in a page") {
            Recording.answer("<a href=\"/confirm?token=\($0)&amp;x=1\">go</a>", type: "text/html")
        },
        PlantedPlace("script in a page") {
            Recording.answer("<script>window.cfg = {apiKey: '\($0)'};</script>", type: "text/html")
        },
        PlantedPlace("data attribute") { Recording.answer("<div data-auth-token=\"\($0)\">", type: "text/html") },
        PlantedPlace("XML element") {
            Recording.answer("<?xml version='1.0'?><a><Password>\($0)</Password></a>", type: "text/xml")
        },
        PlantedPlace("XML element with a namespace") {
            Recording.answer("<wsse:Security><wsse:Password Type=\"t\">\($0)</wsse:Password>", type: "text/xml")
        },
        PlantedPlace("XML property with a value inside") {
            Recording.answer(
                "<bean><property name=\"password\">\n <value>\($0)</value></property></bean>", type: "application/xml")
        },
        PlantedPlace("JSON name with escapes") { Recording.answer("{\"pass\\u0077ord\":\"\($0)\"}") },
        PlantedPlace("JSON name in Spanish") { Recording.answer("{\"contraseña\":\"\($0)\"}") },
        PlantedPlace("XML attribute") { Recording.answer("<a sessionId=\"\($0)\"/>", type: "application/xml") },
        PlantedPlace("CDATA") { Recording.answer("<a><token><![CDATA[\($0)]]></token></a>", type: "text/xml") },
        PlantedPlace("plain text") { Recording.answer("your token: \($0)\n", type: "text/plain") },
        PlantedPlace("JavaScript") { Recording.answer("var accessToken=\"\($0)\";", type: "text/javascript") },
        PlantedPlace("server-sent events") {
            Recording.answer("event: a\ndata: {\"token\":\"\($0)\"}\n\n", type: "text/event-stream")
        },
        PlantedPlace("server-sent events in lines") {
            Recording.answer("data: {\"token\":\ndata: \"\($0)\"}\n\n", type: "text/event-stream")
        },
        PlantedPlace("SQL, user") {
            Recording.answer("CREATE USER a IDENTIFIED BY '\($0)';", type: "text/plain")
        },
        PlantedPlace("SQL, role") { Recording.json("{\"q\":\"ALTER ROLE a WITH PASSWORD '\($0)'\"}") },
        PlantedPlace("netrc") { Recording.answer("machine h login u password \($0)\n", type: "text/plain") },
        PlantedPlace("address of a database") {
            Recording.answer("connect to admin:\($0)@db.example:5432/app", type: "text/plain")
        },
        PlantedPlace("token's claim") {
            Recording.answer(
                "see \(token(#"{"sub":"\#($0)","exp":1}"#, signature: "c2lnbmF0dXJl")) end", type: "text/plain")
        },
        PlantedPlace("token's nested claim") {
            Recording.json(#"{"x":"\#(token(#"{"a":{"b":["\#($0)"]}}"#, signature: "c2lnbmF0dXJl"))"}"#)
        },
        PlantedPlace("token's signature") { Recording.exchange("/a/\(token(#"{"sub":"x"}"#, signature: $0))") },
        PlantedPlace("encrypted token") {
            let header = base64(#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#, isURL: true)
            return Recording.json(#"{"x":"\#(header).a2V5a2V5.aXZpdg.\#($0).dGFn"}"#)
        },
        PlantedPlace("token in binary data") {
            let text = token(#"{"sub":"\#($0)"}"#, signature: "c2lnbmF0dXJl")
            return Recording.exchange(
                fields: ["Content-Type: application/grpc"], body: [0, 0, 0, 1, 2, 0xff] + Array(text.utf8) + [0])
        },
    ]

    /// Places without a name: a secret is found there because it was named before.
    static let unnamed: [PlantedPlace] = [
        PlantedPlace("path") { Recording.exchange("/files/\($0)/x") },
        PlantedPlace("path, coded", hasMarks: true) { Recording.exchange("/files/\(percent($0))") },
        PlantedPlace("path, every byte coded") { Recording.exchange("/files/\(percentAll($0))") },
        PlantedPlace("query under another name") { Recording.exchange("/a?q=\($0)") },
        PlantedPlace("query, coded", hasMarks: true) { Recording.exchange("/a?q=\(percent($0))") },
        PlantedPlace("name of a query") { Recording.exchange("/a?\($0)=1") },
        PlantedPlace("field") { Recording.exchange(fields: ["X-Trace: a-\($0)-b"]) },
        PlantedPlace("field's name") { Recording.exchange(fields: ["X-\($0): 1"]) },
        PlantedPlace("base64 in a field") { Recording.exchange(fields: ["X-D: \(base64("a:\($0)"))"]) },
        PlantedPlace("base64 in a field, two bytes in") {
            Recording.exchange(fields: ["X-D: \(base64("ab:\u{1}\($0)"))"])
        },
        PlantedPlace("base64 in a field, one byte in") {
            Recording.exchange(fields: ["X-D: v=\(base64("\u{1}\($0)!"))"])
        },
        PlantedPlace("attribute of a cookie") { Recording.exchange(answer: ["Set-Cookie: a=1; Path=/s/\($0)"]) },
        PlantedPlace("reason phrase") { secret in
            var exchange = Recording.exchange()
            exchange.response?.head = Array("HTTP/1.1 403 no \(secret)\r\n\r\n".utf8)
            return exchange
        },
        PlantedPlace("host") { Recording.exchange("http://\($0).example/") },
        PlantedPlace("ETag") { Recording.exchange(answer: ["ETag: W/\"\($0)\""]) },
        PlantedPlace("JSON under another name") { Recording.json(#"{"a":"\#($0)"}"#) },
        PlantedPlace("JSON, within a text") { Recording.json(#"{"a":"hello \#($0) there"}"#) },
        PlantedPlace("JSON key") { Recording.json(#"{"\#($0)":1}"#) },
        PlantedPlace("JSON, every letter escaped") { Recording.json(#"{"a":"\#(jsonAll($0))"}"#) },
        PlantedPlace("base64 in JSON") { Recording.json(#"{"a":"\#(base64("x \($0)"))"}"#) },
        PlantedPlace("JSON in base64 in JSON") {
            Recording.json(#"{"a":"\#(base64("{\"b\":[\"\($0)\"]}"))"}"#)
        },
        PlantedPlace("form") { Recording.form("a=\($0)") },
        PlantedPlace("form, coded", hasMarks: true) { Recording.form("a=\(percent($0))") },
        PlantedPlace("multipart") { Recording.multipart("Content-Disposition: form-data; name=\"a\"", $0) },
        PlantedPlace("name of a file") {
            Recording.multipart("Content-Disposition: form-data; name=\"a\"; filename=\"\($0).txt\"", "x")
        },
        PlantedPlace("page") { Recording.answer("<p>hello \($0)</p>", type: "text/html") },
        PlantedPlace("comment in XML") { Recording.answer("<a><!-- \($0) --></a>", type: "text/xml") },
        PlantedPlace("text") { Recording.answer("say \($0)!", type: "text/plain") },
        PlantedPlace("gzip") { Recording.answer("say \($0)!", type: "text/plain", coding: ContentCoding([.gzip])) },
        PlantedPlace("binary data") {
            Recording.exchange(fields: ["Content-Type: image/png"], body: [0, 1, 2] + Array($0.utf8) + [0xff])
        },
        PlantedPlace("trailer") { Recording.exchange(trailers: ["X-End: \($0)"]) },
    ]
}
