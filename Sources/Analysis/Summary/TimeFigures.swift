public import Measurement

/// Distributions of times by kind; in JSON `responseTimeMs`, `turnaroundMs`, `serviceTimeMs`, `sendLagMs`, `heldMs`,
/// `connectMs`.
public struct TimeFigures: Codable, Hashable, Sendable {
    private var figures: [TimeKind: Percentiles] = [:]

    /// No distributions.
    public init() {}

    /// The distribution of a kind; nil if there is none, or it was not kept.
    public subscript(kind: TimeKind) -> Percentiles? {
        get { figures[kind] }
        set { figures[kind] = newValue }
    }

    /// The distribution of a kind; zeros if there is none.
    public func percentiles(_ kind: TimeKind) -> Percentiles { figures[kind] ?? Percentiles() }

    /// Decodes the kinds that are present.
    ///
    /// - Throws: `DecodingError` when fields are missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for kind in TimeKind.allCases {
            figures[kind] = try container.decodeIfPresent(Percentiles.self, forKey: Key(kind: kind))
        }
    }

    /// Encodes the kinds that are present.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for (kind, percentiles) in figures { try container.encode(percentiles, forKey: Key(kind: kind)) }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(kind: TimeKind) { stringValue = kind.jsonName }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension TimeKind {
    /// The JSON name of its figures.
    public var jsonName: String {
        switch self {
        case .response: "responseTimeMs"
        case .turnaround: "turnaroundMs"
        case .service: "serviceTimeMs"
        case .sendLag: "sendLagMs"
        case .held: "heldMs"
        case .connect: "connectMs"
        }
    }
}

/// A distribution of times in milliseconds; all zero if there are none.
public struct Percentiles: Codable, Hashable, Sendable {
    /// The median.
    public var p50 = 0.0
    /// The 90th percentile.
    public var p90 = 0.0
    /// The 95th percentile.
    public var p95 = 0.0
    /// The 99th percentile.
    public var p99 = 0.0
    /// The 99.9th percentile.
    public var p999 = 0.0
    /// The longest.
    public var max = 0.0
    /// The mean.
    public var mean = 0.0
    /// The 75th percentile; nil in summaries written before this existed.
    public var p75: Double?
    /// The 99.99th percentile; nil in summaries written before this existed.
    public var p9999: Double?
    /// The 90 % interval of `p50` by the ranks of the times; an estimate, which treats the times as independent. Nil if
    /// there are too few.
    public var p50Interval: Interval?
    /// The 90 % interval of `p95`.
    public var p95Interval: Interval?
    /// The 90 % interval of `p99`.
    public var p99Interval: Interval?

    /// A range in milliseconds.
    public struct Interval: Codable, Hashable, Sendable {
        /// The low end.
        public var low: Double
        /// The high end.
        public var high: Double

        /// See the properties for the meaning of each parameter.
        public init(low: Double, high: Double) {
            self.low = low
            self.high = high
        }
    }

    /// Zeros.
    public init() {}

    /// The percentiles that every summary has.
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
