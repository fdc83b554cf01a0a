internal import CLinux
internal import Formats
internal import Glibc
public import Traffic

/// The monotonic clock of a run, shared by all its threads.
public struct RunClock: Sendable {
    private let startNs: Int64

    /// A clock whose zero is `delay` from now.
    public init(startingIn delay: Duration = .zero) {
        startNs = RunClock.monotonicNs() + delay.wholeNanoseconds
    }

    /// Time since the run's start, negative before it (clock_gettime(2), `CLOCK_MONOTONIC`).
    public var now: RunTime {
        RunTime(nanoseconds: RunClock.monotonicNs() - startNs)
    }

    /// Seconds since the Unix epoch (time(2)), read on each call: the wall clock may be set, and advances while the
    /// machine is suspended.
    var epochSeconds: Int64 { Int64(time(nil)) }

    static func monotonicNs() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Nanoseconds.from(seconds: Int64(time.tv_sec), ticks: Int64(time.tv_nsec))
    }

    /// Nanoseconds until `seconds` after the Unix epoch, at least 0 and at most a century (clock_gettime(2),
    /// `CLOCK_REALTIME`).
    func nanoseconds(untilEpoch seconds: Int64) -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Int64(time.tv_sec)
        let left = min(max(seconds, now), now + 100 * 366 * 86_400) - now
        return max(0, left * Nanoseconds.perSecond - Int64(time.tv_nsec))
    }
}
