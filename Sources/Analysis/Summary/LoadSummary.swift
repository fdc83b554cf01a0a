public import Measurement

/// What a run sent and what came back: counts, rates, and what the generator used.
public struct LoadSummary: Codable, Hashable, Sendable {
    /// Requests that ended, without those that the run's end cut off.
    public var requests = 0
    /// Requests of them that were answered, as expected or not; nil in summaries written before they were counted.
    public var answers: Int?
    /// Requests of them that failed.
    public var failures = 0
    /// Failures by fate, most first.
    public var failuresByKind: [FailureCount] = []
    /// Failures by endpoint, what was expected, what was received and why, those with one root together, most first; nil in
    /// summaries written before there was this.
    public var failureCauses: [FailureCauseSummary]?
    /// Successes where the recording has an error: no failures. Nil in summaries written before they were counted.
    public var betterThanRecorded: Int?
    /// Failures divided by requests.
    public var failureRatio = 0.0
    /// Requests answered within the run's duration, divided by it.
    public var throughputRps = 0.0
    /// Throughput after the ramp; nil when the ramp filled the run.
    public var steadyThroughputRps: Double?
    /// Requests per second that the plan has due; nil where the target's speed decides it.
    public var plannedRps: Double?
    /// How long the run was, and how long it was to be; the latter nil when the plan's end ends it.
    public var durationSeconds = 0.0
    /// How long the run was to be; nil when the plan's end ends it.
    public var plannedSeconds: Double?
    /// Clones.
    public var sessions = SessionCounts()
    /// TCP connections.
    public var connections = ConnectionCounts()
    /// Figures by endpoint.
    public var endpoints: [EndpointSummary] = []
    /// The same figures by method, class of status and phase; nil in summaries written before there was this.
    public var groups: [RequestGroup]?
    /// What became of tokens.
    public var tokens = TokenCounts()
    /// What was sent out of turn to renew tokens; nil where nothing was.
    public var renewals: RenewalCounts?
    /// Requests of preludes; nil where there were none.
    public var prelude: PreludeCounts?
    /// What the generator used.
    public var generator = GeneratorSummary()
    /// Why requests were held, summed over all of them.
    public var heldSeconds: HeldShares?
    /// What was scraped of the target; nil where nothing was.
    public var metrics: [MetricSummary]?

    /// Nothing was sent.
    public init() {}
}

/// How many failures had one fate.
public struct FailureCount: Codable, Hashable, Sendable {
    /// The fate.
    public var kind: Fate
    /// Failures with it.
    public var count: Int
    /// About when the first one ended, in seconds since the run's start; nil when that is not known.
    public var firstSeconds: Double?
    /// About when the last one ended.
    public var lastSeconds: Double?

    /// A count of one fate.
    public init(kind: Fate, count: Int, firstSeconds: Double? = nil, lastSeconds: Double? = nil) {
        self.kind = kind
        self.count = count
        self.firstSeconds = firstSeconds
        self.lastSeconds = lastSeconds
    }
}

/// Clones: `planned`, `started`, `completed` (all their requests answered), `cut` (ended by the run's end).
public struct SessionCounts: Codable, Hashable, Sendable {
    /// Clones that the plan has.
    public var planned = 0
    /// Clones that began.
    public var started = 0
    /// Clones of which every request was answered as wanted.
    public var completed = 0
    /// Clones that the run's end cut off.
    public var cut = 0
    /// The most clones at once.
    public var peakConcurrent = 0

    /// Counts, zero when left out.
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
    /// Connections that were made.
    public var opened = 0
    /// The most open at once.
    public var peakOpen = 0

    /// Counts, zero when left out.
    public init(opened: Int = 0, peakOpen: Int = 0) {
        self.opened = opened
        self.peakOpen = peakOpen
    }
}

