import Formats
import Measurement

/// Latency divided into blocks of time, few enough that each has enough requests.
struct LatencyBlocks {
    /// The most blocks.
    static let most = 40
    /// The number of values beyond a quantile in each block, if there are enough.
    static let leastBeyond = 10.0
    /// The least number, the least number of requests in each block then, and the most blocks of that few.
    private static let fewestBeyond = 1.5
    private static let fewestRequests = 10.0
    private static let blocksOfFew = 20

    /// Starts of the blocks in seconds.
    let seconds: [Double]
    let times: [SparseHistogram]
    /// Requests per second of the whole service; empty if unknown.
    let load: [Double]
    /// Whether the blocks have so few values beyond the quantile that only a large change is visible.
    let isThin: Bool

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
    /// - Returns: nil when there are too few requests for 12 blocks.
    init?(_ stretches: [Stretch], bearing quantile: Double) {
        let needed = LatencyBlocks.leastBeyond / (1 - quantile)
        let total = stretches.reduce(0) { $0 + Double($1.times.totalCount) }
        // The fewest blocks that a test needs may be noisier: a large change of the tail is visible all the same.
        var wanted = max(Int(total / needed), min(DriftTest.leastValues, Int(total / (needed / 2))))
        isThin = wanted < DriftTest.leastValues
        if isThin {
            let fewest = max(LatencyBlocks.fewestBeyond / (1 - quantile), LatencyBlocks.fewestRequests)
            wanted = min(LatencyBlocks.blocksOfFew, Int(total / fewest))
        }
        let count = min(LatencyBlocks.most, stretches.count, wanted)
        guard count >= DriftTest.leastValues else { return nil }
        var seconds: [Double] = []
        var times: [SparseHistogram] = []
        var load: [Double] = []
        for block in 0..<count {
            let range = stretches[(block * stretches.count / count)..<((block + 1) * stretches.count / count)]
            let sum = LatencyBlocks.sum(range.map(\.times))
            // A block with too few values would be mostly noise, so it is left out.
            guard Double(sum.totalCount) >= min(needed, total / Double(count)) / 3, let first = range.first else {
                continue
            }
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

    /// The mean of the logarithms of the times between two quantiles, for each block. It is much less noisy than a single
    /// quantile between them.
    func meanLogarithms(between quantiles: ClosedRange<Double>) -> [Double] {
        times.map { times in
            let ranks =
                quantiles.lowerBound * Double(times.totalCount)...quantiles.upperBound * Double(times.totalCount)
            var (below, sum) = (0.0, 0.0)
            for (index, count) in zip(times.indices, times.counts) {
                let above = below + Double(count)
                let inside = min(above, ranks.upperBound) - max(below, ranks.lowerBound)
                if inside > 0 { sum += inside * LatencyBlocks.logarithms[Int(index)] }
                if above >= ranks.upperBound { break }
                below = above
            }
            return sum / (ranks.upperBound - ranks.lowerBound)
        }
    }

    /// The logarithm of the milliseconds of each bucket.
    private static let logarithms = (0..<TimeBuckets.count).map { index in
        Math.log(Nanoseconds.inMilliseconds(TimeBuckets.middleNs(ofIndex: UInt16(index))))
    }
}
