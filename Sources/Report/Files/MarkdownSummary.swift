public import Analysis
import Formats
import Measurement
import Traffic

/// A run or a campaign as Markdown, the verdict first: `summary.md`, or the summary of a job on GitHub.
public struct MarkdownSummary {
    /// The document.
    public let text: String

    /// The largest summary that GitHub accepts (1 MiB per step).
    public static let byteLimit = 1 << 20

    /// The most rows of a table.
    private static let rowLimit = 100

    /// The summary of a campaign.
    public init(_ content: CampaignContent) {
        let result = content.result
        let sign = result.verdict == .pass ? "✅" : result.verdict == .fail ? "❌" : "⚪"
        let word =
            result.label == result.verdict.rawValue ? result.label : "\(result.label) (\(result.verdict.rawValue))"
        var lines = ["### \(sign) \(MarkdownText.plain(result.name)): \(MarkdownText.plain(word))", ""]
        lines.append(MarkdownText.plain(content.assessment.reason))
        lines += content.assessment.tested.flatMap { ["", MarkdownText.plain($0)] }
        if let score = result.score {
            let band = result.scoreBand.map { " (\(MarkdownText.plain($0)))" } ?? ""
            lines += ["", "Score: \(score.formatted(decimals: 0))%\(band)"]
        }
        if let capacity = content.assessment.capacity { lines += ["", "Capacity: \(MarkdownText.plain(capacity))"] }
        if let worst = content.assessment.worstMargin, let margin = worst.result.margin {
            let share = (margin < 0 ? "−" : "+") + Quantity.percent(margin.magnitude)
            lines += [
                "",
                "Worst margin: \(share), \(MarkdownText.plain(worst.scenario)): \(MarkdownText.code(worst.result.gate))",
            ]
        }
        lines += ["", "Next step: \(MarkdownText.plain(content.assessment.nextStep))"]
        lines += MarkdownSummary.gates(
            result.scenarios.flatMap { scenario in scenario.gates.map { (scenario.name, $0) } }, "Gate")
        lines += MarkdownSummary.scenarios(content)
        lines += MarkdownSummary.folded(
            "Goals",
            MarkdownSummary.gates(
                result.scenarios.flatMap { scenario in scenario.goals.map { (scenario.name, $0) } }, "Goal"))
        lines += MarkdownSummary.folded("Phases", MarkdownSummary.phases(content))
        lines += MarkdownSummary.folded(
            "Risks",
            content.assessment.risks.prefix(Self.rowLimit).map { risk in
                "- \(risk.level.word), \(MarkdownText.plain(risk.scenario)): \(MarkdownText.plain(risk.sentence))"
            })
        lines += MarkdownSummary.folded("Course", MarkdownSummary.courses(content))
        text = MarkdownSummary.bounded(lines)
    }

    /// The summary of a run.
    public init(_ summary: RunSummary, series: RunSeries, caption: RunCaption) {
        let sign = summary.verdict == .pass ? "✅" : summary.verdict == .fail ? "❌" : "⚪"
        var lines = [
            "### \(sign) \(MarkdownText.plain(caption.title)): \(summary.verdict.rawValue)", "",
            MarkdownText.plain(summary.headline), "", MarkdownText.plain(summary.requestSentence),
        ]
        lines += MarkdownSummary.gates(summary.gates.map { ("", $0) }, "Gate")
        let times = summary.times.percentiles(.response)
        if times.max > 0 {
            lines += [""]
            lines += MarkdownText.table(
                ["", "p50", "p95", "p99", "max"],
                TimeKind.shown.compactMap { kind in
                    guard let times = summary.times[kind] else { return nil }
                    return [kind.name] + [times.p50, times.p95, times.p99, times.max].map(Quantity.milliseconds.text)
                })
        }
        lines += MarkdownSummary.folded("Failures", MarkdownSummary.failures(summary))
        lines += MarkdownSummary.folded("Endpoints", MarkdownSummary.endpoints(summary))
        lines += MarkdownSummary.folded(
            "What is slow, and why",
            (summary.bottlenecks ?? []).map { bottleneck in
                let figures = bottleneck.figures.joined(separator: "; ")
                return "- \(MarkdownText.plain("\(bottleneck.finding): \(figures). Next: \(bottleneck.next)"))"
            })
        lines += MarkdownSummary.folded("Course", MarkdownSummary.course(series, ""))
        lines += MarkdownSummary.folded("Warnings", summary.warnings.map { "- \(MarkdownText.plain($0))" })
        text = MarkdownSummary.bounded(lines)
    }

    // MARK: - Parts

    private static func gates(_ gates: [(scenario: String, result: GateResult)], _ title: String) -> [String] {
        guard !gates.isEmpty else { return [] }
        // Failed gates come first.
        let ordered = gates.enumerated().sorted {
            ($0.element.result.outcome.rank, $0.offset) < ($1.element.result.outcome.rank, $1.offset)
        }.map(\.element)
        let rows = ordered.prefix(rowLimit).map { scenario, result in
            [
                (scenario.isEmpty ? "" : "\(MarkdownText.plain(scenario)): ") + MarkdownText.code(result.gate),
                "\(result.outcome.shown.sign) \(result.outcome.shown.word)", result.marginText,
                MarkdownText.plain(result.figure),
            ]
        }
        return [""] + MarkdownText.table([title, "outcome", "margin", "figure"], rows)
            + rest(gates.count - rows.count)
    }

