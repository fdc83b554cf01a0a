/// Ranges of a text that are spoken for, none of which overlap.
struct OccupiedRanges {
    /// In the order in which they are.
    private var ranges: [Range<Int>] = []

    /// Whether any of `range` is taken.
    func overlaps(_ range: Range<Int>) -> Bool {
        // Most come one after the other.
        guard let last = ranges.last, range.lowerBound < last.upperBound else { return false }
        let next = firstIndex(endingAfter: range.lowerBound)
        return next < ranges.count && ranges[next].lowerBound < range.upperBound
    }

    /// Takes `range`, of which nothing is taken yet.
    mutating func insert(_ range: Range<Int>) {
        ranges.insert(range, at: firstIndex(endingAfter: range.lowerBound))
    }

    private func firstIndex(endingAfter position: Int) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound > position { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
