internal import Formats
public import Measurement

extension FirstAnswerTable {

    /// Holds the answers that clones had before their first of a kind against a limit.
    ///
    /// The clone that is worst decides: of a limit above, the one with most answers; of a limit below, the one with fewest. A
    /// clone that never had one would have had more than all of its answers before it.
    ///
    /// - Parameter isWanted: which clones are judged
    public func judge(
        _ kinds: Set<AnswerKind>, _ comparison: Criterion.Comparison?, where isWanted: (Key) -> Bool
    ) -> GateAnswer {
        guard let comparison else { return GateAnswer(.inconclusive, "there is no limit") }
        let found = counts { $0.kinds == kinds && isWanted($0) }
        let name = "before(\(kinds.text))"
        let without =
            found.unmet > 0 ? "; \(found.unmet.grouped) clones ended without, after at most \(found.mostUnmet)" : ""
        if comparison.relation.wantsMore {
            guard found.met > 0 else {
                return comparison.holds(Double(found.mostUnmet)) && found.unmet > 0
                    ? GateAnswer(.passed, "\(name): no clone had one\(without)")
                    : GateAnswer(.inconclusive, "\(name): no clone had one\(without)")
            }
            return GateAnswer(
                holding: Double(found.fewest), comparison, "\(name) = \(found.fewest) answers at least\(without)")
        }
        if found.unmet > 0, !comparison.holds(Double(found.mostUnmet)) {
            return GateAnswer(.failed, "\(name): a clone had \(found.mostUnmet) answers and none of these")
        }
        guard found.met > 0 else { return GateAnswer(.inconclusive, "\(name): no clone had one\(without)") }
        return GateAnswer(holding: Double(found.most), comparison, "\(name) = \(found.most) answers at most\(without)")
    }
}
