import Credentials
import Formats
import TestSupport
import Testing

/// What counts as a credential, by every rule, for the same names, values and messages: exactly.
@Suite struct ExactCredentialsTests {
    private static let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiZXhwIjoxNzAwMDAwMzAwfQ.c2lnbmF0dXJl"

    private static let names = [
        "token", "access_token", "AccessToken", "token_type", "max_tokens", "tokenizer", "refresh-token", "csrf",
        "X-CSRF-Token", "_csrf",
        "authenticity_token", "password", "Passwd", "pass", "compass", "bypass", "pwd", "pw", "spin", "pin", "pin_code",
        "sid", "side", "session",
        "session_state", "sessionid", "JSESSIONID", "PHPSESSID", "ASP.NET_SessionId", "connect.sid", "user", "username",
        "login", "email", "name",
        "api_key", "X-Api-Key", "key", "monkey", "code", "zip_code", "auth_code", "state", "nonce", "sign", "signature",
        "design", "Authorization",
        "Proxy-Authorization", "Cookie", "Set-Cookie", "Host", "secret", "secretary", "client_secret", "salt", "tan",
        "titan", "ticket", "auth", "author",
        "x-auth", "otp", "laptop", "jwt", "id_token", "grant_type", "expires_in", "token_expires_at", "code_verifier",
        "code_challenge", "dsn", "hmac", "cvc",
        "密码", "пароль", "mot_de_passe", "", "a", String(repeating: "x", count: 200) + "token", "Idempotency-Key",
        "x-ratelimit-remaining-tokens", "access",
    ]

    private static let values = [
        "", "a", "12", "123456", "12345", "word", "two words", "Ab12Cd34Ef56", "2026-11-30", "true", "user@example.com",
        "a-b-c-d", "x9", "100000000000000000000000000",
        "sk_live_abcdefghijklmnopqrstuvwx", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "AKIAIOSFODNN7EXAMPLE",
        "xoxb-123456789012-abcdefghijkl",
        "glpat-aB3dE6gH9jK2mN5pQ8sT", "AIzaSyA1234567890abcdefghijklmnopqrstuv",
        "SG.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        jwt, "x\(jwt)", "\(jwt)x", "a.b.c", "eyJ.eyJ.x",
        "-----BEGIN PRIVATE KEY-----\nMIIabcdefghijklmnop0\nshort\nMIIabcdefghijklm\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIabcdefghijklmnop0\n-----END CERTIFICATE-----",
        "\\nsk_live_abcdefghijklmnopqrstuvwx", "Basic dXNlcjpwYXNz", "Bearer \(jwt)",
        "Bearer abc", "Digest username=\"ann\", realm=\"r\"",
        "AWS4-HMAC-SHA256 Credential=AKID/2026/eu/s3/aws4_request, SignedHeaders=h, Signature=s",
        "OAuth oauth_token=\"t\", oauth_consumer_key=\"c\"", "Token token=\"t\"", "Hawk id=\"i\", mac=\"m\"", "abc",
        "Basic !", "Negotiate YIIabc",
    ]

    private static let heads = [
        "GET / HTTP/1.1\r\nAuthorization: Bearer abcdefgh\r\nCookie: sid=0123456789abcdef; a=b; theme=0123456789abcdefg\r\n\r\n",
        "HTTP/1.1 200 OK\r\nSet-Cookie: JSESSIONID=A1; Path=/\r\nset-cookie: x=0123456789abcde\r\n\r\n",
        "X-Auth-Token: abcdefg\nX-Auth-Token: abcdefgh\n",
        "Proxy-Authorization: Basic dXNlcjpwYXNz\r\nAuthorization:\r\nauthorization: Digest username=\"ann\"\r\n",
        "Cookie:sid=1;;b=; =x; c\r\n", "\r\n", "",
    ]

    private static let targets = [
        "/a?sid=abcdefgh&x=1", "/a;jsessionid=ABCDEFGH/b?y=2", "/a?token=abcdefgh#sid=abcdefgh", "/a?session=abc", "/a",
        "/?sid=", "/a?a=b;sid=abcdefgh",
    ]

    private static let bodies = [
        "{\"access_token\":\"abcdefgh\",\"user\":\"ann\",\"email\":\"e@x\",\"password\":\"p\"}",
        "{\"a\":{\"refresh_token\" : \"abcdefgh\"},\"token\":\"abc\"}",
        "token=abcdefgh&username=ann&login=bob", "[{\"jwt\":\"abcdefghi\"}]", "{\"token\":12345678}",
        " {\"name\":\"x\",\"username\":\"\"}", "password=", "a=b",
        "{\"text\":\"nothing to see here, move along please\"}", "\(String(repeating: " ", count: 15))\"sid\"",
        "\(String(repeating: "x", count: 13))oken",
        "\(String(repeating: "x", count: 14))token", "\(String(repeating: "x", count: 31))eyJ", "xxSESSx", "ticket", "",
        "{\"a\\\"b\":\"c\\\"d\",\"token\":\"ab\\\"cdefgh\"}",
    ]

    private static let paths = [
        "a/b", "reset-password/Rst9x", "reset/abc", "reset/abc123XYZ", "bot12:AAE-x9f8/getMe", "bot:x/y",
        "verify/MQ/x9y8z7w6", "activate/123456", "(S(abcdefgh))/x",
        "(A(b)S(cdefgh))/x", "hooks/T0123/B0123/abcdefghijklmnop", "webhooks/123456789/abcdefghijklmnopqrstuvwxyz",
        "users/1", "invite/abcdef", "\(jwt)/x", "unsubscribe/a/b/c9d8e7",
        "magic/x", "confirm/email/AbCdEf12", "share/0123456789abcdef", "token/abc12345", "s/x",
    ]

