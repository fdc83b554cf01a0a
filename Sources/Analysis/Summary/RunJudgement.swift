public import Measurement

/// The evaluation of a run's figures: how it ended, what was found, and the results of its gates.
public struct RunJudgement: Codable, Hashable, Sendable {
    /// How the run ended; nil in summaries from before this was recorded.
    public var ending: RunEnding?
    /// What must be known before anything else, one sentence each: the run was interrupted, nothing was answered, the
    /// target could not keep up. Every report begins with these notices.
    public var notices: [String]?
    /// The findings of the soak tests.
    public var soak: [SoakFinding] = []
    /// The gates, and the conditions for every judged run that are not met.
    public var gates: [GateResult] = []
    /// The verdict on all gates.
    public var verdict = Verdict.none
    /// Warnings that a reader needs to judge the figures: losses, limits reached, short runs.
    public var warnings: [String] = []
    /// What is slow and why, as far as the figures prove it; nil in summaries written before this existed.
    public var bottlenecks: [Bottleneck]?

    /// An empty judgement.
    public init() {}
}

/// The finding of one soak test.
public struct SoakFinding: Codable, Hashable, Sendable {
    /// What was tested.
    public var kind: SoakKind
    /// The subject: a process (`pid 4711 rss`), a scraped series, or an endpoint and quantile (`GET /items p99`).
    public var subject: String
    /// The verdict.
    public var verdict: SoakVerdict
    /// Growth per hour: bytes for memory, a ratio for latency, otherwise in the figure's own unit. An estimate.
    public var ratePerHour: Double?
    /// The low end of the 90 % interval of `ratePerHour`.
    public var ratePerHourLow: Double?
    /// The high end of the 90 % interval of `ratePerHour`.
    public var ratePerHourHigh: Double?
    /// Growth over the run, in the unit of the rate.
    public var change: Double?
    /// For memory only: bytes retained per answered request. An estimate.
    public var bytesPerRequest: Double?
    /// The p-value of the test against no growth.
    public var pValue: Double?
    /// The probability of relevant growth, 0…1 (for latency and failures, which have no p-value).
    public var probability: Double?
    /// One sentence for the user.
    public var explanation: String

    /// See the properties for the meaning of each parameter.
    public init(
        kind: SoakKind, subject: String, verdict: SoakVerdict, ratePerHour: Double? = nil,
        ratePerHourLow: Double? = nil, ratePerHourHigh: Double? = nil, change: Double? = nil,
        bytesPerRequest: Double? = nil, pValue: Double? = nil, probability: Double? = nil, explanation: String
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
        self.probability = probability
        self.explanation = explanation
    }
}

/// The subject of a soak test.
public enum SoakKind: String, CaseIterable, Codable, Hashable, Sendable {
    case memory
    case threads
    case openFiles = "open files"
    /// A scraped gauge that is not in bytes.
    case metric
    case latency
    /// A gradually rising share of failures.
    case failures
    case failureBurst = "failure burst"
    /// Requests that wait longer and longer for earlier ones.
    case backlog

    /// The test that it contributes to; nil if there is none.
    var test: SoakTest? {
        switch self {
        case .memory, .threads, .openFiles, .metric: .noLeak
        case .latency, .failures, .backlog: .noDrift
        case .failureBurst: nil
        }
    }

    /// Whether its changes are ratios.
    public var isRatio: Bool {
        switch self {
        case .latency, .failures, .failureBurst: true
        case .memory, .threads, .openFiles, .metric, .backlog: false
        }
    }
}

/// The verdicts of a soak test.
public enum SoakVerdict: String, Codable, Hashable, Sendable {
    case growing
    case stable
    case inconclusive
}

/// The result of a gate.
public struct GateResult: Codable, Hashable, Sendable {
    /// As the user wrote it: `p95<500ms`; or a condition of every judged run: `every run: answered>=50%`.
    public var gate: String
    /// Whether it is a condition of every judged run rather than a gate that the user gave; nil means no.
    public var isBuiltIn: Bool?
    /// Whether it was met.
    public var outcome: Outcome
    /// The deciding figure with its unit: `p95 = 612 ms`.
    public var figure: String
    /// The figure as a number: milliseconds, a ratio 0…1, a count, or a rate per second; nil if there is none.
    public var value: Double?
    /// The limit, in the unit of ``value``.
    public var limit: Double?
    /// The room to the limit as a share of the limit, negative where it is not met; nil if this is not meaningful.
    public var margin: Double?

    /// A gate without enough data is inconclusive.
    public enum Outcome: String, Codable, Hashable, Sendable {
        case passed
        case failed
        case inconclusive
    }

    /// See the properties for the meaning of each parameter.
    public init(gate: String, outcome: Outcome, figure: String) {
        self.gate = gate
        self.outcome = outcome
        self.figure = figure
    }
}

/// The verdict of a run: `FAIL` if a gate failed, `PASS` if none failed and at least one passed in a complete run,
/// `INCONCLUSIVE` if gates were given and neither holds, `NONE` without gates.
public enum Verdict: String, Codable, Hashable, Sendable {
    case pass = "PASS"
    case fail = "FAIL"
    case inconclusive = "INCONCLUSIVE"
    case none = "NONE"
}

/// A finding about what is slow, with the figures it rests on.
public struct Bottleneck: Codable, Hashable, Sendable {
    /// What limits the run.
    public enum Kind: String, Codable, Hashable, Sendable {
        case generator
        case cpu
        /// Other programs on the target's machine.
        case machine
        case waiting
        case connections
        case memory
    }

    /// What limits the run.
    public var kind: Kind
    /// The finding in a sentence without its figures.
    public var finding: String
    /// The figures that the finding rests on.
    public var figures: [String]
    /// What to examine next.
    public var next: String

    /// See the properties for the meaning of each parameter.
    public init(kind: Kind, finding: String, figures: [String], next: String) {
        self.kind = kind
        self.finding = finding
        self.figures = figures
        self.next = next
    }
}
