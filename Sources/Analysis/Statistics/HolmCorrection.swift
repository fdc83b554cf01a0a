/// Holm's step-down correction for multiple tests (1979), which keeps the probability of any false alarm at the level.
enum HolmCorrection {
    /// For each value, the number of tests that it is corrected for: all for the smallest one, one fewer for the next,
    /// and so on.
    static func multipliers(_ values: [Double]) -> [Int] {
        var multipliers = [Int](repeating: 1, count: values.count)
        for (rank, place) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
            multipliers[place] = values.count - rank
        }
        return multipliers
    }

    /// The corrected p-values, in the given order.
    static func adjusted(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var adjusted = values
        var least = 0.0
        for (rank, place) in order.enumerated() {
            least = max(least, min(1, values[place] * Double(values.count - rank)))
            adjusted[place] = least
        }
        return adjusted
    }
}
