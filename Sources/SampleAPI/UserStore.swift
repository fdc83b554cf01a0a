import Synchronization

/// Who has registered.
///
/// Only digests are kept, 32 bytes a person: a name is found by its digest, and the digest is also the id.
/// Bounded by `capacity`; past it the oldest registration is forgotten and its name is free again.
final class UserStore: Sendable {
    private let digests: KeyedDigest
    private let table: Mutex<BoundedTable<Key128>>

    init(capacity: Int, digests: KeyedDigest) {
        self.digests = digests
        table = Mutex(BoundedTable(capacity: capacity, filler: .zero))
    }

    /// Registers a person.
    ///
    /// - Returns: the new id, or nil when the name is taken.
    func register(username: String, password: String) -> Key128? {
        let user = digests.digest(of: username, as: .userName)
        let secret = digests.digest(of: username, password, as: .password)
        return table.withLock { table in
            guard table[user] == nil else { return nil }
            table.insert(secret, for: user)
            return user
        }
    }

    /// The id of a person who proved who they are; nil for an unknown name and for a wrong password alike.
    func authenticate(username: String, password: String) -> Key128? {
        let user = digests.digest(of: username, as: .userName)
        let secret = digests.digest(of: username, password, as: .password)
        return table.withLock { $0[user] } == secret ? user : nil
    }

    var count: Int { table.withLock { $0.count } }
}
