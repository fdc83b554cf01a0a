import Formats

/// Secrets that are in a path: behind a segment that says so (`/reset-password/…`), as the token of a bot
/// (`/bot123:…/getMe`), in the address of a webhook, or as a JSON Web Token.
public enum PathSecret {
    /// The segments before one, which may say what it is.
    public struct Preceding {
        fileprivate var nearest: UnsafeRawBufferPointer?
        fileprivate var second: UnsafeRawBufferPointer?
        fileprivate var third: UnsafeRawBufferPointer?

        /// None.
        public init() {}

        /// Adds the next; only the last three count.
        public mutating func append(_ segment: UnsafeRawBufferPointer) {
            (third, second, nearest) = (second, nearest, segment)
        }
    }

    /// Where the secret is in `segment`; nil when it holds none.
    ///
    /// - Parameters:
    ///   - segment: a segment of a path, brought out of percent-encoding, without its parameters.
    ///   - before: the segments before it.
    public static func range(in segment: UnsafeRawBufferPointer, after before: Preceding) -> Range<Int>? {
        guard segment.count >= shortest else { return nil }
        if isWebToken(segment) { return 0..<segment.count }
        if let start = botToken(segment) { return start..<segment.count }
        if let session = cookielessSession(segment) { return session }
        guard let previous = before.nearest else { return nil }
        if invitations.include(previous) { return PlainValue.isShort(segment) ? nil : 0..<segment.count }
        // `/reset/MQ/…`: whose it is comes first.
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

    /// Shorter segments hold no secret.
    private static let shortest = 4
    /// Shorter segments are the number of a webhook, not its key.
    private static let shortestHook = 16

    /// Whether `segment` is, or begins as, a token: what was cut off is one too.
    public static func isWebToken(_ segment: UnsafeRawBufferPointer) -> Bool {
        guard segment.count >= 12, segment.starts(with: "eyJ".utf8) else { return false }
        return segment.allSatisfy { Base64.url.value(of: $0) != nil || $0 == UInt8(ascii: ".") }
    }

    /// Where the token begins in `bot123456:AAE…`.
    private static func botToken(_ segment: UnsafeRawBufferPointer) -> Int? {
        guard segment.starts(with: "bot".utf8), let colon = segment.firstIndex(of: UInt8(ascii: ":")), colon > 3,
            segment[3..<colon].allSatisfy(ASCII.isDigit), segment.count - colon > 6
        else { return nil }
        return colon + 1
    }

    /// What is in `(S(…))`, in which ASP.NET keeps a session without cookies; all of it where there is more.
    private static func cookielessSession(_ segment: UnsafeRawBufferPointer) -> Range<Int>? {
        guard segment.count > 5, segment[0] == UInt8(ascii: "("), ASCII.isLetter(segment[1]),
            segment[2] == UInt8(ascii: "("), segment[segment.count - 2] == UInt8(ascii: ")"),
            segment[segment.count - 1] == UInt8(ascii: ")")
        else { return nil }
        return 3..<(segment.count - 2)
    }

    /// Whether a segment may be a number in some coding, and no word of a path.
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
    /// A word of these is in all names of secrets that are segments of a path: a quick search before the sure one.
    private static let telling = NameWords(
        "tok", "pass", "pw", "secret", "key", "auth", "sess", "sid", "code", "otp", "pin", "ticket", "nonce", "sig",
        "cook",
        "csrf", "xsrf", "jwt", "bearer", "cred", "assert", "saml", "magic", "kenn", "contrasen", "senha", "state",
        "hmac", "forg",
        "cv", "acces", "refresh", "wacht", "losen")
    private static let hooks = NameWords("webhook", "webhooks", "hooks", "services", "incoming")
}
