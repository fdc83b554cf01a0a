public import Analysis
import Formats
import Measurement

/// A comparison of runs as one HTML file that loads nothing.
public struct ComparisonReport {
    private let comparison: RunComparison
    private let margin: Double
    private let title: String

    /// The most rows; the worst come first.
    private static let mostRows = 400

    /// The page of a comparison.
    ///
    /// - Parameters:
    ///   - margin: the largest difference that does not matter, as a share.
    ///   - title: what was compared.
    public init(_ comparison: RunComparison, margin: Double, title: String) {
        self.comparison = comparison
        self.margin = margin
        self.title = title
    }

    /// The whole file, UTF-8.
    public var text: String { "<!DOCTYPE html>\n" + document.source + "\n" }

    private var document: Markup {
        .element("html", ["lang": "en"]) {
            HTMLReport.documentHead(title: "\(comparison.verdict.rawValue) · \(title)")
            Markup.element("body") {
                Markup.element("main") {
                    head
                    figures
                    memory
                    notes
                }
            }
        }
    }

    private var head: Markup {
        let (sign, tone) = comparison.verdict.signAndTone
        return .element("header") {
            Markup.element("div") {
                Markup.element("p", ["class": "kicker"]) { "Reprise comparison" }
                Markup.element("h1") { title }
            }
            Markup.element("div", ["class": "verdict \(tone)"]) {
                Markup.element("span", ["class": "badge"]) { "\(sign) \(comparison.verdict.rawValue)" }
                Markup.element("div") {
                    Markup.element("p") { comparison.sentence(margin: margin) }
                    for sentence in comparison.explanations { Markup.element("p", ["class": "sub"]) { sentence } }
                }
            }
        }
    }

    private var figures: Markup {
        let rest = comparison.findings.count - ComparisonReport.mostRows
        return .element("section") {
            Markup.element("h2") { "Figures" }
            Markup.element("div", ["class": "panel"]) {
                if !comparison.findings.isEmpty {
                    ComparisonReport.table(of: comparison.worstFirst.prefix(ComparisonReport.mostRows))
                }
                if rest > 0 { Markup.element("p", ["class": "soft"]) { "and \(rest) more" } }
                for sentence in comparison.notComparedSentences {
                    Markup.element("p", ["class": "sub"]) { sentence }
                }
            }
        }
    }

    /// Figures of both sides with the interval that decides.
    static func table(of findings: some Sequence<RunComparison.Finding>) -> Markup {
        HTMLReport.table(
            head: ["Endpoint", "figure", "baseline", "candidate", "change", "deciding interval", "verdict"],
            rows: findings.map { finding in
                let sign = finding.verdict.signAndTone.sign
                return HTMLReport.Row(
                    label: finding.endpoint,
                    note: finding.pairsNeeded.map {
                        "about \(Plural.text($0, "pair", "pairs")) would decide it"
                    } ?? "",
                    isCode: true,
                    figures: [
                        finding.figure.rawValue, finding.text(finding.baseline), finding.text(finding.candidate),
                        finding.changeText, finding.intervalText, "\(sign) \(finding.verdict.rawValue)",
                    ])
            })
    }

    private var memory: Markup {
        guard !comparison.memory.isEmpty else { return .empty }
        return .element("section") {
            Markup.element("h2") { "Memory" }
            Markup.element("ul", ["class": "findings plain panel"]) {
                for finding in comparison.memory { HTMLReport.row(of: finding) }
            }
        }
    }

    private var notes: Markup {
        .element("section", ["class": "cautions"]) {
            Markup.element("h2") { "Before you rely on these figures" }
            Markup.element("ul") {
                for warning in comparison.warnings { Markup.element("li") { warning } }
                Markup.element("li") { "Intervals are estimated from how the runs differ from one another." }
            }
        }
    }
}

extension ComparisonVerdict {
    /// A sign in addition to the colour, which not everybody can see.
    var signAndTone: (sign: String, tone: String) {
        switch self {
        case .regressed: ("✗", "bad")
        case .improved, .equivalent: ("✓", "good")
        case .inconclusive: ("?", "none")
        }
    }
}
