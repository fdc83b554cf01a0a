/// What one replay came to: the content of a run folder's `summary.json`.
///
/// Times are milliseconds, rates per second, ratios 0…1, sizes bytes.
public struct RunSummary: Codable, Hashable, Sendable {
    public var requests: Int
    public var failures: Int
    /// Failures by bounded label (`timeout`, `refused`, `status`, …), most first.
    public var failuresByKind: [FailureCount]
    public var failureRatio: Double
    /// Requests finished within the run's duration, divided by it.
    public var throughputRps: Double
    public var durationSeconds: Double
    public var sessions: SessionCounts
    public var connections: ConnectionCounts
    public var responseTimeMs: Percentiles
    public var serviceTimeMs: Percentiles
    public var sendLagMs: Percentiles
    public var heldMs: Percentiles
    public var connectMs: Percentiles
    public var endpoints: [EndpointSummary]
    public var tokens: TokenCounts
    public var generator: GeneratorUse
    public var soak: [SoakFinding]
    public var gates: [GateResult]
    public var verdict: Verdict
    /// What a reader must know to judge the figures: losses, bounds reached, short runs.
    public var warnings: [String]
    /// Throughput after the ramp; nil when the ramp filled the run.
    public var steadyThroughputRps: Double?
    /// Why requests were held, summed over all of them.
    public var heldSeconds: HeldShares?

    /// What is slow and why, as far as the figures carry it; nil of runs judged before there was this.
    public var bottlenecks: [Bottleneck]?

    /// A finding on what is slow, with the figures it stands on.
    public struct Bottleneck: Codable, Hashable, Sendable {
        /// `generator`, `cpu`, `waiting`, `connections` or `memory`.
        public var kind: String
        /// A sentence without its figures.
        public var finding: String
        public var figures: [String]
        /// What to look at next.
        public var next: String

        public init(kind: String, finding: String, figures: [String], next: String) {
            self.kind = kind
            self.finding = finding
            self.figures = figures
            self.next = next
        }
    }

    /// What was sent out of turn to renew tokens; nil where nothing was, and of runs judged before there was this.
    public var renewals: Renewals?

    /// Requests that no recording has in their place: their times are in no other figure.
    public struct Renewals: Codable, Hashable, Sendable {
        /// Requests of refreshes, of logins and of what these need.
        public var requests: Int
        /// Those among them that were not answered, or not with what was wanted.
        public var failures: Int
        /// Logins that were replayed, and worked.
        public var logins: Int
        /// Requests of the recording that were answered 401 at first and sent once more.
        public var resent: Int
        public var serviceTimeMs: Percentiles

        public init(requests: Int, failures: Int, logins: Int, resent: Int, serviceTimeMs: Percentiles) {
            self.requests = requests
            self.failures = failures
            self.logins = logins
            self.resent = resent
            self.serviceTimeMs = serviceTimeMs
        }
    }

    /// Requests of preludes; nil where there were none, and of runs judged before there were these.
    public var prelude: Prelude?

    /// Requests that the filters leave out and that were sent ahead of the others, which need what their responses give:
    /// their times are in no other figure, and no gate looks at them.
    public struct Prelude: Codable, Hashable, Sendable {
        /// Requests that ended.
        public var requests: Int
        /// Those among them that failed.
        public var failures: Int
        /// Times from first byte sent to last byte received, in milliseconds.
        public var serviceTimeMs: Percentiles

        /// See the properties for the meaning of each.
        public init(requests: Int, failures: Int, serviceTimeMs: Percentiles) {
            self.requests = requests
            self.failures = failures
            self.serviceTimeMs = serviceTimeMs
        }
    }

    /// What was scraped of the target; nil where nothing was, and of runs judged before there was this.
    public var metrics: [Metric]?

    /// A scraped series.
    public struct Metric: Codable, Hashable, Sendable {
        /// Its URL without a query.
        public var page: String
        /// `jvm_memory_used_bytes{area="heap"}`.
        public var series: String
        /// `gauge` or `counter`; counters are not judged for growth.
        public var kind: String
        public var samples: Int
        public var first: Double
        public var last: Double
        public var least: Double
        public var most: Double

        public init(
            page: String, series: String, kind: String, samples: Int, first: Double, last: Double, least: Double,
            most: Double
        ) {
            self.page = page
            self.series = series
            self.kind = kind
            self.samples = samples
            self.first = first
            self.last = last
            self.least = least
            self.most = most
        }
    }

    /// The same figures by method and by phase; nil of runs judged before there was this.
    public var groups: [Group]?

    /// Requests that have something in common.
    public struct Group: Codable, Hashable, Sendable {
        /// `method`; `status` (2xx, …; its failures are not told, 0); `phase` (ramp, steady, drain).
        public var by: String
        public var name: String
        public var requests: Int
        public var failures: Int
        /// Of phases response times, of the others finished − ready.
        public var responseTimeMs: Percentiles
        public var serviceTimeMs: Percentiles
        /// What came before they were sent; nil of runs judged before there were these.
        public var sendLagMs: Percentiles?
        public var heldMs: Percentiles?
        /// Of the requests that opened a connection.
        public var connectMs: Percentiles?

