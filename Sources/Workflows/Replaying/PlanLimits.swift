public import Analysis
import Formats
public import Plan
import Traffic

/// Warnings about a plan that does not fit its limits, before anything is sent.
public enum PlanLimits {
    /// The limits of the machine that a plan exceeds.
    ///
    /// - Parameters:
    ///   - rate: the cap on requests per second; nil for none.
    ///   - maxBehind: the lateness at which a clone is ended.
    ///   - advisor: names the options that would help.
    /// - Returns: a sentence for each limit that the plan does not fit.
    public static func warnings(
        _ plan: ReplayPlan, _ outline: PlanOutline, rate: Double?, maxBehind: Duration, advisor: Advisor = .silent
    ) -> [String] {
        var warnings: [String] = []
        if let rate, let delay = outline.longestDelaySeconds(underCap: rate), delay >= 0.1 {
            let asked = outline.meanRequestsPerSecond ?? 0
            var text =
                "the cap of \(rate.formatted(decimals: rate < 10 ? 1 : 0))/s is less than the plan needs "
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
