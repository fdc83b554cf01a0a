import Formats
import Measurement
import Traffic

/// `--max-failure-ratio`: ends a run that fails too often to be worth going on.
struct FailureLimit {
    /// The ratio that must not be passed.
    var ratio: Double
    /// Fewer requests say nothing about a ratio.
    static let fewestRequests: UInt64 = 100

    /// Whether the run is to end.
    func isReached(_ progress: RunProgress) -> Bool {
        progress.requests >= FailureLimit.fewestRequests
            && Double(progress.failures) > ratio * Double(progress.requests)
    }

    /// Why it ended, for the report.
    var reason: String {
        "more than \((ratio * 100).formatted(decimals: 1)) % of its requests had failed (--max-failure-ratio)"
    }
}