        public init(
            by: String, name: String, requests: Int, failures: Int, responseTimeMs: Percentiles,
            serviceTimeMs: Percentiles
        ) {
            self.by = by
            self.name = name
            self.requests = requests
            self.failures = failures
            self.responseTimeMs = responseTimeMs
            self.serviceTimeMs = serviceTimeMs
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
        /// A rate throttle.
        public var rate: Double
        /// The clone before it in its slot ended late.
        public var slot: Double

        public init(order: Double, token: Double, connection: Double, rate: Double, slot: Double) {
            self.order = order
            self.token = token
            self.connection = connection
            self.rate = rate
            self.slot = slot
        }
    }

    /// How many failures had one cause.
    public struct FailureCount: Codable, Hashable, Sendable {
        public var kind: String
        public var count: Int
        /// About when the first one ended, in seconds since the run's start; nil when that is not known.
        public var firstSeconds: Double?
        /// About when the last one ended.
        public var lastSeconds: Double?

        public init(kind: String, count: Int, firstSeconds: Double? = nil, lastSeconds: Double? = nil) {
            self.kind = kind
            self.count = count
            self.firstSeconds = firstSeconds
            self.lastSeconds = lastSeconds
        }
    }

    /// Clones: `planned`, `started`, `completed` (all their requests answered), `cut` (ended by the run's end).
    public struct SessionCounts: Codable, Hashable, Sendable {
        public var planned: Int
        public var started: Int
        public var completed: Int
        public var cut: Int
        public var peakConcurrent: Int

        public init(planned: Int, started: Int, completed: Int, cut: Int, peakConcurrent: Int) {
            self.planned = planned
            self.started = started
            self.completed = completed
            self.cut = cut
            self.peakConcurrent = peakConcurrent
        }
    }

    /// TCP connections to the targets.
    public struct ConnectionCounts: Codable, Hashable, Sendable {
        public var opened: Int
        public var peakOpen: Int

        public init(opened: Int, peakOpen: Int) {
            self.opened = opened
            self.peakOpen = peakOpen
        }
    }

    /// A distribution of times in milliseconds; all zero when there were none.
    public struct Percentiles: Codable, Hashable, Sendable {
        public var p50: Double
        public var p90: Double
        public var p95: Double
        public var p99: Double
        public var p999: Double
        public var max: Double
        public var mean: Double
        /// Nil in summaries written before there were these.
        public var p75: Double?
        public var p9999: Double?
        /// 90 % intervals by the ranks of the times; estimates, as they take times for independent. Nil where there are too few.
        public var p50Interval: Interval?
        public var p95Interval: Interval?
        public var p99Interval: Interval?

        public struct Interval: Codable, Hashable, Sendable {
            public var low: Double
            public var high: Double

            public init(low: Double, high: Double) {
                self.low = low
                self.high = high
            }
        }

        public init(p50: Double, p90: Double, p95: Double, p99: Double, p999: Double, max: Double, mean: Double) {
            self.p50 = p50
            self.p90 = p90
            self.p95 = p95
            self.p99 = p99
            self.p999 = p999
            self.max = max
            self.mean = mean
        }
    }

    /// The figures of one endpoint; its times are `finished − ready`, so that one stall is not counted several times.
    public struct EndpointSummary: Codable, Hashable, Sendable {
        /// `GET /users/{id}`.
        public var endpoint: String
        public var requests: Int
        public var failures: Int
        public var failureRatio: Double
        public var requestsPerSecond: Double
        public var responseTimeMs: Percentiles
        public var serviceTimeMs: Percentiles
        /// What came before they were sent; nil of runs judged before there were these.
        public var sendLagMs: Percentiles?
        public var heldMs: Percentiles?
        /// Of the requests that opened a connection.
        public var connectMs: Percentiles?

        public init(
            endpoint: String, requests: Int, failures: Int, failureRatio: Double, requestsPerSecond: Double,
            responseTimeMs: Percentiles, serviceTimeMs: Percentiles
        ) {
            self.endpoint = endpoint
            self.requests = requests
            self.failures = failures
            self.failureRatio = failureRatio
            self.requestsPerSecond = requestsPerSecond
            self.responseTimeMs = responseTimeMs
            self.serviceTimeMs = serviceTimeMs
        }
    }

    /// Tokens: signed or fetched anew, values put into requests, renewed ahead of expiry, answered 401 or 403.
    public struct TokenCounts: Codable, Hashable, Sendable {
        public var minted: Int
        public var bound: Int
        public var refreshed: Int
        public var rejected: Int
        /// Tokens that could not be made; nil in runs judged before they were counted.
        public var failed: Int?
        /// How long making one took; nil where none was made.
        public var mintingMs: Percentiles?
        /// How long requests that use tokens made for them waited for those, most of them not at all; nil where none does.
        public var heldForMintingMs: Percentiles?

        public init(
            minted: Int, bound: Int, refreshed: Int, rejected: Int, failed: Int? = nil, mintingMs: Percentiles? = nil,
            heldForMintingMs: Percentiles? = nil
        ) {
            self.failed = failed
            self.mintingMs = mintingMs
            self.heldForMintingMs = heldForMintingMs
            self.minted = minted
            self.bound = bound
            self.refreshed = refreshed
            self.rejected = rejected
        }
    }

