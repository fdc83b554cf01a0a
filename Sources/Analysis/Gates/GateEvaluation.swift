import Formats
import Measurement
import Traffic

/// Evaluates gates on a run without a scenario file.
struct GateEvaluation {
    let distributions: RunDistributions
    let soak: [SoakFinding]
    let record: RunRecord
    /// Requests answered within the duration, divided by the duration.
    let throughputRps: Double
    let durationSeconds: Double
    /// Whether the generator was too slow for the plan.
    let isSaturated: Bool
    let advisor: Advisor

    init(
        distributions: RunDistributions, soak: [SoakFinding], record: RunRecord, throughputRps: Double,
        durationSeconds: Double, isSaturated: Bool, advisor: Advisor
    ) {
        self.isSaturated = isSaturated
        self.distributions = distributions
        self.soak = soak
        self.record = record
        self.throughputRps = throughputRps
        self.durationSeconds = durationSeconds
        self.advisor = advisor
    }

    /// Prepares the evaluation of gates on a run.
    init(_ record: RunRecord, soak: [SoakFinding], isSaturated: Bool, advisor: Advisor) {
        let sums = RunDistributions(record)
        let seconds = GeneratorDelay.seconds(of: record)
        self.init(
            distributions: sums, soak: soak, record: record,
            throughputRps: seconds > 0 ? Double(sums.counts.answers) / seconds : 0, durationSeconds: seconds,
            isSaturated: isSaturated, advisor: advisor)
    }

