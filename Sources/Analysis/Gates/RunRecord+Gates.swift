public import Measurement

extension RunRecord {
    /// The results of gates on the part of a run recorded so far.
    ///
    /// - Parameter soak: findings of the soak tests so far; without findings their gates are inconclusive.
    public func outcomes(of gates: [Criterion], soak: [SoakFinding] = []) -> [GateResult] {
        let isSaturated =
            series.windows.reduce(into: SparseHistogram()) { $0.add($1.times[.sendLag]) }
            .nanoseconds(atQuantile: 0.99).map { $0 > 10_000_000 } ?? false
        let evaluation = GateEvaluation(self, soak: soak, isSaturated: isSaturated, advisor: .silent)
        return gates.map(evaluation.result(of:))
    }
}
