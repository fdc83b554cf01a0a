/// What was counted in a stretch of a run; sums, so windows and workers add up.
public struct WindowCounts: Hashable, Sendable {
    /// Requests that ended, by the raw value of their fate.
    public var byFate: [UInt64]
    public var requestBytes: UInt64
    public var responseBytes: UInt64
    /// Why requests were held, summed over them.
    public var held: HeldCauses
    public var sessionsStarted: UInt64
    public var sessionsCompleted: UInt64
    public var sessionsFailed: UInt64
    public var sessionsCut: UInt64
    /// Clones ended for being too late.
    public var sessionsBehind: UInt64
    /// Requests of ended clones that were never sent.
    public var requestsGivenUp: UInt64
    /// Requests left out because their host has no target.
    public var requestsSkipped: UInt64
    public var connectionsOpened: UInt64
    public var connectionsClosed: UInt64
    public var tokensMinted: UInt64
    public var tokensBound: UInt64
    public var tokensRefreshed: UInt64
    public var tokensRejected: UInt64
    public var tokensFailed: UInt64
    /// Requests counted but missing from the distributions, as a bound on memory was reached.
    public var unsampledRequests: UInt64
    /// Requests that went out of turn to renew tokens; none of the other figures holds them.
    public var renewalRequests: UInt64
    /// Those among them that were not answered, or not with what was wanted.
    public var renewalFailures: UInt64
    /// Logins that were replayed to renew tokens, and worked.
    public var renewalLogins: UInt64
    /// Requests sent once more because the first try was answered 401; only the second counts elsewhere.
    public var requestsResent: UInt64

    /// Requests sent ahead of those that a filter keeps, because these need what their responses give; none of the other
    /// figures holds them.
    public var preludeRequests: UInt64
    /// Those among them that failed.
    public var preludeFailures: UInt64

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
    }

    /// Requests completed or failed: all but those cut off by the run's end.
    public var requests: UInt64 { byFate.reduce(0, +) - byFate[Int(Fate.cut.rawValue)] }

    /// Requests that failed.
    public var failures: UInt64 {
        Fate.allCases.reduce(0) { $1.isFailure ? $0 + byFate[Int($1.rawValue)] : $0 }
    }

    /// How many requests met this fate.
    public subscript(fate: Fate) -> UInt64 { byFate[Int(fate.rawValue)] }

    /// Adds what another worker or window counted.
    public static func += (left: inout WindowCounts, right: WindowCounts) {
        for fate in left.byFate.indices { left.byFate[fate] &+= right.byFate[fate] }
        left.held += right.held
        for field in WindowCounts.sums { left[keyPath: field] &+= right[keyPath: field] }
    }

    /// Every plain sum, in the order of the run folder's format.
    static let sums: [any WritableKeyPath<WindowCounts, UInt64> & Sendable] = [
        \.requestBytes, \.responseBytes, \.sessionsStarted, \.sessionsCompleted, \.sessionsFailed, \.sessionsCut,
        \.sessionsBehind, \.requestsGivenUp, \.requestsSkipped, \.connectionsOpened, \.connectionsClosed,
        \.tokensMinted, \.tokensBound, \.tokensRefreshed, \.tokensRejected, \.unsampledRequests,
        \.renewalRequests, \.renewalFailures, \.renewalLogins, \.requestsResent, \.tokensFailed,
        \.preludeRequests, \.preludeFailures,
    ]
}
