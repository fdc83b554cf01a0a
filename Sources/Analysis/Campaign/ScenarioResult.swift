import Measurement

/// The result of one scenario.
public struct ScenarioResult: Codable, Hashable, Sendable {

    /// Figures of one phase at its level, or of a traffic in it.
    public struct PhaseResult: Codable, Hashable, Sendable {
        /// The phase's name.
        public var name: String
        /// The planned level: concurrent sessions, or sessions per second.
        public var sessions: Double
        /// Whether the level is a rate.
        public var isRate: Bool
        /// How long the level was held, in seconds; shorter where the run ended early.
        public var seconds: Double
        /// Finished requests that were scheduled in it.
        public var requests: UInt64
        /// The number of those that failed.
        public var failures: UInt64
        /// Failures divided by requests.
        public var failureRatio: Double
        /// Answered requests divided by the time.
        public var throughputRps: Double
        /// Response times of answered requests.
        public var responseTimeMs: Percentiles
        /// Requests by status.
        public var statuses: [String: UInt64]
        /// Requests of its ramp, which no gate of the phase covers.
        public var rampRequests: UInt64
        /// Requests of the ramp that failed.
        public var rampFailures: UInt64
        /// Whether gates judge it.
        public var isJudged: Bool
        /// The verdict by this phase's gates alone.
        public var verdict: Verdict
        /// The 99th percentile of send lag, the delay caused by the generator itself, in milliseconds.
        public var sendLagP99Ms: Double
        /// The same figures by traffic, if there are several.
        public var traffic: [TrafficResult]?

        /// See the properties for the meaning of each parameter.
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
        /// Finished requests that were scheduled in the phase.
        public var requests: UInt64
        /// The number of those that failed.
        public var failures: UInt64
        /// Answered requests divided by the time.
        public var throughputRps: Double
        /// Response times of answered requests.
        public var responseTimeMs: Percentiles

        /// See the properties for the meaning of each parameter.
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
        /// Readings with figures.
        public var readings: Int
        /// Commands or statements sent to the service for them.
        public var questions: Int

        /// See the properties for the meaning of each parameter.
        public init(name: String, readings: Int, questions: Int) {
            self.name = name
            self.readings = readings
            self.questions = questions
        }
    }

    /// The scenario's name.
    public var name: String
    /// Its run folder inside the campaign's folder.
    public var folder: String
    /// The verdict by its gates; NONE without any.
    public var verdict: Verdict
    /// How its run ended; nil if it did not start.
    public var ending: String?
    /// Why it could not be completed, or what failed before or after its load; nil if there is nothing.
    public var problem: String?
    /// The highest level of a ladder that passed its gates; nil if there is none.
    public var capacity: Int?
    /// The result of a ladder; nil for any other scenario.
    public var ladder: LadderResult?
    /// The phases, in order.
    public var phases: [PhaseResult] = []
    /// The conditions that had to hold.
    public var gates: [GateResult] = []
    /// The conditions that only count for the score.
    public var goals: [GateResult] = []
    /// How often watches were read, and at what cost to the watched services; nil without watches.
    public var watches: [WatchResult]?
    /// The injected faults and their effects.
    public var faults: [FaultEffect] = []
    /// The weighted share of goals that were met, 0…100; nil without goals.
    public var score: Double?
    /// The total weight of all goals.
    public var goalWeight = 0.0
    /// The total weight of the goals that were met.
    public var metWeight = 0.0
    /// Warnings that a reader needs to judge the figures.
    public var warnings: [String] = []

    /// A scenario without results so far.
    public init(name: String, folder: String) {
        self.name = name
        self.folder = folder
        verdict = .none
    }

    /// The verdict on the scenario as a whole: that of its gates, and FAIL if there is a problem.
    public var outcome: Verdict { problem == nil ? verdict : .fail }

    /// What a heading adds to the outcome; nil if the scenario ran to its end without a problem.
    public var standing: String? {
        if ending == RunEnding.interrupted.rawValue { return "interrupted" }
        guard problem != nil else { return nil }
        return ending == RunEnding.complete.rawValue ? "with a problem" : "not finished"
    }

    /// Adds problems; the first one of a scenario is its ``problem``, the others are warnings.
    public mutating func take(problems: [String]) {
        for text in problems {
            if problem == nil { problem = text } else { warnings.append(text) }
        }
    }
}
