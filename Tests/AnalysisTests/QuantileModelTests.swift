import Formats
import Measurement
import TestSupport
import Testing

@testable import Analysis

/// Histograms compared with the simplest model: all times sorted, and the one at the rank.
@Suite struct QuantileModelTests {
    private static let quantiles = [0.0, 0.01, 0.25, 0.5, 0.66, 0.75, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1]

    /// The value with at least a share `quantile` of all values at or below it.
    private static func plain(_ sorted: [Int64], _ quantile: Double) -> Int64 {
        var rank = 1
        while rank < sorted.count, Double(rank) < quantile * Double(sorted.count) - 1e-9 { rank += 1 }
        return sorted[rank - 1]
    }

    /// Times of some shape in nanoseconds.
    private static func times(_ count: Int, shape: Int, _ random: inout SplitMix64) -> [Int64] {
        (0..<count).map { place in
            switch shape {
            case 0: Int64.random(in: 0...2_000, using: &random)
            case 1: Int64.random(in: 1_000_000...400_000_000, using: &random)
            case 2: Int64(1) << Int64.random(in: 0...43, using: &random)
            case 3: place.isMultiple(of: 20) ? 3_000_000_000 : 1_000_000 + Int64(place % 3)
            default: 5_000_000
            }
        }
    }

    private static func histograms(_ times: [Int64], windows: Int) throws -> [SparseHistogram] {
        var counts = [[UInt16: UInt32]](repeating: [:], count: windows)
        for (place, time) in times.enumerated() {
            counts[place % windows][TimeBuckets.index(ofNs: time), default: 0] += 1
        }
        return try counts.map { own in
            let indices = own.keys.sorted()
            return try #require(SparseHistogram(indices: indices, counts: indices.map { own[$0] ?? 0 }))
        }
    }

    @Test(arguments: 0..<5) func quantilesAreThoseOfAllTimesKept(shape: Int) throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed * 1_000_003 + UInt64(shape))
            let times = Self.times(Int.random(in: 1...700, using: &random), shape: shape, &random)
            let sorted = times.sorted()
            let windows = try Self.histograms(times, windows: Int.random(in: 1...5, using: &random))
            let sum = windows.reduce(into: SparseHistogram()) { $0.add($1) }
            var distribution = TimeDistribution()
            for window in windows { distribution.add(window) }
            #expect(sum.totalCount == UInt64(times.count) && distribution.count == UInt64(times.count))
            for quantile in Self.quantiles {
                let bucket = TimeBuckets.index(ofNs: Self.plain(sorted, quantile))
                let wanted = TimeBuckets.highestNs(ofIndex: bucket)
                #expect(sum.nanoseconds(atQuantile: quantile) == wanted, "shape \(shape), seed \(seed), \(quantile)")
                let milliseconds = try #require(distribution.milliseconds(atQuantile: quantile))
                #expect(milliseconds == Double(wanted) / 1e6, "shape \(shape), seed \(seed), \(quantile)")
            }
            let mean =
                Double(times.reduce(0) { $0 + min($1, Int64(TimeBuckets.longestNs)) }) / Double(times.count)
            let estimated = try #require(distribution.meanMs) * 1e6
            #expect(
                abs(estimated - mean) <= max(512, 0.001 * mean),
                "shape \(shape), seed \(seed): \(estimated), not \(mean)")
        }
    }

    @Test func nothingHasNoQuantile() {
        #expect(SparseHistogram().nanoseconds(atQuantile: 0.5) == nil)
        #expect(TimeDistribution().milliseconds(atQuantile: 0.5) == nil && TimeDistribution().meanMs == nil)
    }
}
