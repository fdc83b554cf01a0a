import Analysis
import Formats
import Measurement

/// A campaign as one HTML file that loads nothing: `index.html`.
public struct CampaignReport {
    let content: CampaignContent

    /// The most points of all lines together; this keeps the page under a megabyte.
    private static let pointBudget = 8000
    /// The maximum number of lines in a scenario's charts in addition to those of watches.
    private static let linesOfRequests = 8
    /// Lines of a watched process.
    private static let linesOfProcess = 3
    /// Rows of watched metrics, of all scenarios together.
    private static let listedMetricBudget = 120
    /// Charts of watched metrics, of all scenarios together; all of a run's are in its own report.
    private static let metricBudget = 24

    /// The page of a campaign.
    public init(_ content: CampaignContent) { self.content = content }

    /// The whole file, UTF-8.
    public var text: String { "<!DOCTYPE html>\n" + document.source + "\n" }

    private var document: Markup {
        HTMLReport.document(title: "\(content.result.label) · \(content.result.name)") {
            head
            cards
            risks
            overview
            changes
            for (index, part) in content.parts.enumerated() { section(of: part, number: index + 1) }
            howItWasRun
            notes
        }
    }

    /// Where a run's charts are, and their resolution.
    func place(number: Int) -> HTMLReport.Place {
        let drawn = content.parts.filter { $0.result.ladder == nil }.compactMap(\.runs.first?.series)
        let metrics = max(2, Self.metricBudget / max(1, drawn.count))
        let lines = drawn.reduce(0) { sum, series in
            sum + Self.linesOfRequests + Self.linesOfProcess * series.targets.count
                + min(metrics, series.metrics.count)
        }
        let columns = min(LineChart.columns, max(60, Self.pointBudget / max(1, lines)))
        var place = HTMLReport.Place(
            prefix: "s\(number)-", columns: columns, heatColumns: min(ResponseHeatMap.columnLimit, max(40, columns)),
            isPart: true)
        place.drawnMetrics = min(place.drawnMetrics, metrics)
        place.listedMetrics = max(8, Self.listedMetricBudget / max(1, drawn.count))
        return place
    }

    static func section(_ title: String, id: String? = nil, @MarkupBuilder content: () -> Markup) -> Markup {
        .element("section", ["id": id]) {
            Markup.element("h2") { title }
            content()
        }
    }

    private var risks: Markup {
        let shown = content.assessment.risks.prefix(8)
        guard !shown.isEmpty else { return .empty }
        return Self.section("What stands out") {
            Markup.element("ul", ["class": "findings plain panel"]) {
                for risk in shown { Self.row(of: risk) }
            }
        }
    }

    static func row(of risk: CampaignAssessment.Risk) -> Markup {
        let (sign, tone) = risk.level.signAndTone
        return .element("li") {
            Markup.element("span", ["class": "sign \(tone)", "aria-hidden": "true"]) { sign }
            Markup.element("div") {
                Markup.element("p") {
                    Markup.element("span", ["class": "word \(tone)"]) { risk.level.word }
                    " · \(risk.scenario) · \(risk.sentence)"
                }
                if let advice = risk.advice { Markup.element("p", ["class": "soft"]) { "Next: \(advice)" } }
            }
        }
    }

    /// One row per scenario.
    private var overview: Markup {
        guard content.parts.count > 1 else { return .empty }
        return Self.section("\(content.parts.count) scenarios") {
            Markup.element("div", ["class": "panel"]) {
                HTMLReport.table(
                    head: [
                        "Scenario", "verdict", "gates met", "goals met", "score", "requests", "failed", "p95",
                        "capacity",
                    ],
                    rows: content.parts.enumerated().map { index, part in
                        HTMLReport.Row(
                            label: part.result.name, note: part.result.problem ?? "", link: "#s\(index + 1)",
                            figures: Self.figures(of: part))
                    })
                Self.noteOnRamps
            }
        }
    }

