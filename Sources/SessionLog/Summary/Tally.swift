/// Counts by name; names past a limit are counted together as `(others)`.
struct Tally {
    private let limit: Int
    private var countByName: [String: UInt64] = [:]

    init(limit: Int) { self.limit = limit }

    mutating func add(_ name: String, _ count: UInt64 = 1) {
        let isKnown = countByName.count < limit || countByName[name] != nil
        countByName[isKnown ? name : "(others)", default: 0] &+= count
    }

    /// The counts, highest first.
    var counts: [LogSummary.Count] {
        countByName.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { LogSummary.Count(name: $0.key, count: $0.value) }
    }
}
