/// The counts of an HdrHistogram, as stored in its log format.
///
/// Layout after HdrHistogram (Tene): an index counts the values of one range; ranges double in width after every half
/// of the sub-buckets.
public struct HistogramSnapshot: Hashable, Sendable {
    /// The number of significant decimal digits, 1 to 5.
    public let significantDigits: Int
    /// The lowest value that is distinguished from 0.
    public let lowestDiscernible: UInt64
    /// The largest value that can be counted.
    public let highestTrackable: UInt64
    /// Counts by index; indices without one are absent.
    public private(set) var counts: [Int: UInt64] = [:]

    /// An empty snapshot with the layout of an HdrHistogram.
    ///
    /// - Returns: nil if HdrHistogram does not have such a layout.
    public init?(significantDigits: Int, lowestDiscernible: UInt64, highestTrackable: UInt64) {
        guard (0...5).contains(significantDigits), lowestDiscernible >= 1,
            highestTrackable / 2 >= lowestDiscernible, highestTrackable <= UInt64(Int64.max)
        else { return nil }
        self.significantDigits = significantDigits
        self.lowestDiscernible = lowestDiscernible
        self.highestTrackable = highestTrackable
    }

    /// Adds to the count of an index below ``indexLimit``. A count saturates.
    public mutating func add(_ count: UInt64, at index: Int) {
        precondition(index >= 0 && index < indexLimit, "an index of the layout")
        guard count > 0 else { return }
        let (sum, overflow) = counts[index, default: 0].addingReportingOverflow(count)
        counts[index] = overflow ? .max : sum
    }

    /// Adds the counts of another histogram. If its layout differs, they are counted at the lowest values of their
    /// ranges, as in HdrHistogram's own addition.
    ///
    /// - Returns: false if one of its values is too high for this histogram; then nothing is added.
    public mutating func add(_ other: HistogramSnapshot) -> Bool {
        let isAlike = significantDigits == other.significantDigits && unitMagnitude == other.unitMagnitude
        let added = other.counts.map { index, count in
            (index: isAlike ? index : self.index(of: other.lowestValue(at: index)), count: count)
        }
        guard added.allSatisfy({ $0.index < indexLimit }) else { return false }
        for (index, count) in added { add(count, at: index) }
        return true
    }

    /// The number of values.
    public var totalCount: UInt64 {
        counts.values.reduce(0) { sum, count in
            let (total, overflow) = sum.addingReportingOverflow(count)
            return overflow ? .max : total
        }
    }

    /// The highest value of the range in which the quantile (0…1) lies; nil without values.
    public func value(atQuantile quantile: Double) -> UInt64? {
        let total = totalCount
        guard total > 0 else { return nil }
        let rank = max(1, (min(max(quantile, 0), 1) * Double(total)).rounded(.toNearestOrAwayFromZero))
        var below = 0.0
        for (index, count) in counts.sorted(by: { $0.key < $1.key }) {
            below += Double(count)
            if below >= rank { return highestValue(at: index) }
        }
        return highestValue
    }

    /// The highest value of the highest range in use; nil without values.
    public var highestValue: UInt64? { counts.keys.max().map(highestValue(at:)) }

    /// One more than the highest index.
    public var indexLimit: Int {
        let buckets = max(64 - unitMagnitude - subBucketMagnitude - highestTrackable.leadingZeroBitCount, 0) + 1
        return (buckets + 1) << (subBucketMagnitude - 1)
    }

    private var unitMagnitude: Int { 63 - lowestDiscernible.leadingZeroBitCount }

    /// Bits of a sub-bucket index: enough to distinguish two times ten to the power of the digits.
    private var subBucketMagnitude: Int {
        let wanted = (0..<significantDigits).reduce(2) { product, _ in product * 10 }
        return max(1, Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    }

    private func highestValue(at index: Int) -> UInt64 {
        let (offset, shift) = range(at: index)
        return UInt64(offset + 1) << UInt64(shift) - 1
    }

    private func lowestValue(at index: Int) -> UInt64 {
        let (offset, shift) = range(at: index)
        return UInt64(offset) << UInt64(shift)
    }

    /// The range of an index: from `offset` up to the next, in units of two to the power of `shift`.
    private func range(at index: Int) -> (offset: Int, shift: Int) {
        let half = subBucketMagnitude - 1
        let bucket = index >> half - 1
        let sub = index & (1 << half - 1) + 1 << half
        return bucket < 0 ? (sub - 1 << half, unitMagnitude) : (sub, bucket + unitMagnitude)
    }

    private func index(of value: UInt64) -> Int {
        let bits = UInt64.bitWidth - value.leadingZeroBitCount
        let bucket = max(bits - unitMagnitude - subBucketMagnitude, 0)
        let sub = Int(value >> UInt64(bucket + unitMagnitude))
        return bucket << (subBucketMagnitude - 1) + sub
    }
}
