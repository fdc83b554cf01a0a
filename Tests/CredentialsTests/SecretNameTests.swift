import Credentials
import Testing

/// Which names mean secrets, and where.
@Suite struct SecretNameTests {
    @Test(
        "Names of secrets, in every place",
        arguments: [
            "password", "Passwort", "user[password]", "j_password", "current_pass", "dbPass", "pass[pass1]", "pass2",
            "pw", "newPw", "pwd", "user_pwd", "api_key", "apiKey", "X-API-Key", "client_secret", "Secret",
            "access_token",
            "refreshToken", "csrfmiddlewaretoken", "__RequestVerificationToken", "authenticity_token", "X-CSRF", "sid",
            "connect.sid", "PHPSESSID", "jsessionid", "session_id", "X-Session-Id", "sig", "X-Amz-Signature", "otp",
            "mfa_code", "device_code", "user_code", "pinCode", "pin", "cvv", "code_verifier", "passwordless_token",
            "tokenizer_secret", "otp_expires_token", "secret_expires_key", "SAMLResponse", "nonce", "twoFactorCode",
            "pairing_code", "signInCode", "enrollmentCode", "hmacKey", "deploy_key", "wpaKey", "sessionTicket", "pin2",
            "cardPin1", "card[cvv2]", "cvc2",
        ])
    func secretNames(name: String) {
        for place in [SecretPlace.query, .form, .json, .text] {
            #expect(SecretNames.isSecret(name, at: place), "\(name) in \(place)")
        }
    }

    @Test(
        "Names in the languages of login forms, and of what else lets someone in",
        arguments: [
            "haslo", "noweHaslo", "Hasło", "clave", "mdp", "mot_de_passe", "heslo", "lozinka", "geslo", "zaporka",
            "adgangskode", "passord", "kodeord", "salasana", "parola", "parolă", "parole", "parol", "şifre", "Şifre",
            "sifre", "jelszó", "jelszo", "slaptažodis", "lykilorð", "mật_khẩu", "Mật khẩu", "matkhau",
            "sandi", "kata_sandi", "mima", "密码", "用户密码", "密碼", "口令", "パスワード", "暗証番号", "비밀번호", "รหัสผ่าน",
            "كلمة المرور", "סיסמה", "κωδικός", "Κωδικός", "गुप्तशब्द", "Пароль", "ПАРОЛЬ", "токен", "ключ", "令牌",
            "チケット", "jeton", "geheimnis", "segredo", "zugangscode", "passkey", "security_answer",
            "securityQuestionAnswer", "psk", "wifi_psk", "sas", "connectionString", "dsn", "sso", "SSO_TICKET", "xauth",
            "RelayState", "tan", "unlock_code", "salt", "hdnea", "hdnts", "rtkn", "g-recaptcha-response",
            "h-captcha-response", "passe",
        ])
    func otherNames(name: String) {
        for place in [SecretPlace.query, .form, .json, .text] {
            #expect(SecretNames.isSecret(name, "Zq777LeakX9vK77w", at: place), "\(name) in \(place)")
        }
    }

