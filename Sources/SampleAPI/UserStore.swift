import Synchronization

/// The registered users.
///
/// Only digests are stored, 32 bytes per user: a name is looked up by its digest, which is also the id. Bounded by
/// `capacity`; beyond it the oldest registration is evicted and its name is free again.
final class UserStore: Sendable {
    private let digests: KeyedDigest
    private let table: Mutex<BoundedTable<Key128>>

    init(capacity: Int, digests: KeyedDigest) {
        self.digests = digests
        table = Mutex(BoundedTable(capacity: capacity, filler: .zero))
    }

    /// Registers a user.
    ///
    /// - Returns: the new id, or nil if the name is taken.
    func register(username: String, password: String) -> Key128? {
        let user = digests.digest(of: username, as: .userName)
        let secret = digests.digest(of: username, password, as: .password)
        return table.withLock { table in
            guard table[user] == nil else { return nil }
            table.insert(secret, for: user)
            return user
        }
    }

    /// The id of an authenticated user; nil both for an unknown name and for a wrong password.
    func authenticate(username: String, password: String) -> Key128? {
        let user = digests.digest(of: username, as: .userName)
        let secret = digests.digest(of: username, password, as: .password)
        return table.withLock { $0[user] } == secret ? user : nil
    }

    var count: Int { table.withLock { $0.count } }
}
