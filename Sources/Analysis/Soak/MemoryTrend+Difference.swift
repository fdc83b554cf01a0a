extension MemoryTrend {
    /// Tests whether a process grows more than a baseline under the same traffic.
    ///
    /// What both have in common, such as their warm-up, cancels out: growth is found even if a warm-up of the run's
    /// length would hide it.
    ///
    /// - Parameters:
    ///   - candidate: resident bytes over its run.
    ///   - baseline: resident bytes over a run with the same traffic.
    public init(of candidate: SoakSamples, over baseline: SoakSamples) {
        let end = min(candidate.spanSeconds, baseline.spanSeconds)
        let sides = [candidate, baseline].map { MemoryTrend.kept($0, until: end) }
        self.init(unjudged: sides[0], scale: .memory)
        answered = nil
        guard candidate.lives.count == 1, baseline.lives.count == 1 else {
            verdict = .inconclusive(.restarted)
            return
        }
        let isSawtooth = sides.contains { Envelope($0).reclaims >= 3 }
        let blocks = sides.map {
            MemoryTrend.floors($0, until: end, count: isSawtooth ? 24 : 48, quantile: isSawtooth ? 0.02 : 0.1)
        }
        let shared = zip(blocks[0], blocks[1]).compactMap { own, other in
            own.flatMap { own in other.map { (own.second, own.value - $0.value) } }
        }
        guard shared.count >= MemoryTrend.leastPoints else { return }
        let points = SoakSamples(seconds: shared.map(\.0), values: shared.map(\.1))
        guard let posterior = GrowthPosterior(points, of: points, noiseFloor: scale.noiseFloor) else { return }
        judge(points, posterior)
    }

    private static func kept(_ samples: SoakSamples, until end: Double) -> SoakSamples {
        let first = samples.seconds.first ?? 0
        let start = dropped * end
        return samples.picked(
            samples.seconds.indices.filter { place in
                let second = samples.seconds[place] - first
                return second >= start && second <= end
            })
    }

    /// The low quantile of each of `count` time intervals of equal length; nil if one has no samples.
    private static func floors(
        _ samples: SoakSamples, until end: Double, count: Int, quantile: Double
    ) -> [(second: Double, value: Double)?] {
        let first = samples.seconds.first ?? 0
        let length = max(samples.spanSeconds, 1) / Double(count)
        var blocks = [[Double]](repeating: [], count: count)
        for (second, value) in zip(samples.seconds, samples.values) {
            blocks[min(Int((second - first) / length), count - 1)].append(value)
        }
        return blocks.enumerated().map { block, values in
            values.isEmpty
                ? nil : (first + (Double(block) + 0.5) * length, Robust.quantile(quantile, of: values))
        }
    }
}
