import Analysis
import Formats
import Measurement

/// One scenario on a campaign's page.
extension CampaignReport {
    func section(of part: CampaignContent.Part, number: Int) -> Markup {
        let result = part.result
        let run = result.ladder == nil ? part.runs.first : nil
        let report = run.map {
            HTMLReport(
                $0.summary, series: Self.series(of: $0, result), caption: $0.caption, apdex: $0.apdex,
                place: place(number: number))
        }
        return Self.section("\(result.name): \(result.outcome.sign) \(result.outcome.rawValue)", id: "s\(number)") {
            if let problem = result.problem { Self.problem(problem) }
            if let ladder = result.ladder { self.ladder(ladder, part, number) }
            criteria("Gates", result.gates)
            criteria("Goals", result.goals)
            phases(of: result)
            faults(of: result)
            if let report {
                report.failureCauses
                report.bottlenecks
                report.findings
                report.pictures
                report.processes
                report.metrics
                if let apdex = report.apdex {
                    Markup.element("p", ["class": "panel after"]) {
                        "Apdex of \(Quantity.milliseconds.text(apdex.thresholdMs)): \(apdex.text), \(apdex.explanation)."
                    }
                }
            }
            if let comparison = run?.comparison { self.comparison(comparison) }
            warnings(of: result)
            links(to: part.runs)
        }
    }

    /// The series with the faults as they happened, not as planned.
    private static func series(of run: CampaignContent.Run, _ result: ScenarioResult) -> RunSeries {
        var series = run.series
        if !result.faults.isEmpty {
            series.faults = result.faults.map {
                RunSeries.Fault(name: $0.name, from: $0.beganSeconds, to: $0.undoneSeconds)
            }
        }
        return series
    }

    private static func problem(_ text: String) -> Markup {
        .element("div", ["class": "cautions"]) {
            Markup.element("p") { "Not finished: \(text)" }
        }
    }

    private func part(_ title: String, @MarkupBuilder content: () -> Markup) -> Markup {
        .element("section") {
            Markup.element("h3", ["class": "part"]) { title }
            content()
        }
    }

    private func criteria(_ title: String, _ results: [GateResult]) -> Markup {
        guard !results.isEmpty else { return .empty }
        return part(title) {
            Markup.element("div", ["class": "panel"]) {
                HTMLReport.table(
                    head: [title == "Gates" ? "Gate" : "Goal", "outcome", "margin"],
                    rows: results.map { result in
                        let shown = result.outcome.shown
                        let word = title == "Gates" ? shown.word : result.outcome.goalWord
                        return HTMLReport.Row(
                            label: result.gate, note: result.figure, isCode: true,
                            figures: ["\(shown.sign) \(word)", result.marginText], tone: shown.tone)
                    })
            }
        }
    }

    private func phases(of result: ScenarioResult) -> Markup {
        guard !result.phases.isEmpty else { return .empty }
        let rows = result.phases.flatMap { phase -> [HTMLReport.Row] in
            let level = phase.sessions.formatted(decimals: phase.sessions == phase.sessions.rounded() ? 0 : 1)
            let ramp =
                phase.rampRequests == 0
                ? ""
                : "ramp, counted separately: \(Quantity.count.text(Double(phase.rampRequests))) requests, "
                    + (phase.rampFailures == 0
                        ? "none failed" : "\(Quantity.count.text(Double(phase.rampFailures))) failed")
            let own = HTMLReport.Row(
                label: phase.name, note: ramp,
                figures: [phase.isRate ? "\(level)/s" : level, Quantity.duration(seconds: phase.seconds)]
                    + Self.figures(phase.requests, phase.failures, phase.throughputRps, phase.responseTimeMs)
                    + [phase.isJudged ? phase.verdict == .none ? "–" : phase.verdict.rawValue : "not judged"])
            return [own]
                + (phase.traffic ?? []).map { traffic in
                    HTMLReport.Row(
                        label: "\(phase.name) · \(traffic.name)",
                        figures: ["", ""]
                            + Self.figures(
                                traffic.requests, traffic.failures, traffic.throughputRps, traffic.responseTimeMs)
                            + [""])
                }
        }
        return part(result.ladder == nil ? "Phases" : "Levels") {
            Markup.element("div", ["class": "panel"]) {
                HTMLReport.table(
                    head: [
                        "Phase", "level", "length", "requests", "failed", "responses/s", "p50", "p95", "p99", "max",
                        "verdict",
                    ], rows: rows)
            }
        }
    }

