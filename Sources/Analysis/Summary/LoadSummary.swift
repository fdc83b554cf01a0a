public import Measurement

/// What a run sent and received: counts, rates, and the resources that the generator used.
public struct LoadSummary: Codable, Hashable, Sendable {
    /// Finished requests, without those cut off by the run's end.
    public var requests = 0
    /// The number of those that were answered, as expected or not; nil in summaries written before these were counted.
    public var answers: Int?
    /// The number of those that failed.
    public var failures = 0
    /// Failures by fate, most first.
    public var failuresByKind: [FailureCount] = []
    /// Failures by endpoint, expectation, response and cause, grouped by root, most first; nil in summaries written
    /// before this existed.
    public var failureCauses: [FailureCauseSummary]?
    /// Successes where the recording has an error; they are not failures. Nil in summaries written before these were
    /// counted.
    public var betterThanRecorded: Int?
    /// Failures divided by requests.
    public var failureRatio = 0.0
    /// Requests answered within the run's duration, divided by the duration.
    public var throughputRps = 0.0
    /// Throughput after the ramp; nil if the ramp takes the whole run.
    public var steadyThroughputRps: Double?
    /// Planned requests per second; nil if the target's speed determines them.
    public var plannedRps: Double?
    /// The length of the run.
    public var durationSeconds = 0.0
    /// The planned length of the run; nil if the run ends with the plan.
    public var plannedSeconds: Double?
    /// Clones.
    public var sessions = SessionCounts()
    /// TCP connections.
    public var connections = ConnectionCounts()
    /// Figures by endpoint.
    public var endpoints: [EndpointSummary] = []
    /// The same figures by method, status class and phase; nil in summaries written before this existed.
    public var groups: [RequestGroup]?
    /// Events of tokens.
    public var tokens = TokenCounts()
    /// Requests sent out of order to renew tokens; nil if there were none.
    public var renewals: RenewalCounts?
    /// Prelude requests; nil if there were none.
    public var prelude: PreludeCounts?
    /// The resources used by the generator.
    public var generator = GeneratorSummary()
    /// The time for which requests were held, by cause, summed over all requests.
    public var heldSeconds: HeldShares?
    /// Scraped metrics of the target; nil if there are none.
    public var metrics: [MetricSummary]?

    /// An empty summary.
    public init() {}

    /// Requests that were due and never sent, because they need a value that an earlier response did not have.
    public var unsent: Int { failuresByKind.first { $0.kind == .missingBinding }?.count ?? 0 }
}

/// The number of failures with one fate.
public struct FailureCount: Codable, Hashable, Sendable {
    /// The fate.
    public var kind: Fate
    /// The number of failures.
    public var count: Int
    /// Approximately when the first one ended, in seconds since the run's start; nil if unknown.
    public var firstSeconds: Double?
    /// Approximately when the last one ended.
    public var lastSeconds: Double?

    /// See the properties for the meaning of each parameter.
    public init(kind: Fate, count: Int, firstSeconds: Double? = nil, lastSeconds: Double? = nil) {
        self.kind = kind
        self.count = count
        self.firstSeconds = firstSeconds
        self.lastSeconds = lastSeconds
    }
}

/// Clones: `planned`, `started`, `completed` (all their requests answered), `cut` (ended by the run's end).
public struct SessionCounts: Codable, Hashable, Sendable {
    /// Planned clones.
    public var planned = 0
    /// Started clones.
    public var started = 0
    /// Clones with all requests answered as expected.
    public var completed = 0
    /// Clones cut off by the run's end.
    public var cut = 0
    /// The most concurrent clones.
    public var peakConcurrent = 0

    /// See the properties for the meaning of each parameter; counts are 0 by default.
    public init(planned: Int = 0, started: Int = 0, completed: Int = 0, cut: Int = 0, peakConcurrent: Int = 0) {
        self.planned = planned
        self.started = started
        self.completed = completed
        self.cut = cut
        self.peakConcurrent = peakConcurrent
    }
}

/// TCP connections to the targets.
public struct ConnectionCounts: Codable, Hashable, Sendable {
    /// Opened connections.
    public var opened = 0
    /// The most concurrently open connections.
    public var peakOpen = 0

    /// See the properties for the meaning of each parameter; counts are 0 by default.
    public init(opened: Int = 0, peakOpen: Int = 0) {
        self.opened = opened
        self.peakOpen = peakOpen
    }
}

