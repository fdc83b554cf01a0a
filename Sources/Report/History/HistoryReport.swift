public import Analysis
import Formats
import Traffic

/// Histories of runs as one HTML file that loads nothing.
public struct HistoryReport {
    private let histories: [RunHistory]
    private let title: String
    /// The most runs in the table of a history: the newest.
    private static let rowLimit = 200

    /// A page of histories.
    ///
    /// - Parameter title: the folder, as the user gave it.
    public init(_ histories: [RunHistory], title: String) {
        self.histories = histories
        self.title = title
    }

    /// The whole file, UTF-8.
    public var text: String { "<!DOCTYPE html>\n" + document.source + "\n" }

    private var document: Markup {
        HTMLReport.document(title: "History of \(title)") {
            Markup.element("header") {
                Markup.element("div") {
                    Markup.element("p", ["class": "kicker"]) { "Reprise history" }
                    Markup.element("h1") { title }
                }
            }
            for (index, history) in histories.enumerated() { section(of: history, prefix: "h\(index)-") }
            Markup.element("section", ["class": "notes"]) {
                Markup.element("ul") {
                    Markup.element("li") {
                        "Only statistically significant changes are reported; small and gradual changes need "
                            + "more runs. Intervals are estimated from how the runs differ from one another."
                    }
                    Markup.element("li") {
                        "Unreliable runs are shown but left out of the search: their generator was late, "
                            + "or they did not finish."
                    }
                }
                Markup.element("footer") { "Made by Reprise. This file is self-contained: it loads nothing." }
            }
        }
    }

    private func section(of history: RunHistory, prefix: String) -> Markup {
        CampaignReport.section(
            "\(history.name.prefix(1).uppercased())\(history.name.dropFirst()) (\(Plural.text(history.runs.count, "run")))"
        ) {
            Markup.element("p", ["class": "panel"]) {
                history.summary.prefix(1).uppercased() + history.summary.dropFirst()
            }
            if !history.changes.isEmpty {
                Markup.element("ul", ["class": "findings plain panel after"]) {
                    for change in history.changes { HistoryReport.row(change.isWorse, history.sentence(of: change)) }
                }
            }
            if history.runs.count > 1 {
                Markup.element("div", ["class": "charts after"]) {
                    for figure in history.figures { chart(of: figure, history, prefix) }
                }
            }
            Markup.element("div", ["class": "panel after"]) { table(of: history) }
        }
    }

    private static func row(_ isWorse: Bool, _ sentence: String) -> Markup {
        .element("li") {
            Markup.element("span", ["class": "sign \(isWorse ? "bad" : "good")", "aria-hidden": "true"]) {
                isWorse ? "✗" : "✓"
            }
            Markup.element("p") { sentence }
        }
    }

    private func chart(of figure: RunHistory.Figure, _ history: RunHistory, _ prefix: String) -> Markup {
        let quantity: Quantity =
            switch figure {
            case .p50, .p95, .p99: .milliseconds
            case .failures: .percentage
            case .throughput: .perSecond
            case .capacity: .count
            }
        let scale = figure == .failures ? 100.0 : 1
        let points = history.runs.enumerated().map { index, run in
            ChartPoint(x: Double(index + 1), y: run.figures[figure].map { $0 * scale })
        }
        let last = Double(max(history.runs.count, 2))
        var x = Axis.linear(covering: [last], quantity: .count, ticks: 8)
        x.lower = 0.5
        x.upper = last + 0.5
        x.ticks = x.ticks.filter { $0.value >= 1 && $0.value <= last && $0.value == $0.value.rounded() }
        let changes = history.changes.filter { $0.figure == figure }
        let frame = ChartFrame(
            id: prefix + figure.rawValue, title: figure.name,
            description: changes.map(history.sentence).joined(separator: " "), x: x,
            y: .linear(covering: points.compactMap(\.known), quantity: quantity), height: 170, quantity: quantity)
        return .element("figure", ["class": "chart"]) {
            Markup.element("figcaption") {
                Markup.element("h3") { figure.name.prefix(1).uppercased() + figure.name.dropFirst() }
                Markup.element("p") {
                    "By run, in the order of the table below."
                        + (changes.isEmpty ? "" : " A dashed line marks a change.")
                }
            }
            LineChart(
                frame: frame,
                lines: [.init(name: figure.name, style: figure == .failures ? "s-bad" : "s-rate", points: points)],
                places: changes.map { change in
                    HistogramChart.Mark(
                        name: change.isWorse ? "worse" : "better", value: Double(change.place) + 0.5)
                }
            ).markup
        }
    }

    private func table(of history: RunHistory) -> Markup {
        let figures = history.figures
        let shown = history.runs.enumerated().suffix(HistoryReport.rowLimit)
        return HTMLReport.table(
            head: ["Run", "began"] + figures.map(\.name) + ["verdict"],
            rows: shown.map { index, run in
                HTMLReport.Row(
                    label: "\(index + 1) · \(run.name)", note: run.blame.joined(separator: "; "),
                    figures: [UTCDateTime(secondsSinceEpoch: run.startedAt)?.text ?? "–"]
                        + figures.map { figure in run.figures[figure].map(figure.text) ?? "–" }
                        + ["\(run.verdict.sign) \(run.verdict.rawValue)"])
            })
    }
}
