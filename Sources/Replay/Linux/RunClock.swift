internal import CLinux
internal import Glibc
public import Traffic

/// The monotonic clock of a run: every thread of a run reads the same one.
public struct RunClock: Sendable {
    private let startNanoseconds: Int64

    /// A clock whose zero is `delay` nanoseconds from now.
    public init(startingIn delay: Int64 = 0) {
        startNanoseconds = RunClock.monotonicNanoseconds() + delay
    }

    /// Time since the run's start, negative before it (clock_gettime(2), `CLOCK_MONOTONIC`).
    public var now: RunTime {
        RunTime(nanoseconds: RunClock.monotonicNanoseconds() - startNanoseconds)
    }

    static func monotonicNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