    private static func figures(
        _ requests: UInt64, _ failures: UInt64, _ rate: Double, _ times: Percentiles
    ) -> [String] {
        let share = requests > 0 ? Quantity.percent(Double(failures) / Double(requests)) : "–"
        let shown = times.max > 0 ? [times.p50, times.p95, times.p99, times.max].map(Quantity.milliseconds.text) : []
        return [
            Quantity.count.text(Double(requests)), failures == 0 ? requests == 0 ? "–" : "0" : share,
            Quantity.perSecond.text(rate),
        ] + (shown.isEmpty ? Array(repeating: "–", count: 4) : shown)
    }

    private func faults(of result: ScenarioResult) -> Markup {
        guard !result.faults.isEmpty else { return .empty }
        let seconds = { (value: Double?) in value.map { "\($0.formatted(decimals: 1)) s" } ?? "–" }
        return part("Faults") {
            Markup.element("div", ["class": "panel"]) {
                HTMLReport.table(
                    head: ["Fault", "began at", "undone at", "outage", "recovery"],
                    rows: result.faults.map { fault in
                        HTMLReport.Row(
                            label: fault.name,
                            note: (fault.remarks + (fault.bandText.map { [$0] } ?? [])).joined(separator: "; "),
                            figures: [
                                seconds(fault.beganSeconds), seconds(fault.undoneSeconds), fault.outageText ?? "–",
                                fault.recoveryText ?? "–",
                            ])
                    })
            }
        }
    }

    private func comparison(_ comparison: RunComparison) -> Markup {
        let margin = LatencyComparison.usualMargin
        return part("Compared with the earlier run: \(comparison.verdict.rawValue)") {
            Markup.element("div", ["class": "panel"]) {
                Markup.element("p") { comparison.sentence(margin: margin) }
                ComparisonReport.table(of: comparison.worstFirst.prefix(12))
                for sentence in comparison.notComparedSentences {
                    Markup.element("p", ["class": "sub"]) { sentence }
                }
            }
        }
    }

    private func warnings(of result: ScenarioResult) -> Markup {
        guard !result.warnings.isEmpty else { return .empty }
        return .element("section", ["class": "cautions"]) {
            Markup.element("h3") { "Before you rely on these figures" }
            Markup.element("ul") {
                for warning in result.warnings { Markup.element("li") { warning } }
            }
        }
    }

    private func links(to runs: [CampaignContent.Run]) -> Markup {
        guard !runs.isEmpty else { return .empty }
        return .element("p", ["class": "after"]) {
            runs.count == 1 ? "All tables of the run: " : "All tables of the runs: "
            for (index, run) in runs.enumerated() {
                if index > 0 { Markup(text: ", ") }
                // A path that begins with a dot is relative, whatever the folder's name.
                Markup.element("a", ["href": "./\(run.folder)/report.html"]) { run.folder }
            }
        }
    }
}

