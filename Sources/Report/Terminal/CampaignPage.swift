public import Analysis
import Formats

/// A campaign on a terminal: each scenario with its phases, gates and goals, and the verdict.
public struct CampaignPage {
    private let result: CampaignResult
    private let width: Int

    /// A page of a campaign for a terminal.
    ///
    /// - Parameter width: columns of the terminal; kept between 80 and 160
    public init(_ result: CampaignResult, width: Int = 100) {
        self.result = result
        self.width = min(160, max(80, width))
    }

    /// The page; every line ends with a line feed.
    public var text: String {
        var lines: [String] = []
        for scenario in result.scenarios { lines += self.lines(of: scenario) + [""] }
        if result.scenarios.count > 1 { lines += overview + [""] }
        lines.append(conclusion)
        if let divisor = result.shortenedBy {
            lines +=
                "All durations were divided by \(divisor): this shows that the campaign runs, not how good the service is."
                .wrapped(to: width)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A name or a word of the scenario file, short enough for a line.
    private func shown(_ name: String) -> String { name.displayable.cut(to: width / 2) }

    private var conclusion: String {
        let words =
            result.label == result.verdict.rawValue
            ? result.label : "\(shown(result.label)) (\(result.verdict.rawValue))"
        let score = result.score.map { score in
            "   score \(score.formatted(decimals: 0)) %" + (result.scoreBand.map { ": \(shown($0))" } ?? "")
        }
        return "\(shown(result.name)): \(words)\(score ?? "")"
            + (result.wasInterrupted ? "   interrupted: the rest was not run and is not judged" : "")
    }

    private func lines(of scenario: ScenarioResult) -> [String] {
        var lines = ["\(shown(scenario.name)): \(verdict(of: scenario))"]
        if let problem = scenario.problem { lines += indented("! ", problem) }
        if let ladder = scenario.ladder {
            lines += indented("  ", ladder.sentence)
            for gate in ladder.failure { lines += indented("  first: ", "\(gate.gate) · \(gate.figure)") }
            if !ladder.failureText.isEmpty {
                lines += indented("  failures then: ", ladder.failureText)
            }
            if let text = ladder.recoveryText { lines += indented("  ", text) }
        }
        if !scenario.phases.isEmpty { lines += [""] + phases(scenario) }
        lines += faults(scenario)
        lines += criteria("gates", scenario.gates) + criteria("goals", scenario.goals)
        for warning in scenario.warnings { lines += indented("! ", warning) }
        return lines
    }

    private func verdict(of scenario: ScenarioResult) -> String {
        var words = [scenario.outcome.rawValue]
        if let standing = scenario.standing { words.append(standing) }
        if scenario.outcome != scenario.verdict, scenario.verdict == .pass { words.append("its gates PASS") }
        if let capacity = scenario.capacity { words.append("capacity \(capacity.grouped) sessions") }
        if let score = scenario.score { words.append("score \(score.formatted(decimals: 0)) %") }
        return words.joined(separator: ", ")
    }

    private func phases(_ scenario: ScenarioResult) -> [String] {
        let head = [
            "phase", "level", "length", "requests", "responses/s", "failed", "p50", "p95", "p99", "max", "verdict",
        ]
        let rows = scenario.phases.flatMap { phase -> [[String]] in
            let level = phase.sessions.formatted(decimals: phase.sessions == phase.sessions.rounded() ? 0 : 1)
            let row =
                [phase.name, level + (phase.isRate ? "/s" : ""), "\(phase.seconds.formatted(decimals: 0)) s"]
                + figures(phase.requests, phase.failures, phase.throughputRps, phase.responseTimeMs)
                + [phase.isJudged ? phase.verdict == .none ? "" : phase.verdict.rawValue : "not judged"]
            let parts = (phase.traffic ?? []).map { traffic in
                ["  \(traffic.name)", "", ""]
                    + figures(traffic.requests, traffic.failures, traffic.throughputRps, traffic.responseTimeMs) + [""]
            }
            return [row] + parts
        }
        return TextTable(head: head, rows: rows, width: width).lines
    }

    private func figures(
        _ requests: UInt64, _ failures: UInt64, _ rate: Double, _ times: Percentiles
    ) -> [String] {
        let share = requests > 0 ? Double(failures) / Double(requests) * 100 : 0
        return [
            requests.grouped, rate.formatted(decimals: rate < 100 ? 1 : 0),
            failures == 0 ? "0" : "\(failures.grouped) (\(share.formatted(decimals: share < 1 ? 2 : 1)) %)",
        ] + [times.p50, times.p95, times.p99, times.max].map(Self.milliseconds)
    }

    private static func milliseconds(_ value: Double) -> String {
        value >= 10_000
            ? "\((value / 1000).formatted(decimals: 1)) s"
            : "\(value.formatted(decimals: value >= 100 ? 0 : value >= 10 ? 1 : 2)) ms"
    }

    private func faults(_ scenario: ScenarioResult) -> [String] {
        guard !scenario.faults.isEmpty else { return [] }
        let seconds = { (value: Double?) in value.map { "\($0.formatted(decimals: 1)) s" } ?? "-" }
        let rows = scenario.faults.map { fault in
            [
                fault.name, seconds(fault.beganSeconds), seconds(fault.undoneSeconds), fault.outageText ?? "-",
                fault.recoveryText ?? "-",
            ]
        }
        let table = TextTable(head: ["fault", "at", "undone at", "outage", "recovery"], rows: rows, width: width)
        let remarks = scenario.faults.flatMap { fault in
            fault.remarks.flatMap { indented("! ", "\(fault.name): \($0)") }
                + (fault.bandText.map { indented("  ", "\(fault.name): \($0)") } ?? [])
        }
        return [""] + table.lines + remarks
    }

    private func criteria(_ title: String, _ results: [GateResult]) -> [String] {
        guard !results.isEmpty else { return [] }
        return ["", title]
            + results.flatMap { result in
                let mark =
                    switch result.outcome {
                    case .passed: "  passed        "
                    case .failed: "  FAILED        "
                    case .inconclusive: "  inconclusive  "
                    }
                return indented(mark, "\(result.gate) · \(result.figure)")
            }
    }

    private func indented(_ mark: String, _ text: String) -> [String] {
        let indent = String(repeating: " ", count: mark.count)
        return text.displayable.wrapped(to: width - mark.count).enumerated().map {
            ($0.offset == 0 ? mark : indent) + $0.element
        }
    }

    private var overview: [String] {
        let rows = result.scenarios.map { scenario in
            [
                scenario.name, scenario.verdict.rawValue, Self.tally(scenario.gates), Self.tally(scenario.goals),
                scenario.score.map { "\($0.formatted(decimals: 0)) %" } ?? "",
            ]
        }
        return TextTable(head: ["scenario", "verdict", "gates met", "goals met", "score"], rows: rows, width: width)
            .lines
    }

    private static func tally(_ results: [GateResult]) -> String {
        results.isEmpty ? "" : "\(results.count { $0.outcome == .passed }) of \(results.count)"
    }
}
