import Formats
public import Measurement
import Traffic

/// Requests that are judged together: those of a run, of an endpoint, or of a part of a run.
public struct RequestFigures: Sendable {
    /// The kind of time that is judged.
    public var kind: TimeKind
    /// Those times.
    public var times: TimeDistribution
    /// The times that requests had taken when the run's end cut them off: each would have taken at least that long. Nil
    /// if there are none.
    public var unanswered: TimeDistribution?
    /// Their service times.
    public var service: TimeDistribution
    /// Whether the generator was too slow for the plan.
    public var isSaturated: Bool
    /// The most that the generator's own lateness can have added to one of the times, in milliseconds; nil if unknown.
    public var generatorDelayMs: Double?
    /// Finished requests, without those cut off by the run's end.
    public var requests: UInt64
    /// The number of those that failed.
    public var failures: UInt64
    /// The number of those that were answered, as expected or not.
    public var answers: UInt64
    /// Answered requests per second; nil if the time is unknown.
    public var responsesPerSecond: Double?
    /// The time in which they were scheduled; nil if unknown.
    public var seconds: Double?
    /// How they ended; nil if exact statuses are unknown.
    public var endings: ResponseCounts?

    /// See the properties for the meaning of each parameter.
    public init(
        kind: TimeKind, times: TimeDistribution, service: TimeDistribution, isSaturated: Bool, requests: UInt64,
        failures: UInt64, answers: UInt64, responsesPerSecond: Double?, seconds: Double? = nil,
        endings: ResponseCounts? = nil
    ) {
        self.service = service
        self.isSaturated = isSaturated
        self.kind = kind
        self.times = times
        self.requests = requests
        self.failures = failures
        self.answers = answers
        self.responsesPerSecond = responsesPerSecond
        self.seconds = seconds
        self.endings = endings
    }

    /// The least share of answered requests with which latencies can be judged.
    static let leastAnswered = 0.5

    /// Compares a figure of the requests with its limit.
    ///
    /// - Parameters:
    ///   - figure: a figure of requests; see ``Criterion/Figure/isOfRequests``.
    ///   - comparison: nil for no limit; the result is then inconclusive.
    ///   - subject: the requests, written after the figure's name: `(GET /items)`; empty for a whole run.
    /// - Returns: whether the limit is met, and the figure with its unit.
    public func judge(
        _ figure: Criterion.Figure, _ comparison: Criterion.Comparison?, subject: String = ""
    ) -> GateAnswer {
        guard let comparison else { return GateAnswer(.inconclusive, "there is no limit") }
        switch figure {
        case .quantile(let quantile):
            let name = "p\(GateEvaluation.plain(quantile * 100))\(subject)"
            let answer = latency(name, comparison) { $0.milliseconds(atQuantile: quantile) }
            let beyond = Double(times.count &+ (unanswered?.count ?? 0)) * (1 - quantile)
            guard answer.outcome == .failed, beyond < 1 else { return answer }
            let waiting = unanswered?.count ?? 0
            let count =
                waiting > 0
                ? Plural.text(times.count &+ waiting, "request is", "requests are")
                : Plural.text(times.count, "response is", "responses are")
            return GateAnswer(.inconclusive, "\(answer.figure), but \(count) too few for it")
        case .mean: return latency("mean\(subject)", comparison, value: \.meanMs)
        case .longest: return latency("max\(subject)", comparison, value: \.longestMs)
        case .failures:
            if case .ratio = comparison.limit { return share("failures\(subject)", failures, comparison) }
            guard requests > 0 else { return GateAnswer(.inconclusive, "failures\(subject): no request finished") }
            return GateAnswer(holding: Double(failures), comparison, "failures\(subject) = \(failures) of \(requests)")
        case .answered: return share("answered\(subject)", answers, comparison)
        case .requestRate(let kinds) where kinds.isEmpty: return rate("rps\(subject)", responsesPerSecond, comparison)
        case .requestRate(let kinds):
            guard let endings else { return Self.withoutStatuses }
            let count = Double(endings.count(of: kinds))
            return rate(
                "rps\(subject) of \(kinds.text)", seconds.flatMap { $0 > 0 ? count / $0 : nil }, comparison)
        case .share(let kinds):
            guard let endings else { return Self.withoutStatuses }
            return share("share of \(kinds.text)\(subject)", endings.count(of: kinds), comparison)
        default: return GateAnswer(.inconclusive, "not measured in this run")
        }
    }