    /// Reviews a failed gate by the part of the run that the generator did not delay, which this evaluates. The gate
    /// becomes inconclusive if it passes there, or if there is no such part. A number of failures can only grow: what
    /// exceeds its limit in a part exceeds it in the whole run.
    func doubting(_ result: GateResult, of gate: Criterion) -> GateResult {
        guard !gate.canOnlyGrow else { return result }
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

    func result(of gate: Criterion) -> GateResult {
        GateResult(gate: gate.text, answer(to: gate))
    }

    private func answer(to gate: Criterion) -> GateAnswer {
        if let reason = gate.needsScenario { return GateAnswer(.inconclusive, reason) }
        switch gate.figure {
        case .noLeak:
            return soak.outcome(of: .noLeak)
                ?? GateAnswer(
                    .inconclusive, advisor.adding(.watchTarget, to: "no process was watched, so memory is unknown"))
        case .noDrift:
            return soak.outcome(of: .noDrift)
                ?? GateAnswer(.inconclusive, "no endpoint has enough requests to detect drift")
        case .noRegression:
            return GateAnswer(.inconclusive, advisor.adding(.compare, to: "only a comparison can decide this"))
        case .sessions:
            guard let most = record.description.end?.peakConcurrentSessions, let comparison = gate.comparison else {
                return GateAnswer(.inconclusive, "the run has no recorded end, so its sessions are unknown")
            }
            return GateAnswer(holding: Double(most), comparison, "sessions = \(most) at once")
        case .before(let kinds): return record.firstResponses.judge(kinds, gate.comparison) { _ in true }
        default: break
        }
        switch gate.scope {
        case .each:
            let answers = distributions.endpoints.map { comparison(gate, endpoint: $0.label) }
            return answers.worst ?? GateAnswer(.inconclusive, "nothing was sent")
        case .named(let endpoint): return comparison(gate, endpoint: endpoint)
        case .run, .during, .after: return comparison(gate, endpoint: nil)
        }
    }

    /// The conditions that every judged run must meet, and those of the endpoints that its gates name; only those not
    /// met are returned.
    func basics(of record: RunRecord, gates: [Criterion]) -> [GateResult] {
        var results: [GateResult] = []
        let counts = distributions.counts
        let isAnswered = Double(counts.answers) >= RequestFigures.leastAnswered * Double(counts.requests)
        if counts.requests == 0 || !isAnswered {
            results.append(
                GateResult(
                    everyRun: "answered>=50%", outcome: .failed,
                    figure: counts.requests == 0
                        ? "no request was answered"
                        : GateEvaluation.share("answered", counts.answers, of: counts.requests)))
        } else if counts.failures == counts.requests {
            results.append(
                GateResult(
                    everyRun: "failures<100%", outcome: .failed,
                    figure: GateEvaluation.share("failures", counts.failures, of: counts.requests)))
        }
        if isAnswered { results += unanswered(gates) }
        let notices = RunNotices(record: record, counts: counts, backlog: nil)
        if let trouble = notices.trouble {
            results.append(GateResult(everyRun: "complete", outcome: trouble.outcome, figure: trouble.sentence))
        }
        return results
    }

    /// The endpoints named by gates to which most requests were not answered: latency gates cannot judge them, and the
    /// run fails.
    private func unanswered(_ gates: [Criterion]) -> [GateResult] {
        let isEach = gates.contains { $0.scope == .each }
        let named = Set(gates.compactMap(\.endpoint))
        return distributions.endpoints.compactMap { group in
            let answers = group.times[.turnaround].count
            guard isEach || named.contains(group.label), group.requests > 0,
                Double(answers) < RequestFigures.leastAnswered * Double(group.requests)
            else { return nil }
            return GateResult(
                everyRun: "\(group.label): answered>=50%", outcome: .failed,
                figure: GateEvaluation.share("answered", answers, of: group.requests))
        }
    }

    private func comparison(_ gate: Criterion, endpoint: String?) -> GateAnswer {
        guard let group = group(endpoint) else { return GateAnswer(.inconclusive, missing(endpoint ?? "")) }
        return group.judge(gate.figure, gate.comparison, subject: endpoint.map { "(\($0))" } ?? "")
    }

    /// All requests by response times, or those of an endpoint by turnarounds; nil if the endpoint has none.
    private func group(_ endpoint: String?) -> RequestFigures? {
        let seconds = durationSeconds > 0 ? durationSeconds : nil
        guard let endpoint else {
            let counts = distributions.counts
            var figures = RequestFigures(
                kind: .response, times: distributions.times[.response], service: distributions.times[.service],
                isSaturated: isSaturated, requests: counts.requests, failures: counts.failures,
                answers: counts.answers, responsesPerSecond: seconds.map { _ in throughputRps }, seconds: seconds,
                endings: endings(nil))
            if distributions.unanswered.count > 0 { figures.unanswered = distributions.unanswered }
            figures.generatorDelayMs = generatorDelayMs
            return figures
        }
        return distributions.endpoints.first { $0.label == endpoint }.map { group in
            let (times, service) = (group.times[.turnaround], group.times[.service])
            var figures = RequestFigures(
                kind: .turnaround, times: times, service: service, isSaturated: isSaturated,
                requests: group.requests, failures: group.failures, answers: times.count,
                responsesPerSecond: seconds.map { Double(times.count) / $0 }, seconds: seconds,
                endings: endings(endpoint))
            figures.generatorDelayMs = generatorDelayMs
            return figures
        }
    }

    private var generatorDelayMs: Double? {
        isSaturated
            ? record.generatorDelayMs(distributions.times[.sendLag], in: record.series.windows) : nil
    }

    /// How requests ended, over all or for an endpoint; nil if exact statuses were not recorded.
    private func endings(_ endpoint: String?) -> ResponseCounts? {
        guard !record.stretches.isEmpty else { return nil }
        return record.stretches.figures { key in
            endpoint.map { record.description.label(ofEndpoint: key.endpoint) == $0 } ?? true
        }.endings
    }

    private func missing(_ endpoint: String) -> String {
        let place = record.description.endpoints.firstIndex(of: endpoint) ?? 0
        return record.description.label(ofEndpoint: place) == endpoint || place == 0
            ? "no request of \(endpoint) in the run"
            : "\(endpoint) has no separate figures: the run has too many endpoints"
    }

    /// `failures = 2.000% (20 of 1000)`.
    static func share(_ name: String, _ count: UInt64, of total: UInt64) -> String {
        let ratio = Double(count) / Double(max(total, 1))
        return "\(name) = \((ratio * 100).formatted(decimals: 3))% (\(count) of \(total))"
    }

    /// `612 ms`, `1.25 ms`, `2.5 s`.
    ///
    /// - Parameter limit: in milliseconds; a value that only nearly reaches it has more decimals, to look different.
    static func milliseconds(_ value: Double, besideLimit limit: Double? = nil) -> String {
        if value >= 10_000 { return "\(text(value / 1000, decimals: 2, besideLimit: limit.map { $0 / 1000 })) s" }
        return "\(text(value, decimals: value >= 100 ? 0 : value >= 10 ? 1 : 3, besideLimit: limit)) ms"
    }

    /// A number with at least `decimals` digits after the point, and as many more as it takes to look different from a
    /// limit that it does not equal: `1.95` beside 2, not `2.0`.
    static func text(_ value: Double, decimals: Int, besideLimit limit: Double?) -> String {
        let text = value.formatted(decimals: decimals)
        guard let limit, value != limit, decimals < 9, text == limit.formatted(decimals: decimals) else { return text }
        return self.text(value, decimals: decimals + 1, besideLimit: limit)
    }

    /// A percentile without trailing zeros: `95`, `99.9`.
    static func plain(_ value: Double) -> String {
        var text = value.formatted(decimals: 4)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}

extension Criterion {

    /// Whether it fails for good as soon as enough requests have ended badly, whatever comes later: `failures<1`,
    /// `share(5xx)<=0%`.
    fileprivate var canOnlyGrow: Bool {
        guard let comparison, !comparison.relation.wantsMore else { return false }
        switch (figure, comparison.limit) {
        case (.failures, .number): return true
        case (.failures, .ratio(let limit)), (.share, .ratio(let limit)): return limit <= 0
        default: return false
        }
    }
}

extension GateResult {
    /// A condition of every judged run.
    fileprivate init(everyRun condition: String, outcome: Outcome, figure: String) {
        self.init(gate: "every run: \(condition)", outcome: outcome, figure: figure)
        isBuiltIn = true
    }
}

extension [GateResult] {
    /// The verdict: an inconclusive gate fails a run only when `isStrict`. A run passes if a gate passed, none failed,
    /// and the conditions of every run are met: an interrupted run proves nothing.
    public func verdict(isStrict: Bool) -> Verdict {
        guard !isEmpty else { return .none }
        if contains(where: { $0.outcome == .failed || (isStrict && $0.outcome == .inconclusive) }) { return .fail }
        let isOpen = contains { $0.isBuiltIn == true && $0.outcome == .inconclusive }
        return !isOpen && contains { $0.outcome == .passed } ? .pass : .inconclusive
    }
}

/// The soak tests that decide a gate together.
public enum SoakTest: Hashable, Sendable {
    case noLeak
    case noDrift
}

extension [SoakFinding] {
    /// The result of a test by its findings; nil if there are none.
    public func outcome(of test: SoakTest) -> GateAnswer? {
        let findings = filter { $0.kind.test == test }
        guard let first = findings.first else { return nil }
        if let worst = findings.first(where: { $0.verdict == .growing }) {
            return GateAnswer(.failed, worst.explanation)
        }
        if let open = findings.first(where: { $0.verdict == .inconclusive }) {
            return GateAnswer(.inconclusive, open.explanation)
        }
        return GateAnswer(.passed, findings.count == 1 ? first.explanation : "\(findings.count) series are stable")
    }
}
