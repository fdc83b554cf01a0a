import Formats
public import Measurement
import Traffic

/// Requests that are judged together: those of a run, of an endpoint, or of a stretch of a run.
public struct RequestFigures: Sendable {
    /// Which of their times are judged.
    public var kind: TimeKind
    /// Those times.
    public var times: TimeDistribution
    /// What the target took for them.
    public var service: TimeDistribution
    /// Whether the generator was too slow for the plan.
    public var isSaturated: Bool
    /// Requests that ended, without those that the run's end cut off.
    public var requests: UInt64
    /// Those among them that failed.
    public var failures: UInt64
    /// Those among them that were answered, as expected or not.
    public var answers: UInt64
    /// Answers a second; nil where the time is not known.
    public var answersPerSecond: Double?
    /// The time in which they were scheduled; nil where it is not known.
    public var seconds: Double?
    /// How they ended; nil where exact statuses are not known.
    public var endings: AnswerCounts?

    /// Requests; see the properties for the meaning of each.
    public init(
        kind: TimeKind, times: TimeDistribution, service: TimeDistribution, isSaturated: Bool, requests: UInt64,
        failures: UInt64, answers: UInt64, answersPerSecond: Double?, seconds: Double? = nil,
        endings: AnswerCounts? = nil
    ) {
        self.service = service
        self.isSaturated = isSaturated
        self.kind = kind
        self.times = times
        self.requests = requests
        self.failures = failures
        self.answers = answers
        self.answersPerSecond = answersPerSecond
        self.seconds = seconds
        self.endings = endings
    }

    /// The share of requests that must have been answered for latencies to be judged by the answers.
    static let leastAnswered = 0.5

    /// Holds a figure of them against its limit.
    ///
    /// - Parameters:
    ///   - figure: one of requests; see ``Criterion/Figure/isOfRequests``
    ///   - comparison: nil for no limit, which tells nothing
    ///   - subject: what the requests are, after the figure's name: `(GET /items)`; empty for a whole run
    /// - Returns: whether it is kept, and the figure with its unit
    public func judge(
        _ figure: Criterion.Figure, _ comparison: Criterion.Comparison?, subject: String = ""
    ) -> GateAnswer {
        guard let comparison else { return GateAnswer(.inconclusive, "there is no limit") }
        switch figure {
        case .quantile(let quantile):
            let name = "p\(GateEvaluation.plain(quantile * 100))\(subject)"
            let answer = latency(name, comparison) { $0.milliseconds(atQuantile: quantile) }
            let beyond = Double(times.count) * (1 - quantile)
            guard answer.outcome == .failed, beyond < 1 else { return answer }
            let count = Plural.text(times.count, "answer is", "answers are")
            return GateAnswer(.inconclusive, "\(answer.figure), but \(count) too few for it")
        case .mean: return latency("mean\(subject)", comparison, value: \.meanMs)
        case .longest: return latency("max\(subject)", comparison, value: \.longestMs)
        case .failures:
            if case .ratio = comparison.limit { return share("failures\(subject)", failures, comparison) }
            guard requests > 0 else { return GateAnswer(.inconclusive, "failures\(subject): nothing was sent") }
            return GateAnswer(holding: Double(failures), comparison, "failures\(subject) = \(failures) of \(requests)")
        case .answered: return share("answered\(subject)", answers, comparison)
        case .requestRate(let kinds) where kinds.isEmpty: return rate("rps\(subject)", answersPerSecond, comparison)
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

    private static let withoutStatuses = GateAnswer(.inconclusive, "this run was not told apart by exact statuses")

    /// Holds the part of them that `count` is against a limit 0…1.
    private func share(_ name: String, _ count: UInt64, _ comparison: Criterion.Comparison) -> GateAnswer {
        guard requests > 0 else { return GateAnswer(.inconclusive, "\(name): nothing was sent") }
        return GateAnswer(
            holding: Double(count) / Double(requests), comparison, GateEvaluation.share(name, count, of: requests))
    }

    /// Holds a rate a second against a limit.
    private func rate(_ name: String, _ value: Double?, _ comparison: Criterion.Comparison) -> GateAnswer {
        guard let value else { return GateAnswer(.inconclusive, "\(name): nothing was sent") }
        return GateAnswer(holding: value, comparison, "\(name) = \(value.formatted(decimals: 1)) requests/s")
    }

    /// A latency judges the requests that were answered; where most were not, it tells nothing of the target.
    private func latency(
        _ name: String, _ comparison: Criterion.Comparison, value figure: (TimeDistribution) -> Double?
    ) -> GateAnswer {
        guard requests > 0 else { return GateAnswer(.inconclusive, "\(name): nothing was sent") }
        guard let value = figure(times), answers > 0 else {
            return GateAnswer(
                .inconclusive, "\(name): none of \(Plural.text(requests, "request", "requests")) was answered")
        }
        let text = "\(name) = \(GateEvaluation.milliseconds(value)) \(kind.name)"
        guard Double(answers) >= Self.leastAnswered * Double(requests) else {
            let share = "\(answers.grouped) of \(Plural.text(requests, "request", "requests"))"
            return GateAnswer(.inconclusive, "\(text), but only \(share) were answered")
        }
        let answer = GateAnswer(holding: value, comparison, text)
        guard answer.outcome == .failed else { return answer }
        // A generator that was too slow for the plan sent late; what the target took is known all the same.
        if isSaturated, let own = figure(service), comparison.holds(own) {
            return GateAnswer(
                .inconclusive,
                "\(text), but the generator was too slow for the plan: service time \(GateEvaluation.milliseconds(own))"
            )
        }
        return answer
    }
}
