import Analysis
import Formats
import Measurement
import Scenario

/// The effects of faults, and of phases that disturb like faults, on the load.
extension CriterionJudge {

    /// A time that an effect takes.
    enum EffectTime: String {
        case outage, recovery
    }

    /// The worst effect of a fault, or of phases that disturb like one.
    func effect(of name: String, _ criterion: Criterion, _ time: EffectTime) -> GateAnswer {
        guard let comparison = criterion.comparison else { return GateAnswer(.inconclusive, "there is no limit") }
        let answers = (isFault(name) ? effects.filter { $0.name == name } : phaseEffects(name)).map {
            effect -> GateAnswer in
            let text = time == .outage ? effect.outageRemark : effect.recoveryRemark ?? effect.bandText
            let remark = text.map { ": \($0)" } ?? ""
            guard let value = time == .outage ? effect.outageSeconds : effect.recoverySeconds else {
                return GateAnswer(.inconclusive, "\(time.rawValue)(\(name)) is unknown\(remark)")
            }
            let isOpen = (time == .outage ? effect.outageIsOpen : effect.recoveryIsOpen) == true
            var answer = GateAnswer(
                holding: value * 1000, comparison,
                "\(time.rawValue)(\(name)) \(isOpen ? "≥" : "=") \(value.formatted(decimals: 1)) s\(remark)")
            // A lower bound under the limit decides nothing: it may have taken any time after the end.
            if isOpen, answer.outcome == .passed, !comparison.relation.wantsMore { answer.outcome = .inconclusive }
            return answer
        }
        return answers.worst ?? GateAnswer(.inconclusive, "\(name) did not happen")
    }

    /// The fault of a scope, if it was not injected: then the times planned for it are ordinary times.
    func absentFault(_ scope: Criterion.Scope) -> String? {
        switch scope {
        case .during(let name), .after(let name):
            isFault(name) && !effects.contains { $0.name == name } ? name : nil
        case .run, .each, .named: nil
        }
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
                settled: stretches.settled(before: stretches[first].beginNs), end: end, timeline: record.timeline)
        }
    }
}

extension [RunStretches.Stretch] {
    /// When the level just before a time was reached, in nanoseconds; 0 while the level changes.
    func settled(before time: Int64) -> Int64 {
        guard let now = last(where: { $0.beginNs < time }), !now.isRamp else { return 0 }
        return first { $0.phase == now.phase && !$0.isRamp }?.beginNs ?? 0
    }
}
