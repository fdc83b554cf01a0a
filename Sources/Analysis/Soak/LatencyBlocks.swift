import Formats
import Measurement

/// Latency divided into blocks of time, few enough that each has enough requests.
struct LatencyBlocks {
    /// The most blocks.
    static let most = 40
    /// The least number of values beyond a quantile in each block.
    static let leastBeyond = 10.0

    /// Starts of the blocks in seconds.
    let seconds: [Double]
    let times: [SparseHistogram]
    /// Requests per second of the whole service; empty if unknown.
    let load: [Double]

    /// A time interval of a run.
    struct Stretch {
        var second: Double
        var times: SparseHistogram
        /// Requests of the whole service.
        var requests: Double
    }

    /// - Parameters:
    ///   - stretches: intervals of equal length, in chronological order.
    ///   - quantile: the quantile that the blocks must support.
    /// - Returns: nil when there are too few requests for 12 blocks, each with half the values beyond the quantile.
    init?(_ stretches: [Stretch], bearing quantile: Double) {
        let needed = LatencyBlocks.leastBeyond / (1 - quantile)
        let total = stretches.reduce(0) { $0 + Double($1.times.totalCount) }
        // The fewest blocks that a test needs may be noisier: a large change of the tail is visible all the same.
        let wanted = max(Int(total / needed), min(DriftTest.leastValues, Int(total / (needed / 2))))
        let count = min(LatencyBlocks.most, stretches.count, wanted)
        guard count >= DriftTest.leastValues else { return nil }
        var seconds: [Double] = []
        var times: [SparseHistogram] = []
        var load: [Double] = []
        for block in 0..<count {
            let range = stretches[(block * stretches.count / count)..<((block + 1) * stretches.count / count)]
            let sum = LatencyBlocks.sum(range.map(\.times))
            // A block with too few values would be mostly noise, so it is left out.
            guard Double(sum.totalCount) >= needed / 3, let first = range.first else { continue }
            seconds.append(first.second)
            times.append(sum)
            load.append(range.reduce(0) { $0 + $1.requests } / Double(range.count))
        }
        guard times.count >= DriftTest.leastValues else { return nil }
        self.seconds = seconds
        self.times = times
        self.load = load
    }

    /// All times together. The halves are added recursively: accumulating many short histograms would move a long sum
    /// at each addition.
    static func sum(_ histograms: [SparseHistogram]) -> SparseHistogram {
        var histograms = histograms
        while histograms.count > 1 {
            histograms = stride(from: 0, to: histograms.count, by: 2).map { place in
                guard place + 1 < histograms.count else { return histograms[place] }
                var sum = histograms[place]
                sum.add(histograms[place + 1])
                return sum
            }
        }
        return histograms.first ?? SparseHistogram()
    }

    /// A quantile of each block in milliseconds, interpolated within the bucket.
    func milliseconds(_ quantile: Double) -> [Double] {
        times.map { times in Nanoseconds.inMilliseconds(max(times.nanoseconds(atQuantile: quantile) ?? 1, 1)) }
    }
}
