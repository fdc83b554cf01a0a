/// Holm's step-down correction of many tests (1979): the chance of any false alarm stays at the level.
enum HolmCorrection {
    /// For each value, the number of tests that it is corrected for: the smallest one for all, the next for one fewer, and so on.
    static func multipliers(_ values: [Double]) -> [Int] {
        var multipliers = [Int](repeating: 1, count: values.count)
        for (rank, place) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
            multipliers[place] = values.count - rank
        }
        return multipliers
    }

    /// The p-values corrected, in the order given.
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
