import Synchronization

/// The logged-in sessions, with the refresh token of each.
///
/// A refresh token contains its session and a secret; each use replaces the secret, so that a refresh token works only
/// once. Bounded by `capacity`; beyond it the oldest login can no longer be refreshed.
final class SessionStore: Sendable {
    /// One login.
    private struct Login: BitwiseCopyable {
        var user: Key128
        var secretDigest: Key128
        var expiresAt: Double
    }

    private let digests: KeyedDigest
    private let lifetimeSeconds: Double
    private let table: Mutex<BoundedTable<Login>>
    private let evictions = Atomic<Int>(0)

    init(capacity: Int, lifetime: Duration, digests: KeyedDigest) {
        self.digests = digests
        lifetimeSeconds = lifetime / .seconds(1)
        let filler = Login(user: .zero, secretDigest: .zero, expiresAt: 0)
        table = Mutex(BoundedTable(capacity: capacity, filler: filler))
    }

    /// Begins a session of `user` at `now` (seconds since 1970).
    func begin(user: Key128, now: Double) -> (session: Key128, refreshToken: String) {
        let session = Key128.random()
        let secret = Key128.random()
        let login = Login(user: user, secretDigest: digest(of: secret), expiresAt: now + lifetimeSeconds)
        let evicted = table.withLock { $0.insert(login, for: session) }
        if let evicted, evicted.expiresAt > now { evictions.add(1, ordering: .relaxed) }
        return (session, SessionStore.token(session: session, secret: secret))
    }

    /// Exchanges a refresh token for the next one of its session.
    ///
    /// - Returns: nil if the token is invalid, was used before, has expired or belongs to a session that ended.
    func rotate(_ refreshToken: String, now: Double) -> (session: Key128, user: Key128, refreshToken: String)? {
        guard let (session, secret) = SessionStore.parts(of: refreshToken) else { return nil }
        let presented = digest(of: secret)
        let fresh = Key128.random()
        let renewed = digest(of: fresh)
        let user: Key128? = table.withLock { table in
            guard var login = table[session], login.secretDigest == presented, login.expiresAt > now else { return nil }
            login.secretDigest = renewed
            login.expiresAt = now + lifetimeSeconds
            _ = table.replace(login, for: session)
            return login.user
        }
        return user.map { (session, $0, SessionStore.token(session: session, secret: fresh)) }
    }

    /// Ends a session; its refresh token becomes invalid.
    func end(_ session: Key128) { table.withLock { _ = $0.remove(session) } }

    var count: Int { table.withLock { $0.count } }

    /// Sessions evicted for newer ones before they expired.
    var evictedAlive: Int { evictions.load(ordering: .relaxed) }

    private func digest(of secret: Key128) -> Key128 {
        digests.digest(of: secret.text(prefix: ""), as: .refreshSecret)
    }

    private static let prefix = "rt_"

    private static func token(session: Key128, secret: Key128) -> String {
        secret.text(prefix: session.text(prefix: prefix))
    }

    private static func parts(of token: String) -> (session: Key128, secret: Key128)? {
        let head = token.prefix(prefix.count + 32)
        guard let session = Key128(text: head, prefix: prefix),
            let secret = Key128(text: token.dropFirst(head.count), prefix: "")
        else { return nil }
        return (session, secret)
    }
}
