/// What the names of cookies, fields, parameters and members say about who calls.
///
/// Case and the marks between words do not count. Whether a value is *secret* is another question: see ``SecretNames``.
public enum CallerName {
    /// Whether a header field of this name says who sends it: one of ``CredentialField``, or one whose name says so.
    ///
    /// Tokens against forged requests do not: they may change with every page.
    public static func isCredentialHeader(_ name: UnsafeRawBufferPointer) -> Bool {
        guard !forgeryWords.occur(in: name), !namesOfChallenges.include(name) else { return false }
        return CredentialField.named(name) != nil || headerWords.occur(in: name) || NameText.hasWord("sid", name)
    }

    /// Whether a cookie, a query parameter or the parameter of a path segment with this name holds a session:
    /// `JSESSIONID`, `connect.sid`, `auth_token`.
    public static func isSession(_ name: UnsafeRawBufferPointer) -> Bool {
        guard !forgeryWords.occur(in: name) else { return false }
        return sessionWords.occur(in: name) || sessionEnds.end(name) || NameText.hasWord("sid", name)
    }

    /// Whether a parameter of a target with this name holds a session as cookies do: `sid`, `PHPSESSID`, `session_id`. Tokens
    /// in targets under other names may be a link's own.
    public static func isSessionNumber(_ name: UnsafeRawBufferPointer) -> Bool {
        sessionNumberWords.occur(in: name) || sessionEnds.end(name) || NameText.hasWord("sid", name)
    }

    /// Whether a member of a body with this name holds a token: `access_token`, `accessToken`, `jwt`, and `access` and `refresh`
    /// as simplejwt writes them.
    public static func isTokenMember(_ name: UnsafeRawBufferPointer) -> Bool {
        guard !forgeryWords.occur(in: name), !tokenDescriptions.end(name) else { return false }
        return tokenWords.occur(in: name) || tokenNames.include(name)
    }

    /// Whether a value of this name renews tokens.
    public static func isRefreshToken(_ name: UnsafeRawBufferPointer) -> Bool {
        refreshWords.occur(in: name) || NameText.isEqual(name, "refresh")
    }

    /// Whether a value of this name protects a form from being sent by another site.
    public static func isForgeryToken(_ name: UnsafeRawBufferPointer) -> Bool { forgeryWords.occur(in: name) }

    /// Whether a value of this name is made to be sent back: tokens of all kinds, sessions, tickets, nonces.
    public static func isReturned(_ name: UnsafeRawBufferPointer) -> Bool {
        returnedWords.occur(in: name) || returnedNames.include(name)
    }

    /// Whether a header field of this name carries the key of a program, which says nothing about who uses it.
    public static func isAPIKey(_ name: UnsafeRawBufferPointer) -> Bool { keyWords.occur(in: name) }

    /// Whether a field of this name holds a password.
    public static func isPassword(_ name: UnsafeRawBufferPointer) -> Bool {
        passwordWords.occur(in: name) || passwordNames.include(name)
    }

    /// How surely a field of this name holds what a person is called, 0 most; nil when its name does not say so.
    public static func userNameRank(_ name: UnsafeRawBufferPointer) -> Int? {
        userNames.firstIndex { $0.include(name) }
    }

    private static let passwordWords = NameWords("password", "passwd", "passphrase", "passwort")
    private static let passwordNames = NameWords("pass", "pwd", "pw", "passcode", "userpass")
    private static let userNames = [
        NameWords("username"), NameWords("email"), NameWords("login"), NameWords("user"), NameWords("name"),
    ]
    private static let headerWords = NameWords("auth", "token", "apikey", "session", "jwt")
    /// Fields of responses that ask for credentials, and the one of HTTP/2 whose name only looks like it.
    private static let namesOfChallenges = NameWords("authority", "wwwauthenticate", "proxyauthenticate")
    private static let sessionWords = NameWords("sess", "token", "auth", "jwt", "loggedin", "rememberme")
    private static let sessionNumberWords = NameWords("sess")
    private static let sessionEnds = NameWords("sid")
    private static let tokenWords = NameWords("token", "jwt", "sessionid", "sessid", "sessionkey", "devicecode")
    private static let tokenNames = NameWords("access", "refresh", "sid", "session", "ticket", "authkey", "bearer")
    /// Ends of names that describe a token and are none.
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
    /// As ``isCredentialHeader(_:)-(UnsafeRawBufferPointer)``.
    public static func isCredentialHeader(_ name: some StringProtocol) -> Bool { ask(name, isCredentialHeader) }

    /// As ``isSession(_:)-(UnsafeRawBufferPointer)``.
    public static func isSession(_ name: some StringProtocol) -> Bool { ask(name, isSession) }

    /// As ``isTokenMember(_:)-(UnsafeRawBufferPointer)``.
    public static func isTokenMember(_ name: some StringProtocol) -> Bool { ask(name, isTokenMember) }

    /// As ``isRefreshToken(_:)-(UnsafeRawBufferPointer)``.
    public static func isRefreshToken(_ name: some StringProtocol) -> Bool { ask(name, isRefreshToken) }

    /// As ``isForgeryToken(_:)-(UnsafeRawBufferPointer)``.
    public static func isForgeryToken(_ name: some StringProtocol) -> Bool { ask(name, isForgeryToken) }

    /// As ``isReturned(_:)-(UnsafeRawBufferPointer)``.
    public static func isReturned(_ name: some StringProtocol) -> Bool { ask(name, isReturned) }

    /// As ``isPassword(_:)-(UnsafeRawBufferPointer)``.
    public static func isPassword(_ name: some StringProtocol) -> Bool { ask(name, isPassword) }

    /// As ``isAPIKey(_:)-(UnsafeRawBufferPointer)``.
    public static func isAPIKey(_ name: some StringProtocol) -> Bool { ask(name, isAPIKey) }

    /// Asks about a name in bytes.
    public static func isReturned(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        isReturned(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: name)))
    }

    /// Asks about a name in bytes.
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
