import Analysis
import Measurement

/// The tables: times, endpoints and counters.
extension HTMLReport {
    /// The most endpoints that are listed, to keep the page small; the rest is counted.
    static let maxEndpoints = 200
    /// Longer labels are cut.
    private static let maxLabelCharacters = 160

    var distribution: Markup {
        guard !series.distribution.isEmpty else { return .empty }
        let times = summary.times.percentiles(.response)
        let marks = [
            ("p50", times.p50), ("p90", times.p90), ("p95", times.p95), ("p99", times.p99), ("p99.9", times.p999),
        ].filter { $0.1 > 0 }.map { HistogramChart.Mark(name: $0.0, value: $0.1) }
        let caption = marks.map { "\($0.name) \(time($0.value))" }.joined(separator: " · ")
        return section("Distribution of response times") {
            figure(
                "How many requests took how long",
                caption: (caption.isEmpty ? "" : caption + ". ") + "The time axis is logarithmic."
            ) {
                HistogramChart(
                    id: place.prefix + "distribution", title: "Distribution of response times",
                    bins: HistogramChart.bins(of: series.distribution), marks: marks
                ).markup
            }
        }
    }

    var times: Markup {
        guard summary.requests > 0 else { return .empty }
        return section("Times of a request") {
            Markup.element("div", ["class": "panel"]) {
                table(
                    head: ["Time", "p50", "p90", "p95", "p99", "p99.9", "max", "mean"],
                    rows: TimeKind.shown.map { kind in
                        let times = summary.times.percentiles(kind)
                        return Row(
                            label: kind.name, note: kind.explanation,
                            figures: [
                                times.p50, times.p90, times.p95, times.p99, times.p999, times.max, times.mean,
                            ].map(time))
                    })
            }
        }
    }

    var endpoints: Markup {
        let ranked = summary.endpoints.sorted { ($1.requests, $0.endpoint) < ($0.requests, $1.endpoint) }
        guard let most = ranked.first, most.requests > 0 else { return .empty }
        let rest = ranked.dropFirst(HTMLReport.maxEndpoints)
        return section(ranked.count == 1 ? "Endpoint" : "\(ranked.count) endpoints") {
            Markup.element("div", ["class": "panel"]) {
                table(
                    head: [
                        "Endpoint", "requests", "failed", "rate", "turnaround p50", "turnaround p95", "turnaround p99",
                        "turnaround max", "service p95",
                    ],
                    rows: ranked.prefix(HTMLReport.maxEndpoints).map { row(of: $0, most: most.requests) })
                if !rest.isEmpty {
                    Markup.element("p", ["class": "soft"]) {
                        "and \(rest.count) more with \(Quantity.count(rest.reduce(0) { $0 + $1.requests })) requests"
                    }
                }
            }
        }
    }

    private func row(of endpoint: EndpointSummary, most: Int) -> Row {
        let times = endpoint.times.percentiles(.turnaround)
        let failed =
            endpoint.failures == 0
            ? "–" : "\(Quantity.count(endpoint.failures)) (\(Quantity.percent(endpoint.failureRatio)))"
        // Without responses there are no times, rather than times of zero.
        let answered =
            times.max > 0
            ? [times.p50, times.p95, times.p99, times.max, endpoint.times.percentiles(.service).p95].map(time)
            : Array(repeating: "–", count: 5)
        return Row(
            label: endpoint.endpoint.count > HTMLReport.maxLabelCharacters
                ? endpoint.endpoint.prefix(HTMLReport.maxLabelCharacters) + "…" : endpoint.endpoint,
            isCode: true, share: Double(endpoint.requests) / Double(most),
            figures: [
                Quantity.count(endpoint.requests), failed, Quantity.perSecond.text(endpoint.requestsPerSecond),
            ] + answered)
    }

    var notes: Markup {
        let notes = [
            "Response time is measured from when a request was due by the plan, not from when it was sent: delays caused by a "
                + "stall are counted, and late requests do not hide them.",
            "Turnaround, which is used to judge endpoints, is measured from when a request could be sent, so that one stall is not "
                + "counted for each request behind it.",
            "Response, turnaround and service times cover answered requests only; so does the rate.",
            "Percentiles come from histograms of all requests, without sampling; they are accurate to 0.1%.",
            "Trends, rates of growth and bytes per request are estimates; an interval that spans zero means that no growth was "
                + "shown.",
            "Where a chart has more windows than fit side by side, its line is the median of neighbouring windows (the mean for rates "
                + "and use), and the tint around it spans from the smallest to the largest: no peak is lost.",
        ]
        return section("How to read this") {
            Markup.element("div", ["class": "notes"]) {
                Markup.element("ul") {
                    for note in notes { Markup.element("li") { note } }
                }
            }
            Markup.element("footer") { "Made by Reprise. This file is self-contained: it loads nothing." }
        }
    }
}
