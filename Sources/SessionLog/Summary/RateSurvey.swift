import Formats

/// Exchanges begun per second, or per bucket of several seconds so that the log's span has at most 4,096 buckets.
struct RateSurvey {
    static let maximumBuckets: Int64 = 4096
    private let firstSecond: Int64
    private let secondsPerBucket: Int64
    private var counts: [UInt64]

    /// - Parameters:
    ///   - earliest: when the log's first exchange began, nanoseconds since the Unix epoch.
    ///   - latest: when its last ended.
    init(from earliest: Int64, to latest: Int64) {
        let isKnown = earliest <= latest
        firstSecond = isKnown ? Nanoseconds.wholeSeconds(earliest) : 0
        let seconds = isKnown ? Nanoseconds.wholeSeconds(latest) - firstSecond + 1 : 1
        secondsPerBucket = (seconds + RateSurvey.maximumBuckets - 1) / RateSurvey.maximumBuckets
        counts = [UInt64](repeating: 0, count: Int(seconds / secondsPerBucket) + 2)
    }

    mutating func add(_ began: Int64) {
        let bucket = (Nanoseconds.wholeSeconds(began) &- firstSecond) / secondsPerBucket
        counts[Int(min(max(bucket, 0), Int64(counts.count - 1)))] += 1
    }

    var summary: LogSummary.Rate {
        let busiest = counts.indices.max { counts[$0] < counts[$1] } ?? 0
        let used = counts.lastIndex { $0 > 0 }.map { $0 + 1 } ?? 0
        func start(_ bucket: Int) -> Int64 { (firstSecond + Int64(bucket) * secondsPerBucket) &* Nanoseconds.perSecond }
        return LogSummary.Rate(
            start: start(0), secondsPerBucket: secondsPerBucket, counts: Array(counts[..<used]),
            busiest: start(busiest), busiestPerSecond: Double(counts[busiest]) / Double(secondsPerBucket))
    }
}
