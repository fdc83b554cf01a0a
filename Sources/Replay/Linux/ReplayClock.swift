internal import Traffic

/// What time it is for a replay: a test advances one by hand.
protocol ReplayClock: Sendable {
    /// Time since the run's start.
    var now: RunTime { get }
    /// Seconds since the Unix epoch: what tokens and cookies expire by.
    var epochSeconds: Int64 { get }
    /// Nanoseconds until `seconds` after the Unix epoch, at least none and at most a century.
    func nanoseconds(untilEpoch seconds: Int64) -> Int64
}

extension RunClock: ReplayClock {}
