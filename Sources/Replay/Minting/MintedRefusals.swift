internal import Traffic

/// What a clone does about tokens that were made for it and that the target refused: when they were last made again,
/// and whether that helped. Pure: time comes in, decisions come out.
struct MintedRefusals {
    private struct Refused {
        var remintedAt: RunTime
        /// Fresh ones in a row that were refused too.
        var failures = 0
    }

    private var byValue: [Int: Refused] = [:]

    /// What a request does whose token at `value` was refused.
    enum Decision {
        /// There has been a fresh one since it went out: that is sent.
        case send
        /// A fresh one is made.
        case mint
        /// Fresh ones do not help: the answer counts.
        case giveUp
    }

    /// What follows when a request that went out at `sent` was answered 401 at `now`.
    mutating func refused(_ value: Int, sent: RunTime, at now: RunTime) -> Decision {
        guard let refused = byValue[value] else {
            byValue[value] = Refused(remintedAt: now)
            return .mint
        }
        guard refused.failures < CloneRenewals.failureLimit else { return .giveUp }
        if sent < refused.remintedAt { return .send }
        byValue[value]?.remintedAt = now
        return .mint
    }

    /// Notes what came of a request that was sent again with a fresh token.
    mutating func sentOnceMore(_ value: Int, wasRefused: Bool) {
        guard let failures = byValue[value]?.failures else { return }
        byValue[value]?.failures = wasRefused ? failures + 1 : 0
    }

    /// Starts over for another clone.
    mutating func forget() { if !byValue.isEmpty { byValue.removeAll() } }

    /// Whether nothing was refused.
    var isEmpty: Bool { byValue.isEmpty }

    /// Whether the token at `value` was ever refused.
    func knows(_ value: Int) -> Bool { byValue[value] != nil }
}
