internal import Formats
public import Measurement

extension FirstResponseTable {

    /// Compares the number of responses that clones received before their first of a kind with a limit.
    ///
    /// The worst clone decides: the one with most responses for an upper limit, the one with fewest for a lower limit.
    /// A clone that never received one counts as having received more than all of its responses before it.
    ///
    /// - Parameter isWanted: selects the clones that are judged.
    public func judge(
        _ kinds: Set<ResponseKind>, _ comparison: Criterion.Comparison?, where isWanted: (Key) -> Bool
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
                holding: Double(found.fewest), comparison, "\(name) = \(found.fewest) responses at least\(without)")
        }
        if found.unmet > 0, !comparison.holds(Double(found.mostUnmet)) {
            return GateAnswer(.failed, "\(name): a clone had \(found.mostUnmet) responses and none of these")
        }
        guard found.met > 0 else { return GateAnswer(.inconclusive, "\(name): no clone had one\(without)") }
        return GateAnswer(
            holding: Double(found.most), comparison, "\(name) = \(found.most) responses at most\(without)")
    }
}