    private static func with<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Array(text.utf8).withUnsafeBytes(body)
    }

    private static func text(_ credential: CallerCredential) -> String {
        "\(credential.kind) \(credential.field.map { "\($0)" } ?? "-") \(credential.name.readable)=\(credential.value.readable)"
    }

    @Test func credentialsAreExact() {
        let entries =
            Self.nameEntries() + Self.valueEntries() + Self.headEntries() + Self.bodyEntries() + Self.pathEntries()
        let differences = GoldenTable("credentials.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func nameEntries() -> [GoldenTable.Entry] {
        names.map { name in
            let places = SecretPlace.allCases.map { place in
                let unknown = SecretNames.isSecret(name, at: place)
                return ([unknown] + ["word", "12", "Ab12Cd34Ef56"].map { SecretNames.isSecret(name, $0, at: place) })
                    .map { $0 ? "1" : "0" }.joined()
            }
            let calls = Self.with(name) { bytes in
                [
                    CallerName.isCredentialHeader(bytes), CallerName.isSession(bytes),
                    CallerName.isSessionNumber(bytes), CallerName.isTokenMember(bytes),
                    CallerName.isRefreshToken(bytes), CallerName.isForgeryToken(bytes), CallerName.isReturned(bytes),
                    CallerName.isAPIKey(bytes),
                    CallerName.isPassword(bytes), CredentialField.named(bytes) != nil,
                ].map { $0 ? "1" : "0" }.joined() + " \(CallerName.userNameRank(bytes) ?? -1)"
            }
            return GoldenTable.Entry("name \(name.suffix(40))", "\(places.joined(separator: " ")) \(calls)")
        }
    }

    private static func valueEntries() -> [GoldenTable.Entry] {
        values.map { value in
            Self.with(value) { bytes in
                var keys: [String] = []
                IssuedKey.forEach(in: bytes, 0..<bytes.count) { keys.append("\($0)") }
                var tokens: [String] = []
                WebToken.forEach(in: bytes, 0..<bytes.count) { tokens.append("\($0.range) \($0.parts)") }
                var reader = ClaimReader()
                let claim = reader.withClaim(Array("exp".utf8), in: bytes) { $0.readable } ?? "none"
                return GoldenTable.Entry(
                    "value \(value.utf8.readable)",
                    "plain \(PlainValue.isPlain(bytes)) \(PlainValue.isShort(bytes)), keys \(keys), tokens \(tokens) \(WebToken.isLikely(bytes)) "
                        + "\(WebToken.isToken(value)) \(WebToken.algorithm(of: value) ?? "none") \(PathSecret.isWebToken(bytes)), claim \(claim), identity "
                        + "\(AuthorizationValue.identity(bytes)?.readable ?? "none"), kinds "
                        + "\(CredentialKind.kinds(in: [(name: "Authorization", value: value)]).map(\.label)) "
                        + "\(CredentialKind.kinds(in: [(name: "Cookie", value: value), (name: "X-Api-Key", value: value)]).map(\.label))"
                )
            }
        }
    }

    private static func headEntries() -> [GoldenTable.Entry] {
        let inHeads = heads.map { head in
            var found: [String] = []
            Self.with(head) { CallerScanner.forEachCredential(inHead: $0) { found.append(Self.text($0)) } }
            return GoldenTable.Entry("head \(head.utf8.readable)", found.joined(separator: "\n"))
        }
        let inTargets = targets.map { target in
            var found: [String] = []
            Self.with(target) { CallerScanner.forEachCredential(inTarget: $0) { found.append(Self.text($0)) } }
            return GoldenTable.Entry("target \(target)", found.joined(separator: "\n"))
        }
        return inHeads + inTargets
    }

    private static func bodyEntries() -> [GoldenTable.Entry] {
        bodies.map { body in
            Self.with(body) { bytes in
                var found: [String] = []
                CallerScanner.forEachToken(inBody: bytes) { found.append(Self.text($0)) }
                CallerScanner.forEachMember(of: bytes) { found.append("\($0.readable): \($1.readable)") }
                return GoldenTable.Entry(
                    "body \(body.utf8.readable)",
                    "\(CallerScanner.userName(inBody: bytes)?.readable ?? "none") \(CallerScanner.hasPassword(inBody: bytes)) "
                        + "\(CallerScanner.hasRefreshToken(inBody: bytes)) \(CallerScanner.isJSON(bytes)) \(CallerScanner.mentionsToken(bytes))\n"
                        + found.joined(separator: "\n"))
            }
        }
    }

    private static func pathEntries() -> [GoldenTable.Entry] {
        paths.map { path in
            let segments = path.split(separator: "/").map { Array($0.utf8) }
            let found = segments.indices.map { index -> String in
                func range(_ before: ArraySlice<[UInt8]>, _ preceding: PathSecret.Preceding) -> Range<Int>? {
                    guard let first = before.first else {
                        return segments[index].withUnsafeBytes { PathSecret.range(in: $0, after: preceding) }
                    }
                    return first.withUnsafeBytes { segment in
                        var next = preceding
                        next.append(segment)
                        return range(before.dropFirst(), next)
                    }
                }
                return range(segments[..<index], PathSecret.Preceding()).map { "\($0)" } ?? "-"
            }
            return GoldenTable.Entry("path \(path)", found.joined(separator: " "))
        }
    }
}
