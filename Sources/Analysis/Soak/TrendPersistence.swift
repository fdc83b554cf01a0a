/// Checks whether a model's growth shows in the points themselves until the end.
struct TrendPersistence {
    private let values: [Double]
    private let progress: [Double]

    /// - Parameter progress: the progress of the run at each point, 0…1, ascending.
    init(_ values: [Double], progress: [Double]) {
        self.values = values
        self.progress = progress
    }

    /// The pace of the last half, extrapolated to the whole run, without the part that varies with the load or a cycle.
    func lastHalf(without swings: [Double]) -> Double {
        slope(TrendPersistence.values(values, without: swings), from: 0.5, to: 1) ?? 0
    }

    /// Whether the values no longer grow at the end: those of the last quarter are within a small part of what a growth
    /// of `whole` over the run adds in that time.
    func isFlatAtEnd(_ whole: Double, without swings: [Double]) -> Bool {
        guard let start = progress.firstIndex(where: { $0 >= 1 - TrendPersistence.end }), progress.count - start >= 4
        else { return false }
        let last = TrendPersistence.values(values, without: swings)[start...]
        guard let low = last.min(), let high = last.max() else { return false }
        return high - low < TrendPersistence.flat * TrendPersistence.end * whole
    }

    /// The share of the run that is its end.
    private static let end = 0.25
    /// The share of the expected growth that a flat end stays within.
    private static let flat = 0.15

    private static func values(_ values: [Double], without part: [Double]) -> [Double] {
        part.isEmpty ? values : zip(values, part).map(-)
    }

    private func slope(_ values: [Double], from: Double, to: Double) -> Double? {
        let start = progress.firstIndex { $0 >= from } ?? 0
        let end = progress.lastIndex { $0 <= to } ?? start
        guard end - start >= 2 else { return nil }
        return Robust.slope(progress[start...end], values[start...end])
    }
}
