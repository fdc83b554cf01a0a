public import Measurement

/// Distributions of times by their kind; in JSON `responseTimeMs`, `turnaroundMs`, `serviceTimeMs`, `sendLagMs`, `heldMs`, `connectMs`.
public struct TimeFigures: Codable, Hashable, Sendable {
    private var figures: [TimeKind: Percentiles] = [:]

    /// No times.
    public init() {}

    /// The distribution of a kind; nil where there are none, or none were kept.
    public subscript(kind: TimeKind) -> Percentiles? {
        get { figures[kind] }
        set { figures[kind] = newValue }
    }

    /// The distribution of a kind; zeros where there are none.
    public func percentiles(_ kind: TimeKind) -> Percentiles { figures[kind] ?? Percentiles() }

    /// Reads the kinds that are there.
    ///
    /// - Throws: `DecodingError` when the fields are not there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for kind in TimeKind.allCases {
            figures[kind] = try container.decodeIfPresent(Percentiles.self, forKey: Key(kind: kind))
        }
    }

    /// Writes the kinds that are there.
    ///
    /// - Throws: what the encoder throws.
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
    /// The name of its figures in JSON.
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

/// A distribution of times in milliseconds; all zero when there were none.
public struct Percentiles: Codable, Hashable, Sendable {
    /// The median.
    public var p50 = 0.0
    /// 90 % took at most this.
    public var p90 = 0.0
    /// 95 % took at most this.
    public var p95 = 0.0
    /// 99 % took at most this.
    public var p99 = 0.0
    /// 99.9 % took at most this.
    public var p999 = 0.0
    /// The longest.
    public var max = 0.0
    /// The mean.
    public var mean = 0.0
    /// Nil in summaries written before there were these.
    public var p75: Double?
    /// 99.99 % took at most this; nil in summaries written before there was this.
    public var p9999: Double?
    /// 90 % intervals by the ranks of the times; estimates, as they take times for independent. Nil where there are too few.
    public var p50Interval: Interval?
    /// The interval of `p95`.
    public var p95Interval: Interval?
    /// The interval of `p99`.
    public var p99Interval: Interval?

    /// From a low estimate to a high one, in milliseconds.
    public struct Interval: Codable, Hashable, Sendable {
        /// The low end.
        public var low: Double
        /// The high end.
        public var high: Double

        /// An interval from `low` to `high`.
        public init(low: Double, high: Double) {
            self.low = low
            self.high = high
        }
    }

    /// Zeros.
    public init() {}

    /// The percentiles every summary has.
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
