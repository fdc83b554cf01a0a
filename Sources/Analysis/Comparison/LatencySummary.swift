import Formats
import Measurement

/// The quantiles of one run's times, with their standard errors within the run.
struct LatencySummary {
    /// Blocks used to estimate the noise within a run.
    private static let blocks = 20
    /// The least number of values beyond a quantile.
    private static let leastBeyond = 20.0
    /// The standard error assumed where a run is too short to estimate it.
    private static let unknownError = 0.05
    /// The least number of requests for a median: the interval between the first and the last of five values contains
    /// the true median in 94 % of cases.
    static let leastForMedian: UInt64 = 5
    /// The least number of requests of all runs of one side.
    static let leastPerSide: UInt64 = 10
    /// Standard errors on either side of a 95 % interval.
    private static let intervalErrors = 1.96

    private let stretches: [LatencyBlocks.Stretch]
    private let whole: SparseHistogram
    private let began: Double?

    /// - Parameter began: when the run began, in seconds on any clock; nil if unknown.
    init(_ stretches: [LatencyBlocks.Stretch], began: Double? = nil) {
        self.stretches = stretches
        self.began = began
        whole = LatencyBlocks.sum(stretches.map(\.times))
    }

    /// A series without its first twentieth, in which services settle.
    init(_ series: LatencySeries) {
        let windows = series.ordered
        self.init(
            windows.dropFirst(windows.count / 20).map {
                LatencyBlocks.Stretch(second: $0.second, times: $0.times, requests: Double($0.times.totalCount))
            })
    }

    /// The number of requests.
    var count: UInt64 { whole.totalCount }

    /// Whether a quantile has too few values beyond it for an error from blocks of time.
    func isRare(_ quantile: Double) -> Bool {
        Double(whole.totalCount) * (1 - quantile) < LatencySummary.leastBeyond
    }

    /// The logarithm of a quantile in milliseconds; nil when too few values lie beyond it. A median needs only a few
    /// values.
    func figure(_ quantile: Double) -> RunDifference.Figure? {
        let isRare = isRare(quantile)
        guard !isRare || quantile == 0.5 && whole.totalCount >= LatencySummary.leastForMedian,
            let value = whole.nanoseconds(atQuantile: quantile)
        else { return nil }
        return RunDifference.Figure(
            value: Math.log(Nanoseconds.inMilliseconds(max(Double(value), 1))),
            error: isRare ? max(rankError(quantile), blockError(quantile) ?? 0) : error(quantile), began: began)
    }

    /// The figures of all runs of a side; nil if a run, or all of them together, have too few requests.
    static func figures(_ quantile: Double, of side: [LatencySummary]) -> [RunDifference.Figure]? {
        let figures = side.compactMap { $0.figure(quantile) }
        let requests = side.reduce(UInt64(0)) { $0 &+ $1.count }
        guard !figures.isEmpty, figures.count == side.count, requests >= leastPerSide else { return nil }
        return figures
    }

    /// The standard error of a quantile of few values, from the ranks between which it lies in 95 % of cases. It
    /// assumes no distribution (Conover 1999, section 3.2).
    private func rankError(_ quantile: Double) -> Double {
        let width = LatencySummary.intervalErrors * (quantile * (1 - quantile) / Double(whole.totalCount)).squareRoot()
        let ends = [quantile - width, quantile + width].map { end in
            Math.log(max(Double(whole.nanoseconds(atQuantile: end) ?? 1), 1))
        }
        return (ends[1] - ends[0]) / (2 * LatencySummary.intervalErrors)
    }

    private func error(_ quantile: Double) -> Double { blockError(quantile) ?? LatencySummary.unknownError }

    /// SE² = s²/K · (1 + ρ)/(1 − ρ) over blocks, with bias-corrected ρ; nil when too few blocks have values.
    private func blockError(_ quantile: Double) -> Double? {
        guard stretches.count >= LatencySummary.blocks else { return nil }
        let blocks = LatencySummary.blocks
        let values = (0..<blocks).compactMap { block -> Double? in
            let range = block * stretches.count / blocks..<(block + 1) * stretches.count / blocks
            let times = LatencyBlocks.sum(stretches[range].map(\.times))
            return times.nanoseconds(atQuantile: quantile).map { Math.log(max(Double($0), 1)) }
        }
        let count = Double(values.count)
        guard count >= 8 else { return nil }
        let mean = values.reduce(0, +) / count
        let rests = values.map { $0 - mean }
        let square = rests.reduce(0) { $0 + $1 * $1 }
        guard square > 0 else { return 0 }
        let product = zip(rests, rests.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        let rho = min(max((count * product / square + 1) / (count - 3), 0), 0.8)
        return (square / (count - 1) / count * (1 + rho) / (1 - rho)).squareRoot()
    }
}
