import Synchronization

/// Which access tokens were revoked before their time.
///
/// A revocation is needed no longer than its token would have lived. Bounded by `capacity`; one that has to make room
/// while its token still lives is counted, because that token is good again.
final class RevocationStore: Sendable {
    private let digests: KeyedDigest
    private let table: Mutex<BoundedTable<Double>>
    private let evictions = Atomic<Int>(0)

    init(capacity: Int, digests: KeyedDigest) {
        self.digests = digests
        table = Mutex(BoundedTable(capacity: capacity, filler: 0))
    }

    /// Revokes a token that would have lived until `expiresAt` (seconds since 1970).
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

    /// Revocations forgotten while their token still lived.
    var evictedAlive: Int { evictions.load(ordering: .relaxed) }
}
