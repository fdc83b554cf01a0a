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

    /// The logarithm of a quantile in milliseconds; nil when too few values lie beyond it.
    func figure(_ quantile: Double) -> RunDifference.Figure? {
        guard Double(whole.totalCount) * (1 - quantile) >= LatencySummary.leastBeyond,
            let value = whole.nanoseconds(atQuantile: quantile)
        else { return nil }
        return RunDifference.Figure(
            value: Math.log(Nanoseconds.inMilliseconds(max(Double(value), 1))), error: error(quantile),
            began: began)
    }

    /// SE² = s²/K · (1 + ρ)/(1 − ρ) over blocks, with bias-corrected ρ.
    private func error(_ quantile: Double) -> Double {
        guard stretches.count >= LatencySummary.blocks else { return LatencySummary.unknownError }
        let blocks = LatencySummary.blocks
        let values = (0..<blocks).compactMap { block -> Double? in
            let range = block * stretches.count / blocks..<(block + 1) * stretches.count / blocks
            let times = LatencyBlocks.sum(stretches[range].map(\.times))
            return times.nanoseconds(atQuantile: quantile).map { Math.log(max(Double($0), 1)) }
        }
        let count = Double(values.count)
        guard count >= 8 else { return LatencySummary.unknownError }
        let mean = values.reduce(0, +) / count
        let rests = values.map { $0 - mean }
        let square = rests.reduce(0) { $0 + $1 * $1 }
        guard square > 0 else { return 0 }
        let product = zip(rests, rests.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        let rho = min(max((count * product / square + 1) / (count - 3), 0), 0.8)
        return (square / (count - 1) / count * (1 + rho) / (1 - rho)).squareRoot()
    }
}
