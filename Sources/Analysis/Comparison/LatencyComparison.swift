import Traffic

/// Compares the times of requests in candidate runs with those in baseline runs.
public struct LatencyComparison: Hashable, Sendable {
    /// The change of a quantile.
    public struct Change: Hashable, Sendable {
        /// The quantile, 0…1.
        public var quantile: Double
        /// The verdict on this quantile.
        public var verdict: ComparisonVerdict
        /// Candidate divided by baseline.
        public var ratio: Double
        /// The 90 % interval of the ratio.
        public var interval: ClosedRange<Double>
    }

    /// The verdict on all quantiles.
    public let verdict: ComparisonVerdict
    /// The quantiles compared.
    public let changes: [Change]
    /// One sentence for the user.
    public let reason: String

    /// The default largest difference that does not matter, as a share; twice that for the tail.
    public static let usualMargin = 0.05
    static let quantiles = [0.5, 0.95, 0.99]

    /// Compares tables of requests.
    ///
    /// - Parameters:
    ///   - baseline: one series per run, in the order in which they alternated with the candidate's.
    ///   - margin: the largest difference that does not matter, as a share of the median.
    public init(
        baseline: [LatencySeries], candidate: [LatencySeries], margin: Double = LatencyComparison.usualMargin
    ) {
        self.init(
            baseline: baseline.map(LatencySummary.init), candidate: candidate.map(LatencySummary.init), margin: margin)
    }

    init(baseline: [LatencySummary], candidate: [LatencySummary], margin: Double) {
        let found = LatencyComparison.quantiles.compactMap { quantile -> (Double, RunDifference)? in
            // A run that is too short for a quantile would leave pairs incomplete, so the quantile is not compared.
            guard let left = LatencySummary.figures(quantile, of: baseline),
                let right = LatencySummary.figures(quantile, of: candidate)
            else { return nil }
            return (quantile, RunDifference(baseline: left, candidate: right))
        }
        let adjusted = HolmCorrection.adjusted(found.map(\.1.pValue))
        changes = zip(found, adjusted).map { item, pValue in
            let (quantile, difference) = item
            let margin = Math.log(1 + margin * (quantile > 0.95 ? 2 : 1))
            let interval = difference.interval
            return Change(
                quantile: quantile, verdict: ComparisonVerdict(difference, pValue: pValue, margin: margin),
                ratio: Math.exp(difference.estimate),
                interval: Math.exp(interval.lowerBound)...Math.exp(interval.upperBound))
        }
        verdict = ComparisonVerdict(all: changes.map(\.verdict))
        reason = LatencyComparison.reason(
            verdict, changes, pairs: min(baseline.count, candidate.count), margin: margin)
    }

    private static func reason(
        _ verdict: ComparisonVerdict, _ changes: [Change], pairs: Int, margin: Double
    ) -> String {
        guard !changes.isEmpty else { return "there are too few requests to compare" }
        let listed =
            switch verdict {
            case .regressed, .improved: changes.filter { $0.verdict == verdict }
            case .equivalent: changes
            case .inconclusive: changes.filter { $0.verdict == .inconclusive }
            }
        let list = listed.map { change in
            "p\(GateEvaluation.plain(change.quantile * 100)) \(LatencyTrend.signedPercent(change.ratio)) "
                + "(90% interval \(LatencyTrend.signedPercent(change.interval.lowerBound)) … \(LatencyTrend.signedPercent(change.interval.upperBound)))"
        }.joined(separator: ", ")
        let bound = "\(LatencyTrend.percent(1 + margin))"
        let sentence =
            switch verdict {
            case .regressed: "slower: \(list)"
            case .improved: "faster: \(list)"
            case .equivalent: "differences of \(bound) (tail: twice that) are ruled out: \(list)"
            case .inconclusive: "inconclusive: \(list)"
            }
        return pairs > 1
            ? sentence : sentence + "; one run per side does not show how much runs vary: repeat them alternately"
    }
}
