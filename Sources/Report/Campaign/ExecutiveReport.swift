import Analysis
import Formats
import Traffic

/// The executive summary of a campaign, for decision makers: what was tested, whether it may go live and why, what may
/// go wrong. One HTML file that loads nothing, and prints on two sheets.
///
/// Every sentence is generated from figures; recommendations come from findings.
public struct ExecutiveReport {
    private let content: CampaignContent
    private let pageOfAll: String?

    /// The most risks that are listed.
    static let shownRisks = 3
    /// The most changes that are listed.
    private static let shownChanges = 12

    /// The executive summary of a campaign.
    ///
    /// - Parameter pageOfAll: the path of the campaign's full page, relative to this one; nil if it is not written.
    public init(_ content: CampaignContent, pageOfAll: String? = nil) {
        self.content = content
        self.pageOfAll = pageOfAll
    }

    /// The whole file, UTF-8.
    public var text: String { "<!DOCTYPE html>\n" + document.source + "\n" }

    private var document: Markup {
        HTMLReport.document(title: "\(content.result.name): executive summary") {
            head
            tested
            risks
            capacity
            changes
            footer
        }
    }

    private var head: Markup {
        let assessment = content.assessment
        let (tone, word) = assessment.answer.shown
        return .element("header") {
            Markup.element("div") {
                Markup.element("p", ["class": "kicker"]) { "Executive summary of a load test" }
                Markup.element("h1") { content.result.name }
                Markup.element("p", ["class": "soft"]) {
                    UTCDateTime(secondsSinceEpoch: content.result.startedAt)?.text ?? ""
                }
            }
            Markup.element("div", ["class": "verdict \(tone)"]) {
                Markup.element("span", ["class": "badge"]) { word }
                Markup.element("div") {
                    Markup.element("p") { assessment.answer.sentence }
                    Markup.element("p", ["class": "sub"]) { assessment.reason }
                    if let score = content.result.score {
                        let goals = content.result.scenarios.flatMap(\.goals)
                        Markup.element("p", ["class": "sub"]) {
                            "Score: \(score.formatted(decimals: 0))% of the weighted goals are met, "
                                + "\(goals.count { $0.outcome == .passed }) of \(goals.count)"
                                + (content.result.scoreBand.map { " (\($0))" } ?? "") + "."
                        }
                    }
                }
            }
        }
    }

    private var tested: Markup {
        CampaignReport.section("What was tested") {
            Markup.element("div", ["class": "panel"]) {
                for sentence in content.assessment.tested { Markup.element("p") { sentence } }
                HTMLReport.table(
                    head: ["Scenario", "verdict", "sessions at once", "requests", "failed", "95% answered within"],
                    rows: content.parts.map(row))
                CampaignReport.noteOnRamps
            }
        }
    }

    private func row(of part: CampaignContent.Part) -> HTMLReport.Row {
        let phases = part.result.phases
        let requests = phases.reduce(0) { $0 + Double($1.requests) }
        let failures = phases.reduce(0) { $0 + Double($1.failures) }
        let levels = phases.filter { !$0.isRate }.map(\.sessions)
        let worst = phases.filter { $0.isJudged && $0.responseTimeMs.max > 0 }.map(\.responseTimeMs.p95).max()
        return HTMLReport.Row(
            label: part.result.name,
            note: part.result.problem.map { "\(part.result.standing ?? "not finished"): \($0)" } ?? "",
            figures: [
                "\(part.result.outcome.sign) \(part.result.outcome.rawValue)",
                levels.max().map(Quantity.count.text) ?? "–", Quantity.count.text(requests),
                requests > 0 ? failures == 0 ? "none" : Quantity.percent(failures / requests) : "–",
                worst.map { Quantity.milliseconds.text($0) + (phases.count > 1 ? " (worst phase)" : "") } ?? "–",
            ], tone: part.result.outcome.tone)
    }

    private var risks: Markup {
        let risks = content.assessment.risks.prefix(Self.shownRisks)
        let rest = content.assessment.risks.count - risks.count
        return CampaignReport.section(risks.count > 1 ? "The greatest risks" : "Risks") {
            if risks.isEmpty {
                Markup.element("p", ["class": "panel"]) { "The figures show none." }
            } else {
                Markup.element("ul", ["class": "findings plain panel"]) {
                    for risk in risks { CampaignReport.row(of: risk) }
                }
            }
            if rest > 0 {
                Markup.element("p", ["class": "soft after"]) {
                    "\(Plural.text(rest, "smaller risk")) in the full report."
                }
            }
        }
    }

    private var capacity: Markup {
        CampaignReport.section("Capacity") {
            Markup.element("p", ["class": "panel"]) {
                content.assessment.capacity
                    ?? "It was not measured: no scenario searches for the highest load that the target can take."
            }
        }
    }

    private var changes: Markup {
        CampaignReport.section("Changes since the last time") {
            if let earlier = content.earlier {
                Markup.element("div", ["class": "panel"]) {
                    Markup.element("p") { sentence(on: earlier) }
                    if !content.changes.isEmpty {
                        CampaignReport.table(of: Array(content.changes.prefix(Self.shownChanges)))
                    }
                }
            } else {
                Markup.element("p", ["class": "panel"]) { "There is no earlier campaign to compare with." }
            }
        }
    }

    private func sentence(on earlier: CampaignContent.Earlier) -> String {
        let date = UTCDateTime(secondsSinceEpoch: earlier.result.startedAt)?.text ?? "an unknown date"
        guard CampaignChange.canCompare(earlier.result, with: content.result) else {
            return "The earlier campaign of \(date) has other scenarios, so nothing can be compared."
        }
        guard !content.changes.isEmpty else { return "Since \(date) no figure has changed." }
        let compared = content.runs.compactMap(\.comparison)
        let worse = compared.count { $0.verdict == .regressed }
        let better = compared.count { $0.verdict == .improved }
        guard !compared.isEmpty else {
            return "Since \(date); it is not known how much of the differences is chance."
        }
        return
            "Since \(date): of \(Plural.text(compared.count, "run")) compared, \(worse) got worse and \(better) better by more "
            + "than chance explains."
    }

    private var footer: Markup {
        .element("section") {
            Markup.element("p", ["class": "after"]) { "Next step: \(content.assessment.nextStep)" }
            if let pageOfAll {
                Markup.element("p", ["class": "after"]) {
                    Markup.element("a", ["href": "./\(pageOfAll)"]) { "The full report" }
                }
            }
            Markup.element("footer") {
                "Made by Reprise \(content.result.provenance?.version ?? "") from the figures of the campaign. "
                    + "This file is self-contained: it loads nothing."
            }
        }
    }
}

extension CampaignAssessment.Answer {
    /// The style class of the colour, and a word.
    fileprivate var shown: (tone: String, word: String) {
        switch self {
        case .yes: ("good", "✓ Yes")
        case .no: ("bad", "✗ No")
        case .undecided: ("none", "? Open")
        }
    }

    /// The assessment as a sentence.
    var sentence: String {
        switch self {
        case .yes: "By the criteria of this campaign, it may go live."
        case .no: "By the criteria of this campaign, it may not go live."
        case .undecided: "This campaign does not decide whether it may go live."
        }
    }
}
