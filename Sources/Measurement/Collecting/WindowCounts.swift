/// Counts of a part of a run. They are sums, so that windows and workers can be added.
public struct WindowCounts: Hashable, Sendable {
    /// Requests that ended, by the raw value of their fate.
    public var byFate: [UInt64]
    /// Bytes of requests written.
    public var requestBytes: UInt64
    /// Bytes of responses received.
    public var responseBytes: UInt64
    /// Held time by cause, summed over requests.
    public var held: HeldCauses
    /// Started clones.
    public var sessionsStarted: UInt64
    /// Clones with all requests answered as expected.
    public var sessionsCompleted: UInt64
    /// Clones that ended, but not with all requests answered as expected.
    public var sessionsFailed: UInt64
    /// Clones cut off by the run's end.
    public var sessionsCut: UInt64
    /// Clones ended for being too late.
    public var sessionsBehind: UInt64
    /// Requests of ended clones that were never sent.
    public var requestsGivenUp: UInt64
    /// Requests left out because their host has no target.
    public var requestsSkipped: UInt64
    /// Opened connections.
    public var connectionsOpened: UInt64
    /// Closed connections.
    public var connectionsClosed: UInt64
    /// Tokens signed or fetched.
    public var tokensMinted: UInt64
    /// Values of live responses that were put into requests.
    public var tokensBound: UInt64
    /// Tokens renewed before their expiry.
    public var tokensRefreshed: UInt64
    /// Requests with a token that were answered 401 or 403.
    public var tokensRejected: UInt64
    /// Tokens that could not be made.
    public var tokensFailed: UInt64
    /// Requests that are counted but missing from the distributions, because a memory limit was reached.
    public var unsampledRequests: UInt64
    /// Requests sent out of order to renew tokens; not included in any other figure.
    public var renewalRequests: UInt64
    /// The number of those that were not answered, or whose response lacked the expected values.
    public var renewalFailures: UInt64
    /// Logins replayed successfully to renew tokens.
    public var renewalLogins: UInt64
    /// Requests sent again because the first attempt was answered 401; only the second attempt counts elsewhere.
    public var requestsResent: UInt64
    /// Prelude requests, which are sent because requests kept by a filter need their responses; not included in any
    /// other figure.
    public var preludeRequests: UInt64
    /// The number of those that failed.
    public var preludeFailures: UInt64
    /// The time for which workers stalled although something was due, in nanoseconds, summed over workers.
    public var generatorStallNs: UInt64
    /// The number of stalls.
    public var generatorStalls: UInt64
    /// Requests that ended late because of stalls.
    public var requestsDelayedByGenerator: UInt64

    /// No counts.
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

    /// The number of requests with this fate.
    public subscript(fate: Fate) -> UInt64 { byFate[Int(fate.rawValue)] }

    /// Adds the counts of another worker or window; sums saturate.
    public static func += (left: inout WindowCounts, right: WindowCounts) {
        for fate in left.byFate.indices { left.byFate[fate].add(saturating: right.byFate[fate]) }
        left.held += right.held
        for field in WindowCounts.sums { left[keyPath: field].add(saturating: right[keyPath: field]) }
    }

    /// All plain sums, in the order of the run folder format.
    static let sums: [any WritableKeyPath<WindowCounts, UInt64> & Sendable] = [
        \.requestBytes, \.responseBytes, \.sessionsStarted, \.sessionsCompleted, \.sessionsFailed, \.sessionsCut,
        \.sessionsBehind, \.requestsGivenUp, \.requestsSkipped, \.connectionsOpened, \.connectionsClosed,
        \.tokensMinted, \.tokensBound, \.tokensRefreshed, \.tokensRejected, \.unsampledRequests,
        \.renewalRequests, \.renewalFailures, \.renewalLogins, \.requestsResent, \.tokensFailed, \.preludeRequests,
        \.preludeFailures,

        \.generatorStallNs, \.generatorStalls, \.requestsDelayedByGenerator,
    ]
}
