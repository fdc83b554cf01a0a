public import Analysis

/// What a campaign came to: the content of `campaign.json`.
public struct CampaignResult: Codable, Hashable, Sendable {
    /// The campaign's name.
    public var name: String
    /// When it began, in seconds since 1970.
    public var startedAt: Double
    /// Whether the spans were shortened by `--quick`: then it says that the campaign runs, and nothing about the service.
    public var shortenedBy: Int?
    /// FAIL when a scenario failed or could not be run to its end, PASS when one passed, NONE when nothing was judged.
    public var verdict: Verdict
    /// The file's word for the verdict, such as `APPROVED`.
    public var label: String
    /// The weighted share of the goals that were met, 0…100; nil without goals.
    public var score: Double?
    /// The name of the band that the score is in.
    public var scoreBand: String?
    /// In the order in which they ran.
    public var scenarios: [ScenarioResult]
    /// Whether a person ended it.
    public var wasInterrupted: Bool
}

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

extension CampaignResult {

    /// The sum of its scenarios.
    ///
    /// - Parameters:
    ///   - words: the file's words for the verdict
    ///   - bands: names of bands of the score with where they begin, from the highest down
    public init(
        name: String, startedAt: Double, scenarios: [ScenarioResult], words: (pass: String, fail: String),
        bands: [(name: String, percent: Double)], shortenedBy: Int? = nil, wasInterrupted: Bool = false
    ) {
        self.name = name
        self.startedAt = startedAt
        self.scenarios = scenarios
        self.shortenedBy = shortenedBy
        self.wasInterrupted = wasInterrupted
        let hasFailed = scenarios.contains { $0.verdict == .fail || $0.problem != nil }
        verdict = hasFailed ? .fail : scenarios.contains { $0.verdict == .pass } ? .pass : .none
        // A campaign that was broken off has shown nothing.
        if wasInterrupted, verdict == .pass { verdict = .none }
        label =
            switch verdict {
            case .pass: words.pass
            case .fail: words.fail
            case .none: Verdict.none.rawValue
            }
        let weight = scenarios.reduce(0) { $0 + $1.goalWeight }
        guard weight > 0 else { return }
        let percent = scenarios.reduce(0) { $0 + $1.metWeight } / weight * 100
        score = percent
        scoreBand = bands.first { percent >= $0.percent }?.name
    }
}
