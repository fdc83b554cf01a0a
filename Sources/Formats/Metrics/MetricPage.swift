/// The formats of a metrics page for Prometheus.
public enum MetricPage: Sendable {
    /// The text format 0.0.4.
    case text
    /// OpenMetrics 1.0, the only format with exemplars.
    case openMetrics

    /// The format requested by a scraper's `Accept` (RFC 9110, section 12.5.1): OpenMetrics if it is listed and not
    /// less preferred than text.
    public init(accept: String?) {
        var best: [Bool: Double] = [:]
        for range in (accept ?? "").lowercased().split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.trimmingBlanks }
            guard let type = parts.first else { continue }
            let quality = parts.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            let isOpen = type == "application/openmetrics-text"
            guard isOpen || ["text/plain", "text/*", "*/*"].contains(type) else { continue }
            best[isOpen] = max(best[isOpen] ?? 0, quality)
        }
        let open = best[true] ?? 0
        self = open > 0 && open >= best[false] ?? 0 ? .openMetrics : .text
    }

    /// The page's media type.
    public var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The page.
    public func text(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families {
            // In OpenMetrics, a counter's name does not include the suffix of its samples.
            let isCounter = self == .openMetrics && family.kind == .counter && family.name.hasSuffix("_total")
            let name = isCounter ? String(family.name.dropLast("_total".count)) : family.name
            text += "# HELP \(name) \(MetricPage.help(family.help))\n# TYPE \(name) \(family.kind.rawValue)\n"
            for sample in family.samples { add(sample, to: &text) }
        }
        return self == .openMetrics ? text + "# EOF\n" : text
    }

    private func add(_ sample: MetricFamily.Sample, to text: inout String) {
        text += sample.name
        if !sample.labels.isEmpty { text += MetricPage.labels(sample.labels) }
        text += " \(MetricPage.number(sample.value))"
        if self == .openMetrics, let exemplar = sample.exemplar {
            text += " # \(MetricPage.labels(exemplar.labels)) \(MetricPage.number(exemplar.value)) "
            text += exemplar.time.formatted(decimals: 3)
        }
        text += "\n"
    }

    private static func labels(_ labels: [MetricFamily.Label]) -> String {
        "{" + labels.map { PrometheusLabel.text($0.name, $0.value) }.joined(separator: ",") + "}"
    }

    /// Whole numbers without a fraction, like most writers.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func help(_ text: String) -> String {
        text.replacingScalars { $0 == "\\" ? "\\\\" : $0 == "\n" ? "\\n" : nil }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
