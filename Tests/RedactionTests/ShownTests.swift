import Credentials
import Redaction
import Testing
import Traffic

/// Displayed traffic: marks instead of secrets.
@Suite struct ShownTests {
    private static let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"

    static let heads: [(reason: String, head: String, text: String)] = [
        ("a token", "GET / HTTP/1.1\nAuthorization: Bearer abc", "GET / HTTP/1.1\nAuthorization: Bearer ‹3 bytes›"),
        (
            "a token with a sign of equality", "GET / HTTP/1.1\nAuthorization: Bearer a=b",
            "GET / HTTP/1.1\nAuthorization: Bearer ‹3 bytes›"
        ),
        ("a JWT anywhere", "GET / HTTP/1.1\nX: \(token)", "GET / HTTP/1.1\nX: ‹JWT HS256, \(token.utf8.count) bytes›"),
        ("cookies", "GET / HTTP/1.1\nCookie: a=bc; d=e", "GET / HTTP/1.1\nCookie: a=‹2 bytes›; d=‹1 byte›"),
        (
            "a cookie given", "HTTP/1.1 200 OK\nSet-Cookie: sid=abc; Path=/",
            "HTTP/1.1 200 OK\nSet-Cookie: sid=‹3 bytes›; Path=/"
        ),
        ("a query", "GET /a?api_key=abc&b=c HTTP/1.1", "GET /a?api_key=‹3 bytes›&b=c HTTP/1.1"),
        ("a session in a query", "GET /a?sid=abc HTTP/1.1", "GET /a?sid=‹3 bytes› HTTP/1.1"),
        ("a query of HTTP/2", ":method: GET\n:path: /a?token=abc", ":method: GET\n:path: /a?token=‹3 bytes›"),
        ("a parameter of a path", "GET /a;jsessionid=AB/b HTTP/1.1", "GET /a;jsessionid=‹2 bytes›/b HTTP/1.1"),
        ("the token of a bot", "GET /bot12:AAE-x9f8/getMe HTTP/1.1", "GET /bot12:‹8 bytes›/getMe HTTP/1.1"),
        (
            "behind a telling segment", "GET /reset-password/Rst9x HTTP/1.1",
            "GET /reset-password/‹5 bytes› HTTP/1.1"
        ),
        (
            "a short key", "GET / HTTP/1.1\nX-Api-Key: kEy4\nX-CSRF: x",
            "GET / HTTP/1.1\nX-Api-Key: ‹4 bytes›\nX-CSRF: ‹1 byte›"
        ),
        (
            "who is let in by a URL", "GET / HTTP/1.1\nReferer: http://u:pw@h/?token=abc",
            "GET / HTTP/1.1\nReferer: http://‹1 byte›:‹2 bytes›@h/?token=‹3 bytes›"
        ),
        ("nothing secret", "GET /a?b=c HTTP/1.1\nHost: x:80", "GET /a?b=c HTTP/1.1\nHost: x:80"),
    ]

    @Test("Credentials of heads are named, not shown", arguments: heads)
    func maskedHead(reason: String, head: String, text: String) {
        var mask = SecretMask(.description)
        #expect(String(decoding: mask.head(Array(head.utf8)), as: UTF8.self) == text, "\(reason)")
    }

    static let bodies: [(type: String, body: String, text: String)] = [
        (
            "application/json", #"{"accessToken":"a\"b","n":1.50,"x":"\#(token)"}"#,
            #"{"accessToken":"‹3 bytes›","n":1.50,"x":"‹JWT HS256, \#(token.utf8.count) bytes›"}"#
        ),
        ("application/json", #"{"pin":1234,"name":"ann"}"#, #"{"pin":"‹4 bytes›","name":"ann"}"#),
        ("application/json", #"{"type":"password","value":"pw"}"#, #"{"type":"password","value":"‹2 bytes›"}"#),
        ("application/x-www-form-urlencoded", "user=ann&password=x%20y", "user=ann&password=‹3 bytes›"),
        (
            "text/plain", "cannot handle GET /x?password=Hu2 HTTP/1.1",
            "cannot handle GET /x?password=‹3 bytes› HTTP/1.1"
        ),
        ("text/plain", "call me with glpat-aB3dE6gH9jK2mN5pQ8sT, please", "call me with glpat-‹20 bytes›, please"),
        (
            "application/json",
            #"{"note":"-----BEGIN PRIVATE KEY-----\nMIIabcdefghijklmnop0\n-----END PRIVATE KEY-----\n"}"#,
            #"{"note":"-----BEGIN PRIVATE KEY-----\n‹20 bytes›\n-----END PRIVATE KEY-----\n"}"#
        ),
        ("text/xml", "<a><password>pw</password></a>", "<a><password>‹2 bytes›</password></a>"),
        (
            "text/html", #"<input type="password" name=p value="pw">"#,
            #"<input type="password" name=p value="‹2 bytes›">"#
        ),
    ]

    @Test("Secrets of bodies are named, whatever their length", arguments: bodies)
    func maskedBody(type: String, body: String, text: String) {
        var mask = SecretMask(.description)
        #expect(String(decoding: mask.body(Array(body.utf8), type: type), as: UTF8.self) == text)
    }

    @Test("What the request named is masked in a response that repeats it")
    func repeated() {
        var mask = SecretMask(.stars)
        var exchange = Recording.json(#"{"password":"Hunter2x1"}"#)
        exchange.response?.body = Array("no such user: Hunter2x1 (Hunter2x1%21)".utf8)
        let masked = mask.masked(exchange)
        #expect(String(decoding: masked.response?.body ?? [], as: UTF8.self) == "no such user: *** (***%21)")
    }

    @Test(
        "The texts of a run's examples",
        arguments: [
            (
                "GET /a HTTP/1.1\r\nAuthorization: Bearer abc\r\n\r\n",
                "GET /a HTTP/1.1\r\nAuthorization: Bearer ***\r\n\r\n"
            ),
            ("cookie: a=b\nX-Y: z", "cookie: a=***\nX-Y: z"),
            ("GET /reset?t=0123456789abcdef&x=1", "GET /reset?t=***&x=1"),
            (#"{"token":"abcdefghijklmnopqrstuvwxyz012345"}"#, #"{"token":"***"}"#),
            ("a-word-without-any-digits-in-it", "a-word-without-any-digits-in-it"), ("bell\u{7}", "bell?"),
            (
                "HTTP/1.1 500 Oops\r\nX-Password: echo-Pw77\r\n\r\nerror",
                "HTTP/1.1 500 Oops\r\nX-Password: ***\r\n\r\nerror"
            ),
            (
                "HTTP/1.1 500 Oops\r\nX-Debug: GET /?password=Hu2 HTTP/1.1\r\n\r\nX-Secret: s3c",
                "HTTP/1.1 500 Oops\r\nX-Debug: GET /?password=*** HTTP/1.1\r\n\r\nX-Secret: ***"
            ),
        ])
    func examples(bytes: String, text: String) { #expect(MaskedText.text(of: Array(bytes.utf8)) == text) }

    @Test("A long text is truncated, and marked as such")
    func longText() {
        let text = MaskedText.text(of: Array(repeating: UInt8(ascii: " "), count: MaskedText.limit + 1))
        #expect(text.utf8.count == MaskedText.limit + 3 && text.hasSuffix("…"))
        let whole = MaskedText.text(of: Array(repeating: UInt8(ascii: " "), count: MaskedText.limit))
        #expect(whole.utf8.count == MaskedText.limit)
    }
}
