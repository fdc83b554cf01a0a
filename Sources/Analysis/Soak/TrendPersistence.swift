/// Whether a growth that a model sees is there in the points themselves, from start to end.
struct TrendPersistence {
    private let values: [Double]
    private let progress: [Double]

    /// - Parameter progress: how far the run is at each point, 0…1, ascending.
    init(_ values: [Double], progress: [Double]) {
        self.values = values
        self.progress = progress
    }

    /// Whether every third of what is left from the trend's onset on rises, as it is and without the model's steps, and the last
    /// half by a third of the growth's pace; what goes up and down with the load is left out.
    func persists(growth: Double, without model: TrendModels.Model) -> Bool {
        let values = TrendPersistence.values(values, without: model.loadPart)
        var level = values
        for (step, height) in zip(model.steps, model.stepHeights) {
            for place in step..<level.count { level[place] -= height }
        }
        let rest = 1 - model.onset
        let at = { (share: Double) in model.onset + rest * share }
        for values in [values, level] {
            for third in 0..<3 {
                let rise = slope(values, from: at(Double(third) / 3), to: at(Double(third + 1) / 3))
                guard rise ?? 1 > 0 else { return false }
            }
        }
        return (slope(values, from: at(0.5), to: 1) ?? 0) * rest > 0.35 * growth
    }

    /// The pace of the last half, as growth over a whole run, without what the model puts down to the load.
    func lastHalf(without model: TrendModels.Model) -> Double {
        slope(TrendPersistence.values(values, without: model.loadPart), from: 0.5, to: 1) ?? 0
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
