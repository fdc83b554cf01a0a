import Formats
import Measurement

/// The risks that a campaign's figures indicate.
extension CampaignAssessment {
    static func risks(_ result: CampaignResult, _ summaries: [String: RunSummary]) -> [Risk] {
        let risks = result.scenarios.flatMap { scenario in
            let criteria = gates(scenario) + goals(scenario)
            let found = faults(scenario) + findings(scenario, summaries[scenario.name])
            return problems(scenario) + criteria + found + length(scenario, summaries)
        }
        var seen: Set<String> = []
        return risks.filter { seen.insert("\($0.scenario)\u{0}\($0.sentence)").inserted }
            .sorted { ($1.level, $1.weight) < ($0.level, $0.weight) }
    }

    private static func problems(_ scenario: ScenarioResult) -> [Risk] {
        guard let problem = scenario.problem else { return [] }
        return [
            Risk(
                level: .failed, scenario: scenario.name, sentence: "It could not be completed:  \(problem)",
                weight: .infinity)
        ]
    }

    private static func gates(_ scenario: ScenarioResult) -> [Risk] {
        scenario.gates.compactMap { gate in
            let share = gate.margin.map { percent($0.magnitude) }
            switch gate.outcome {
            case .failed:
                return Risk(
                    level: .failed, scenario: scenario.name,
                    sentence: "\(gate.gate) does not hold: \(gate.figure)\(missText(gate))",
                    weight: -(gate.margin ?? -1))
            case .inconclusive:
                return Risk(
                    level: .unknown, scenario: scenario.name, sentence: "\(gate.gate) is not decided: \(gate.figure)",
                    weight: 0)
            case .passed:
                guard let margin = gate.margin, margin < closeMargin, let share else { return nil }
                return Risk(
                    level: .close, scenario: scenario.name,
                    sentence: "\(gate.gate) holds with only \(share) to spare: \(gate.figure)", weight: -margin)
            }
        }
    }

    /// `, misses its limit by 33 %`; beyond twice the limit as a multiple: `, 4.2 times the limit`.
    private static func missText(_ gate: GateResult) -> String {
        guard let margin = gate.margin, margin < 0, margin.isFinite else { return "" }
        guard margin < -1 else { return ", misses its limit by \(percent(-margin))" }
        let times = 1 - margin
        return times < 1e6 ? ", \(times.formatted(decimals: times < 10 ? 1 : 0)) times the limit" : ""
    }

    /// Missed goals: no gate covers them.
    private static func goals(_ scenario: ScenarioResult) -> [Risk] {
        scenario.goals.filter { $0.outcome == .failed }.map { goal in
            Risk(
                level: .found, scenario: scenario.name,
                sentence: "The goal \(goal.gate) is missed: \(goal.figure)\(missText(goal))",
                weight: -(goal.margin ?? 0))
        }
    }

    private static func length(_ scenario: ScenarioResult, _ summaries: [String: RunSummary]) -> [Risk] {
        guard let seconds = seconds(scenario, summaries), seconds < shortSeconds else { return [] }
        return [
            Risk(
                level: .unknown, scenario: scenario.name,
                sentence: "It ran for only \(span(seconds)): too short for leaks, drift and rare failures to show",
                weight: -1, isOfLength: true)
        ]
    }

    private static func faults(_ scenario: ScenarioResult) -> [Risk] {
        scenario.faults.compactMap { fault in
            guard fault.outageSeconds ?? 0 > 0 || !fault.remarks.isEmpty else { return nil }
            let outage = fault.outageSeconds.map { "requests failed for \($0.formatted(decimals: 1)) s" }
            // Where it never was, the remark says so.
            let recovery =
                fault.recoveryIsOpen == true
                ? nil
                : fault.recoverySeconds.map {
                    "everything was back to normal \($0.formatted(decimals: 1)) s after the undo"
                }
            let parts = [outage, recovery].compactMap { $0 } + fault.remarks
            return Risk(
                level: .found, scenario: scenario.name,
                sentence: "While \(fault.name) was in effect: \(parts.joined(separator: "; "))",
                weight: fault.outageSeconds ?? 0)
        }
    }

    private static func findings(_ scenario: ScenarioResult, _ summary: RunSummary?) -> [Risk] {
        guard let summary else { return [] }
        let growing = summary.soak.filter { $0.verdict == .growing }.map { finding in
            Risk(level: .found, scenario: scenario.name, sentence: finding.explanation, weight: 1000)
        }
        let slow = (summary.bottlenecks ?? []).map { bottleneck in
            Risk(
                level: bottleneck.kind == .generator ? .unknown : .found, scenario: scenario.name,
                sentence: ([bottleneck.finding] + bottleneck.figures).joined(separator: "; "), advice: bottleneck.next,
                weight: 100)
        }
        return growing + slow
    }
}
