/// A metric with all of its series, in the terms of Prometheus and OpenMetrics.
public struct MetricFamily: Hashable, Sendable {
    /// The name; of a counter with `_total`, of a histogram without suffixes.
    public var name: String
    /// The kind of metric.
    public var kind: Kind
    /// Its description, one sentence.
    public var help: String
    /// The series, in output order.
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

    /// A series and its current value.
    public struct Series: Hashable, Sendable {
        /// The labels, in output order.
        public var labels: [Label]
        /// The current value.
        public var value: Value

        /// A series.
        public init(_ labels: [Label] = [], _ value: Value) {
            self.labels = labels
            self.value = value
        }
    }

    /// The value of a series.
    public enum Value: Hashable, Sendable {
        case number(Double)
        case histogram(Histogram)
    }

    /// A distribution of values.
    public struct Histogram: Hashable, Sendable {
        /// Upper bounds, ascending and finite.
        public var bounds: [Double]
        /// The number of values at or below each bound: as many as ``bounds``, never decreasing.
        public var cumulative: [UInt64]
        /// The number of values.
        public var count: UInt64
        /// Their sum.
        public var sum: Double
        /// Exemplars by bucket index; the last bucket has no bound.
        public var exemplars: [Int: Exemplar] = [:]

        /// A distribution of values.
        public init(bounds: [Double], cumulative: [UInt64], count: UInt64, sum: Double) {
            precondition(bounds.count == cumulative.count, "a count for each bound")
            self.bounds = bounds
            self.cumulative = cumulative
            self.count = count
            self.sum = sum
        }
    }

    /// An exemplar: a value with additional labels.
    public struct Exemplar: Hashable, Sendable {
        /// At most 128 characters in total (OpenMetrics 1.0, "Exemplars").
        public var labels: [Label]
        /// The value.
        public var value: Double
        /// When it was seen, in seconds since 1970.
        public var time: Double

        /// A value with labels and a time.
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
    /// A stored sample: a name, labels and a number.
    public struct Sample: Hashable, Sendable {
        /// The name with its suffix.
        public var name: String
        /// The labels, including `le` for a bucket.
        public var labels: [Label]
        /// The number.
        public var value: Double
        /// An exemplar of the bucket.
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
