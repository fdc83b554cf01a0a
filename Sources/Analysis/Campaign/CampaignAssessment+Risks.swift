import Formats
import Measurement

/// The risks that a campaign's figures indicate.
extension CampaignAssessment {
    static func risks(_ result: CampaignResult, _ summaries: [String: RunSummary]) -> [Risk] {
        let risks = result.scenarios.flatMap { scenario in
            problems(scenario) + gates(scenario) + faults(scenario) + findings(scenario, summaries[scenario.name])
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
                let by = share.map { ", misses its limit by \($0)" } ?? ""
                return Risk(
                    level: .failed, scenario: scenario.name,
                    sentence: "\(gate.gate) does not hold: \(gate.figure)\(by)",
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

    private static func faults(_ scenario: ScenarioResult) -> [Risk] {
        scenario.faults.compactMap { fault in
            guard fault.outageSeconds ?? 0 > 0 || !fault.remarks.isEmpty else { return nil }
            let outage = fault.outageSeconds.map { "requests failed for \($0.formatted(decimals: 1)) s" }
            let recovery = fault.recoverySeconds.map {
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
