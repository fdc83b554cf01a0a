/// The list of the names of secrets, used by the built-in redaction policy, `inspect`, the examples of a run, and
/// everything else that displays or stores recorded values.
public enum SecretNames {
    /// The rules, in order; the first that matches a name decides.
    public static let rules: [SecretRule] = [
        SecretRule(.open, at: named, structure),
        SecretRule(.openIfPlain, at: named, descriptions),
        SecretRule(
            .secret, at: [.header],
            [
                "authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate", "authentication-info",
                "proxy-authentication-info", "sec-websocket-protocol",
            ]),
        SecretRule(.open, at: [.header], openHeaders),
        SecretRule(.openIfPlain, at: [.header], rateLimits),
        SecretRule(.secret, at: [.cookie], ["*"]),
        SecretRule(.secret, at: named, secrets),
        SecretRule(.secret, at: named, passwordsOfLanguages + secretsOfLanguages),
        SecretRule(.openIfShort, at: named, ambiguous),
        SecretRule(.secret, at: named, ambiguous),
        SecretRule(.secret, at: [.header], secretHeaders),
        SecretRule(.openIfShort, at: [.query, .form], ["sign"]),
        SecretRule(.secret, at: [.query, .form], ["sign"]),
        SecretRule(.secret, at: [.query, .form], ["code", "state", "key"]),
        SecretRule(.openIfShort, at: [.json, .text], ["code", "access", "refresh"]),
        SecretRule(.secret, at: [.json, .text], ["code", "*|verifier"]),
        SecretRule(.secret, at: [.json, .form], ["access", "refresh"]),
    ]

    /// Whether a value with this name in this place is a secret.
    ///
    /// - Parameters:
    ///   - name: the decoded name.
    ///   - value: the value; nil if unknown, in which case it is assumed that it may be secret.
    public static func isSecret(
        _ name: some StringProtocol, _ value: (some StringProtocol)? = nil as String?, at place: SecretPlace
    ) -> Bool {
        let value = value.map { Array($0.utf8) }
        return isSecret(NormalisedName(name.utf8), value, at: place)
    }

    /// Whether a value with this name, in bytes, in this place is a secret.
    public static func isSecret(_ name: NormalisedName, _ value: [UInt8]? = nil, at place: SecretPlace) -> Bool {
        for rule in rules where rule.names(name, at: place) {
            switch rule.verdict {
            case .secret: return true
            case .open: return false
            case .openIfPlain: if let value, PlainValue.isPlain(value) { return false }
            case .openIfShort: if let value, PlainValue.isShort(value) { return false }
            }
        }
        return false
    }

    /// The places where the name of a value matters; cookies are secret whatever their name.
    private static let named = Set(SecretPlace.allCases).subtracting([.cookie])

    /// Names that contain a word for secrets but are part of a protocol, and never have secret values.
    private static let structure = [
        "grant_type", "response_type", "code_challenge*", "session_state", "x_forwarded_host", "palabra_clave*",
        "palabras_clave*",
    ]

    /// Names whose end shows that the value describes a secret but is not one.
    private static let descriptions = [
        "*token_type", "*assertion_type", "token_use", "max*_tokens", "prompt_tokens*", "completion_tokens*",
        "total_tokens", "*_tokens_used", "tokens_used", "input_tokens*", "output_tokens*", "*token_count",
        "*token_limit", "*token_counts", "tokenizer", "*|tokenizer", "tokenizer_name", "tokenizer_class",
        "tokenizer_type", "*|expires", "*|expires_in", "*|expires_at", "*|expires_on", "*|expire", "*|expiry",
        "*|expiration", "*|expired", "*|expiry_date", "*|expiration_date", "*|expires_in_seconds", "*expiresin",
        "*expiresat", "*_endpoint", "*|endpoint|auth_methods_supported", "passwordless", "*|passwordless",
        "passwordless_enabled", "passwordless_login", "*_policy", "auth_type", "auth_method", "*|auth_method",
        "*|auth_methods", "*|auth_methods_supported", "*|values_supported", "signature_method",
        "*signature_algorithm", "*signature_version", "*lifetime", "*timeout", "*ttl", "*|max_age", "*|length",
        "*|min_length", "*|max_length", "password_required", "*|is_required", "*|enabled", "*|created_at",
        "*|updated_at", "*|changed_at", "*|issued_at", "*|last_used", "*|last_used_at",
    ]

