import Measurement
import Traffic

/// Holds gates against what a run came to.
struct GateEvaluation {
    let distributions: RunDistributions
    let soak: [RunSummary.SoakFinding]
    /// Requests finished within the duration, divided by it.
    let throughputRps: Double
    let durationSeconds: Double

    /// The verdict: an inconclusive gate fails a run only when `isStrict`.
    static func verdict(_ results: [RunSummary.GateResult], isStrict: Bool) -> RunSummary.Verdict {
        guard !results.isEmpty else { return .none }
        let fails = results.contains { $0.outcome == .failed || (isStrict && $0.outcome == .inconclusive) }
        return fails ? .fail : .pass
    }

    func result(of gate: Gate) -> RunSummary.GateResult {
        let (outcome, figure) =
            switch gate.subject {
            case .noLeak:
                soakOutcome(
                    ["memory", "threads", "open files", "metric"],
                    nothing:
                        "no process was watched, so memory is unknown (--watch-target, --watch-pid, --watch-metrics)")
            case .noDrift:
                soakOutcome(["latency", "failures"], nothing: "no endpoint has enough requests to see drift")
            case .noRegression: (.inconclusive, "only a comparison can tell: --baseline-target, or reprise compare")
            case .figure(let figure, let endpoint, let relation, let limit):
                comparison(figure, endpoint, relation, limit)
            }
        return RunSummary.GateResult(gate: gate.text, outcome: outcome, figure: figure)
    }

    private typealias Answer = (RunSummary.GateResult.Outcome, String)

    private func soakOutcome(_ kinds: Set<String>, nothing: String) -> Answer {
        let findings = soak.filter { kinds.contains($0.kind) }
        guard let first = findings.first else { return (.inconclusive, nothing) }
        if let worst = findings.first(where: { $0.verdict == .growing }) { return (.failed, worst.explanation) }
        if let open = findings.first(where: { $0.verdict == .inconclusive }) {
            return (.inconclusive, open.explanation)
        }
        return (.passed, findings.count == 1 ? first.explanation : "\(findings.count) series are stable")
    }

    private func comparison(
        _ figure: Gate.Figure, _ endpoint: String?, _ relation: Gate.Relation, _ limit: Double
    ) -> Answer {
        guard let group = group(endpoint) else { return (.inconclusive, "no request of \(endpoint ?? "") in the run") }
        let subject = endpoint.map { "(\($0))" } ?? ""
        switch figure {
        case .quantile(let quantile):
            let name = "p\(GateEvaluation.plain(quantile * 100))\(subject)"
            guard let value = group.times.milliseconds(atQuantile: quantile) else {
                return (.inconclusive, "\(name): nothing was answered")
            }
            let text = "\(name) = \(GateEvaluation.milliseconds(value))"
            guard !relation.holds(value, limit) else { return (.passed, text) }
            let beyond = Double(group.times.count) * (1 - quantile)
            guard beyond >= 1 else {
                return (.inconclusive, "\(text), but \(group.times.count) requests are too few for it")
            }
            return (.failed, text)
        case .mean, .max:
            let name = (figure == .mean ? "mean" : "max") + subject
            guard let value = figure == .mean ? group.times.meanMilliseconds : group.times.longestMilliseconds else {
                return (.inconclusive, "\(name): nothing was answered")
            }
            return (relation.holds(value, limit) ? .passed : .failed, "\(name) = \(GateEvaluation.milliseconds(value))")
        case .failureRatio:
            guard group.requests > 0 else { return (.inconclusive, "failures\(subject): nothing was sent") }
            let ratio = Double(group.failures) / Double(group.requests)
            let text = "failures\(subject) = \((ratio * 100).formatted(decimals: 3))% "
            return (
                relation.holds(ratio, limit) ? .passed : .failed, text + "(\(group.failures) of \(group.requests))"
            )
        case .failureCount:
            guard group.requests > 0 else { return (.inconclusive, "failures\(subject): nothing was sent") }
            return (
                relation.holds(Double(group.failures), limit) ? .passed : .failed,
                "failures\(subject) = \(group.failures) of \(group.requests)"
            )
        case .requestsPerSecond:
            guard durationSeconds > 0 else { return (.inconclusive, "rps\(subject): nothing was sent") }
            let value = endpoint == nil ? throughputRps : Double(group.requests) / durationSeconds
            let text = "rps\(subject) = \(value.formatted(decimals: 1)) requests/s"
            return (relation.holds(value, limit) ? .passed : .failed, text)
        }
    }

    /// The requests a gate is about; nil when an endpoint has none.
    private func group(_ endpoint: String?) -> (times: TimeDistribution, requests: UInt64, failures: UInt64)? {
        guard let endpoint else {
            return (distributions.response, distributions.counts.requests, distributions.counts.failures)
        }
        return distributions.endpoints.first { $0.label == endpoint }.map { ($0.sinceReady, $0.requests, $0.failures) }
    }

    /// `612 ms`, `1.25 ms`, `2.5 s`.
    static func milliseconds(_ value: Double) -> String {
        if value >= 10_000 { return "\((value / 1000).formatted(decimals: 2)) s" }
        return "\(value.formatted(decimals: value >= 100 ? 0 : value >= 10 ? 1 : 3)) ms"
    }

    /// A percentile without needless digits: `95`, `99.9`.
    static func plain(_ value: Double) -> String {
        var text = value.formatted(decimals: 4)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
