public import Analysis
import Formats
import Measurement
import Traffic

/// The summary format of common load-test scripts: one flat object with snake-case keys.
///
/// `status` is only ever `PASS` or `FAIL`: a run that was not judged has not passed, so it is `FAIL`, and `verdict` is
/// `NONE`.
public struct LoadTestSummary: Encodable, Sendable {
    private let testDate: String
    private let maxUsers: Int
    private let durationSeconds: Double
    private let totalRequests: Int
    private let failedRequests: Int
    private let failureRate: Double
    private let percentiles: Times
    private let throughputRps: Double
    private let bottlenecks: [String]
    private let status: String
    private let verdict: String
    private let name: String

    private struct Times: Encodable {
        var p50, p90, p95, p99, max: Double
    }

    private enum CodingKeys: String, CodingKey {
        case testDate = "test_date"
        case maxUsers = "max_users"
        case durationSeconds = "duration_seconds"
        case totalRequests = "total_requests"
        case failedRequests = "failed_requests"
        case failureRate = "failure_rate"
        case percentiles
        case throughputRps = "throughput_rps"
        case bottlenecks, status, verdict, name
    }

    /// The summary of a campaign, ramps included.
    public init(_ content: CampaignContent) {
        let summaries = content.parts.flatMap { part in part.runs.map { (part.result.name, $0.summary) } }
        let found = summaries.flatMap { name, summary in
            (summary.bottlenecks ?? []).map { "\(name): \(LoadTestSummary.text($0))" }
        }
        self.init(
            name: content.result.name, startedAt: content.result.startedAt, verdict: content.result.verdict,
            users: content.peakSessions, seconds: content.seconds, requests: content.requests,
            failures: content.failures, answers: summaries.reduce(0) { $0 + $1.1.throughputRps * $1.1.durationSeconds },
            times: content.responseTimes, bottlenecks: found)
    }

    /// The summary of a run.
    ///
    /// - Parameter startedAt: in seconds since 1970.
    public init(_ summary: RunSummary, name: String, startedAt: Double) {
        self.init(
            name: name, startedAt: startedAt, verdict: summary.verdict, users: summary.sessions.peakConcurrent,
            seconds: summary.durationSeconds, requests: Double(summary.requests), failures: Double(summary.failures),
            answers: summary.throughputRps * summary.durationSeconds, times: summary.times.percentiles(.response),
            bottlenecks: (summary.bottlenecks ?? []).map(LoadTestSummary.text))
    }

    private init(
        name: String, startedAt: Double, verdict: Verdict, users: Int, seconds: Double, requests: Double,
        failures: Double, answers: Double, times: Percentiles, bottlenecks: [String]
    ) {
        self.name = name.displayable
        testDate = UTCDateTime(secondsSinceEpoch: startedAt).map { $0.zonelessText + "Z" } ?? ""
        maxUsers = users
        durationSeconds = seconds
        totalRequests = Int(min(max(requests, 0), 1e15))
        failedRequests = Int(min(max(failures, 0), 1e15))
        failureRate = requests > 0 ? failures / requests : 0
        percentiles = Times(p50: times.p50, p90: times.p90, p95: times.p95, p99: times.p99, max: times.max)
        throughputRps = seconds > 0 ? answers / seconds : 0
        self.bottlenecks = bottlenecks.map(\.displayable)
        status = verdict == .pass ? "PASS" : "FAIL"
        self.verdict = verdict.rawValue
    }

    private static func text(_ bottleneck: Bottleneck) -> String {
        ([bottleneck.finding] + bottleneck.figures).joined(separator: "; ")
    }
}
