import Credentials
import Testing

/// What identifies a caller.
@Suite struct CallerTests {
    @Test(
        "Cookies and parameters that hold a session",
        arguments: [
            ("sid", true), ("JSESSIONID", true), ("connect.sid", true), ("sid_guard", true), ("PHPSESSID", true),
            ("ASP.NET_SessionId", true), ("auth_token", true), ("__Secure-1PSID", true),
            ("wordpress_logged_in_a1", true),
            ("csrftoken", false), ("XSRF-TOKEN", false), ("theme", false), ("sidebar", false), ("inside_out", false),
        ])
    func sessions(name: String, isSession: Bool) { #expect(CallerName.isSession(name) == isSession) }

    @Test(
        "Members of bodies that hold a token",
        arguments: [
            ("access_token", true), ("refreshToken", true), ("id-token", true), ("jwt", true), ("access", true),
            ("refresh", true), ("device_code", true), ("sessionid", true), ("sid", true), ("token_type", false),
            ("expires_in", false), ("csrf_token", false), ("accessible", false), ("refresh_token_expires_in", false),
        ])
    func tokens(name: String, isToken: Bool) { #expect(CallerName.isTokenMember(name) == isToken) }

    @Test(
        "Header fields that say who sends them",
        arguments: [
            ("Authorization", true), ("X-Subject-Token", true), ("X-Auth-Token", true), ("X-Session-Id", true),
            ("X-Api-Key", true), ("X-CSRF-Token", false), ("X-XSRF-TOKEN", false), (":authority", false),
            ("Accept", false), ("WWW-Authenticate", false),
        ])
    func headers(name: String, isCredential: Bool) { #expect(CallerName.isCredentialHeader(name) == isCredential) }

    private static func found(inHead head: String) -> [String] {
        var found: [String] = []
        Array(head.utf8).withUnsafeBytes { bytes in
            CallerScanner.forEachCredential(inHead: bytes) {
                found.append("\($0.kind) \(String(decoding: $0.value, as: UTF8.self))")
            }
        }
        return found
    }

    @Test("Credentials of a head")
    func head() {
        let head = """
            GET / HTTP/1.1\r
            authorization: Bearer abcdefgh12\r
            Cookie: theme=dark; sid=12345678; tracking=0123456789abcdef\r
            x-subject-token:  subject-1 \r
            X-CSRF-Token: abcdefgh12345678\r
            Set-Cookie: JSESSIONID=abcdefgh; Path=/\r
            \r

            """
        #expect(
            Self.found(inHead: head) == [
                "token abcdefgh12", "sessionCookie sid=12345678", "otherCookie tracking=0123456789abcdef",
                "token subject-1", "sessionCookie JSESSIONID=abcdefgh",
            ])
    }

    @Test(
        "Tokens of bodies",
        arguments: [
            (
                #"{"access":"eyJhbGciOi","user":{"refresh" : "r-12345678"},"n":[1,{"token":"t-\"12345"}]}"#,
                ["eyJhbGciOi", "r-12345678", #"t-\"12345"#]
            ),
            (#"{"token":"short","message":"my token: 12345678"}"#, []),
            ("grant_type=x&refresh_token=abcdefgh&a=b", ["abcdefgh"]), (#"{"token":"cut off he"#, []), ("", []),
        ])
    func bodies(body: String, tokens: [String]) {
        var found: [String] = []
        Array(body.utf8).withUnsafeBytes { bytes in
            CallerScanner.forEachToken(inBody: bytes) { found.append(String(decoding: $0.value, as: UTF8.self)) }
            if !tokens.isEmpty { #expect(CallerScanner.mentionsToken(bytes)) }
        }
        #expect(found == tokens)
    }

    @Test(
        "Tokens of targets",
        arguments: [
            ("/a?x=1&sid=abcdefgh&y=2", ["abcdefgh"]), ("/a;jsessionid=ABCDEFGH/b?c=1", ["ABCDEFGH"]),
            ("/a?csrf_token=abcdefgh", []), ("/plain", []), ("/a?sid=short", []), ("/a?", []),
        ])
    func targets(target: String, tokens: [String]) {
        var found: [String] = []
        Array(target.utf8).withUnsafeBytes { bytes in
            CallerScanner.forEachCredential(inTarget: bytes) { found.append(String(decoding: $0.value, as: UTF8.self)) }
        }
        #expect(found == tokens)
    }

    @Test("The most certain user name is used")
    func userNames() {
        let body = Array(#"{"name":"Ann","email":"ann@example.com","password":"x"}"#.utf8)
        body.withUnsafeBytes { bytes in
            #expect(
                CallerScanner.userName(inBody: bytes).map { String(decoding: $0, as: UTF8.self) } == "ann@example.com")
            #expect(CallerScanner.hasPassword(inBody: bytes))
        }
    }

    @Test(arguments: [
        ("sess", true), ("Sess", true), ("xsess", true), ("phpsessid=1", true), ("ses", false), ("ess", false),
        ("access", false), ("SESS", true), ("\"sid\"", true), ("{\"sid\":1}", true), ("sid", false), ("\"sid", false),
        ("sid\"", false), ("token", true), ("TOken", true), ("toKen", true), ("oke", false), ("ticket", true),
        ("icket", true),
        ("cket", false), ("jwt", true), ("JWT", true), ("jW", false), ("eyJ", true), ("EYJ", true), ("yJ", false),
        ("", false), ("k", false), ("s", false), ("d", false), ("J", false),
    ]) func saysWhetherABodyMayHoldAToken(body: String, mentions: Bool) {
        // As many positions as are checked at once, and one more.
        for padding in (0...17).map({ String(repeating: " ", count: $0) }) + ["x, y: "] {
            let bytes = Array((padding + body + padding).utf8)
            #expect(bytes.withUnsafeBytes(CallerScanner.mentionsToken) == mentions, "\(padding)\(body)\(padding)")
        }
    }
}
