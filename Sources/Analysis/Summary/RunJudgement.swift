public import Measurement

/// What a run's figures mean: how it ended, what was found, which gates it met.
public struct RunJudgement: Codable, Hashable, Sendable {
    /// How the run ended; nil in summaries written before it was told.
    public var ending: RunEnding?
    /// What must be known before anything else is read, a sentence each: that the run was interrupted, that nothing was
    /// answered, that the target could not keep up. Every report begins with them.
    public var notices: [String]?
    /// What the soak tests came to.
    public var soak: [SoakFinding] = []
    /// The gates, and what every judged run must meet where it does not.
    public var gates: [GateResult] = []
    /// The verdict on all gates.
    public var verdict = Verdict.none
    /// What a reader must know to judge the figures: losses, bounds reached, short runs.
    public var warnings: [String] = []
    /// What is slow and why, as far as the figures carry it; nil in summaries written before there was this.
    public var bottlenecks: [Bottleneck]?

    /// Nothing was judged.
    public init() {}
}

/// What one soak test came to.
public struct SoakFinding: Codable, Hashable, Sendable {
    /// What was tested.
    public var kind: SoakKind
    /// What of it: a process (`pid 4711 rss`), a scraped series, or an endpoint and quantile (`GET /items p99`).
    public var subject: String
    /// What it came to.
    public var verdict: SoakVerdict
    /// Growth an hour: bytes for memory, a ratio for latency, else in the figure's own unit. An estimate.
    public var ratePerHour: Double?
    /// 90 % interval of `ratePerHour`.
    public var ratePerHourLow: Double?
    /// The high end of the interval of `ratePerHour`.
    public var ratePerHourHigh: Double?
    /// Growth over the run, in the unit of the rate.
    public var change: Double?
    /// Memory only: bytes that stay for each request the target answered. An estimate.
    public var bytesPerRequest: Double?
    /// p-value of the test against no growth.
    public var pValue: Double?
    /// Probability that it grew by more than counts, 0…1 (latency and failures, which have no p-value).
    public var probability: Double?
    /// One sentence a person understands.
    public var explanation: String

    /// A finding; what is left out is not known.
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

/// What a soak test looks at.
public enum SoakKind: String, CaseIterable, Codable, Hashable, Sendable {
    case memory
    case threads
    case openFiles = "open files"
    /// A scraped gauge that is not in bytes.
    case metric
    case latency
    /// A share of failures that creeps.
    case failures
    case failureBurst = "failure burst"
    /// Requests that wait longer and longer for those before them.
    case backlog

    /// The test that it decides; nil where it decides none.
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

/// The three answers of a soak test.
public enum SoakVerdict: String, Codable, Hashable, Sendable {
    case growing
    case stable
    case inconclusive
}

/// A gate, and whether the run passed it.
public struct GateResult: Codable, Hashable, Sendable {
    /// As the user gave it: `p95<500ms`; or what every judged run must meet: `answered>=50%`.
    public var gate: String
    /// Whether it was met.
    public var outcome: Outcome
    /// The figure that decided, with its unit: `p95 = 612 ms`.
    public var figure: String
    /// The same as a number: milliseconds, a ratio 0…1, a count, or a rate a second; nil where there is none.
    public var value: Double?
    /// The limit, in the unit of ``value``.
    public var limit: Double?
    /// The room left to the limit as a share of it, negative where it is not kept; nil where that says nothing.
    public var margin: Double?

    /// A gate that lacks data is inconclusive.
    public enum Outcome: String, Codable, Hashable, Sendable {
        case passed
        case failed
        case inconclusive
    }

    /// The outcome of a gate.
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

/// A finding on what is slow, with the figures it rests on.
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
    /// A sentence without its figures.
    public var finding: String
    /// What the finding rests on.
    public var figures: [String]
    /// What to look at next.
    public var next: String

    /// A finding and its figures.
    public init(kind: Kind, finding: String, figures: [String], next: String) {
        self.kind = kind
        self.finding = finding
        self.figures = figures
        self.next = next
    }
}
