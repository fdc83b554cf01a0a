public import Measurement

extension RunRecord {
    /// What gates come to on what there is of a run, however much of it is still to come.
    ///
    /// - Parameter soak: what the soak tests say so far; without findings their gates are inconclusive.
    public func outcomes(of gates: [Criterion], soak: [SoakFinding] = []) -> [GateResult] {
        let isSaturated =
            series.windows.reduce(into: SparseHistogram()) { $0.add($1.times[.sendLag]) }
            .nanoseconds(atQuantile: 0.99).map { $0 > 10_000_000 } ?? false
        let evaluation = GateEvaluation(self, soak: soak, isSaturated: isSaturated, advisor: .silent)
        return gates.map(evaluation.result(of:))
    }
}
