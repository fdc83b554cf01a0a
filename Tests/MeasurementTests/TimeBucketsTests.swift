import Formats
import Histogram
import TestSupport
import Testing

@testable import Measurement

@Suite struct TimeBucketsTests {
    static let reference = Histogram<UInt32>(
        lowestDiscernibleValue: TimeBuckets.lowestNs, highestTrackableValue: TimeBuckets.longestNs,
        numberOfSignificantValueDigits: .three)

    static let edges: [Int64] = (0..<43).flatMap { power -> [Int64] in
        let value = Int64(1) << power
        return [value - 1, value, value + 1].filter { $0 < 1 << 42 }
    }

    @Test(arguments: edges) func agreesWithHdrHistogramAtEdges(nanoseconds: Int64) {
        expectAgreement(nanoseconds)
    }

    @Test func agreesWithHdrHistogramAnywhere() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<20_000 {
            expectAgreement(Int64.random(in: 0..<(1 << Int64.random(in: 1...42, using: &random)), using: &random))
        }
    }

    @Test func everyIndexIsItsOwn() {
        for index in 0..<UInt16(TimeBuckets.count) {
            let lowest = TimeBuckets.lowestNs(ofIndex: index)
            let highest = TimeBuckets.highestNs(ofIndex: index)
            #expect(TimeBuckets.index(ofNs: Int64(lowest)) == index)
            #expect(TimeBuckets.index(ofNs: Int64(highest)) == index)
            #expect(highest - lowest < max(256, lowest / 1000))
        }
    }

    @Test func whatLiesOutsideIsClamped() {
        #expect(TimeBuckets.index(ofNs: -5) == 0)
        #expect(TimeBuckets.index(ofNs: .max) == UInt16(TimeBuckets.count - 1))
    }

    private func expectAgreement(_ nanoseconds: Int64) {
        let index = TimeBuckets.index(ofNs: nanoseconds)
        let range = Self.reference.equivalentRangeForValue(UInt64(nanoseconds))
        #expect(TimeBuckets.lowestNs(ofIndex: index) == range.lowerBound)
        #expect(TimeBuckets.highestNs(ofIndex: index) == range.upperBound)
    }
}
