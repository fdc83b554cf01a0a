import Analysis
import Formats

/// Metrics scraped from the target's metrics pages, and those of the generator's machine.
extension HTMLReport {
    var metrics: Markup {
        let watched = series.metrics.filter { !$0.isOfMachine }
        let machine = series.metrics.filter(\.isOfMachine)
        let drawn = watched.filter { !$0.isCounter && $0.seconds.count > 1 }.prefix(place.drawnMetrics)
        return MarkupBuilder.buildArray([
            watched.isEmpty
                ? .empty
                : section("Watched metrics") {
                    Markup.element("div", ["class": "charts"]) {
                        for (index, metric) in drawn.enumerated() { chart(of: metric, id: "metric\(index)") }
                    }
                    Markup.element("div", ["class": drawn.isEmpty ? "panel" : "panel after"]) {
                        HTMLReport.table(
                            head: ["Metric", "kind"] + RunSeries.Metric.rowHead,
                            rows: watched.prefix(place.listedMetrics).map { metric in
                                Row(
                                    label: metric.name, isCode: true,
                                    figures: [metric.isCounter ? "counter, per second" : "gauge"] + metric.row)
                            })
                    }
                    if watched.count > place.listedMetrics {
                        Markup.element("p", ["class": "soft"]) {
                            "\(Plural.text(watched.count - place.listedMetrics, "more metric")) in the report of the run."
                        }
                    }
                },
            machine.isEmpty
                ? .empty
                : section("The machine of the generator") {
                    Markup.element("div", ["class": "panel"]) {
                        HTMLReport.table(
                            head: ["Figure"] + RunSeries.Metric.rowHead,
                            rows: machine.map { Row(label: $0.name, figures: $0.row) })
                    }
                },
        ])
    }

    private func chart(of metric: RunSeries.Metric, id: String) -> Markup {
        let points = zip(metric.seconds, metric.values).map { ChartPoint(x: $0, y: $1) }
        let finding = summary.soak.first { $0.subject == metric.name && [.memory, .metric].contains($0.kind) }
        let trend = finding.flatMap { Trend(of: $0, through: points) }
        let axis = Axis.linear(
            covering: metric.values, quantity: metric.quantity, startsNearData: metric.quantity.growsFarFromZero)
        let unit = metric.quantity == .processors ? Axis.processorsCaption : ""
        return figure(metric.name, caption: axis.growthCaption(unit, hasTrend: trend != nil), finding: finding) {
            LineChart(
                frame: frame(
                    id, metric.name, axis, metric.quantity, height: 180, described: [(metric.name, metric.values)]),
                lines: [
                    .init(
                        name: String(metric.name.prefix { $0 != "{" }), style: "s-memory", points: points,
                        shape: axis.lower > 0 ? .line : .area)
                ], trend: trend, columns: place.columns
            ).markup
        }
    }
}

extension Trend {
    /// The growth of a finding as a trend through a line's middle; nil if the finding has no rate.
    init?(of finding: SoakFinding, through points: [ChartPoint]) {
        guard let rate = finding.ratePerHour else { return nil }
        self.init(
            slope: rate / 3600, low: finding.ratePerHourLow.map { $0 / 3600 },
            high: finding.ratePerHourHigh.map { $0 / 3600 }, through: points,
            isAlarming: finding.verdict == .growing)
    }
}

extension Quantity {
    /// Whether a chart of its growth may begin near the smallest value: its level is large, and a change of a few
    /// percent matters. Processor use is read against zero and the number of processors.
    var growsFarFromZero: Bool { self != .processors && self != .percentage }
}

extension Axis {
    /// The caption of a chart of used processors.
    static let processorsCaption = "1 is one fully used processor."

    /// The caption of a chart of growth with this axis.
    func growthCaption(_ what: String, hasTrend: Bool) -> String {
        ([what] + (hasTrend ? ["Dashed: the estimated trend, with its 90% interval."] : [])
            + (lower > 0 ? ["The axis does not start at zero."] : [])).filter { !$0.isEmpty }.joined(separator: " ")
    }
}
