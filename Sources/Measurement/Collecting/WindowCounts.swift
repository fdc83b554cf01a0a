/// What was counted in a stretch of a run; sums, so windows and workers add up.
public struct WindowCounts: Hashable, Sendable {
    /// Requests that ended, by the raw value of their fate.
    public var byFate: [UInt64]
    /// Bytes of requests written.
    public var requestBytes: UInt64
    /// Bytes of responses received.
    public var responseBytes: UInt64
    /// Why requests were held, summed over them.
    public var held: HeldCauses
    /// Clones that began.
    public var sessionsStarted: UInt64
    /// Clones of which every request was answered as wanted.
    public var sessionsCompleted: UInt64
    /// Clones that came to their end, but not every request as wanted.
    public var sessionsFailed: UInt64
    /// Clones that the run's end cut off.
    public var sessionsCut: UInt64
    /// Clones ended for being too late.
    public var sessionsBehind: UInt64
    /// Requests of ended clones that were never sent.
    public var requestsGivenUp: UInt64
    /// Requests left out because their host has no target.
    public var requestsSkipped: UInt64
    /// Connections that were made.
    public var connectionsOpened: UInt64
    /// Connections that were closed.
    public var connectionsClosed: UInt64
    /// Tokens signed or fetched.
    public var tokensMinted: UInt64
    /// Values of live responses put into requests.
    public var tokensBound: UInt64
    /// Tokens renewed ahead of their expiry.
    public var tokensRefreshed: UInt64
    /// Requests with a token that were answered 401 or 403.
    public var tokensRejected: UInt64
    /// Tokens that could not be made.
    public var tokensFailed: UInt64
    /// Requests counted but missing from the distributions, as a bound on memory was reached.
    public var unsampledRequests: UInt64
    /// Requests that went out of turn to renew tokens; none of the other figures holds them.
    public var renewalRequests: UInt64
    /// Those among them that were not answered, or not with what was wanted.
    public var renewalFailures: UInt64
    /// Logins that were replayed to renew tokens, and worked.
    public var renewalLogins: UInt64
    /// Requests sent again because the first try was answered 401; only the second counts elsewhere.
    public var requestsResent: UInt64
    /// Requests sent ahead of those that a filter keeps, because these need what their responses give; none of the other
    /// figures holds them.
    public var preludeRequests: UInt64
    /// Those among them that failed.
    public var preludeFailures: UInt64
    /// How long workers stalled though something was due, in nanoseconds, summed over them, and how often.
    public var generatorStallNs: UInt64
    /// How often workers stalled.
    public var generatorStalls: UInt64
    /// Requests that ended late because of that.
    public var requestsDelayedByGenerator: UInt64

    /// Nothing counted yet.
    public init() {
        byFate = [UInt64](repeating: 0, count: Fate.allCases.count)
        requestBytes = 0
        responseBytes = 0
        held = HeldCauses()
        sessionsStarted = 0
        sessionsCompleted = 0
        sessionsFailed = 0
        sessionsCut = 0
        sessionsBehind = 0
        requestsGivenUp = 0
        requestsSkipped = 0
        connectionsOpened = 0
        connectionsClosed = 0
        tokensMinted = 0
        tokensBound = 0
        tokensRefreshed = 0
        tokensRejected = 0
        tokensFailed = 0
        unsampledRequests = 0
        renewalRequests = 0
        renewalFailures = 0
        renewalLogins = 0
        requestsResent = 0
        preludeRequests = 0
        preludeFailures = 0
        generatorStallNs = 0
        generatorStalls = 0
        requestsDelayedByGenerator = 0
    }

    /// Requests completed or failed: all but those cut off by the run's end.
    public var requests: UInt64 { sum { $0 != .cut } }

    /// Requests that failed.
    public var failures: UInt64 { sum(\.isFailure) }

    /// Requests that were answered, as expected or not.
    public var answers: UInt64 { sum(\.isAnswer) }

    private func sum(_ isCounted: (Fate) -> Bool) -> UInt64 {
        var sum: UInt64 = 0
        for fate in Fate.allCases where isCounted(fate) { sum.add(saturating: self[fate]) }
        return sum
    }

    /// How many requests met this fate.
    public subscript(fate: Fate) -> UInt64 { byFate[Int(fate.rawValue)] }

    /// Adds what another worker or window counted; a sum stops at its largest.
    public static func += (left: inout WindowCounts, right: WindowCounts) {
        for fate in left.byFate.indices { left.byFate[fate].add(saturating: right.byFate[fate]) }
        left.held += right.held
        for field in WindowCounts.sums { left[keyPath: field].add(saturating: right[keyPath: field]) }
    }

    /// Every plain sum, in the order of the run folder's format.
    static let sums: [any WritableKeyPath<WindowCounts, UInt64> & Sendable] = [
        \.requestBytes, \.responseBytes, \.sessionsStarted, \.sessionsCompleted, \.sessionsFailed, \.sessionsCut,
        \.sessionsBehind, \.requestsGivenUp, \.requestsSkipped, \.connectionsOpened, \.connectionsClosed,
        \.tokensMinted, \.tokensBound, \.tokensRefreshed, \.tokensRejected, \.unsampledRequests,
        \.renewalRequests, \.renewalFailures, \.renewalLogins, \.requestsResent, \.tokensFailed, \.preludeRequests,
        \.preludeFailures,

        \.generatorStallNs, \.generatorStalls, \.requestsDelayedByGenerator,
    ]
}