/// Tokens: signed or fetched again, values put into requests, renewed ahead of expiry, answered 401 or 403.
public struct TokenCounts: Codable, Hashable, Sendable {
    /// Tokens signed or fetched.
    public var minted = 0
    /// Values of live responses put into requests.
    public var bound = 0
    /// Tokens renewed ahead of their expiry.
    public var refreshed = 0
    /// Requests with a token that were answered 401 or 403.
    public var rejected = 0
    /// Tokens that could not be made; nil in runs judged before they were counted.
    public var failed: Int?
    /// How long making one took; nil where none was made.
    public var mintingMs: Percentiles?
    /// How long requests that use tokens made for them waited for those, most of them not at all; nil where none does.
    public var heldForMintingMs: Percentiles?

    /// Counts, zero when left out.
    public init(minted: Int = 0, bound: Int = 0, refreshed: Int = 0, rejected: Int = 0, failed: Int? = nil) {
        self.minted = minted
        self.bound = bound
        self.refreshed = refreshed
        self.rejected = rejected
        self.failed = failed
    }
}

/// Requests that no recording has in their place, sent to renew tokens: their times are in no other figure.
public struct RenewalCounts: Codable, Hashable, Sendable {
    /// Requests of refreshes, of logins and of what these need.
    public var requests: Int
    /// Those among them that were not answered, or not with what was wanted.
    public var failures: Int
    /// Logins that were replayed, and worked.
    public var logins: Int
    /// Requests of the recording that were answered 401 at first and sent again.
    public var resent: Int
    /// Their service times.
    public var serviceTimeMs: Percentiles

    /// Counts and their service times.
    public init(requests: Int, failures: Int, logins: Int, resent: Int, serviceTimeMs: Percentiles) {
        self.requests = requests
        self.failures = failures
        self.logins = logins
        self.resent = resent
        self.serviceTimeMs = serviceTimeMs
    }
}

/// Requests that the filters leave out and that were sent ahead of the others, which need what their responses give: their
/// times are in no other figure, and no gate looks at them.
public struct PreludeCounts: Codable, Hashable, Sendable {
    /// Requests that ended.
    public var requests: Int
    /// Those among them that failed.
    public var failures: Int
    /// Times from first byte sent to last byte received, in milliseconds.
    public var serviceTimeMs: Percentiles

    /// Counts and their service times.
    public init(requests: Int, failures: Int, serviceTimeMs: Percentiles) {
        self.requests = requests
        self.failures = failures
        self.serviceTimeMs = serviceTimeMs
    }
}

/// What the generator itself used. `saturated`: it was too slow for the plan, so its figures are in doubt.
public struct GeneratorSummary: Codable, Hashable, Sendable {
    /// CPU time divided by duration times processors.
    public var cpuRatio = 0.0
    /// The most resident memory.
    public var peakRSSBytes: UInt64 = 0
    /// Whether it was too slow for the plan.
    public var saturated = false
    /// Requests that went out, of those due before the run's end; nil in a closed loop.
    public var achievedRatio: Double?
    /// How long its threads stalled, together, and how often; nil in summaries written before it was measured.
    public var stalledSeconds: Double?
    /// How often they stalled.
    public var stalls: Int?

    /// What it used; nothing when left out.
    public init(
        cpuRatio: Double = 0, peakRSSBytes: UInt64 = 0, saturated: Bool = false, achievedRatio: Double? = nil
    ) {
        self.cpuRatio = cpuRatio
        self.peakRSSBytes = peakRSSBytes
        self.saturated = saturated
        self.achievedRatio = achievedRatio
    }
}

/// Seconds that requests were held, by cause.
public struct HeldShares: Codable, Hashable, Sendable {
    /// The predecessors of its session had not ended.
    public var order: Double
    /// Its token had not arrived.
    public var token: Double
    /// Its connection was busy.
    public var connection: Double
    /// A cap on the rate.
    public var rate: Double
    /// The clone before it in its slot ended late.
    public var slot: Double

    /// Seconds by cause.
    public init(order: Double, token: Double, connection: Double, rate: Double, slot: Double) {
        self.order = order
        self.token = token
        self.connection = connection
        self.rate = rate
        self.slot = slot
    }

    /// All causes together.
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
    /// Samples taken.
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
