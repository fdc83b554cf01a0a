import Replay
import Synchronization
import Traffic

@testable import Replay

/// A clock that tests set.
final class ManualClock: ReplayClock {
    private let nanoseconds = Atomic<Int64>(0)
    /// The wall clock at the run's start.
    private let epoch: Int64

    init(epoch: Int64 = 1_700_000_000) { self.epoch = epoch }

    var now: RunTime { RunTime(nanoseconds: nanoseconds.load(ordering: .relaxed)) }

    var epochSeconds: Int64 { epoch + now.nanoseconds / 1_000_000_000 }

    func nanoseconds(untilEpoch seconds: Int64) -> Int64 {
        max(0, (seconds - epoch) * 1_000_000_000 - now.nanoseconds)
    }

    /// Sets the clock; it never goes back.
    func set(_ time: RunTime) { nanoseconds.store(max(now, time).nanoseconds, ordering: .relaxed) }

    /// Sets the clock to `ms` milliseconds after the start.
    func set(ms: Int64) { set(RunTime(nanoseconds: ms * 1_000_000)) }
}
