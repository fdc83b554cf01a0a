import Traffic

/// The result for a table of memory: one object of `analyze --memory --json`.
public struct MemorySeriesVerdict: Encodable, Hashable, Sendable {
    /// Whether memory leaks.
    public enum Verdict: String, Encodable, Hashable, Sendable {
        case leak
        case noLeak = "no-leak"
        case inconclusive
    }

    /// The path of the table as the user gave it.
    public var file: String
    /// The verdict.
    public var verdict: Verdict
    /// An estimate; nil with too few samples.
    public var growthBytesPerHour: Double?
    /// The low end of the 90 % interval of `growthBytesPerHour`.
    public var growthLow: Double?
    /// The high end of the 90 % interval of `growthBytesPerHour`.
    public var growthHigh: Double?
    /// Growth per thousand requests; nil if requests are unknown.
    public var growthBytesPerThousandRequests: Double?
    /// The number of restarts of the process.
    public var restarts: Int
    /// The approximate length of a run that would settle an inconclusive one; nil if no length would.
    public var neededSeconds: Double?
    /// One sentence for the user.
    public var reason: String

    /// Evaluates a table.
    public init(file: String, _ table: SampleTable) {
        self.init(file: file, MemoryTrend(table.samples), samples: table.samples, notes: table.notes)
        let doubt =
            if table.isMostlyGap {
                "most of the time there are no samples, or the clock was set forward"
            } else if table.isUnlikeBytes {
                "no figure reaches a page of memory (4096 bytes): percentages or mebibytes must be converted to bytes first"
            } else { nil as String? }
        if let doubt {
            verdict = .inconclusive
            (growthBytesPerHour, growthLow, growthHigh, growthBytesPerThousandRequests) = (nil, nil, nil, nil)
            reason = (["\(file) cannot be judged: \(doubt)"] + table.notes).joined(separator: "; ")
        }
    }

    /// The verdict on a table of memory.
    ///
    /// - Parameter notes: what a reader needs to know in addition to the verdict.
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

    /// The result for a table that could not be read.
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

    /// Encodes the object; unknown figures are null.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(verdict, forKey: .verdict)
        // Unknown figures are null instead of absent, so that readers need not check for the key.
        try container.encode(growthBytesPerHour, forKey: .growthBytesPerHour)
        try container.encode(growthLow, forKey: .growthLow)
        try container.encode(growthHigh, forKey: .growthHigh)
        try container.encode(growthBytesPerThousandRequests, forKey: .growthBytesPerThousandRequests)
        try container.encode(restarts, forKey: .restarts)
        try container.encode(neededSeconds, forKey: .neededSeconds)
        try container.encode(reason, forKey: .reason)
    }
}

/// The result for a table of requests: one object of `analyze --latency --json`.
public struct LatencySeriesVerdict: Encodable, Hashable, Sendable {
    /// A quantile that changed.
    public struct Change: Encodable, Hashable, Sendable {
        /// The quantile, 0…1.
        public var quantile: Double
        /// End divided by start.
        public var ratio: Double
        /// The low end of the ratio's 90 % interval.
        public var low: Double
        /// The high end of the ratio's 90 % interval.
        public var high: Double
        /// When it began, on the table's clock.
        public var beganSeconds: Double
        /// The earliest second at which it may have begun.
        public var beganLow: Double
        /// The latest second at which it may have begun.
        public var beganHigh: Double
        /// The form of the change.
        public enum Form: String, Encodable, Hashable, Sendable {
            case gradual
            case step
        }

        /// The form of the change.
        public var form: Form
        /// Whether the ratio is that of the quantile's distance from the median.
        public var againstMedian: Bool
    }

    /// The path of the table as the user gave it.
    public var file: String
    /// The verdict.
    public var verdict: LatencyTrend.Verdict
    /// The quantiles that changed.
    public var changes: [Change]
    /// One sentence for the user.
    public var reason: String

    /// Evaluates a table.
    public init(file: String, _ table: LatencyTable) {
        let trend = LatencyTrend(table.series)
        self.file = file
        verdict = trend.verdict
        changes = trend.changes.map { change in
            Change(
                quantile: change.quantile, ratio: change.ratio, low: change.interval.lowerBound,
                high: change.interval.upperBound, beganSeconds: change.beganSeconds,
                beganLow: change.beganBetween.lowerBound, beganHigh: change.beganBetween.upperBound,
                form: change.isStep ? .step : .gradual, againstMedian: change.isAgainstMedian)
        }
        reason = ([trend.reason] + table.notes).joined(separator: "; ")
    }

    /// The result for a table that could not be read.
    public init(file: String, refused reason: String) {
        self.file = file
        verdict = .inconclusive
        changes = []
        self.reason = "refused: \(reason)"
    }

    /// Whether the table could not be read.
    public var isRefused: Bool { reason.hasPrefix("refused: ") }
}

/// The result of a comparison of request tables: the object of `compare --latency --json`.
public struct LatencyComparisonVerdict: Encodable, Hashable, Sendable {
    /// The comparison of one quantile.
    public struct Change: Encodable, Hashable, Sendable {
        /// The quantile, 0…1.
        public var quantile: Double
        /// The verdict.
        public var verdict: ComparisonVerdict
        /// Candidate divided by baseline.
        public var ratio: Double
        /// The low end of the ratio's 90 % interval.
        public var low: Double
        /// The high end of the ratio's 90 % interval.
        public var high: Double
    }

    /// The baseline's tables.
    public var files: [String]
    /// The candidate's tables.
    public var against: [String]
    /// The verdict.
    public var verdict: ComparisonVerdict
    /// The quantiles compared.
    public var changes: [Change]
    /// One sentence for the user.
    public var reason: String

    /// The result of a comparison of tables.
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
