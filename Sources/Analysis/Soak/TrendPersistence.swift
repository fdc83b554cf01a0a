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
