import Analysis
import Formats
import Measurement
import Scenario

/// The effects of faults, and of phases that disturb like faults, on the load.
extension CriterionJudge {

    /// The worst effect of a fault, or of phases that disturb like one.
    func effect(
        of name: String, _ criterion: Criterion, _ figure: String, _ seconds: (FaultEffect) -> Double?
    ) -> GateAnswer {
        guard let comparison = criterion.comparison else { return GateAnswer(.inconclusive, "there is no limit") }
        let answers = (isFault(name) ? effects.filter { $0.name == name } : phaseEffects(name)).map {
            effect -> GateAnswer in
            let remark = effect.remarks.isEmpty ? "" : ": \(effect.remarks.joined(separator: "; "))"
            guard let value = seconds(effect) else {
                return GateAnswer(.inconclusive, "\(figure)(\(name)) is unknown\(remark)")
            }
            return GateAnswer(
                holding: value * 1000, comparison, "\(figure)(\(name)) = \(value.formatted(decimals: 1)) s\(remark)")
        }
        return answers.worst ?? GateAnswer(.inconclusive, "\(name) did not happen")
    }

    private func phaseEffects(_ name: String) -> [FaultEffect] {
        scenario.phases.filter { $0.name == name || $0.group == name }.compactMap { phase in
            guard let first = stretches.firstIndex(where: { $0.phase == phase.name }),
                let last = stretches.lastIndex(where: { $0.phase == phase.name })
            else { return nil }
            // Up to the end of the next phase, which may begin with a ramp.
            let next = stretches[last...].dropFirst()
            let following = next.prefix { $0.phase == next.first?.phase }
            let end = min(following.last?.endNs ?? 0, record.durationNs)
            guard stretches[last].endNs < end else { return nil }
            return FaultEffect(
                name: phase.name, began: stretches[first].beginNs, undone: stretches[last].endNs,
                end: end, timeline: record.timeline)
        }
    }
}
