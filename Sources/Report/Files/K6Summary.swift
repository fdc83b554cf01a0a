public import Analysis
import Formats
public import Measurement
import Traffic

/// A run as the data that k6 passes to `handleSummary`: metrics with their values and thresholds, and checks.
///
/// `http_req_duration` is the service time, as k6 measures it; `response_time` is measured from when a request was due
/// by the plan, and has the gates on times. Times are milliseconds.
public struct K6Summary: Encodable, Sendable {
    private let metrics: [String: Metric]
    private let rootGroup: Group
    private let state: State

    private enum CodingKeys: String, CodingKey {
        case metrics
        case rootGroup = "root_group"
        case state
    }

    private struct Metric: Encodable {
        var type: String
        var contains: String
        var values: [String: Double]
        var thresholds: [String: Threshold]?
    }

    private struct Threshold: Encodable {
        var ok: Bool
    }

    private struct Group: Encodable {
        var name = ""
        var path = ""
        var groups: [String] = []
        var checks: [Check]
    }

    private struct Check: Encodable {
        var name: String
        var path: String
        var passes: Int
        var fails: Int
    }

    private struct State: Encodable {
        var testRunDurationMs: Double
    }

    /// The summary of a run with its gates.
    public init(_ record: RunRecord, _ summary: RunSummary) {
        let figures = RunFigures(of: record)
        let seconds = figures.seconds
        let totals = record.series.totals
        let rate = { (count: Double) in seconds > 0 ? count / seconds : 0 }
        var metrics: [String: Metric] = [:]
        let trends: [(String, TimeKind)] = [
            ("http_req_duration", .service), ("http_req_connecting", .connect), ("response_time", .response),
            ("turnaround", .turnaround), ("send_lag", .sendLag), ("held", .held),
        ]
        for (name, kind) in trends {
            metrics[name] = Metric(type: "trend", contains: "time", values: K6Summary.values(figures.times(kind)))
        }
        metrics["http_reqs"] = Metric(
            type: "counter", contains: "default",
            values: ["count": Double(totals.requests), "rate": rate(Double(totals.requests))])
        metrics["http_req_failed"] = Metric(
            type: "rate", contains: "default",
            values: [
                "rate": totals.requests > 0 ? Double(totals.failures) / Double(totals.requests) : 0,
                "passes": Double(totals.failures), "fails": Double(totals.requests - totals.failures),
            ])
        let completed = Double(summary.sessions.completed)
        metrics["iterations"] = Metric(
            type: "counter", contains: "default", values: ["count": completed, "rate": rate(completed)])
        let peak = Double(summary.sessions.peakConcurrent)
        metrics["vus_max"] = Metric(
            type: "gauge", contains: "default", values: ["value": peak, "min": 0, "max": peak])
        for (name, bytes) in [("data_sent", totals.requestBytes), ("data_received", totals.responseBytes)] {
            metrics[name] = Metric(
                type: "counter", contains: "data", values: ["count": Double(bytes), "rate": rate(Double(bytes))])
        }
        for gate in summary.gates {
            guard let name = K6Summary.metric(of: gate) else { continue }
            var thresholds = metrics[name]?.thresholds ?? [:]
            thresholds[gate.gate.displayable] = Threshold(ok: gate.outcome == .passed)
            metrics[name]?.thresholds = thresholds
        }
        self.metrics = metrics
        rootGroup = Group(
            checks: summary.gates.map { gate in
                let name = gate.gate.displayable
                return Check(
                    name: name, path: "::\(name)", passes: gate.outcome == .passed ? 1 : 0,
                    fails: gate.outcome == .passed ? 0 : 1)
            })
        state = State(testRunDurationMs: seconds * 1000)
    }

    /// The metric of a run-wide gate; nil for gates without a counterpart in k6.
    private static func metric(of result: GateResult) -> String? {
        guard let gate = try? Criterion(parsing: result.gate), gate.scope == .run else { return nil }
        return switch gate.figure {
        case .quantile, .mean, .longest: "response_time"
        case .failures: "http_req_failed"
        case .requestRate(let kinds) where kinds.isEmpty: "http_reqs"
        default: nil
        }
    }

    private static func values(_ times: TimeDistribution) -> [String: Double] {
        let quantiles: [(String, Double)] = [
            ("min", 0), ("med", 0.5), ("p(90)", 0.9), ("p(95)", 0.95), ("p(99)", 0.99), ("max", 1),
        ]
        var values = ["avg": times.meanMs ?? 0]
        for (name, quantile) in quantiles { values[name] = times.milliseconds(atQuantile: quantile) ?? 0 }
        return values
    }
}
