import Formats

/// Metrics in the text format 0.0.4 that Prometheus reads.
struct PrometheusText {
    static let contentType = MetricPage.text.contentType

    private var families: [MetricFamily] = []

    var text: String { MetricPage.text.text(families) }

    /// A metric with one value.
    mutating func add(_ name: String, _ kind: MetricFamily.Kind, help: String, _ value: some BinaryInteger) {
        families.append(MetricFamily(name, kind, help: help, Double(value)))
    }

    /// A metric with one value.
    mutating func add(_ name: String, _ kind: MetricFamily.Kind, help: String, _ value: Double) {
        families.append(MetricFamily(name, kind, help: help, value))
    }

    /// A metric with a value for each set of labels, in the order given.
    mutating func add(
        _ name: String, _ kind: MetricFamily.Kind, help: String,
        _ samples: some Sequence<(labels: [(String, String)], value: Int)>
    ) {
        families.append(
            MetricFamily(
                name, kind, help: help,
                samples.map { sample in
                    MetricFamily.Series(
                        sample.labels.map { MetricFamily.Label($0.0, $0.1) }, .number(Double(sample.value)))
                }))
    }
}
