internal import Formats
internal import Traffic

extension PlanOutline {
    /// The longest delay that a rate cap causes, in seconds: requests above the cap are sent later.
    ///
    /// - Parameter requestsPerSecond: the cap.
    /// - Returns: 0 when all requests fit; nil if the target's speed determines when requests are due.
    public func longestDelaySeconds(underCap requestsPerSecond: Double) -> Double? {
        guard !requestsOverTime.isEmpty, requestsPerSecond > 0 else { return nil }
        let fits = requestsPerSecond * Nanoseconds.inSeconds(rateStretchNs)
        var waiting = 0.0
        var longest = 0.0
        for due in requestsOverTime {
            waiting = max(0, waiting + Double(due) - fits)
            longest = max(longest, waiting)
        }
        // Requests due within the same stretch may all be due at the same time.
        return longest < 1 ? 0 : longest / requestsPerSecond
    }

    /// The mean rate of due requests, per second; nil if the target's speed determines it.
    public var meanRequestsPerSecond: Double? {
        guard !requestsOverTime.isEmpty else { return nil }
        return Double(requestsOverTime.reduce(0, +))
            / (Double(requestsOverTime.count) * Nanoseconds.inSeconds(rateStretchNs))
    }
}

extension ReplayPlan {
    /// The number of slots that start before the plan's end; all of them where the plan has no end.
    public var slotsThatBegin: Int {
        guard let end = options.duration?.wholeNanoseconds else { return slotCount }
        return (0..<slotCount).count { firstTurn(ofSlot: $0).map { $0.due.nanoseconds < end } ?? false }
    }
}
