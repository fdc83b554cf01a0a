/// How many requests of a session can be under way at once.
enum Concurrency {
    /// The most exchanges that overlapped in the recording. No replay has more under way: of any that may go together, none
    /// had ended before another began, and spans that overlap pairwise overlap all at once.
    ///
    /// - Parameters:
    ///   - begins: when each exchange began, ascending.
    ///   - ends: when it ended; nil when no end was seen, and it may last as long as the session does.
    static func peak(begins: [Int64], ends: [Int64?]) -> Int {
        let sorted = ends.map { $0 ?? .max }.sorted()
        var ended = 0
        var peak = 0
        for (index, begin) in begins.enumerated() {
            while ended < sorted.count, sorted[ended] <= begin { ended += 1 }
            peak = max(peak, index + 1 - ended)
        }
        return peak
    }
}
