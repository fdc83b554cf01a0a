import Formats

/// An instant of a replay, in nanoseconds of the monotonic clock since the run's start.
public struct RunTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since the run's start.
    public var nanoseconds: Int64

    /// An instant `nanoseconds` after the run's start.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Before every other instant.
    public static let distantPast = RunTime(nanoseconds: .min)
    /// Later than any other.
    public static let distantFuture = RunTime(nanoseconds: .max)
    /// The run's start.
    public static let zero = RunTime(nanoseconds: 0)

    /// Seconds since the run's start.
    public var seconds: Double { Nanoseconds.inSeconds(nanoseconds) }

    /// Nanoseconds from `earlier` to this instant.
    public func nanoseconds(since earlier: RunTime) -> Int64 { nanoseconds &- earlier.nanoseconds }

    /// The instant `ns` nanoseconds later; for hot paths, as a `Duration` costs a 128-bit division.
    public func advanced(byNs ns: Int64) -> RunTime { RunTime(nanoseconds: nanoseconds.addingClamped(ns)) }

    /// The instant `duration` after `time`; clamped at 292 years.
    public static func + (time: RunTime, duration: Duration) -> RunTime {
        time.advanced(byNs: duration.wholeNanoseconds)
    }

    /// The instant `duration` before `time`; clamped likewise.
    public static func - (time: RunTime, duration: Duration) -> RunTime {
        time.advanced(byNs: Int64(0).subtractingClamped(duration.wholeNanoseconds))
    }

    /// The time from `earlier` to `later`.
    public static func - (later: RunTime, earlier: RunTime) -> Duration {
        .nanoseconds(later.nanoseconds(since: earlier))
    }

    /// By time.
    public static func < (left: RunTime, right: RunTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
