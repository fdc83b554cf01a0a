/// Refresh tokens that any worker of a service accepts: they contain the session they continue, signed with a key that
/// all workers have. Workers enforce single use through their shared state, if they have any.
struct RefreshTokens: Sendable {
    /// The content of a token.
    private struct Content {
        var session: Key128
        var user: Key128
        /// Distinguishes the tokens of a session.
        var number: Key128
        /// Seconds since 1970.
        var expiresAt: UInt64
    }

    private let digests: KeyedDigest
    private let lifetimeSeconds: Double
    private let shared: SharedState

    /// - Parameter digests: the same in all workers
    init(digests: KeyedDigest, lifetime: Duration, shared: SharedState) {
        self.digests = digests
        lifetimeSeconds = lifetime / .seconds(1)
        self.shared = shared
    }

    /// Begins a session of `user` at `now` (seconds since 1970).
    func begin(user: Key128, now: Double) -> (session: Key128, refreshToken: String) {
        let session = Key128.random()
        return (session, token(session: session, user: user, now: now))
    }

    /// Exchanges a refresh token for the next one of its session.
    ///
    /// - Returns: nil if the token is invalid, was used before, has expired or belongs to a session that ended
    func rotate(_ text: String, now: Double) async -> (session: Key128, user: Key128, refreshToken: String)? {
        guard let content = content(of: text), Double(content.expiresAt) > now else { return nil }
        let seconds = Int(Double(content.expiresAt) - now) + 1
        guard await shared.value("ended:\(content.session.text(prefix: ""))") == 0,
            await shared.count("used:\(content.number.text(prefix: ""))", seconds: seconds) == 1
        else { return nil }
        return (content.session, content.user, token(session: content.session, user: content.user, now: now))
    }

    /// Ends a session; its refresh tokens become invalid.
    func end(_ session: Key128) async {
        _ = await shared.count("ended:\(session.text(prefix: ""))", seconds: Int(lifetimeSeconds))
    }

    private static let prefix = "rt_"

    private func token(session: Key128, user: Key128, now: Double) -> String {
        let content = Content(
            session: session, user: user, number: .random(), expiresAt: UInt64(max(0, now + lifetimeSeconds)))
        let words = Self.words(content)
        return Self.prefix + words + digests.digest(of: words, as: .refreshSecret).text(prefix: "")
    }

    private static func words(_ content: Content) -> String {
        let expiry = Key128(high: 0, low: content.expiresAt)
        return [content.session, content.user, content.number, expiry].map { $0.text(prefix: "") }.joined()
    }

    private func content(of text: String) -> Content? {
        guard text.hasPrefix(Self.prefix), text.utf8.count == Self.prefix.utf8.count + 5 * 32 else { return nil }
        let bytes = Array(text.utf8.dropFirst(Self.prefix.utf8.count))
        let parts = (0..<5).compactMap { part in
            Key128(text: String(decoding: bytes[part * 32..<part * 32 + 32], as: UTF8.self), prefix: "")
        }
        guard parts.count == 5 else { return nil }
        let content = Content(session: parts[0], user: parts[1], number: parts[2], expiresAt: parts[3].low)
        guard digests.digest(of: Self.words(content), as: .refreshSecret) == parts[4] else { return nil }
        return content
    }
}

/// The logged-in sessions: stored in this process, or in the tokens themselves if there are several workers.
enum SessionDirectory: Sendable {
    case memory(SessionStore)
    case tokens(RefreshTokens)

    /// Begins a session of `user` at `now` (seconds since 1970).
    func begin(user: Key128, now: Double) -> (session: Key128, refreshToken: String) {
        switch self {
        case .memory(let store): store.begin(user: user, now: now)
        case .tokens(let tokens): tokens.begin(user: user, now: now)
        }
    }

    /// Exchanges a refresh token for the next one of its session; nil if it is invalid.
    func rotate(_ token: String, now: Double) async -> (session: Key128, user: Key128, refreshToken: String)? {
        switch self {
        case .memory(let store): store.rotate(token, now: now)
        case .tokens(let tokens): await tokens.rotate(token, now: now)
        }
    }

    /// Ends a session; its refresh token becomes invalid.
    func end(_ session: Key128) async {
        switch self {
        case .memory(let store): store.end(session)
        case .tokens(let tokens): await tokens.end(session)
        }
    }

    /// The number of sessions in this process, and of sessions evicted before they expired.
    var held: (count: Int, evictedAlive: Int) {
        if case .memory(let store) = self { (store.count, store.evictedAlive) } else { (0, 0) }
    }
}
