/// A histogram of times that stores only its non-empty buckets; its layout is `TimeBuckets`.
///
/// Merging is exact: the histogram of two windows is the sum of theirs.
public struct SparseHistogram: Hashable, Sendable {
    /// The non-empty buckets, ascending.
    public private(set) var indices: [UInt16]
    /// The count of each of `indices`, never 0.
    public private(set) var counts: [UInt32]
    /// The number of recorded values.
    public private(set) var totalCount: UInt64

    /// An empty histogram.
    public init() {
        indices = []
        counts = []
        totalCount = 0
    }

    /// A histogram of buckets and their counts.
    ///
    /// - Returns: nil unless the indices ascend and lie within the layout, and every count is above 0.
    public init?(indices: [UInt16], counts: [UInt32]) {
        guard indices.count == counts.count, counts.allSatisfy({ $0 > 0 }) else { return nil }
        guard zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        guard indices.last.map({ $0 < TimeBuckets.count }) ?? true else { return nil }
        self.init(ascending: indices, counts: counts)
    }

    init(ascending indices: [UInt16], counts: [UInt32]) {
        self.indices = indices
        self.counts = counts
        // At most 25,600 counts of 32 bits: this cannot overflow.
        totalCount = counts.reduce(0) { $0 + UInt64($1) }
    }

    /// The histogram of these buckets, in any order.
    init(unsorted buckets: [UInt16]) {
        var indices: [UInt16] = []
        var counts: [UInt32] = []
        for bucket in buckets.sorted() {
            if bucket == indices.last {
                counts[counts.count - 1] &+= 1
            } else {
                indices.append(bucket)
                counts.append(1)
            }
        }
        self.init(ascending: indices, counts: counts)
    }

    /// The size of its buckets in memory in bytes, including overhead of the arrays and the allocator.
    var byteCount: Int {
        indices.isEmpty ? 0 : 2 * 48 + indices.count * (MemoryLayout<UInt16>.size + MemoryLayout<UInt32>.size)
    }

    /// Whether it is empty.
    public var isEmpty: Bool { indices.isEmpty }

    /// The value at `quantile` (0…1) in nanoseconds: the highest time of the bucket that contains it.
    ///
    /// - Returns: nil when the histogram is empty.
    public func nanoseconds(atQuantile quantile: Double) -> UInt64? {
        guard !isEmpty else { return nil }
        let rank = max(1, (min(max(quantile, 0), 1).nextDown * Double(totalCount)).rounded(.up))
        var below: UInt64 = 0
        for (index, count) in zip(indices, counts) {
            below += UInt64(count)
            if Double(below) >= rank { return TimeBuckets.highestNs(ofIndex: index) }
        }
        return longestNs
    }

    /// The highest time of the highest bucket in use, in nanoseconds; nil when the histogram is empty.
    public var longestNs: UInt64? { indices.last.map(TimeBuckets.highestNs(ofIndex:)) }

    /// Adds the values of another histogram. Counts saturate.
    public mutating func add(_ other: SparseHistogram) {
        guard !other.isEmpty else { return }
        guard !isEmpty else {
            self = other
            return
        }
        var merged: [UInt16] = []
        var sums: [UInt32] = []
        merged.reserveCapacity(indices.count + other.indices.count)
        sums.reserveCapacity(indices.count + other.indices.count)
        var mine = 0
        var theirs = 0
        while mine < indices.count || theirs < other.indices.count {
            let left = mine < indices.count ? indices[mine] : .max
            let right = theirs < other.indices.count ? other.indices[theirs] : .max
            merged.append(min(left, right))
            var sum: UInt32 = 0
            if left <= right {
                sum = counts[mine]
                mine += 1
            }
            if right <= left {
                let (total, overflow) = sum.addingReportingOverflow(other.counts[theirs])
                sum = overflow ? .max : total
                theirs += 1
            }
            sums.append(sum)
        }
        self = SparseHistogram(ascending: merged, counts: sums)
    }
}
