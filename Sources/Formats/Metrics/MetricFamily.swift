/// A metric with all of its series, as Prometheus and OpenMetrics know it.
public struct MetricFamily: Hashable, Sendable {
    /// The name; of a counter with its `_total`, of a histogram without its suffixes.
    public var name: String
    /// What kind of metric it is.
    public var kind: Kind
    /// What it tells, one sentence.
    public var help: String
    /// The series, in the order in which they are written.
    public var series: [Series]

    /// Kinds of metrics.
    public enum Kind: String, Hashable, Sendable {
        case counter, gauge, histogram
    }

    /// A label of a series.
    public struct Label: Hashable, Sendable {
        /// `[a-zA-Z_][a-zA-Z0-9_]*`.
        public var name: String
        /// Any text.
        public var value: String

        /// A label with its value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A series and its value now.
    public struct Series: Hashable, Sendable {
        /// In the order in which they are written.
        public var labels: [Label]
        /// What it is now.
        public var value: Value

        /// A series.
        public init(_ labels: [Label] = [], _ value: Value) {
            self.labels = labels
            self.value = value
        }
    }

    /// What a series is.
    public enum Value: Hashable, Sendable {
        case number(Double)
        case histogram(Histogram)
    }

    /// Values by their size.
    public struct Histogram: Hashable, Sendable {
        /// Upper bounds, ascending and finite.
        public var bounds: [Double]
        /// How many values were at most each bound: as many as ``bounds``, never falling.
        public var cumulative: [UInt64]
        /// All values.
        public var count: UInt64
        /// Their sum.
        public var sum: Double
        /// A value of which more is known, by the bucket it is in; the last bucket has no bound.
        public var exemplars: [Int: Exemplar] = [:]

        /// Values by their size.
        public init(bounds: [Double], cumulative: [UInt64], count: UInt64, sum: Double) {
            precondition(bounds.count == cumulative.count, "a count for each bound")
            self.bounds = bounds
            self.cumulative = cumulative
            self.count = count
            self.sum = sum
        }
    }

    /// A value of which more is known.
    public struct Exemplar: Hashable, Sendable {
        /// At most 128 characters together (OpenMetrics 1.0, "Exemplars").
        public var labels: [Label]
        /// The value.
        public var value: Double
        /// When it was seen, in seconds since 1970.
        public var time: Double

        /// A value with what is known of it.
        public init(labels: [Label], value: Double, time: Double) {
            self.labels = labels
            self.value = value
            self.time = time
        }
    }

    /// A metric with its series.
    public init(_ name: String, _ kind: Kind, help: String, _ series: [Series]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.series = series
    }

    /// A metric with one series without labels.
    public init(_ name: String, _ kind: Kind, help: String, _ value: Double) {
        self.init(name, kind, help: help, [Series([], .number(value))])
    }
}

extension MetricFamily {
    /// A series as it is stored: a name, labels, one number.
    public struct Sample: Hashable, Sendable {
        /// The name with its suffix.
        public var name: String
        /// The labels, with `le` of a bucket.
        public var labels: [Label]
        /// The number.
        public var value: Double
        /// What is known of a value in a bucket.
        public var exemplar: Exemplar?
    }

    /// All numbers of the metric.
    public var samples: [Sample] {
        series.flatMap { series -> [Sample] in
            switch series.value {
            case .number(let value): return [Sample(name: name, labels: series.labels, value: value)]
            case .histogram(let histogram):
                let bounds = histogram.bounds.map { "\($0)" } + ["+Inf"]
                let counts = histogram.cumulative + [histogram.count]
                let buckets = zip(bounds, counts).enumerated().map { index, bucket in
                    Sample(
                        name: "\(name)_bucket", labels: series.labels + [Label("le", bucket.0)],
                        value: Double(bucket.1), exemplar: histogram.exemplars[index])
                }
                return buckets + [
                    Sample(name: "\(name)_sum", labels: series.labels, value: histogram.sum),
                    Sample(name: "\(name)_count", labels: series.labels, value: Double(histogram.count)),
                ]
            }
        }
    }
}
