public import Analysis
import Formats
public import Measurement
import Traffic

/// Ends a run in which too many requests fail.
public struct FailureLimit: Sendable {
    /// The share of requests that may fail, from 0 to 1.
    public let ratio: Double
    private let advisor: Advisor
    /// The fewest requests for which a ratio is meaningful.
    static let fewestRequests: UInt64 = 100

    /// A limit at `ratio`, from 0 to 1; `advisor` names the option that sets it.
    public init(ratio: Double, advisor: Advisor = .silent) {
        self.ratio = ratio
        self.advisor = advisor
    }

    /// Whether the run must end.
    public func isReached(_ progress: RunProgress) -> Bool {
        progress.requests >= FailureLimit.fewestRequests
            && Double(progress.failures) > ratio * Double(progress.requests)
    }

    /// Why it ended, for the report.
    public var reason: String {
        advisor.adding(
            .raiseFailureLimit, to: "more than \((ratio * 100).formatted(decimals: 1)) % of its requests had failed")
    }
}