    private static let withoutStatuses = GateAnswer(.inconclusive, "this run did not record exact statuses")

    /// Compares the share of `count` among the requests with a limit 0…1.
    private func share(_ name: String, _ count: UInt64, _ comparison: Criterion.Comparison) -> GateAnswer {
        guard requests > 0 else { return GateAnswer(.inconclusive, "\(name): no request finished") }
        return GateAnswer(
            holding: Double(count) / Double(requests), comparison, GateEvaluation.share(name, count, of: requests))
    }

    /// Compares a rate per second with a limit.
    private func rate(_ name: String, _ value: Double?, _ comparison: Criterion.Comparison) -> GateAnswer {
        guard let value else { return GateAnswer(.inconclusive, "\(name): no request finished") }
        let text = GateEvaluation.text(value, decimals: 1, besideLimit: comparison.limit.value)
        return GateAnswer(holding: value, comparison, "\(name) = \(text) requests/s")
    }

    /// Latency is judged by answered requests; if most were not answered, it says nothing about the target.
    private func latency(
        _ name: String, _ comparison: Criterion.Comparison, value figure: (TimeDistribution) -> Double?
    ) -> GateAnswer {
        if let missed = missedByUnanswered(name, comparison, value: figure) { return missed }
        guard requests > 0 else { return GateAnswer(.inconclusive, "\(name): no request finished") }
        guard let value = figure(times), answers > 0 else {
            return GateAnswer(
                .inconclusive, "\(name): none of \(Plural.text(requests, "request", "requests")) was answered")
        }
        let shown = GateEvaluation.milliseconds(value, besideLimit: comparison.limit.value)
        let text = "\(name) = \(shown) \(kind.name)"
        guard Double(answers) >= Self.leastAnswered * Double(requests) else {
            let share = "\(answers.grouped) of \(Plural.text(requests, "request", "requests"))"
            return GateAnswer(.inconclusive, "\(text), but only \(share) were answered")
        }
        let answer = GateAnswer(holding: value, comparison, text)
        guard answer.outcome == .failed else { return answer }
        // A generator that was too slow for the plan sent late, but the service times are valid.
        if isDueToGenerator(value, comparison), let own = figure(service), comparison.holds(own) {
            return GateAnswer(
                .inconclusive,
                "\(text), but the generator was too slow for the plan: service time \(GateEvaluation.milliseconds(own))"
            )
        }
        return answer
    }

    /// The result if the answered requests meet a limit, but not together with those without a response at the run's
    /// end: a target that stops answering has no slow responses. Nil otherwise.
    private func missedByUnanswered(
        _ name: String, _ comparison: Criterion.Comparison, value figure: (TimeDistribution) -> Double?
    ) -> GateAnswer? {
        guard let unanswered, !comparison.relation.wantsMore else { return nil }
        if let value = figure(times), !comparison.holds(value) { return nil }
        var all = times
        all.add(unanswered)
        guard let least = figure(all), !comparison.holds(least) else { return nil }
        var answer = GateAnswer(
            holding: least, comparison,
            "\(name) ≥ \(GateEvaluation.milliseconds(least)) \(kind.name): \(Plural.text(unanswered.count, "request", "requests")) "
                + "without a response when the run ended")
        if isDueToGenerator(least, comparison) { answer.outcome = .inconclusive }
        return answer
    }

    /// Whether a generator that was too slow for the plan can be the reason that a limit is missed.
    private func isDueToGenerator(_ value: Double, _ comparison: Criterion.Comparison) -> Bool {
        guard isSaturated else { return false }
        guard let generatorDelayMs, !comparison.relation.wantsMore else { return true }
        return comparison.holds(max(0, value - generatorDelayMs))
    }
}
