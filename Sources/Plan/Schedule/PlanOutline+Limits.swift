internal import Formats
internal import Traffic

extension PlanOutline {
    /// How late a cap on the rate makes requests at most, in seconds: what is due and does not fit goes later.
    ///
    /// - Parameter requestsPerSecond: the cap.
    /// - Returns: 0 when all fit; nil where the target's speed decides when requests are due.
    public func longestDelaySeconds(underCap requestsPerSecond: Double) -> Double? {
        guard !requestsOverTime.isEmpty, requestsPerSecond > 0 else { return nil }
        let fits = requestsPerSecond * Nanoseconds.inSeconds(rateStretchNs)
        var waiting = 0.0
        var longest = 0.0
        for due in requestsOverTime {
            waiting = max(0, waiting + Double(due) - fits)
            longest = max(longest, waiting)
        }
        // What is due within one stretch may be together in it.
        return longest < 1 ? 0 : longest / requestsPerSecond
    }

    /// The mean rate of what is due, in requests a second; nil where the target's speed decides it.
    public var meanRequestsPerSecond: Double? {
        guard !requestsOverTime.isEmpty else { return nil }
        return Double(requestsOverTime.reduce(0, +))
            / (Double(requestsOverTime.count) * Nanoseconds.inSeconds(rateStretchNs))
    }
}

extension ReplayPlan {
    /// How many slots begin before the plan's time is over; all of them where the plan has no end.
    public var slotsThatBegin: Int {
        guard let end = options.duration?.wholeNanoseconds else { return slotCount }
        return (0..<slotCount).count { firstTurn(ofSlot: $0).map { $0.due.nanoseconds < end } ?? false }
    }
}
