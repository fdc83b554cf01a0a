import Traffic

/// What was found in a table of memory: one object of `analyze --memory --json`.
public struct MemorySeriesVerdict: Encodable, Hashable, Sendable {
    public enum Verdict: String, Encodable, Hashable, Sendable {
        case leak
        case noLeak = "no-leak"
        case inconclusive
    }

    public var file: String
    public var verdict: Verdict
    /// An estimate, and its 90 % interval; nil with too few samples.
    public var growthBytesPerHour: Double?
    public var growthLow: Double?
    public var growthHigh: Double?
    /// Growth for each thousand requests; nil where requests are unknown.
    public var growthBytesPerThousandRequests: Double?
    /// How often the process was started anew.
    public var restarts: Int
    /// About how long a run would have to be to settle an inconclusive one; nil when no length would.
    public var neededSeconds: Double?
    /// One sentence a person understands.
    public var reason: String

    public init(file: String, _ table: SampleTable) {
        self.init(file: file, MemoryTrend(table.samples), samples: table.samples, notes: table.notes)
        let doubt =
            if table.isMostlyGap {
                "most of the time there are no samples, or the clock was put forward"
            } else if table.isUnlikeBytes {
                "no figure reaches a page of memory (4096 bytes): percentages or mebibytes must be made bytes first"
            } else { nil as String? }
        if let doubt {
            verdict = .inconclusive
            (growthBytesPerHour, growthLow, growthHigh, growthBytesPerThousandRequests) = (nil, nil, nil, nil)
            reason = (["\(file) cannot be judged: \(doubt)"] + table.notes).joined(separator: "; ")
        }
    }

    /// - Parameter notes: what a reader must know beside the verdict.
    public init(file: String, _ trend: MemoryTrend, samples: SoakSamples, notes: [String]) {
        self.file = file
        verdict =
            switch trend.verdict {
            case .growing: .leak
            case .stable: .noLeak
            case .inconclusive: .inconclusive
            }
        growthBytesPerHour = trend.bytesPerHour
        growthLow = trend.bytesPerHourInterval?.lowerBound
        growthHigh = trend.bytesPerHourInterval?.upperBound
        growthBytesPerThousandRequests = trend.growthBytes.flatMap { growth in
            trend.answered.flatMap { $0 > 0 ? 1000 * growth / $0 : nil }
        }
        restarts = trend.restarts
        neededSeconds = trend.neededSeconds
        let finding = trend.finding(subject: file, name: file, lastBytes: samples.values.last ?? 0)
        reason = ([finding.explanation] + notes).joined(separator: "; ")
    }

    /// A table that could not be read.
    public init(file: String, refused reason: String) {
        self.file = file
        verdict = .inconclusive
        restarts = 0
        self.reason = "refused: \(reason)"
    }

    /// Whether the table could not be read.
    public var isRefused: Bool { reason.hasPrefix("refused: ") }

    private enum CodingKeys: String, CodingKey {
        case file, verdict, growthBytesPerHour, growthLow, growthHigh, growthBytesPerThousandRequests, restarts
        case neededSeconds, reason
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(verdict, forKey: .verdict)
        // A figure that is not known is null, not absent: whoever reads it need not ask first.
        try container.encode(growthBytesPerHour, forKey: .growthBytesPerHour)
        try container.encode(growthLow, forKey: .growthLow)
        try container.encode(growthHigh, forKey: .growthHigh)
        try container.encode(growthBytesPerThousandRequests, forKey: .growthBytesPerThousandRequests)
        try container.encode(restarts, forKey: .restarts)
        try container.encode(neededSeconds, forKey: .neededSeconds)
        try container.encode(reason, forKey: .reason)
    }
}

/// What was found in a table of requests: one object of `analyze --latency --json`.
public struct LatencySeriesVerdict: Encodable, Hashable, Sendable {
    public struct Change: Encodable, Hashable, Sendable {
        /// 0…1.
        public var quantile: Double
        /// End over start, with its 90 % interval.
        public var ratio: Double
        public var low: Double
        public var high: Double
        /// On the table's clock, with the times between which it may have begun.
        public var beganSeconds: Double
        public var beganLow: Double
        public var beganHigh: Double
        /// `gradual` or `step`.
        public var form: String
        /// Whether the ratio is that of the quantile's distance from the median.
        public var againstMedian: Bool
    }

    public var file: String
    public var verdict: String
    public var changes: [Change]
    public var reason: String

    public init(file: String, _ table: LatencyTable) {
        let trend = LatencyTrend(table.series)
        self.file = file
        verdict = trend.verdict.rawValue
        changes = trend.changes.map { change in
            Change(
                quantile: change.quantile, ratio: change.ratio, low: change.interval.lowerBound,
                high: change.interval.upperBound, beganSeconds: change.beganSeconds,
                beganLow: change.beganBetween.lowerBound, beganHigh: change.beganBetween.upperBound,
                form: change.isStep ? "step" : "gradual", againstMedian: change.isAgainstMedian)
        }
        reason = ([trend.reason] + table.notes).joined(separator: "; ")
    }

    /// A table that could not be read.
    public init(file: String, refused reason: String) {
        self.file = file
        verdict = LatencyTrend.Verdict.inconclusive.rawValue
        changes = []
        self.reason = "refused: \(reason)"
    }

    /// Whether the table could not be read.
    public var isRefused: Bool { reason.hasPrefix("refused: ") }
}

/// What a comparison of tables of requests came to: the object of `compare --latency --json`.
public struct LatencyComparisonVerdict: Encodable, Hashable, Sendable {
    public struct Change: Encodable, Hashable, Sendable {
        public var quantile: Double
        public var verdict: ComparisonVerdict
        /// Candidate over baseline, with its 90 % interval.
        public var ratio: Double
        public var low: Double
        public var high: Double
    }

    /// The baseline's tables and the candidate's.
    public var files: [String]
    public var against: [String]
    public var verdict: ComparisonVerdict
    public var changes: [Change]
    public var reason: String

    public init(
        files: [String], against: [String], _ comparison: LatencyComparison, notes: [String]
    ) {
        self.files = files
        self.against = against
        verdict = comparison.verdict
        changes = comparison.changes.map { change in
            Change(
                quantile: change.quantile, verdict: change.verdict, ratio: change.ratio,
                low: change.interval.lowerBound, high: change.interval.upperBound)
        }
        reason = ([comparison.reason] + notes).joined(separator: "; ")
    }
}
