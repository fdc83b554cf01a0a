import Formats
import Plan
import Traffic

/// What a plan cannot do within the limits that it is given: told before anything is sent.
enum PlanLimits {
    /// - Parameters:
    ///   - rate: the cap on requests a second; nil for none.
    ///   - maxBehind: how late a clone may be before it is ended.
    /// - Returns: a sentence for each limit that does not fit.
    static func warnings(_ plan: ReplayPlan, _ outline: PlanOutline, rate: Double?, maxBehind: Duration) -> [String] {
        var warnings: [String] = []
        if let rate, let delay = outline.longestDelaySeconds(underCap: rate), delay >= 0.1 {
            let asked = outline.meanRequestsPerSecond ?? 0
            var text =
                "--rate \(rate.formatted(decimals: rate < 10 ? 1 : 0))/s is less than the plan asks for "
                + "(\(asked.formatted(decimals: asked < 10 ? 1 : 0))/s on average): the cap makes requests up to "
                + "\(delay.formatted(decimals: 1)) s late, not the target"
            if delay > maxBehind.seconds {
                text += ", and ends sessions that are more than --max-behind late"
            }
            warnings.append(text)
        }
        let begun = plan.slotsThatBegin
        if case .slots = plan.options.population, begun < plan.slotCount {
            warnings.append(
                "only \(begun) of \(plan.slotCount) slots start within --for: a longer --for, or a shorter --ramp, "
                    + "starts them all")
        }
        return warnings
    }
}
