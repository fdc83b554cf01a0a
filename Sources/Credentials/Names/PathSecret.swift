import Formats

/// Secrets in a path: after a segment that announces them (`/reset-password/…`), as the token of a bot
/// (`/bot123:…/getMe`), in the address of a webhook, or as a JSON Web Token.
public enum PathSecret {
    /// The segments before a segment, which may show what it is.
    public struct Preceding {
        fileprivate var nearest: UnsafeRawBufferPointer?
        fileprivate var second: UnsafeRawBufferPointer?
        fileprivate var third: UnsafeRawBufferPointer?

        /// None.
        public init() {}

        /// Adds the next segment; only the last three count.
        public mutating func append(_ segment: UnsafeRawBufferPointer) {
            (third, second, nearest) = (second, nearest, segment)
        }
    }

    /// The range of the secret in `segment`; nil if there is none.
    ///
    /// - Parameters:
    ///   - segment: a percent-decoded segment of a path, without its parameters.
    ///   - before: the segments before it.
    public static func range(in segment: UnsafeRawBufferPointer, after before: Preceding) -> Range<Int>? {
        guard segment.count >= shortest else { return nil }
        if isWebToken(segment) { return 0..<segment.count }
        if let start = botToken(segment) { return start..<segment.count }
        if let session = cookielessSession(segment) { return session }
        guard let previous = before.nearest else { return nil }
        if invitations.include(previous) { return PlainValue.isShort(segment) ? nil : 0..<segment.count }
        // `/reset/MQ/…`: the user's identifier comes first.
        if let second = before.second, invitations.include(second), isIdentifier(previous), !PlainValue.isShort(segment)
        {
            return 0..<segment.count
        }
        if segment.count >= shortestHook,
            hooks.include(previous) || before.second.map(hooks.include) ?? false
                || before.third.map(hooks.include) ?? false
        {
            return PlainValue.isPlain(segment) ? nil : 0..<segment.count
        }
        guard telling.occur(in: previous), !PlainValue.isPlain(segment),
            SecretNames.isSecret(NormalisedName(previous), Array(segment), at: .query)
        else { return nil }
        return 0..<segment.count
    }

    /// Shorter segments do not contain a secret.
    private static let shortest = 4
    /// Shorter segments are the number of a webhook, not its key.
    private static let shortestHook = 16

    /// Whether `segment` is, or begins like, a token: a truncated token counts too.
    public static func isWebToken(_ segment: UnsafeRawBufferPointer) -> Bool {
        guard segment.count >= 12, segment.starts(with: "eyJ".utf8) else { return false }
        return segment.allSatisfy { Base64.url.value(of: $0) != nil || $0 == UInt8(ascii: ".") }
    }

    /// The start of the token in `bot123456:AAE…`.
    private static func botToken(_ segment: UnsafeRawBufferPointer) -> Int? {
        guard segment.starts(with: "bot".utf8), let colon = segment.firstIndex(of: UInt8(ascii: ":")), colon > 3,
            segment[3..<colon].allSatisfy(ASCII.isDigit), segment.count - colon > 6
        else { return nil }
        return colon + 1
    }

    /// The content of `(S(…))`, in which ASP.NET keeps a session without cookies; the whole segment if there is more.
    private static func cookielessSession(_ segment: UnsafeRawBufferPointer) -> Range<Int>? {
        guard segment.count > 5, segment[0] == UInt8(ascii: "("), ASCII.isLetter(segment[1]),
            segment[2] == UInt8(ascii: "("), segment[segment.count - 2] == UInt8(ascii: ")"),
            segment[segment.count - 1] == UInt8(ascii: ")")
        else { return nil }
        return 3..<(segment.count - 2)
    }

    /// Whether a segment may be an encoded number, and is not a word of a path.
    private static func isIdentifier(_ segment: UnsafeRawBufferPointer) -> Bool {
        segment.count <= longestIdentifier
            && segment.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            && segment.contains { ASCII.isDigit($0) || $0 &- 0x41 < 26 }
    }

    private static let longestIdentifier = 36

    private static let invitations = NameWords(
        "reset", "verify", "confirm", "activate", "invite", "magic", "magiclink", "unlock", "invitation", "invitations",
        "invites", "activation", "confirmation", "verification", "verifyemail", "confirmemail", "unsubscribe",
        "recover",
        "recovery", "emailverify", "emailconfirm", "passwordless", "signin", "sso")
    /// Every secret name that is a path segment contains one of these words: a quick search before the exact one.
    private static let telling = NameWords(
        "tok", "pass", "pw", "secret", "key", "auth", "sess", "sid", "code", "otp", "pin", "ticket", "nonce", "sig",
        "cook",
        "csrf", "xsrf", "jwt", "bearer", "cred", "assert", "saml", "magic", "kenn", "contrasen", "senha", "state",
        "hmac", "forg",
        "cv", "acces", "refresh", "wacht", "losen")
    private static let hooks = NameWords("webhook", "webhooks", "hooks", "services", "incoming")
}
