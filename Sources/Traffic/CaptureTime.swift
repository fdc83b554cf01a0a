/// A wall-clock instant on the wire, in nanoseconds since the Unix epoch (UTC).
public struct CaptureTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z; negative before it.
    public var nanoseconds: Int64

    /// An instant `nanoseconds` after the Unix epoch.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The whole second this instant falls in, since the Unix epoch, rounded towards minus infinity.
    public var second: Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Nanoseconds from `earlier` to this instant; wraps only over spans of more than 292 years.
    public func nanoseconds(since earlier: CaptureTime) -> Int64 { nanoseconds &- earlier.nanoseconds }

    public static func < (left: CaptureTime, right: CaptureTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
