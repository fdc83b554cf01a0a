/// Counts the requests of a session that can be in flight at the same time.
enum Concurrency {
    /// The most exchanges that overlapped in the recording. No replay has more in flight: among any that may be sent
    /// together, none had ended before another began, and intervals that overlap pairwise have a common point.
    ///
    /// - Parameters:
    ///   - begins: when each exchange began, ascending.
    ///   - ends: when each ended; nil when no end was seen, so that it may last as long as the session.
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
