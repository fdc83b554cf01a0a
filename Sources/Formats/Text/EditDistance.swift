/// The distance between two names, to find the intended one for a misspelt name.
public enum EditDistance {
    /// The number of characters to add, remove, replace or swap with their neighbour to turn one text into the other,
    /// ignoring case: the optimal string alignment distance (Damerau 1964).
    ///
    /// - Parameter longest: the maximum characters compared; the time grows with its square.
    public static func between(_ left: String, _ right: String, longest: Int) -> Int {
        let left = Array(left.lowercased().prefix(longest))
        let right = Array(right.lowercased().prefix(longest))
        var (before, row) = ([Int](), Array(0...right.count))
        for (place, character) in left.enumerated() {
            var next = [place + 1]
            for (column, other) in right.enumerated() {
                var cost = min(row[column + 1] + 1, next[column] + 1, row[column] + (character == other ? 0 : 1))
                if place > 0, column > 0, character == right[column - 1], left[place - 1] == other {
                    cost = min(cost, before[column - 1] + 1)
                }
                next.append(cost)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
