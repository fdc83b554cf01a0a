import Formats
import Histogram
public import Measurement

/// A distribution of times merged from many windows: an HdrHistogram with the layout of `TimeBuckets`.
public struct TimeDistribution: Sendable {
    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: TimeBuckets.lowestNs, highestTrackableValue: TimeBuckets.longestNs,
        numberOfSignificantValueDigits: .three)
    /// The sum of the times' bucket middles in nanoseconds: the library's mean would iterate over all buckets.
    private var sumNs = 0.0

    /// No times yet.
    public init() {}

    /// Adds the times of a window.
    public mutating func add(_ window: SparseHistogram) {
        for (index, count) in zip(window.indices, window.counts) {
            histogram.record(TimeBuckets.lowestNs(ofIndex: index), count: UInt64(count))
            sumNs += TimeBuckets.middleNs(ofIndex: index) * Double(count)
        }
    }

    /// Adds another distribution, exactly.
    public mutating func add(_ other: TimeDistribution) {
        histogram.add(other.histogram)
        sumNs += other.sumNs
    }

    /// The number of times.
    public var count: UInt64 { histogram.totalCount }

    /// The time at a quantile (0…1); nil if there are none.
    public func milliseconds(atQuantile quantile: Double) -> Double? {
        guard count > 0 else { return nil }
        // The library records the longest time by its bucket's lowest value and stops there; the bucket's end is meant.
        let value = histogram.highestEquivalentForValue(histogram.valueAtPercentile(quantile * 100))
        return Nanoseconds.inMilliseconds(value)
    }

    /// The longest time; nil if there are none.
    public var longestMs: Double? { milliseconds(atQuantile: 1) }

    /// The mean; nil if there are none.
    public var meanMs: Double? { count > 0 ? Nanoseconds.inMilliseconds(sumNs / Double(count)) : nil }

    /// The figures for the summary; zeros if there are none.
    public var percentiles: Percentiles {
        let value = { milliseconds(atQuantile: $0) ?? 0 }
        var percentiles = Percentiles(
            p50: value(0.5), p90: value(0.9), p95: value(0.95), p99: value(0.99), p999: value(0.999), max: value(1),
            mean: meanMs ?? 0)
        percentiles.p75 = value(0.75)
        percentiles.p9999 = value(0.9999)
        percentiles.p50Interval = interval(ofQuantile: 0.5)
        percentiles.p95Interval = interval(ofQuantile: 0.95)
        percentiles.p99Interval = interval(ofQuantile: 0.99)
        return percentiles
    }

    /// The 90 % interval of a quantile: the values whose ranks a binomial count may have; nil if those ranks are
    /// outside the sample.
    func interval(ofQuantile quantile: Double) -> Percentiles.Interval? {
        let size = Double(count)
        guard size > 0 else { return nil }
        let reach = 1.645 * (quantile * (1 - quantile) / size).squareRoot()
        guard quantile - reach > 0, quantile + reach < 1, let low = milliseconds(atQuantile: quantile - reach),
            let high = milliseconds(atQuantile: quantile + reach)
        else { return nil }
        return Percentiles.Interval(low: low, high: high)
    }
}
