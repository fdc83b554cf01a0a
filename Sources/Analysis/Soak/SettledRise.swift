/// A rise to another level that ended during a run: a step, a cache that filled, a warm-up.
public struct SettledRise: Hashable, Sendable {
    /// The level at the end minus the one at the start.
    public var bytes: Double
    /// When most of it was over, in seconds since the run's start.
    public var second: Double

    /// The share of the rise that counts as most of it.
    private static let most = 0.75

    /// - Parameters:
    ///   - points: the figure over the run, with as little noise as possible
    ///   - swings: the part of each value that varies with the load or a cycle; empty if there is none
    ///   - least: the smallest relevant rise
    /// - Returns: nil if the end is not above the start by more than `least`.
    init?(of points: SoakSamples, without swings: [Double], least: Double) {
        let values = swings.isEmpty ? points.values : zip(points.values, swings).map(-)
        let count = values.count
        guard count >= MemoryTrend.leastPoints else { return nil }
        let start = Robust.median(values.prefix(max(2, count / 16)))
        let rise = Robust.median(values.suffix(count / 8 + 1)) - start
        guard rise > least else { return nil }
        let last = values.lastIndex { $0 < start + SettledRise.most * rise } ?? 0
        bytes = rise
        second = points.seconds[min(last + 1, count - 1)]
    }
}
