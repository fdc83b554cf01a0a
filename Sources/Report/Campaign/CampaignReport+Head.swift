import Analysis
import Formats
import Traffic

/// The verdict of a campaign and the figures behind it.
extension CampaignReport {
    var head: Markup {
        let result = content.result
        return .element("header") {
            Markup.element("div") {
                Markup.element("p", ["class": "kicker"]) { "Reprise campaign report" }
                Markup.element("h1") { result.name }
            }
            facts
            Markup.element("div", ["class": "verdict \(result.verdict.tone)"]) {
                Markup.element("span", ["class": "badge"]) {
                    result.verdict == .none ? "No verdict" : "\(result.verdict.sign) \(result.label)"
                }
                Markup.element("div") {
                    Markup.element("p") { content.assessment.reason }
                    for sentence in content.assessment.tested { Markup.element("p", ["class": "sub"]) { sentence } }
                    Markup.element("p", ["class": "sub"]) { "Next step: \(content.assessment.nextStep)" }
                }
            }
        }
    }

    private var facts: Markup {
        let result = content.result
        let targets = Set(content.runs.flatMap { run in run.caption.facts.filter { $0.name == "Target" }.map(\.value) })
        let facts: [(String, String)] = [
            ("Started", UTCDateTime(secondsSinceEpoch: result.startedAt).map { $0.text } ?? "–"),
            ("Load duration", Quantity.duration(seconds: content.seconds)),
            ("Target", targets.sorted().joined(separator: ", ")),
            ("Scenario file", result.provenance?.file.path ?? ""),
        ]
        return HTMLReport.facts(facts)
    }

    var cards: Markup {
        let result = content.result
        let worst = content.assessment.worstMargin
        return .element("div", ["class": "cards"]) {
            if let score = result.score {
                HTMLReport.card(
                    "Score", "\(score.formatted(decimals: 0))%", result.scoreBand ?? "of the weighted goals are met")
            }
            if let scenario = result.scenarios.max(by: { $0.capacity ?? -1 < $1.capacity ?? -1 }),
                let capacity = scenario.capacity
            {
                let isLimit = scenario.ladder?.firstFailing != nil
                HTMLReport.card(
                    "Capacity", (isLimit ? "" : "≥ ") + Quantity.count(capacity),
                    isLimit ? "sessions at once, found by a ladder" : "sessions at once, the highest level tried")
            }
            if let worst, let margin = worst.result.margin {
                HTMLReport.card(
                    "Worst margin", worst.result.marginText,
                    "\(worst.scenario): \(worst.result.gate)", tone: margin < 0 ? "bad" : nil)
            }
            HTMLReport.card(
                "Requests", Quantity.count.text(content.requests), "in \(Quantity.duration(seconds: content.seconds))")
            HTMLReport.card(
                "Failures", content.requests > 0 ? Quantity.percent(content.failures / content.requests) : "–",
                content.failures == 0 ? "none" : "\(Quantity.count.text(content.failures)), ramps included",
                tone: content.failures > 0 ? "bad" : nil)
            if content.responseTimes.max > 0 {
                HTMLReport.card(
                    "Response p95", Quantity.milliseconds.text(content.responseTimes.p95),
                    "p99 \(Quantity.milliseconds.text(content.responseTimes.p99)), of all runs, ramps included")
            }
            HTMLReport.card("Sessions at once", Quantity.count(content.peakSessions), "at most")
        }
    }

    var howItWasRun: Markup {
        let provenance = content.result.provenance
        var rows: [(String, String)] = []
        if let provenance {
            rows += [
                ("Scenario file", Self.text(provenance.file)),
                ("Recordings", provenance.logs.map(Self.text).joined(separator: "; ")),
                ("Changed on the command line", provenance.overrides.joined(separator: ", ")),
                ("Seed", provenance.seed ?? ""), ("Reprise", provenance.version),
                (
                    "Load from",
                    "\(provenance.host.name), \(provenance.host.system), "
                        + Plural.text(provenance.host.processors, "processor")
                        + (provenance.host.memoryBytes.map { ", \(ByteCount($0))" } ?? "")
                ),
            ]
        }
        rows.append(("Runs", content.runs.map(\.folder).joined(separator: ", ")))
        return Self.section("How it was run") {
            Markup.element("div", ["class": "panel"]) {
                HTMLReport.facts(rows, isList: true)
            }
        }
    }

    /// `shop.yaml (SHA-256 5d41…)`.
    private static func text(_ file: CampaignProvenance.File) -> String {
        file.path + (file.sha256.map { " (SHA-256 \($0))" } ?? "")
    }

    var notes: Markup {
        let notes = [
            "The figures of a phase cover the requests that were due while its level was held; those due during the ramp are "
                + "listed separately.",
            "Gates decide the verdict, goals only the score. The margin is the room left to the limit, as a share of it; a negative "
                + "margin shows by how much the limit is missed.",
            "Response time is measured from when a request was due by the plan, not from when it was sent.",
            "Each run has its own page with all its tables.",
        ]
        return Self.section("How to read this") {
            Markup.element("div", ["class": "notes"]) {
                Markup.element("ul") {
                    for note in notes { Markup.element("li") { note } }
                }
            }
            Markup.element("footer") { "Made by Reprise. This file is self-contained: it loads nothing." }
        }
    }
}
