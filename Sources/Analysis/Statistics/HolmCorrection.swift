/// Holm's step-down correction of many tests (1979): the chance of any false alarm stays at the level.
enum HolmCorrection {
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
