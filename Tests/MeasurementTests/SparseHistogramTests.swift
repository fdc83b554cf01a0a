import Formats
import Histogram
import Measurement
import TestSupport
import Testing

@Suite struct SparseHistogramTests {
    static func histogram(of nanoseconds: [Int64]) -> SparseHistogram {
        var counts: [UInt16: UInt32] = [:]
        for value in nanoseconds { counts[TimeBuckets.index(ofNs: value), default: 0] += 1 }
        let indices = counts.keys.sorted()
        return SparseHistogram(indices: indices, counts: indices.map { counts[$0] ?? 0 }) ?? SparseHistogram()
    }

    static func times(_ count: Int, seed: UInt64) -> [Int64] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            Int64.random(in: 0..<(1 << Int64.random(in: 10...40, using: &random)), using: &random)
        }
    }

    @Test(arguments: [1, 2, 3, 10, 999, 20_000]) func quantilesAreThoseOfTheSortedTimes(count: Int) throws {
        let times = Self.times(count, seed: UInt64(count)).sorted()
        let histogram = Self.histogram(of: times)
        for quantile in [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1] {
            let rank = max(1, Int((quantile * Double(count)).rounded(.up)))
            let exact = TimeBuckets.index(ofNs: times[rank - 1])
            let answer = try #require(histogram.nanoseconds(atQuantile: quantile))
            #expect(TimeBuckets.index(ofNs: Int64(answer)) == exact, "quantile \(quantile)")
        }
    }

    @Test func quantilesAreHdrHistograms() throws {
        let times = Self.times(5000, seed: 7)
        let sparse = Self.histogram(of: times)
        var reference = Histogram<UInt32>(
            lowestDiscernibleValue: TimeBuckets.lowestNs,
            highestTrackableValue: TimeBuckets.longestNs, numberOfSignificantValueDigits: .three)
        for time in times { reference.record(UInt64(time)) }
        for percentile in stride(from: 0.5, to: 100, by: 0.5) {
            let answer = try #require(sparse.nanoseconds(atQuantile: percentile / 100))
            #expect(reference.valuesAreEquivalent(answer, reference.valueAtPercentile(percentile)))
        }
    }

    @Test func mergingLosesNothing() {
        let times = Self.times(3000, seed: 9)
        for parts in [1, 2, 7, 100] {
            var merged = SparseHistogram()
            for part in 0..<parts {
                merged.add(Self.histogram(of: times.enumerated().filter { $0.offset % parts == part }.map(\.element)))
            }
            #expect(merged == Self.histogram(of: times))
        }
    }

    @Test func aCountStopsAtItsLargest() throws {
        var histogram = try #require(SparseHistogram(indices: [3], counts: [.max - 1]))
        histogram.add(try #require(SparseHistogram(indices: [3, 4], counts: [5, 1])))
        #expect(histogram.counts == [.max, 1])
    }

    @Test(
        arguments: [
            ([1, 1], [1, 1], "an index twice"), ([2, 1], [1, 1], "descending"), ([1], [0], "a count of 0"),
            ([1, 2], [1], "lengths differ"), ([25_600], [1], "beyond the layout"),
        ] as [([UInt16], [UInt32], String)])
    func whatIsNotAHistogramIsRefused(indices: [UInt16], counts: [UInt32], reason: String) {
        #expect(SparseHistogram(indices: indices, counts: counts) == nil, "\(reason)")
    }

    @Test func nothingHasNoQuantile() {
        #expect(SparseHistogram().nanoseconds(atQuantile: 0.5) == nil)
        #expect(SparseHistogram().longestNs == nil)
    }
}
