/// An instant of a replay, in nanoseconds of the monotonic clock since the run's start.
public struct RunTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since the run's start.
    public var nanoseconds: Int64

    /// An instant `nanoseconds` after the run's start.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The run's start.
    public static let zero = RunTime(nanoseconds: 0)

    /// Nanoseconds from `earlier` to this instant.
    public func nanoseconds(since earlier: RunTime) -> Int64 { nanoseconds &- earlier.nanoseconds }

    public static func < (left: RunTime, right: RunTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
