import Formats
public import Measurement

/// The Application Performance Index (Apdex Technical Specification 1.1): the share of satisfied requests, with
/// tolerated ones counted half.
///
/// Requests answered within T are satisfied, those within 4 T tolerated. All failures are frustrated. Since it is not
/// recorded which times belong to failed responses, the fastest ones are assumed to: if there are failures, the index
/// is a lower bound.
public struct Apdex: Codable, Hashable, Sendable {
    /// T, in milliseconds.
    public let thresholdMs: Double
    /// Finished requests.
    public let requests: UInt64
    /// Answered within T without failure.
    public let satisfied: UInt64
    /// Answered within 4 T without failure.
    public let tolerated: UInt64
    /// Whether failed responses make the index a lower bound.
    public let isLowerBound: Bool

    /// The index, 0…1.
    public var score: Double { (Double(satisfied) + Double(tolerated) / 2) / Double(requests) }

    /// The index of a run by its response times; nil if no request finished.
    ///
    /// - Parameter thresholdMs: T, above 0.
    public init?(of record: RunRecord, thresholdMs: Double) {
        let counts = record.series.totals
        guard counts.requests > 0, thresholdMs > 0 else { return nil }
        var (fast, slow): (UInt64, UInt64) = (0, 0)
        for window in record.series.windows {
            for (index, count) in zip(window.times[.response].indices, window.times[.response].counts) {
                let time = Nanoseconds.inMilliseconds(TimeBuckets.middleNs(ofIndex: index))
                if time <= thresholdMs {
                    fast &+= UInt64(count)
                } else if time <= 4 * thresholdMs {
                    slow &+= UInt64(count)
                }
            }
        }
        let failed = Fate.allCases.reduce(UInt64(0)) { $1.isFailure && $1.isAnswer ? $0 &+ counts[$1] : $0 }
        let fromFast = min(failed, fast)
        self.thresholdMs = thresholdMs
        requests = counts.requests
        satisfied = fast - fromFast
        tolerated = slow - min(failed - fromFast, slow)
        isLowerBound = failed > 0
    }

    /// The specification's rating for the score.
    public var rating: String {
        switch score {
        case 0.94...: "excellent"
        case 0.85..<0.94: "good"
        case 0.7..<0.85: "fair"
        case 0.5..<0.7: "poor"
        default: "unacceptable"
        }
    }
}
