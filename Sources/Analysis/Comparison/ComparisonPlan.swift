import Formats
public import Measurement
import Traffic

/// The number and length of run pairs that a comparison needs, estimated from baseline runs before anything is
/// compared.
///
/// The difference of two runs has the variance of both runs' quantiles, which falls with their length, and the variance
/// between runs, which only more pairs reduce. Two one-sided tests at 5 % rule out a difference of the margin in nine
/// of ten comparisons of equal services if the margin is 3.29 standard errors (Schuirmann 1987); a difference as large
/// as the margin is then detected as often.
public struct ComparisonPlan: Encodable, Hashable, Sendable {
    /// The effort for one margin.
    public struct Proposal: Encodable, Hashable, Sendable {
        /// The largest difference that does not matter, as a share of the median and the 95th percentile; twice that
        /// for the 99th.
        public var margin: Double
        /// Pairs of runs.
        public var pairs: Int
        /// The length of each run, in seconds.
        public var runSeconds: Double

        /// The length of all runs together, in seconds.
        public var totalSeconds: Double { 2 * Double(pairs) * runSeconds }
    }

    /// The variation of a quantile of all requests.
    public struct Variation: Encodable, Hashable, Sendable {
        /// The quantile, 0…1.
        public var quantile: Double
        /// Standard deviation within a run of the observed length, as a share.
        public var withinRun: Double
        /// Additional standard deviation between runs, as a share.
        public var betweenRuns: Double
    }

    /// The number of observed runs.
    public var runs: Int
    /// Their mean length in seconds.
    public var seconds: Double
    /// By quantile.
    public var variations: [Variation]
    /// By margin, the smallest first; margins that would need more than a hundred pairs are left out.
    public var proposals: [Proposal]

    private static let margins = [0.01, 0.02, 0.03, 0.05, 0.1, 0.2]
    private static let lengths = [0.25, 0.5, 1, 2, 4, 8]
    private static let shortestSeconds = 30.0
    private static let mostPairs = 100
    /// Two one-sided tests at 5 %, each passed in 95 % of comparisons.
    private static let standardErrors = 2 * 1.645

    /// Plans a comparison from runs of the baseline.
    ///
    /// - Parameter baseline: at least one run of one service under the same plan.
    /// - Returns: nil when they have too few requests for any quantile.
    public init?(_ baseline: [RunRecord]) {
        let latencies = baseline.map { RunLatencies(GeneratorDelay(of: $0).comparable, .turnaround) }
        let summaries = latencies.compactMap { $0.group("all requests").map { LatencySummary($0.stretches) } }
        let length = baseline.reduce(0) { $0 + Nanoseconds.inSeconds($1.durationNs) } / Double(max(baseline.count, 1))
        let found = LatencyComparison.quantiles.compactMap { quantile -> Variation? in
            let figures = summaries.compactMap { $0.figure(quantile) }
            guard !figures.isEmpty, figures.count == baseline.count else { return nil }
            let within = figures.reduce(0) { $0 + $1.error * $1.error } / Double(figures.count)
            let between = RunDifference.spread(between: figures)
            return Variation(
                quantile: quantile, withinRun: within.squareRoot(), betweenRuns: between)
        }
        guard !found.isEmpty, length > 0 else { return nil }
        runs = baseline.count
        seconds = length
        variations = found
        proposals = ComparisonPlan.margins.compactMap { margin in
            ComparisonPlan.lengths.map { max($0 * length, ComparisonPlan.shortestSeconds) }.compactMap { own in
                let pairs = found.reduce(2) { most, variation in
                    let within = variation.withinRun * variation.withinRun * length / own
                    let variance = 2 * (within + variation.betweenRuns * variation.betweenRuns)
                    let room =
                        Math.log(1 + margin * (variation.quantile > 0.95 ? 2 : 1)) / ComparisonPlan.standardErrors
                    return max(most, Int(min((variance / (room * room)).rounded(.up), 1e6)))
                }
                return pairs <= ComparisonPlan.mostPairs
                    ? Proposal(margin: margin, pairs: pairs, runSeconds: own) : nil
            }.min { $0.totalSeconds < $1.totalSeconds }
        }
    }

    /// Lines for a terminal:
    /// `margin 5 %: 4 pairs of runs of 60 s each (8.0 min together) rule out a difference or find it`.
    public var lines: [String] {
        let percent = { (share: Double) in "\((100 * share).formatted(decimals: 1)) %" }
        let seen = variations.map { variation in
            "p\(GateEvaluation.plain(variation.quantile * 100)) varies by \(percent(variation.withinRun)) within a run of "
                + "\(MemoryTrend.duration(seconds)) and by \(percent(variation.betweenRuns)) between runs"
                + (runs < 3 ? " (assumed: three runs are needed to measure it)" : "")
        }
        guard !proposals.isEmpty else {
            return seen + ["no number of pairs up to 100 settles a comparison of such runs"]
        }
        return seen
            + proposals.map { proposal in
                "margin \(GateEvaluation.plain(100 * proposal.margin)) %: \(proposal.pairs) pairs of runs of "
                    + "\(MemoryTrend.duration(proposal.runSeconds)) each (\(MemoryTrend.duration(proposal.totalSeconds)) together) "
                    + "rule out a difference or find it"
            }
    }
}