    /// Why the requests of a table of scenarios are fewer than all that were sent.
    static var noteOnRamps: Markup {
        .element("p", ["class": "soft after"]) { "Requests that were due during ramps are not in this table." }
    }

    private static func figures(of part: CampaignContent.Part) -> [String] {
        let result = part.result
        let requests = result.phases.reduce(0) { $0 + Double($1.requests) }
        let failures = result.phases.reduce(0) { $0 + Double($1.failures) }
        // No percentile covers several levels: for a ladder, and without a run, none is shown.
        let p95 = result.ladder == nil ? part.runs.first?.summary.times[.response]?.p95 : nil
        return [
            "\(result.outcome.sign) \(result.outcome.rawValue)", tally(result.gates), tally(result.goals),
            result.score.map { "\($0.formatted(decimals: 0))%" } ?? "–", Quantity.count.text(requests),
            requests > 0 ? failures == 0 ? "0" : Quantity.percent(failures / requests) : "–",
            p95.map(Quantity.milliseconds.text) ?? "–", result.capacity.map(Quantity.count) ?? "–",
        ]
    }

    static func tally(_ results: [GateResult]) -> String {
        results.isEmpty ? "–" : "\(results.count { $0.outcome == .passed }) of \(results.count)"
    }

    private var changes: Markup {
        guard let earlier = content.earlier else { return .empty }
        return Self.section("Changes since \(earlier.folder)") {
            if content.changes.isEmpty {
                Markup.element("p", ["class": "panel"]) {
                    CampaignChange.canCompare(earlier.result, with: content.result)
                        ? "No figure differs between the two campaigns."
                        : "The earlier campaign has other scenarios, so nothing can be compared."
                }
            } else {
                Markup.element("div", ["class": "panel"]) { Self.table(of: content.changes) }
            }
        }
    }

    /// Figures of two campaigns side by side.
    static func table(of changes: [CampaignChange]) -> Markup {
        HTMLReport.table(
            head: ["Scenario", "figure", "before", "now", "change"],
            rows: changes.map { change in
                HTMLReport.Row(
                    label: change.scenario,
                    figures: [change.figure.rawValue, change.before, change.now, change.text])
            })
    }
}

extension CampaignChange {
    /// `+12% worse`, `−3% better`.
    var text: String {
        let size = ratio.map { ($0 < 0 ? "−" : "+") + Quantity.percent($0.magnitude) }
        let word = isWorse.map { $0 ? "worse" : "better" }
        return [size, word].compactMap { $0 }.joined(separator: " ")
    }
}

extension CampaignAssessment.Risk.Level {
    /// A sign in addition to the colour, which not everybody can see.
    var signAndTone: (sign: String, tone: String) {
        switch self {
        case .failed: ("✗", "bad")
        case .found: ("!", "bad")
        case .unknown: ("?", "unsure")
        case .close: ("≈", "unsure")
        }
    }

    /// The level in words.
    var word: String {
        switch self {
        case .failed: "failed"
        case .found: "found"
        case .unknown: "inconclusive"
        case .close: "close to its limit"
        }
    }
}

extension Verdict {
    /// A sign in addition to the colour.
    var sign: String {
        switch self {
        case .pass: "✓"
        case .fail: "✗"
        case .inconclusive: "?"
        case .none: "–"
        }
    }

    /// The style class of the colour.
    var tone: String {
        switch self {
        case .pass: "good"
        case .fail: "bad"
        case .inconclusive, .none: "none"
        }
    }
}

extension GateResult.Outcome {
    /// A sign, the style class of the colour, and a word for gates.
    var shown: (sign: String, tone: String, word: String) {
        switch self {
        case .passed: ("✓", "good", "passed")
        case .failed: ("✗", "bad", "failed")
        case .inconclusive: ("?", "unsure", "inconclusive")
        }
    }
}
