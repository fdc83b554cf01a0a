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

    /// The most that the generator's own lateness can have added to a time of some requests, in milliseconds: a late
    /// request delays those after it in its slot. Nil if the generator used so much CPU that it also read late.
    ///
    /// - Parameters:
    ///   - sendLag: the requests' lateness.
    ///   - windows: the windows in which they were sent.
    public func generatorDelayMs(
        _ sendLag: TimeDistribution, in windows: some Sequence<RunWindow>
    ) -> Double? {
        if let use = description.end?.generator, use.processors > 0, durationNs > 0 {
            let ratio = Double(use.cpuNs) / (Double(durationNs) * Double(use.processors))
            guard ratio <= GeneratorSummary.highestCPURatio else { return nil }
        }
        let slots = windows.map { Double($0.concurrentSessions) }.filter { $0 > 0 }
        guard let mean = sendLag.meanMs, !slots.isEmpty else { return nil }
        let perSlot = mean * Double(sendLag.count) / (slots.reduce(0, +) / Double(slots.count))
        // Slots differ: one may be delayed more often than the mean, and by the longest lateness at once.
        return max(RunRecord.delayFactor * perSlot, sendLag.milliseconds(atQuantile: 1) ?? 0)
    }

    /// How many times the mean delay of a slot one slot may have.
    private static let delayFactor = 4.0
}
