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
    /// Whether the generator was too slow for the plan.
    let isSaturated: Bool
    let advisor: Advisor

    init(
        distributions: RunDistributions, soak: [SoakFinding], description: RunDescription, throughputRps: Double,
        durationSeconds: Double, isSaturated: Bool, advisor: Advisor
    ) {
        self.isSaturated = isSaturated
        self.distributions = distributions
        self.soak = soak
        self.description = description
        self.throughputRps = throughputRps
        self.durationSeconds = durationSeconds
        self.advisor = advisor
    }

    /// What gates make of a run by its windows, however many of them there are.
    init(_ record: RunRecord, soak: [SoakFinding], isSaturated: Bool, advisor: Advisor) {
        let sums = RunDistributions(record)
        let seconds = GeneratorDelay.seconds(of: record)
        self.init(
            distributions: sums, soak: soak, description: record.description,
            throughputRps: seconds > 0 ? Double(sums.counts.answers) / seconds : 0, durationSeconds: seconds,
            isSaturated: isSaturated, advisor: advisor)
    }

    /// The verdict: an inconclusive gate fails a run only when `isStrict`.
    static func verdict(_ results: [GateResult], isStrict: Bool) -> Verdict {
        guard !results.isEmpty else { return .none }
        let fails = results.contains { $0.outcome == .failed || (isStrict && $0.outcome == .inconclusive) }
        return fails ? .fail : .pass
    }

    /// A gate that failed, held against the part of a run that the generator did not delay, which this evaluates: the target
    /// is not blamed for what it met there, nor where there is no such part.
    func doubting(_ result: GateResult, of gate: Gate) -> GateResult {
        let own = self.result(of: gate)
        switch own.outcome {
        case .failed: return result
        case .passed:
            return GateResult(
                gate: result.gate, outcome: .inconclusive,
                figure: "\(result.figure); \(own.figure) without the seconds that the generator delayed")
        case .inconclusive:
            return GateResult(
                gate: result.gate, outcome: .inconclusive,
                figure: "\(result.figure), but the generator itself caused the delay")
        }
    }

    func result(of gate: Gate) -> GateResult {
        let answer =
            switch gate.subject {
            case .noLeak:
                soakOutcome(
                    gate.subject,
                    nothing: advisor.adding(.watchTarget, to: "no process was watched, so memory is unknown"))
            case .noDrift: soakOutcome(gate.subject, nothing: "no endpoint has enough requests to see drift")
            case .noRegression:
                GateAnswer(.inconclusive, advisor.adding(.compare, to: "only a comparison can decide this"))
            case .figure(let figure, let endpoint, let relation, let limit):
                comparison(figure, endpoint, relation, limit)
            }
        return GateResult(gate: gate.text, answer)
    }

    /// What a run must be like for its gates to mean anything; only what is not so is told.
    func basics(of record: RunRecord) -> [GateResult] {
        var results: [GateResult] = []
        let counts = distributions.counts
        let isAnswered = Double(counts.answers) >= RequestFigures.leastAnswered * Double(counts.requests)
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

    private func soakOutcome(_ gate: Gate.Subject, nothing: String) -> GateAnswer {
        soak.outcome(of: gate) ?? GateAnswer(.inconclusive, nothing)
    }

    private func comparison(
        _ figure: Gate.Figure, _ endpoint: String?, _ relation: Gate.Relation, _ limit: Double
    ) -> GateAnswer {
        guard let group = group(endpoint) else { return GateAnswer(.inconclusive, missing(endpoint ?? "")) }
        return group.judge(figure, relation, limit, subject: endpoint.map { "(\($0))" } ?? "")
    }

    /// All requests by response times, or those of an endpoint by turnarounds; nil when that has none.
    private func group(_ endpoint: String?) -> RequestFigures? {
        guard let endpoint else {
            let counts = distributions.counts
            return RequestFigures(
                kind: .response, times: distributions.times[.response], service: distributions.times[.service],
                isSaturated: isSaturated, requests: counts.requests, failures: counts.failures,
                answers: counts.answers, answersPerSecond: durationSeconds > 0 ? throughputRps : nil)
        }
        return distributions.endpoints.first { $0.label == endpoint }.map { group in
            let (times, service) = (group.times[.turnaround], group.times[.service])
            return RequestFigures(
                kind: .turnaround, times: times, service: service, isSaturated: isSaturated,
                requests: group.requests, failures: group.failures, answers: times.count,
                answersPerSecond: durationSeconds > 0 ? Double(times.count) / durationSeconds : nil)
        }
    }

    private func missing(_ endpoint: String) -> String {
        let place = description.endpoints.firstIndex(of: endpoint) ?? 0
        return description.label(ofEndpoint: place) == endpoint || place == 0
            ? "no request of \(endpoint) in the run"
            : "\(endpoint) has no separate figures: the run has too many endpoints"
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

extension [SoakFinding] {
    /// What the findings of a test, `no-leak` or `no-drift`, come to; nil when there is none of it.
    public func outcome(of test: Gate.Subject) -> GateAnswer? {
        let findings = filter { $0.kind.gate == test }
        guard let first = findings.first else { return nil }
        if let worst = findings.first(where: { $0.verdict == .growing }) {
            return GateAnswer(.failed, worst.explanation)
        }
        if let open = findings.first(where: { $0.verdict == .inconclusive }) {
            return GateAnswer(.inconclusive, open.explanation)
        }
        return GateAnswer(
            .passed, findings.count == 1 ? first.explanation : "\(findings.count) series are stable")
    }
}
