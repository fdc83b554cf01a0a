import Histogram
public import Measurement

/// A distribution of times merged from many windows: an HdrHistogram of `TimeBuckets`' layout.
public struct TimeDistribution: Sendable {
    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: TimeBuckets.lowestNanoseconds, highestTrackableValue: TimeBuckets.longestNanoseconds,
        numberOfSignificantValueDigits: .three)

    /// No times yet.
    public init() {}

    /// Adds the times of a window.
    public mutating func add(_ window: SparseHistogram) {
        for (index, count) in zip(window.indices, window.counts) {
            histogram.record(TimeBuckets.lowestNanoseconds(ofIndex: index), count: UInt64(count))
        }
    }

    /// Times in it.
    public var count: UInt64 { histogram.totalCount }

    /// The time at or below which a share (0…1) of the times lies; nil of none.
    public func milliseconds(atQuantile quantile: Double) -> Double? {
        guard count > 0 else { return nil }
        // The longest time was noted by its bucket's lowest, so the library stops there; its bucket's end is meant.
        let value = histogram.highestEquivalentForValue(histogram.valueAtPercentile(quantile * 100))
        return Double(value) / 1e6
    }

    /// The longest; nil of none.
    public var longestMilliseconds: Double? { milliseconds(atQuantile: 1) }

    /// The mean; nil of none.
    public var meanMilliseconds: Double? { count > 0 ? histogram.mean / 1e6 : nil }

    /// What the summary tells of it; zeros of none.
    public var percentiles: RunSummary.Percentiles {
        let value = { milliseconds(atQuantile: $0) ?? 0 }
        return RunSummary.Percentiles(
            p50: value(0.5), p90: value(0.9), p95: value(0.95), p99: value(0.99), p999: value(0.999), max: value(1),
            mean: meanMilliseconds ?? 0)
    }
}