    /// Fields that a word in their name would mark as secret. Those that begin with `sec-` are listed individually,
    /// since separators are ignored: `Secret-Key` is not one of them.
    private static let openHeaders = [
        "access-control-allow-*", "access-control-expose-headers", "access-control-max-age", "access-control-request-*",
        "sec-fetch|*", "sec-ch|*", "sec-gpc", "sec-purpose", "sec-websocket-key",
        "sec-websocket-accept", "sec-websocket-version", "sec-websocket-extensions", "sec-websocket-key1",
        "sec-websocket-key2", ":authority", "content-security-policy", "content-security-policy-report-only",
        "cross-origin-*-policy", "permissions-policy", "feature-policy", "referrer-policy", "origin-agent-cluster",
        "strict-transport-security", "idempotency-key", "x-idempotency-key", "surrogate-key", "cache-key",
        "x-cache-key",
    ]

    /// Fields with rate limits: `X-RateLimit-Remaining-Tokens`.
    private static let rateLimits = [
        "*ratelimit-limit*", "*ratelimit-remaining*", "*ratelimit-reset*", "*ratelimit-used*", "*ratelimit-resource",
        "*ratelimit*|limit", "*ratelimit*|remaining", "*ratelimit*|reset", "ratelimit", "ratelimit-policy",
    ]

    /// Names of values that grant access or prove an identity.
    private static let secrets = [
        // Tokens and tickets.
        "*token*", "*jwt*", "*bearer*", "*credential*", "*authorization*", "auth", "authkey", "*|auth", "*assertion*",
        "saml_response", "saml_request", "saml_art", "ticket", "*auth_ticket*", "*service_ticket", "*login_ticket",
        "*granting_ticket*", "*session_ticket*", "*access_ticket*", "dpop",
        // Passwords, in the languages of login forms.
        "*password*", "*passwd*", "*passphrase*", "*passcode*", "*passwrd*", "*pass_word*", "pass", "pass1", "pass2",
        "pass|pass*", "*|pass", "*|pass1", "*|pass2", "*userpass", "pwd", "pwd|*", "*|pwd", "*|pwd|*", "*userpwd", "pw",
        "pw1", "pw2", "*|pw",
        "*passwort*", "*kennwort*", "*mot_de_passe*", "*contrasen*", "*contraseña*", "*senha", "*wachtwoord*",
        "*losenord*", "*lösenord*", "*hasło*", "*парол*", "*passkey*", "*|psk|*", "*security*answer*",
        // Secrets and keys.
        "*secret*", "*api_key*", "*app_key", "*access_key*", "*private_key*", "*signing_key*", "*encryption_key*",
        "*shared_key*", "*account_key*", "*master_key*", "*license_key*", "*subscription_key*", "*service_key*",
        "*auth_key*", "*client_key*", "*user_key", "*webhook_key*", "*function_key*", "x-functions-key", "*hmac_key*",
        "*deploy_key*", "*crypt_key*", "*crypto_key*", "*cipher_key*", "*|aes_key*", "*|wpa_key*", "*|wep_key*",
        "*write_key", "*admin_key*", "*root_key*", "*server_key*",
        "*connection_string*", "*|conn_str", "dsn", "*|dsn", "xauth", "hdnea", "hdnts", "hdntl", "*|tkn", "*rtkn",
        // Sessions.
        "sid", "*|sid", "session", "*|session", "*session_id*", "*session_key*", "*sessid*", "*|sess", "*cookie*",
        "relay_state", "*sso_ticket*",
        // Against forged requests and replays.
        "*csrf*", "*xsrf*", "nonce", "*|nonce", "cnonce", "*wpnonce", "form_key", "*forgery*",
        "*captcha_response*", "*turnstile_response*",
        // One-time codes.
        "pin", "*|pin", "pin1", "pin2", "*|pin1", "*|pin2", "pin_code", "*pin_code", "*|pin|number", "otp",
        "*|otp", "otp|*", "totp", "*|totp", "hotp",
        "*one_time_code*", "*auth_code*", "*verification_code*", "*verify_code", "*confirmation_code*",
        "*activation_code*", "*reset_code*", "*login_code*", "*sms_code*", "*email_code*", "*access_code*",
        "*pass_code*", "*invite_code*", "*invitation_code*", "*mfa_code*", "*2fa_code*", "*totp_code*", "*otp_code*",
        "*security_code*", "*recovery_code*", "*recovery_key*", "*backup_code*", "*device_code*", "*user_code",
        "*factor_code*", "*pairing_code*", "*linking_code*", "*signin_code*", "*sign_in_code*", "*registration_code*",
        "*enrollment_code*", "*challenge_code*", "*join_code*", "*secure_code*",
        "*code_verifier*", "*oauth_verifier*", "*magic_link*", "*unlock_code*", "puk", "*|puk",
        // Signatures.
        "*signature*", "sig", "*|sig", "hmac", "*|hmac",
        // Cards.
        "cvv", "cvc", "cvv2", "cvc2", "*|cvv", "*|cvc", "*|cvv2", "*|cvc2", "csc", "*|csc",
    ]

