import Formats

/// A wall-clock instant on the wire, in nanoseconds since the Unix epoch (UTC).
public struct CaptureTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z; negative before it.
    public var nanoseconds: Int64

    /// An instant `nanoseconds` after the Unix epoch.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The Unix epoch.
    public static let epoch = CaptureTime(nanoseconds: 0)
    /// Before every other instant.
    public static let distantPast = CaptureTime(nanoseconds: .min)
    /// After every other instant.
    public static let distantFuture = CaptureTime(nanoseconds: .max)

    /// Seconds since the Unix epoch.
    public var seconds: Double { Nanoseconds.inSeconds(nanoseconds) }

    /// The second that contains this instant, since the Unix epoch, rounded towards minus infinity.
    public var second: Int64 { Nanoseconds.wholeSeconds(nanoseconds) }

    /// Nanoseconds from `earlier` to this instant; wraps only over spans of more than 292 years.
    public func nanoseconds(since earlier: CaptureTime) -> Int64 { nanoseconds &- earlier.nanoseconds }

    /// The instant `ns` nanoseconds later.
    public func advanced(byNs ns: Int64) -> CaptureTime { CaptureTime(nanoseconds: nanoseconds.addingClamped(ns)) }

    /// The instant `duration` after `time`; clamped at 292 years from the epoch.
    public static func + (time: CaptureTime, duration: Duration) -> CaptureTime {
        time.advanced(byNs: duration.wholeNanoseconds)
    }

    /// The instant `duration` before `time`; clamped likewise.
    public static func - (time: CaptureTime, duration: Duration) -> CaptureTime {
        time.advanced(byNs: Int64(0).subtractingClamped(duration.wholeNanoseconds))
    }

    /// The time from `earlier` to `later`.
    public static func - (later: CaptureTime, earlier: CaptureTime) -> Duration {
        .nanoseconds(later.nanoseconds(since: earlier))
    }

    /// By time.
    public static func < (left: CaptureTime, right: CaptureTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
