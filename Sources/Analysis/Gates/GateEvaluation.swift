import Formats
import Measurement
import Traffic

/// Holds gates against what a run came to.
struct GateEvaluation {
    let distributions: RunDistributions
    let soak: [SoakFinding]
    let description: RunDescription
    /// Requests answered within the duration, divided by it.
    let throughputRps: Double
    let durationSeconds: Double
    let advisor: Advisor

    /// The share of requests that must have been answered for latencies to be judged by the answers.
    static let leastAnswered = 0.5

    /// The verdict: an inconclusive gate fails a run only when `isStrict`.
    static func verdict(_ results: [GateResult], isStrict: Bool) -> Verdict {
        guard !results.isEmpty else { return .none }
        let fails = results.contains { $0.outcome == .failed || (isStrict && $0.outcome == .inconclusive) }
        return fails ? .fail : .pass
    }

    func result(of gate: Gate) -> GateResult {
        let (outcome, figure) =
            switch gate.subject {
            case .noLeak:
                soakOutcome(
                    gate.subject,
                    nothing: advisor.adding(.watchTarget, to: "no process was watched, so memory is unknown"))
            case .noDrift: soakOutcome(gate.subject, nothing: "no endpoint has enough requests to see drift")
            case .noRegression: (.inconclusive, advisor.adding(.compare, to: "only a comparison can tell"))
            case .figure(let figure, let endpoint, let relation, let limit):
                comparison(figure, endpoint, relation, limit)
            }
        return GateResult(gate: gate.text, outcome: outcome, figure: figure)
    }

    /// What a run must be like for its gates to mean anything; only what is not so is told.
    func basics(of record: RunRecord) -> [GateResult] {
        var results: [GateResult] = []
        let counts = distributions.counts
        let isAnswered = Double(counts.answers) >= GateEvaluation.leastAnswered * Double(counts.requests)
        if counts.requests == 0 || !isAnswered {
            results.append(
                GateResult(
                    gate: "answered>=50%", outcome: .failed,
                    figure: counts.requests == 0
                        ? "no request was answered"
                        : GateEvaluation.share("answered", counts.answers, of: counts.requests)))
        } else if counts.failures == counts.requests {
            results.append(
                GateResult(
                    gate: "failures<100%", outcome: .failed,
                    figure: GateEvaluation.share("failures", counts.failures, of: counts.requests)))
        }
        let notices = RunNotices(record: record, counts: counts, backlog: nil)
        if let trouble = notices.trouble {
            results.append(GateResult(gate: "complete", outcome: trouble.outcome, figure: trouble.sentence))
        }
        return results
    }

    private typealias Answer = (GateResult.Outcome, String)

    private func soakOutcome(_ gate: Gate.Subject, nothing: String) -> Answer {
        let findings = soak.filter { $0.kind.gate == gate }
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
        guard let group = group(endpoint) else { return (.inconclusive, missing(endpoint ?? "")) }
        let subject = endpoint.map { "(\($0))" } ?? ""
        switch figure {
        case .quantile(let quantile):
            let name = "p\(GateEvaluation.plain(quantile * 100))\(subject)"
            let answer = latency(name, group, group.times.milliseconds(atQuantile: quantile), relation, limit)
            let beyond = Double(group.times.count) * (1 - quantile)
            guard answer.0 == .failed, beyond < 1 else { return answer }
            let count = Plural.text(group.times.count, "answer is", "answers are")
            return (.inconclusive, "\(answer.1), but \(count) too few for it")
        case .mean: return latency("mean\(subject)", group, group.times.meanMs, relation, limit)
        case .max: return latency("max\(subject)", group, group.times.longestMs, relation, limit)
        case .failureRatio, .answeredRatio:
            let (name, count) = figure == .failureRatio ? ("failures", group.failures) : ("answered", group.answers)
            guard group.requests > 0 else { return (.inconclusive, "\(name)\(subject): nothing was sent") }
            return (
                relation.holds(Double(count) / Double(group.requests), limit) ? .passed : .failed,
                GateEvaluation.share(name + subject, count, of: group.requests)
            )
        case .failureCount:
            guard group.requests > 0 else { return (.inconclusive, "failures\(subject): nothing was sent") }
            return (
                relation.holds(Double(group.failures), limit) ? .passed : .failed,
                "failures\(subject) = \(group.failures) of \(group.requests)"
            )
        case .requestsPerSecond:
            guard durationSeconds > 0 else { return (.inconclusive, "rps\(subject): nothing was sent") }
            let value = endpoint == nil ? throughputRps : Double(group.answers) / durationSeconds
            let text = "rps\(subject) = \(value.formatted(decimals: 1)) requests/s"
            return (relation.holds(value, limit) ? .passed : .failed, text)
        }
    }

    /// A latency judges the requests that were answered; where most were not, it tells nothing of the target.
    private func latency(
        _ name: String, _ group: Group, _ value: Double?, _ relation: Gate.Relation, _ limit: Double
    ) -> Answer {
        guard group.requests > 0 else { return (.inconclusive, "\(name): nothing was sent") }
        guard let value, group.answers > 0 else {
            return (
                .inconclusive, "\(name): none of \(Plural.text(group.requests, "request", "requests")) was answered"
            )
        }
        let text = "\(name) = \(GateEvaluation.milliseconds(value)) \(group.kind.name)"
        guard Double(group.answers) >= GateEvaluation.leastAnswered * Double(group.requests) else {
            let share = "\(group.answers.grouped) of \(Plural.text(group.requests, "request", "requests"))"
            return (.inconclusive, "\(text), but only \(share) were answered")
        }
        return (relation.holds(value, limit) ? .passed : .failed, text)
    }

    /// The requests that a gate is about.
    private struct Group {
        let kind: TimeKind
        let times: TimeDistribution
        let requests: UInt64
        let failures: UInt64
        let answers: UInt64
    }

    /// All requests by response times, or those of an endpoint by turnarounds; nil when that has none.
    private func group(_ endpoint: String?) -> Group? {
        guard let endpoint else {
            let counts = distributions.counts
            return Group(
                kind: .response, times: distributions.times[.response], requests: counts.requests,
                failures: counts.failures, answers: counts.answers)
        }
        return distributions.endpoints.first { $0.label == endpoint }.map { group in
            let times = group.times[.turnaround]
            return Group(
                kind: .turnaround, times: times, requests: group.requests, failures: group.failures,
                answers: times.count)
        }
    }

    private func missing(_ endpoint: String) -> String {
        let place = description.endpoints.firstIndex(of: endpoint) ?? 0
        return description.label(ofEndpoint: place) == endpoint || place == 0
            ? "no request of \(endpoint) in the run"
            : "\(endpoint) has no figures of its own: the run has too many endpoints"
    }

    /// `failures = 2.000% (20 of 1000)`.
    static func share(_ name: String, _ count: UInt64, of total: UInt64) -> String {
        let ratio = Double(count) / Double(max(total, 1))
        return "\(name) = \((ratio * 100).formatted(decimals: 3))% (\(count) of \(total))"
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