    /// Passwords in other languages; as whole words if other names contain the same letters, as `hasLocation` does.
    private static let passwordsOfLanguages = [
        "*|haslo|*", "*|clave|*", "*|mdp|*", "passe", "*|passe", "*|heslo|*", "*lozink*", "*лозинк*", "*|geslo|*",
        "*zaporka*", "*adgangskode*", "*|passord|*", "*kodeord*", "*salasana*", "*|parola|*", "*parolă*", "*|parole|*",
        "*|parol|*", "*şifre*", "*|sifre|*", "*jelszó*", "*jelszo*", "*slaptažod*", "*slaptazod*", "*lykilorð*",
        "*lykilord*", "*mật_khẩu*", "*mat_khau*", "*|sandi|*", "*|mima|*", "*密码*", "*密碼*", "*口令*", "*パスワード*",
        "*暗証番号*", "*비밀번호*", "*암호*", "*รหัสผ่าน*", "*كلمة_المرور*", "المرور", "*كلمة_السر*", "*סיסמ*",
        "κωδικός", "κωδικος", "*κωδικός_πρόσβασης*", "*κωδικος_προσβασης*", "*गुप्तशब्द*", "*पासवर्ड*",
    ]

    /// Tokens, keys and codes in other languages.
    private static let secretsOfLanguages = [
        "*токен*", "*令牌*", "*トークン*", "*토큰*", "*|jeton|*", "*geheimnis*", "*segredo*", "*zugangscode*",
        "*zugangsdaten*", "*密钥*", "*密鑰*", "チケット",
    ]

    /// Names that often have other meanings: a taste, a function, a zodiac sign.
    private static let ambiguous = [
        "sso", "*|sso", "tan", "*|tan", "salt", "*|salt", "sas", "*|sas", "ключ", "*|ключ",
    ]

    /// Header fields, by words that are less specific elsewhere.
    private static let secretHeaders = [
        "*session*", "*-auth", "*-auth-*", "x-auth*", "*-key", "*-otp*", "key", "x-ticket", "x-login-hash",
        "*client-cert|*", "x-amzn-oidc-*", "x-ms-client-principal*", "x-honeycomb-team", "*|sign", "x-sso-*",
    ]
}
