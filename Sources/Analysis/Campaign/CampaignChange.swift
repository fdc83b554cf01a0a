import Formats

/// A figure of a scenario in this campaign and in an earlier one.
public struct CampaignChange: Hashable, Sendable {
    /// The figure compared.
    public enum Figure: String, Hashable, Sendable, CaseIterable {
        case verdict
        case capacity
        case score
        /// The worst of all judged phases.
        case p95 = "p95, worst phase"
        case failures = "failed requests"
        /// The best phase.
        case throughput = "responses per second, best phase"
    }

    /// The scenario.
    public var scenario: String
    /// The figure compared.
    public var figure: Figure
    /// The earlier value, with its unit.
    public var before: String
    /// The present value.
    public var now: String
    /// How much it changed, as a share of the earlier value; nil if one is not a number, or the earlier was 0.
    public var ratio: Double?
    /// Whether it changed for the worse.
    public var isWorse: Bool?

    /// The differences between two campaigns in their common scenarios. The figures have no intervals, so small
    /// differences mean nothing.
    ///
    /// - Returns: only figures that differ.
    public static func all(from earlier: CampaignResult, to present: CampaignResult) -> [CampaignChange] {
        present.scenarios.flatMap { scenario -> [CampaignChange] in
            guard let other = earlier.scenarios.first(where: { $0.name == scenario.name }) else { return [] }
            return Figure.allCases.compactMap { change(of: $0, other, scenario) }.filter { $0.before != $0.now }
        }
    }

    /// Whether two campaigns have a scenario in common.
    public static func canCompare(_ earlier: CampaignResult, with present: CampaignResult) -> Bool {
        let names = Set(earlier.scenarios.map(\.name))
        return present.scenarios.contains { names.contains($0.name) }
    }

    private static func change(of figure: Figure, _ old: ScenarioResult, _ new: ScenarioResult) -> CampaignChange? {
        switch figure {
        case .verdict:
            return CampaignChange(
                scenario: new.name, figure: figure, before: old.verdict.rawValue, now: new.verdict.rawValue, ratio: nil,
                isWorse: new.verdict == .fail ? true : old.verdict == .fail ? false : nil)
        case .capacity:
            return number(
                figure, new.name, old.capacity.map(Double.init), new.capacity.map(Double.init), moreIsWorse: false
            ) {
                CampaignAssessment.whole($0).grouped
            }
        case .score:
            return number(figure, new.name, old.score, new.score, moreIsWorse: false) {
                "\($0.formatted(decimals: 0)) %"
            }
        case .p95:
            return number(figure, new.name, old.worstP95, new.worstP95, moreIsWorse: true) {
                "\($0.formatted(decimals: $0 < 100 ? 1 : 0)) ms"
            }
        case .failures:
            return number(figure, new.name, old.failureRatio, new.failureRatio, moreIsWorse: true) {
                CampaignAssessment.percent($0)
            }
        case .throughput:
            return number(figure, new.name, old.bestThroughput, new.bestThroughput, moreIsWorse: false) {
                "\($0.formatted(decimals: $0 < 100 ? 1 : 0))/s"
            }
        }
    }

    private static func number(
        _ figure: Figure, _ scenario: String, _ old: Double?, _ new: Double?, moreIsWorse: Bool,
        _ text: (Double) -> String
    ) -> CampaignChange? {
        guard let old, let new else { return nil }
        return CampaignChange(
            scenario: scenario, figure: figure, before: text(old), now: text(new),
            ratio: old > 0 ? new / old - 1 : nil, isWorse: new == old ? nil : (new > old) == moreIsWorse)
    }
}

extension ScenarioResult {
    fileprivate var judgedPhases: [PhaseResult] { phases.filter { $0.isJudged && $0.requests > 0 } }
    fileprivate var worstP95: Double? { judgedPhases.map(\.responseTimeMs.p95).max() }
    fileprivate var bestThroughput: Double? { judgedPhases.map(\.throughputRps).max() }
    fileprivate var failureRatio: Double? {
        let requests = judgedPhases.reduce(0) { $0 + Double($1.requests) }
        return requests > 0 ? judgedPhases.reduce(0) { $0 + Double($1.failures) } / requests : nil
    }
}
