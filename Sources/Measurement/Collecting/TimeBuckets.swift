/// The bucket layout of all time histograms: that of HdrHistogram with three significant digits, from 0.256 µs to 73
/// minutes.
///
/// A bucket's width is at most 0.1 % of its value, or 256 ns where that is more. There are 25,600 buckets, so that an
/// index fits in 16 bits and a dense histogram of 32-bit counts takes 100 KiB. Longer times are counted in the last
/// bucket.
public enum TimeBuckets {
    /// Number of buckets.
    public static let count = 25 << halfMagnitude
    /// The longest time that has its own bucket, in nanoseconds.
    public static let longestNs: UInt64 = 1 << 42 - 1
    /// HdrHistogram's `lowestDiscernibleValue`, in nanoseconds.
    public static let lowestNs: UInt64 = 1 << 8

    static let unitMagnitude = 8
    static let halfMagnitude = 10
    static let mask = UInt64((2 << halfMagnitude) - 1) << unitMagnitude

    /// The bucket of a time; negative times count as 0.
    @inline(__always)
    public static func index(ofNs nanoseconds: Int64) -> UInt16 {
        let value = min(UInt64(max(nanoseconds, 0)), longestNs)
        let magnitude = 64 - unitMagnitude - halfMagnitude - 1 - (value | mask).leadingZeroBitCount
        let offset = Int(truncatingIfNeeded: value >> UInt64(magnitude + unitMagnitude))
        return UInt16(truncatingIfNeeded: (magnitude << halfMagnitude) + offset)
    }

    /// The lowest time of a bucket, in nanoseconds.
    public static func lowestNs(ofIndex index: UInt16) -> UInt64 {
        let (magnitude, offset) = parts(of: index)
        return UInt64(offset) << UInt64(magnitude + unitMagnitude)
    }

    /// The highest time of a bucket, in nanoseconds.
    public static func highestNs(ofIndex index: UInt16) -> UInt64 {
        let (magnitude, offset) = parts(of: index)
        return UInt64(offset + 1) << UInt64(magnitude + unitMagnitude) - 1
    }

    /// The middle of a bucket, in nanoseconds.
    public static func middleNs(ofIndex index: UInt16) -> Double {
        let lowest = lowestNs(ofIndex: index)
        return (Double(lowest) + Double(highestNs(ofIndex: index) + 1)) / 2
    }

    /// Magnitude 0 has 2048 linear steps; each higher magnitude has only the upper 1024, because the lower ones are
    /// already covered.
    private static func parts(of index: UInt16) -> (magnitude: Int, offset: Int) {
        precondition(index < count, "a bucket of the layout")
        let index = Int(index)
        guard index >= 2 << halfMagnitude else { return (0, index) }
        let magnitude = index >> halfMagnitude - 1
        return (magnitude, index - magnitude << halfMagnitude)
    }
}
