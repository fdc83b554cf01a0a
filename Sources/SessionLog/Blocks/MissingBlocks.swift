/// The sequence numbers that a walk has skipped without finding their blocks.
struct MissingBlocks {
    private static let maximumRanges = 1024
    private var ranges: [Range<UInt64>] = []
    /// Whether no range was left out because of the limit.
    private(set) var isComplete = true

    /// Adds numbers, which must be above all numbers added before.
    mutating func add(_ range: Range<UInt64>) {
        guard ranges.count < MissingBlocks.maximumRanges else {
            isComplete = false
            return
        }
        ranges.append(range)
    }

    /// Whether a number is missing.
    func contains(_ number: UInt64) -> Bool { ranges.contains { $0.contains(number) } }

    /// Removes a number; returns whether it was missing.
    mutating func remove(_ number: UInt64) -> Bool {
        guard let place = ranges.firstIndex(where: { $0.contains(number) }) else { return false }
        let range = ranges[place]
        let rest = [range.lowerBound..<number, number + 1..<range.upperBound].filter { !$0.isEmpty }
        ranges.replaceSubrange(place...place, with: rest)
        return true
    }
}
