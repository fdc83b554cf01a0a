extension MemoryTrend {
    /// Lives shorter than this share of the run, or than a minute, are not evaluated.
    private static let shortestShare = 0.1
    private static let shortestSeconds = 60.0

    /// The combined trend of a restarted process's lives, each of which starts at its own floor.
    init(lives: [SoakSamples], of samples: SoakSamples, scale: SoakScale, _ certainty: Certainty) {
        self.init(unjudged: samples, scale: scale)
        restarts = lives.count - 1
        let shortest = max(MemoryTrend.shortestSeconds, MemoryTrend.shortestShare * spanSeconds)
        let trends = lives.filter { $0.spanSeconds >= shortest }.map {
            MemoryTrend(life: $0, scale: scale, certainty)
        }
        guard !trends.isEmpty else {
            verdict = .inconclusive(.restarted)
            return
        }
        leastBytes = trends.reduce(0) { max($0, $1.leastBytes) }
        ruledOutBytes = trends.reduce(0) { max($0, $1.ruledOutBytes) }
        followsRequests = trends.contains(where: \.followsRequests)
        probability = trends.compactMap(\.probability).max()
        weigh(trends)
        let coverage = trends.reduce(0) { $0 + $1.spanSeconds } / max(spanSeconds, 1)
        verdict = MemoryTrend.verdict(trends, coverage: coverage, certainty)
        // No single life may be long enough for what all of them show together.
        if verdict == .stable && growthHighBytes ?? .infinity > ruledOutBytes { verdict = .inconclusive(.uncertain) }
        if case .inconclusive(.uncertain) = verdict, certainty == .final, showGrowth(trends) { verdict = .growing }
        if case .inconclusive = verdict { neededSeconds = 2 * spanSeconds }
    }

    private static func verdict(
        _ trends: [MemoryTrend], coverage: Double, _ certainty: Certainty
    ) -> Verdict {
        let growing = trends.filter {
            $0.verdict == .growing
                && (1 - ($0.probability ?? 0)) * Double(trends.count) < 1 - certainty.leastProbability
        }
        if let most = growing.max(by: { $0.spanSeconds < $1.spanSeconds }) {
            // A leak restarts with the process.
            let stopped = trends.contains { $0.verdict == .stable && $0.spanSeconds > 0.5 * most.spanSeconds }
            return stopped ? .inconclusive(.stopped) : .growing
        }
        if trends.allSatisfy({ $0.verdict == .stable }) {
            return coverage > 0.5 ? .stable : .inconclusive(.restarted)
        }
        let open = trends.filter { $0.verdict != .stable }.max { $0.spanSeconds < $1.spanSeconds }
        if case .inconclusive(let reason) = open?.verdict { return .inconclusive(reason) }
        return .inconclusive(.restarted)
    }

    /// Whether every life grows a little, and all together by more than chance explains.
    private func showGrowth(_ trends: [MemoryTrend]) -> Bool {
        guard trends.count > 1, let growth = growthBytes, let low = growthLowBytes else { return false }
        return growth > leastBytes && growth > 2 * (growth - low)
            && trends.allSatisfy { $0.growthBytes ?? 0 > 0 && $0.probability ?? 0 > 0.3 }
    }

    /// Averages the lives' rates, weighted by their certainty.
    private mutating func weigh(_ trends: [MemoryTrend]) {
        var total = 0.0
        var sum = 0.0
        for trend in trends {
            guard let rate = trend.bytesPerHour, let interval = trend.bytesPerHourInterval else { continue }
            let width = max(interval.upperBound - interval.lowerBound, 1)
            total += 1 / (width * width)
            sum += rate / (width * width)
        }
        guard total > 0 else { return }
        let hours = spanSeconds / 3600
        let half = 0.5 / total.squareRoot()
        growthBytes = sum / total * hours
        growthLowBytes = (sum / total - half) * hours
        growthHighBytes = (sum / total + half) * hours
    }
}
