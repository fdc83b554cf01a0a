internal import Traffic

/// Decides what a clone does about made tokens that the target refused, by when they were last made again and whether
/// that helped. Pure: time comes in, decisions come out.
struct MintedRefusals {
    private struct Refused {
        var remintedAt: RunTime
        /// Consecutive fresh tokens that were refused too.
        var failures = 0
    }

    private var byValue: [Int: Refused] = [:]

    /// The reaction to a request whose token was refused.
    enum Decision {
        /// Send it again with the fresh token that was made meanwhile.
        case send
        /// Make a fresh token.
        case mint
        /// Fresh tokens do not help: the response counts.
        case giveUp
    }

    /// The reaction to a request that was sent at `sent` and answered 401 at `now`.
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

    /// Notes the outcome of a request that was sent again with a fresh token.
    mutating func sentOnceMore(_ value: Int, wasRefused: Bool) {
        guard let failures = byValue[value]?.failures else { return }
        byValue[value]?.failures = wasRefused ? failures + 1 : 0
    }

    /// Resets for another clone.
    mutating func forget() { if !byValue.isEmpty { byValue.removeAll() } }

    /// Whether nothing was refused.
    var isEmpty: Bool { byValue.isEmpty }

    /// Whether the token at `value` was ever refused.
    func knows(_ value: Int) -> Bool { byValue[value] != nil }
}