    private static func scenarios(_ content: CampaignContent) -> [String] {
        guard content.parts.count > 1 else { return [] }
        let rows = content.result.scenarios.prefix(rowLimit).map { scenario in
            [
                MarkdownText.plain(scenario.name), "\(scenario.outcome.sign) \(scenario.outcome.rawValue)",
                CampaignReport.tally(scenario.gates), CampaignReport.tally(scenario.goals),
                scenario.score.map { "\($0.formatted(decimals: 0))%" } ?? "–",
                scenario.capacity.map(Quantity.count) ?? "–",
            ]
        }
        return [""] + MarkdownText.table(["Scenario", "verdict", "gates met", "goals met", "score", "capacity"], rows)
            + rest(content.result.scenarios.count - rows.count)
    }

    private static func phases(_ content: CampaignContent) -> [String] {
        let all = content.result.scenarios.flatMap { scenario in scenario.phases.map { (scenario.name, $0) } }
        guard !all.isEmpty else { return [] }
        let rows = all.prefix(rowLimit).map { scenario, phase in
            let level = phase.sessions.formatted(decimals: phase.sessions == phase.sessions.rounded() ? 0 : 1)
            let times = phase.responseTimeMs
            return [
                MarkdownText.plain("\(scenario) / \(phase.name)"), level + (phase.isRate ? "/s" : ""),
                Quantity.count.text(Double(phase.requests)),
                phase.requests == 0 ? "–" : phase.failures == 0 ? "0" : Quantity.percent(phase.failureRatio),
                Quantity.perSecond.text(phase.throughputRps),
            ]
                + [times.p50, times.p95, times.p99].map { times.max > 0 ? Quantity.milliseconds.text($0) : "–" }
        }
        return MarkdownText.table(["Phase", "level", "requests", "failed", "responses/s", "p50", "p95", "p99"], rows)
            + rest(all.count - rows.count)
    }

    private static func failures(_ summary: RunSummary) -> [String] {
        guard let causes = summary.failureCauses, !causes.isEmpty else { return [] }
        let rows = causes.explained.prefix(rowLimit).map { cause, note in
            [
                MarkdownText.code(cause.endpoint), cause.expectedText, cause.receivedText,
                MarkdownText.plain(note ?? cause.kind.words), Quantity.count(cause.count), cause.seenText,
                cause.exchange.map(String.init) ?? "–",
            ]
        }
        return MarkdownText.table(["Endpoint", "expected", "received", "cause", "count", "seen", "exchange"], rows)
            + rest(causes.count - rows.count)
    }

    private static func endpoints(_ summary: RunSummary) -> [String] {
        let ranked = summary.endpoints.sorted { ($1.requests, $0.endpoint) < ($0.requests, $1.endpoint) }
        guard !ranked.isEmpty else { return [] }
        let rows = ranked.prefix(rowLimit).map { endpoint in
            let times = endpoint.times.percentiles(.turnaround)
            return [
                MarkdownText.code(endpoint.endpoint), Quantity.count(endpoint.requests),
                endpoint.failures == 0 ? "–" : Quantity.count(endpoint.failures),
            ] + [times.p50, times.p95, times.p99].map { times.max > 0 ? Quantity.milliseconds.text($0) : "–" }
        }
        return MarkdownText.table(["Turnaround", "requests", "failed", "p50", "p95", "p99"], rows)
            + rest(ranked.count - rows.count)
    }

    private static func courses(_ content: CampaignContent) -> [String] {
        content.parts.flatMap { part in
            part.result.ladder == nil ? part.runs.prefix(1).flatMap { course($0.series, part.result.name) } : []
        }
    }

    /// Sparklines over time.
    private static func course(_ series: RunSeries, _ name: String) -> [String] {
        guard series.seconds.count > 1 else { return [] }
        let rows: [(String, [Double?], Quantity)] = [
            ("requests/s", series.requestsPerSecond, .perSecond), ("failures/s", series.failuresPerSecond, .perSecond),
            ("p95", series.p95Ms, .milliseconds), ("sessions", series.concurrentSessions, .count),
        ]
        let lines = rows.compactMap { title, values, quantity -> String? in
            let spark = SparkLine(values, width: 40, base: .zero)
            guard let range = spark.range else { return nil }
            let ends = "\(quantity.text(range.lowerBound)) … \(quantity.text(range.upperBound))"
            return "- \(title) \(MarkdownText.code(spark.text)) \(ends)"
        }
        return (name.isEmpty ? [] : ["", "**\(MarkdownText.plain(name))**", ""]) + lines
    }

    // MARK: - Frame

    private static func folded(_ title: String, _ lines: [String]) -> [String] {
        guard !lines.isEmpty else { return [] }
        return ["", "<details><summary>\(title)</summary>", ""] + lines + ["", "</details>"]
    }

    private static func rest(_ count: Int) -> [String] { count > 0 ? ["", "and \(count) more"] : [] }

    /// As many of the lines as fit.
    private static func bounded(_ lines: [String]) -> String {
        let text = lines.joined(separator: "\n") + "\n"
        guard text.utf8.count > byteLimit / 2 else { return text }
        return lines.prefix(8).joined(separator: "\n") + "\n\nThe rest is too long for a summary.\n"
    }
}

extension GateResult.Outcome {
    /// Orders failures first.
    fileprivate var rank: Int {
        switch self {
        case .failed: 0
        case .inconclusive: 1
        case .passed: 2
        }
    }
}
