/// What one scenario came to.
public struct ScenarioResult: Codable, Hashable, Sendable {

    /// Figures of one phase while its level was held, or of a traffic in it.
    public struct PhaseResult: Codable, Hashable, Sendable {
        /// The phase's name.
        public var name: String
        /// The planned level; sessions at once, or sessions a second.
        public var sessions: Double
        /// Whether the level is a rate.
        public var isRate: Bool
        /// How long it was held, in seconds; what was left of it where the run ended early.
        public var seconds: Double
        /// Requests scheduled in it that ended.
        public var requests: UInt64
        /// Those among them that failed.
        public var failures: UInt64
        /// Failures divided by requests.
        public var failureRatio: Double
        /// Answers divided by the time.
        public var throughputRps: Double
        /// Times from scheduled to finished of those that were answered.
        public var responseTimeMs: Percentiles
        /// Requests by status.
        public var statuses: [String: UInt64]
        /// Requests of its ramp, and those that failed: in no gate of the phase.
        public var rampRequests: UInt64
        /// Requests of the ramp that failed.
        public var rampFailures: UInt64
        /// Whether gates look at it.
        public var isJudged: Bool
        /// By the gates of this phase alone.
        public var verdict: Verdict
        /// 99 % of the requests went out at most so late by the generator's own fault, in milliseconds.
        public var sendLagP99Ms: Double
        /// The same figures by traffic, where there are several.
        public var traffic: [TrafficResult]?

        /// A phase; see the properties for the meaning of each.
        public init(
            name: String, sessions: Double, isRate: Bool, seconds: Double, requests: UInt64, failures: UInt64,
            failureRatio: Double, throughputRps: Double, responseTimeMs: Percentiles, statuses: [String: UInt64],
            rampRequests: UInt64, rampFailures: UInt64, isJudged: Bool, verdict: Verdict, sendLagP99Ms: Double,
            traffic: [TrafficResult]? = nil
        ) {
            self.name = name
            self.sessions = sessions
            self.isRate = isRate
            self.seconds = seconds
            self.requests = requests
            self.failures = failures
            self.failureRatio = failureRatio
            self.throughputRps = throughputRps
            self.responseTimeMs = responseTimeMs
            self.statuses = statuses
            self.rampRequests = rampRequests
            self.rampFailures = rampFailures
            self.isJudged = isJudged
            self.verdict = verdict
            self.sendLagP99Ms = sendLagP99Ms
            self.traffic = traffic
        }
    }

    /// Figures of a traffic in a phase.
    public struct TrafficResult: Codable, Hashable, Sendable {
        /// The traffic's name.
        public var name: String
        /// Requests scheduled in the phase that ended.
        public var requests: UInt64
        /// Those among them that failed.
        public var failures: UInt64
        /// Answers divided by the time.
        public var throughputRps: Double
        /// Times from scheduled to finished of those that were answered.
        public var responseTimeMs: Percentiles

        /// Figures of a traffic.
        public init(
            name: String, requests: UInt64, failures: UInt64, throughputRps: Double, responseTimeMs: Percentiles
        ) {
            self.name = name
            self.requests = requests
            self.failures = failures
            self.throughputRps = throughputRps
            self.responseTimeMs = responseTimeMs
        }
    }

    /// How often a watch was read.
    public struct WatchResult: Codable, Hashable, Sendable {
        /// The watch's name.
        public var name: String
        /// Readings that gave figures.
        public var readings: Int
        /// Commands or statements that they sent to the service.
        public var questions: Int

        /// Counts of a watch.
        public init(name: String, readings: Int, questions: Int) {
            self.name = name
            self.readings = readings
            self.questions = questions
        }
    }

    /// The scenario's name.
    public var name: String
    /// Its run folder, in the campaign's.
    public var folder: String
    /// By its gates; NONE without any.
    public var verdict: Verdict
    /// How its run ended; nil where it was not begun.
    public var ending: String?
    /// Why it could not be run to its end; nil where it was.
    public var problem: String?
    /// The highest level of a ladder that kept the gates; nil where there is none.
    public var capacity: Int?
    /// What a ladder found; nil for any other scenario.
    public var ladder: LadderResult?
    /// In their order.
    public var phases: [PhaseResult] = []
    /// What had to hold.
    public var gates: [GateResult] = []
    /// What only scores.
    public var goals: [GateResult] = []
    /// How often watches were read, and what that cost the services they watch; nil where there are none.
    public var watches: [WatchResult]?
    /// What was broken on purpose, and what it did.
    public var faults: [FaultEffect] = []
    /// The weighted share of the goals that were met, 0…100; nil without goals.
    public var score: Double?
    /// Sums behind the score: weights of all goals, and of those that were met.
    public var goalWeight = 0.0
    /// The weights of the goals that were met.
    public var metWeight = 0.0
    /// What a reader must know to judge the figures.
    public var warnings: [String] = []

    /// A scenario of which nothing is known yet.
    public init(name: String, folder: String) {
        self.name = name
        self.folder = folder
        verdict = .none
    }
}