    @Test(
        "Names that are none, although they hold such a word",
        arguments: [
            ("token_type", "Bearer"), ("expires_in", "3600"), ("refresh_token_expires_in", "86400"),
            ("grant_type", "password"), ("max_tokens", "4096"), ("compass", "north"), ("bypass", "true"),
            ("passwordless", "true"), ("tokenizer", "wordpiece"), ("token_endpoint", "https://id.example/token"),
            ("shipping", "fast"), ("opinion", "none"), ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
            ("session_state", "5f4dcc3b5aa765d6"), ("password_policy", "at least ten letters"), ("author", "ann"),
            ("code", "NOT_FOUND"), ("code", "404"), ("access", "read-write"),
            ("hasLocation", "x8Zk2mPx4v"), ("hasLogo", "x8Zk2mPx4v"), ("enclave", "x8Zk2mPx4v"), ("tan", "0.52"),
            ("salt", "a pinch"), ("palabras_clave", "x8Zk2mPx4v"), ("sso", "true"), ("passOrder", "x8Zk2mPx4v"),
            ("status_code", "x8Zk2mPx4v"), ("countryCode", "x8Zk2mPx4v"), ("phone_code", "+49"),
            ("zipCode", "x8Zk2mPx4v"),
            ("hash_key", "x8Zk2mPx4v"), ("storageKey", "x8Zk2mPx4v"), ("ticket_number", "x8Zk2mPx4v"),
            ("spin2", "x8Zk2mPx4v"), ("standard", "x8Zk2mPx4v"), ("sansa", "x8Zk2mPx4v"), ("включено", "x8Zk2mPx4v"),
            ("tank", "x8Zk2mPx4v"),
        ])
    func openNames(name: String, value: String) { #expect(!SecretNames.isSecret(name, value, at: .json)) }

    @Test(
        "A value that looks like a secret is one, whatever describes it",
        arguments: [
            ("token_type", "LeakedKeep01abc"), ("code", "LeakedNa07abc"), ("code", "482913"), ("access", "q8Zk2mPx4v"),
            ("expires", "s3cr3tval"),
        ])
    func descriptionsHideNothing(name: String, value: String) {
        #expect(SecretNames.isSecret(name, value, at: .json) || !SecretNames.isSecret(name, "3600", at: .json))
    }

    @Test(
        "Header fields",
        arguments: [
            ("Authorization", true), ("Proxy-Authorization", true), ("Secret-Key", true), ("Security-Token", true),
            ("SecretToken", true), ("Secure-Token", true), ("Secret", true), ("Session-Policy", true),
            ("X-RateLimit-Token", true), ("X-Session-Id", true), ("X-CSRF", true), ("X-Functions-Key", true),
            ("Sec-Fetch-Site", false), ("Sec-CH-UA", false), ("Sec-WebSocket-Key", false), ("Accept", false),
            ("Access-Control-Allow-Credentials", false), ("Content-Security-Policy", false), (":authority", false),
            ("X-Request-Id", false), ("Content-Type", false), ("ETag", false), ("X-Amzn-Oidc-Data", true),
            ("X-MS-CLIENT-PRINCIPAL", true), ("X-Honeycomb-Team", true), ("OK-ACCESS-SIGN", true),
            ("CB-ACCESS-SIGN", true), ("X-Sso", true), ("X-Login-Hash", true), ("X-Client-Cert", true),
            ("X-SSL-Client-Cert", true), ("X-Ticket", true), ("Cookie2", true), ("Set-Cookie2", true),
            ("X-Design", false), ("Accept-Signed", false),
        ])
    func headerFields(name: String, isSecret: Bool) { #expect(SecretNames.isSecret(name, at: .header) == isSecret) }

    @Test("The rest of a rate limit is not a secret, but a token with such a name is")
    func rateLimits() {
        #expect(!SecretNames.isSecret("X-RateLimit-Remaining-Tokens", "149984", at: .header))
        #expect(SecretNames.isSecret("X-RateLimit-Remaining-Tokens", "tok_9f8E7d6C5b", at: .header))
    }

    @Test("Every cookie is a secret")
    func cookies() { #expect(SecretNames.isSecret("theme", "dark", at: .cookie)) }

    @Test(
        "Words in a pattern",
        arguments: [
            ("*|pass", "userPass", true), ("*|pass", "user_pass", true), ("*|pass", "compass", false),
            ("*|pin", "XMLPin", true), ("api-key", "apiKey", true), ("*api-key", "X_API_KEY", true),
            ("*a*b*", "xaxbx", true), ("*a*b*", "xbxax", false), ("otp|*", "otp2", true), ("otp|*", "otpauth", false),
            ("*", "", true), ("a*a", "a", false),
        ])
    func patterns(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(NormalisedName(name.utf8)) == matches)
    }
}
