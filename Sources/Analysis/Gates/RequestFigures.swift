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

    /// Requests; see the properties for the meaning of each.
    public init(
        kind: TimeKind, times: TimeDistribution, service: TimeDistribution, isSaturated: Bool, requests: UInt64,
        failures: UInt64, answers: UInt64, answersPerSecond: Double?
    ) {
        self.service = service
        self.isSaturated = isSaturated
        self.kind = kind
        self.times = times
        self.requests = requests
        self.failures = failures
        self.answers = answers
        self.answersPerSecond = answersPerSecond
    }

    /// The share of requests that must have been answered for latencies to be judged by the answers.
    static let leastAnswered = 0.5

    /// Holds a figure of them against its limit.
    ///
    /// - Parameters:
    ///   - limit: in the unit of the figure.
    ///   - subject: what the requests are, after the figure's name: `(GET /items)`; empty for a whole run.
    /// - Returns: whether it is kept, and the figure with its unit.
    public func judge(
        _ figure: Gate.Figure, _ relation: Gate.Relation, _ limit: Double, subject: String = ""
    ) -> GateAnswer {
        switch figure {
        case .quantile(let quantile):
            let name = "p\(GateEvaluation.plain(quantile * 100))\(subject)"
            let answer = latency(name, relation, limit) { $0.milliseconds(atQuantile: quantile) }
            let beyond = Double(times.count) * (1 - quantile)
            guard answer.outcome == .failed, beyond < 1 else { return answer }
            let count = Plural.text(times.count, "answer is", "answers are")
            return GateAnswer(.inconclusive, "\(answer.figure), but \(count) too few for it")
        case .mean: return latency("mean\(subject)", relation, limit, value: \.meanMs)
        case .max: return latency("max\(subject)", relation, limit, value: \.longestMs)
        case .failureRatio, .answeredRatio:
            let (name, count) = figure == .failureRatio ? ("failures", failures) : ("answered", answers)
            return share(name + subject, count, relation, limit)
        case .failureCount:
            guard requests > 0 else { return GateAnswer(.inconclusive, "failures\(subject): nothing was sent") }
            return GateAnswer(
                holding: Double(failures), relation, limit: limit, "failures\(subject) = \(failures) of \(requests)")
        case .requestsPerSecond: return rate("rps\(subject)", answersPerSecond, relation, limit)
        }
    }

    /// Holds the part of them that `count` is against a limit 0…1.
    public func share(
        _ name: String, _ count: UInt64, _ relation: Gate.Relation, _ limit: Double
    ) -> GateAnswer {
        guard requests > 0 else { return GateAnswer(.inconclusive, "\(name): nothing was sent") }
        return GateAnswer(
            holding: Double(count) / Double(requests), relation, limit: limit,
            GateEvaluation.share(name, count, of: requests))
    }

    /// Holds a rate a second against a limit; nil where it is not known.
    public func rate(
        _ name: String, _ value: Double?, _ relation: Gate.Relation, _ limit: Double
    ) -> GateAnswer {
        guard let value else { return GateAnswer(.inconclusive, "\(name): nothing was sent") }
        return GateAnswer(
            holding: value, relation, limit: limit, "\(name) = \(value.formatted(decimals: 1)) requests/s")
    }

    /// A latency judges the requests that were answered; where most were not, it tells nothing of the target.
    private func latency(
        _ name: String, _ relation: Gate.Relation, _ limit: Double, value figure: (TimeDistribution) -> Double?
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
        let answer = GateAnswer(holding: value, relation, limit: limit, text)
        guard answer.outcome == .failed else { return answer }
        // A generator that was too slow for the plan sent late; what the target took is known all the same.
        if isSaturated, let own = figure(service), relation.holds(own, limit) {
            return GateAnswer(
                .inconclusive,
                "\(text), but the generator was too slow for the plan: service time \(GateEvaluation.milliseconds(own))"
            )
        }
        return answer
    }
}
