/// Non-overlapping ranges of a text that are already taken.
struct OccupiedRanges {
    /// In ascending order.
    private var ranges: [Range<Int>] = []

    /// Whether any of `range` is taken.
    func overlaps(_ range: Range<Int>) -> Bool {
        // Most ranges are added in order.
        guard let last = ranges.last, range.lowerBound < last.upperBound else { return false }
        let next = firstIndex(endingAfter: range.lowerBound)
        return next < ranges.count && ranges[next].lowerBound < range.upperBound
    }

    /// Takes `range`, which must be free.
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