/// The result of a ladder, as a curve over its levels.
extension CampaignReport {
    private func ladder(_ ladder: LadderResult, _ part: CampaignContent.Part, _ number: Int) -> Markup {
        let prefix = place(number: number).prefix
        // A level that was run several times has several points: the curve goes through the worst of them.
        let levels = Dictionary(grouping: part.result.phases) { $0.sessions }.sorted { $0.key < $1.key }
        let curve = { (figure: (ScenarioResult.PhaseResult) -> Double, worst: ([Double]) -> Double?) in
            levels.map { level, phases in ChartPoint(x: level, y: worst(phases.map(figure))) }
        }
        return self.part("Capacity") {
            Markup.element("p", ["class": "panel"]) {
                ladder.sentence.prefix(1).uppercased() + ladder.sentence.dropFirst() + "."
            }
            let notes = Self.notes(on: ladder)
            if !notes.isEmpty {
                Markup.element("ul", ["class": "findings plain panel after"]) {
                    for note in notes {
                        Markup.element("li") {
                            Markup.element("span", ["class": "sign \(note.tone)", "aria-hidden": "true"]) { note.sign }
                            Markup.element("p") { note.text }
                        }
                    }
                }
            }
            if levels.count > 1 {
                Markup.element("div", ["class": "charts after"]) {
                    capacityChart(
                        "\(prefix)p95", "Response p95 by level", .milliseconds, "s-p95", ladder,
                        curve({ $0.responseTimeMs.p95 }) { $0.max() })
                    capacityChart(
                        "\(prefix)rps", "Responses per second by level", .perSecond, "s-rate", ladder,
                        curve(\.throughputRps) { $0.min() })
                    capacityChart(
                        "\(prefix)failed", "Failed requests by level", .percentage, "s-bad", ladder,
                        curve({ $0.failureRatio * 100 }) { $0.max() })
                }
            }
        }
    }

    private struct Note {
        var sign: String
        var tone: String
        var text: String
    }

    /// What failed first, how, and whether the target recovered.
    private static func notes(on ladder: LadderResult) -> [Note] {
        var notes = ladder.failure.map {
            Note(sign: "✗", tone: "bad", text: "Failed first: \($0.gate), \($0.figure)")
        }
        if !ladder.failureText.isEmpty {
            let text = "Requests that failed at that level: \(ladder.failureText)"
            notes.append(Note(sign: "✗", tone: "bad", text: text))
        }
        if let recovery = ladder.recoveryText {
            let isBack = ladder.recoverySeconds != nil
            notes.append(
                Note(sign: isBack ? "✓" : "?", tone: isBack ? "good" : "unsure", text: "Recovery: \(recovery)"))
        }
        return notes
    }

    private func capacityChart(
        _ id: String, _ title: String, _ quantity: Quantity, _ style: String, _ ladder: LadderResult,
        _ points: [ChartPoint]
    ) -> Markup {
        let values = points.compactMap(\.known)
        let x = Axis.linear(covering: points.map(\.x), quantity: .count, ticks: 6)
        let description = points.map { "at \(Quantity.count.text($0.x)): \(quantity.text($0.known ?? .nan))" }
        let frame = ChartFrame(
            id: id, title: title, description: description.joined(separator: ", "), x: x,
            y: .linear(covering: values, quantity: quantity), height: 180, quantity: quantity)
        let marks = [("holds", ladder.capacity), ("fails", ladder.firstFailing)].compactMap { name, level in
            level.map { HistogramChart.Mark(name: "\(name) \(Quantity.count($0))", value: Double($0)) }
        }
        return .element("figure", ["class": "chart"]) {
            Markup.element("figcaption") {
                Markup.element("h4") { title }
                Markup.element("p") {
                    "By number of concurrent sessions; of a level that was run twice, the worse run."
                }
            }
            LineChart(frame: frame, lines: [.init(name: title, style: style, points: points)], places: marks).markup
        }
    }
}

extension GateResult.Outcome {
    fileprivate var goalWord: String {
        switch self {
        case .passed: "met"
        case .failed: "not met"
        case .inconclusive: "inconclusive"
        }
    }
}

extension GateResult {
    /// `+12%`; beyond twice the limit as a multiple: `4.2× the limit`; `–` if there is no margin, or it decides
    /// nothing.
    var marginText: String {
        guard outcome != .inconclusive, let margin else { return "–" }
        if margin < -1, margin.isFinite { return "\(Quantity.significant(1 - margin))× the limit" }
        return (margin < 0 ? "−" : "+") + Quantity.percent(margin.magnitude)
    }
}
