/// What the names of cookies, fields, parameters and members reveal about the caller.
///
/// Case and the separators between words are ignored. Whether a value is *secret* is a different question: see
/// ``SecretNames``.
public enum CallerName {
    /// Whether a header field with this name identifies its sender: one of ``CredentialField``, or a field with the
    /// name of a credential.
    ///
    /// CSRF tokens do not: they may change with every page.
    public static func isCredentialHeader(_ name: UnsafeRawBufferPointer) -> Bool {
        guard !forgeryWords.occur(in: name), !namesOfChallenges.include(name) else { return false }
        return CredentialField.named(name) != nil || headerWords.occur(in: name) || NameText.hasWord("sid", name)
    }

    /// Whether a cookie, a query parameter or a path segment parameter with this name contains a session: `JSESSIONID`,
    /// `connect.sid`, `auth_token`.
    public static func isSession(_ name: UnsafeRawBufferPointer) -> Bool {
        guard !forgeryWords.occur(in: name) else { return false }
        return sessionWords.occur(in: name) || sessionEnds.end(name) || NameText.hasWord("sid", name)
    }

    /// Whether a parameter of a target with this name contains a session like a cookie: `sid`, `PHPSESSID`,
    /// `session_id`. Tokens in targets under other names may belong to the link.
    public static func isSessionNumber(_ name: UnsafeRawBufferPointer) -> Bool {
        sessionNumberWords.occur(in: name) || sessionEnds.end(name) || NameText.hasWord("sid", name)
    }

    /// Whether a body member with this name contains a token: `access_token`, `accessToken`, `jwt`, and `access` and
    /// `refresh` as in simplejwt.
    public static func isTokenMember(_ name: UnsafeRawBufferPointer) -> Bool {
        guard !forgeryWords.occur(in: name), !tokenDescriptions.end(name) else { return false }
        return tokenWords.occur(in: name) || tokenNames.include(name)
    }

    /// Whether a value with this name is a refresh token.
    public static func isRefreshToken(_ name: UnsafeRawBufferPointer) -> Bool {
        refreshWords.occur(in: name) || NameText.isEqual(name, "refresh")
    }

    /// Whether a value with this name is a CSRF token.
    public static func isForgeryToken(_ name: UnsafeRawBufferPointer) -> Bool { forgeryWords.occur(in: name) }

    /// Whether a value with this name is meant to be sent back: tokens of all kinds, sessions, tickets, nonces.
    public static func isReturned(_ name: UnsafeRawBufferPointer) -> Bool {
        returnedWords.occur(in: name) || returnedNames.include(name)
    }

    /// Whether a header field with this name contains an API key, which does not identify the user.
    public static func isAPIKey(_ name: UnsafeRawBufferPointer) -> Bool { keyWords.occur(in: name) }

    /// Whether a field with this name contains a password.
    public static func isPassword(_ name: UnsafeRawBufferPointer) -> Bool {
        passwordWords.occur(in: name) || passwordNames.include(name)
    }

    /// How certainly a field with this name contains a user name, 0 being the most certain; nil if the name does not
    /// suggest it.
    public static func userNameRank(_ name: UnsafeRawBufferPointer) -> Int? {
        userNames.firstIndex { $0.include(name) }
    }

    private static let passwordWords = NameWords("password", "passwd", "passphrase", "passwort")
    private static let passwordNames = NameWords("pass", "pwd", "pw", "passcode", "userpass")
    private static let userNames = [
        NameWords("username"), NameWords("email"), NameWords("login"), NameWords("user"), NameWords("name"),
    ]
    private static let headerWords = NameWords("auth", "token", "apikey", "session", "jwt")
    /// Response fields with challenges, and the HTTP/2 pseudo-header field with a similar name.
    private static let namesOfChallenges = NameWords("authority", "wwwauthenticate", "proxyauthenticate")
    private static let sessionWords = NameWords("sess", "token", "auth", "jwt", "loggedin", "rememberme")
    private static let sessionNumberWords = NameWords("sess")
    private static let sessionEnds = NameWords("sid")
    private static let tokenWords = NameWords("token", "jwt", "sessionid", "sessid", "sessionkey", "devicecode")
    private static let tokenNames = NameWords("access", "refresh", "sid", "session", "ticket", "authkey", "bearer")
    /// Name endings that describe a token but are not one.
    private static let tokenDescriptions = NameWords(
        "type", "expiresin", "expires", "expiry", "expiration", "expiresat", "exp", "endpoint", "lifetime", "ttl",
        "count", "limit", "url", "uri", "name", "tokens")
    private static let refreshWords = NameWords("refreshtoken")
    private static let forgeryWords = NameWords(
        "csrf", "xsrf", "forgery", "requestverification", "authenticitytoken", "wpnonce", "formkey")
    private static let returnedWords = NameWords(
        "token", "csrf", "xsrf", "session", "nonce", "ticket", "jwt", "devicecode")
    private static let returnedNames = NameWords("access", "refresh", "sid")
    private static let keyWords = NameWords("apikey", "appkey", "subscriptionkey", "functionskey")
}

extension CallerName {
    /// Like ``isCredentialHeader(_:)-(UnsafeRawBufferPointer)``.
    public static func isCredentialHeader(_ name: some StringProtocol) -> Bool { ask(name, isCredentialHeader) }

    /// Like ``isSession(_:)-(UnsafeRawBufferPointer)``.
    public static func isSession(_ name: some StringProtocol) -> Bool { ask(name, isSession) }

    /// Like ``isTokenMember(_:)-(UnsafeRawBufferPointer)``.
    public static func isTokenMember(_ name: some StringProtocol) -> Bool { ask(name, isTokenMember) }

    /// Like ``isRefreshToken(_:)-(UnsafeRawBufferPointer)``.
    public static func isRefreshToken(_ name: some StringProtocol) -> Bool { ask(name, isRefreshToken) }

    /// Like ``isForgeryToken(_:)-(UnsafeRawBufferPointer)``.
    public static func isForgeryToken(_ name: some StringProtocol) -> Bool { ask(name, isForgeryToken) }

    /// Like ``isReturned(_:)-(UnsafeRawBufferPointer)``.
    public static func isReturned(_ name: some StringProtocol) -> Bool { ask(name, isReturned) }

    /// Like ``isPassword(_:)-(UnsafeRawBufferPointer)``.
    public static func isPassword(_ name: some StringProtocol) -> Bool { ask(name, isPassword) }

    /// Like ``isAPIKey(_:)-(UnsafeRawBufferPointer)``.
    public static func isAPIKey(_ name: some StringProtocol) -> Bool { ask(name, isAPIKey) }

    /// The same for a name in bytes.
    public static func isReturned(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        isReturned(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: name)))
    }

    /// The same for a name in bytes.
    public static func isSession(_ name: some Collection<UInt8>) -> Bool { ask(name, isSession) }

    private static func ask(_ name: some StringProtocol, _ question: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        var name = String(name)
        return name.withUTF8 { question(UnsafeRawBufferPointer($0)) }
    }

    private static func ask(_ name: some Collection<UInt8>, _ question: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        name.withContiguousStorageIfAvailable { question(UnsafeRawBufferPointer($0)) }
            ?? Array(name).withUnsafeBytes(question)
    }
}
