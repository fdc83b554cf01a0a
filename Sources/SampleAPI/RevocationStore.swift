import Synchronization

/// Access tokens that were revoked before they expired.
///
/// A revocation is only needed until its token expires. Bounded by `capacity`; a revocation that is evicted before its
/// token expires is counted, because that token becomes valid again.
final class RevocationStore: Sendable {
    private let digests: KeyedDigest
    private let table: Mutex<BoundedTable<Double>>
    private let evictions = Atomic<Int>(0)

    init(capacity: Int, digests: KeyedDigest) {
        self.digests = digests
        table = Mutex(BoundedTable(capacity: capacity, filler: 0))
    }

    /// Revokes a token that expires at `expiresAt` (seconds since 1970).
    func revoke(_ claims: AccessClaims, now: Double) {
        let key = digests.digest(of: claims.identity, as: .tokenIdentity)
        let evicted: Double? = table.withLock { table in
            table[key] == nil ? table.insert(claims.expiresAt, for: key) : nil
        }
        if let evicted, evicted > now { evictions.add(1, ordering: .relaxed) }
    }

    func isRevoked(_ claims: AccessClaims) -> Bool {
        let key = digests.digest(of: claims.identity, as: .tokenIdentity)
        return table.withLock { $0[key] } != nil
    }

    /// Revocations evicted before their token expired.
    var evictedAlive: Int { evictions.load(ordering: .relaxed) }
}