/// Token events: signed or fetched, put into requests, renewed before expiry, refused with 401 or 403.
public struct TokenCounts: Codable, Hashable, Sendable {
    /// Tokens signed or fetched.
    public var minted = 0
    /// Values of live responses that were put into requests.
    public var bound = 0
    /// Tokens renewed before their expiry.
    public var refreshed = 0
    /// Requests with a token that were answered 401 or 403.
    public var rejected = 0
    /// Tokens that could not be made; nil in runs from before these were counted.
    public var failed: Int?
    /// The time to make a token; nil if none was made.
    public var mintingMs: Percentiles?
    /// The time that requests waited for tokens made for them, usually 0; nil if no request uses such tokens.
    public var heldForMintingMs: Percentiles?

    /// See the properties for the meaning of each parameter; counts are 0 by default.
    public init(minted: Int = 0, bound: Int = 0, refreshed: Int = 0, rejected: Int = 0, failed: Int? = nil) {
        self.minted = minted
        self.bound = bound
        self.refreshed = refreshed
        self.rejected = rejected
        self.failed = failed
    }
}

/// Requests inserted into the recorded sequence to renew tokens: their times are not part of any other figure.
public struct RenewalCounts: Codable, Hashable, Sendable {
    /// Requests of refreshes and logins, including those they depend on.
    public var requests: Int
    /// The number of those that were not answered, or whose response lacked the expected values.
    public var failures: Int
    /// Logins that were replayed successfully.
    public var logins: Int
    /// Recorded requests that were first answered 401 and sent again.
    public var resent: Int
    /// Their service times.
    public var serviceTimeMs: Percentiles

    /// See the properties for the meaning of each parameter.
    public init(requests: Int, failures: Int, logins: Int, resent: Int, serviceTimeMs: Percentiles) {
        self.requests = requests
        self.failures = failures
        self.logins = logins
        self.resent = resent
        self.serviceTimeMs = serviceTimeMs
    }
}

/// Requests outside the filters that are sent ahead because others need values from their responses. Their times are
/// not part of any other figure, and no gate covers them.
public struct PreludeCounts: Codable, Hashable, Sendable {
    /// Finished requests.
    public var requests: Int
    /// The number of those that failed.
    public var failures: Int
    /// Times from first byte sent to last byte received, in milliseconds.
    public var serviceTimeMs: Percentiles

    /// See the properties for the meaning of each parameter.
    public init(requests: Int, failures: Int, serviceTimeMs: Percentiles) {
        self.requests = requests
        self.failures = failures
        self.serviceTimeMs = serviceTimeMs
    }
}

/// The resources used by the generator. `saturated`: it was too slow for the plan, so the figures are in doubt.
public struct GeneratorSummary: Codable, Hashable, Sendable {
    /// CPU time divided by duration times processors.
    public var cpuRatio = 0.0
    /// Peak resident memory.
    public var peakRSSBytes: UInt64 = 0
    /// Whether it was too slow for the plan.
    public var saturated = false
    /// The share of the requests due before the run's end that were sent; nil in a closed loop.
    public var achievedRatio: Double?
    /// The time for which its threads stalled, summed over them; nil in summaries from before this was measured.
    public var stalledSeconds: Double?
    /// The number of stalls.
    public var stalls: Int?

    /// See the properties for the meaning of each parameter; figures are 0 by default.
    public init(
        cpuRatio: Double = 0, peakRSSBytes: UInt64 = 0, saturated: Bool = false, achievedRatio: Double? = nil
    ) {
        self.cpuRatio = cpuRatio
        self.peakRSSBytes = peakRSSBytes
        self.saturated = saturated
        self.achievedRatio = achievedRatio
    }
}

/// The time for which requests were held, in seconds by cause.
public struct HeldShares: Codable, Hashable, Sendable {
    /// Waiting for predecessors in the session.
    public var order: Double
    /// Waiting for a token.
    public var token: Double
    /// Waiting for a free connection.
    public var connection: Double
    /// Waiting because of a rate cap.
    public var rate: Double
    /// Waiting for the previous clone in the slot, which ended late.
    public var slot: Double

    /// See the properties for the meaning of each parameter.
    public init(order: Double, token: Double, connection: Double, rate: Double, slot: Double) {
        self.order = order
        self.token = token
        self.connection = connection
        self.rate = rate
        self.slot = slot
    }

    /// The sum of all causes.
    public var total: Double { order + token + connection + rate + slot }
}

/// A scraped series.
public struct MetricSummary: Codable, Hashable, Sendable {
    /// Its URL without a query.
    public var page: String
    /// `jvm_memory_used_bytes{area="heap"}`.
    public var series: String
    /// Counters are not judged for growth.
    public var kind: MetricKind
    /// The number of samples.
    public var samples: Int
    /// The first value.
    public var first: Double
    /// The last value.
    public var last: Double
    /// The smallest value.
    public var least: Double
    /// The largest value.
    public var most: Double
}
