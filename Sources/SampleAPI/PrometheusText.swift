import Formats

/// Metrics in the text format 0.0.4 that Prometheus reads.
struct PrometheusText {
    enum Kind: String {
        case counter, gauge
    }

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// A metric with one value.
    mutating func add(_ name: String, _ kind: Kind, help: String, _ value: some Numeric) {
        addHead(name, kind, help: help)
        text += "\(name) \(value)\n"
    }

    /// A metric with a value for each set of labels, in the order given.
    mutating func add(
        _ name: String, _ kind: Kind, help: String, _ samples: some Sequence<(labels: [(String, String)], value: Int)>
    ) {
        addHead(name, kind, help: help)
        for (labels, value) in samples {
            let pairs = labels.map { PrometheusLabel.text($0.0, $0.1) }
            text += "\(name){\(pairs.joined(separator: ","))} \(value)\n"
        }
    }

    private mutating func addHead(_ name: String, _ kind: Kind, help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }
}