    /// What the generator itself used. `saturated`: it was too slow for the plan, so its figures are in doubt.
    public struct GeneratorUse: Codable, Hashable, Sendable {
        /// CPU time divided by duration times processors.
        public var cpuRatio: Double
        public var peakRSSBytes: UInt64
        public var saturated: Bool
        /// Requests that went out, of those due before the run's end; nil in a closed loop.
        public var achievedRatio: Double?

        public init(cpuRatio: Double, peakRSSBytes: UInt64, saturated: Bool, achievedRatio: Double? = nil) {
            self.achievedRatio = achievedRatio
            self.cpuRatio = cpuRatio
            self.peakRSSBytes = peakRSSBytes
            self.saturated = saturated
        }
    }

    /// What one soak test came to.
    public struct SoakFinding: Codable, Hashable, Sendable {
        /// `memory`, `threads`, `open files`, `metric` (scraped, and not bytes), `latency`, `failures` (a share that creeps) or
        /// `failure burst`.
        public var kind: String
        /// What was tested: a process (`pid 4711 rss`), a scraped series or an endpoint and quantile (`GET /items p99`).
        public var subject: String
        public var verdict: SoakVerdict
        /// Growth an hour: bytes for memory, a ratio for latency, else in the figure's own unit. An estimate.
        public var ratePerHour: Double?
        /// 90 % interval of `ratePerHour`.
        public var ratePerHourLow: Double?
        public var ratePerHourHigh: Double?
        /// Growth over the run, in the unit of the rate.
        public var change: Double?
        /// Memory only: bytes that stay for each request the target answered. An estimate.
        public var bytesPerRequest: Double?
        /// p-value of the test against no growth.
        public var pValue: Double?
        /// One sentence a person understands.
        public var explanation: String

        public init(
            kind: String, subject: String, verdict: SoakVerdict, ratePerHour: Double? = nil,
            ratePerHourLow: Double? = nil, ratePerHourHigh: Double? = nil, change: Double? = nil,
            bytesPerRequest: Double? = nil, pValue: Double? = nil, explanation: String
        ) {
            self.kind = kind
            self.subject = subject
            self.verdict = verdict
            self.ratePerHour = ratePerHour
            self.ratePerHourLow = ratePerHourLow
            self.ratePerHourHigh = ratePerHourHigh
            self.change = change
            self.bytesPerRequest = bytesPerRequest
            self.pValue = pValue
            self.explanation = explanation
        }
    }

    /// The three answers of a soak test.
    public enum SoakVerdict: String, Codable, Hashable, Sendable {
        case growing
        case stable
        case inconclusive
    }

    /// A gate, and whether the run passed it.
    public struct GateResult: Codable, Hashable, Sendable {
        /// As the user gave it: `p95<500ms`.
        public var gate: String
        public var outcome: Outcome
        /// The figure that decided, with its unit: `p95 = 612 ms`.
        public var figure: String

        /// A gate that lacks data is inconclusive.
        public enum Outcome: String, Codable, Hashable, Sendable {
            case passed
            case failed
            case inconclusive
        }

        public init(gate: String, outcome: Outcome, figure: String) {
            self.gate = gate
            self.outcome = outcome
            self.figure = figure
        }
    }

    /// The verdict of a run: `FAIL` a gate failed, `PASS` gates were given and none failed, `NONE` no gates.
    public enum Verdict: String, Codable, Hashable, Sendable {
        case pass = "PASS"
        case fail = "FAIL"
        case none = "NONE"
    }

    public init(
        requests: Int, failures: Int, failuresByKind: [FailureCount], failureRatio: Double, throughputRps: Double,
        durationSeconds: Double, sessions: SessionCounts, connections: ConnectionCounts, responseTimeMs: Percentiles,
        serviceTimeMs: Percentiles, sendLagMs: Percentiles, heldMs: Percentiles, connectMs: Percentiles,
        endpoints: [EndpointSummary], tokens: TokenCounts, generator: GeneratorUse, soak: [SoakFinding],
        gates: [GateResult], verdict: Verdict, warnings: [String], steadyThroughputRps: Double? = nil,
        heldSeconds: HeldShares? = nil
    ) {
        self.requests = requests
        self.failures = failures
        self.failuresByKind = failuresByKind
        self.failureRatio = failureRatio
        self.throughputRps = throughputRps
        self.durationSeconds = durationSeconds
        self.sessions = sessions
        self.connections = connections
        self.responseTimeMs = responseTimeMs
        self.serviceTimeMs = serviceTimeMs
        self.sendLagMs = sendLagMs
        self.heldMs = heldMs
        self.connectMs = connectMs
        self.endpoints = endpoints
        self.tokens = tokens
        self.generator = generator
        self.soak = soak
        self.gates = gates
        self.verdict = verdict
        self.warnings = warnings
        self.steadyThroughputRps = steadyThroughputRps
        self.heldSeconds = heldSeconds
    }
}
