public import Analysis
import Formats
public import Plan
import Traffic

/// What a plan cannot do within the limits that it is given: told before anything is sent.
public enum PlanLimits {
    /// - Parameters:
    ///   - rate: the cap on requests a second; nil for none.
    ///   - maxBehind: how late a clone may be before it is ended.
    ///   - advisor: names the options that would help.
    /// - Returns: a sentence for each limit that does not fit.
    public static func warnings(
        _ plan: ReplayPlan, _ outline: PlanOutline, rate: Double?, maxBehind: Duration, advisor: Advisor = .silent
    ) -> [String] {
        var warnings: [String] = []
        if let rate, let delay = outline.longestDelaySeconds(underCap: rate), delay >= 0.1 {
            let asked = outline.meanRequestsPerSecond ?? 0
            var text =
                "the cap of \(rate.formatted(decimals: rate < 10 ? 1 : 0))/s is less than the plan asks for "
                + "(\(asked.formatted(decimals: asked < 10 ? 1 : 0))/s on average): it makes requests up to "
                + "\(delay.formatted(decimals: 1)) s late, not the target"
            if delay > maxBehind.seconds {
                text += ", and ends sessions that are more than \(maxBehind.seconds.formatted(decimals: 1)) s late"
            }
            warnings.append(advisor.adding(.raiseRateLimit, to: text))
        }
        let begun = plan.slotsThatBegin
        if case .slots = plan.options.population, begun < plan.slotCount {
            warnings.append(
                advisor.adding(
                    .startAllSlots, to: "only \(begun) of \(plan.slotCount) slots start within the time of the run"))
        }
        return warnings
    }
}
