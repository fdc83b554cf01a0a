internal import Traffic

/// The clock of a replay; tests advance one manually.
protocol ReplayClock: Sendable {
    /// Time since the run's start.
    var now: RunTime { get }
    /// Seconds since the Unix epoch, by which tokens and cookies expire.
    var epochSeconds: Int64 { get }
    /// Nanoseconds until `seconds` after the Unix epoch, at least 0 and at most a century.
    func nanoseconds(untilEpoch seconds: Int64) -> Int64
}

extension RunClock: ReplayClock {}
