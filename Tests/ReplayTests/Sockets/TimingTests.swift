import Measurement
import Plan
import Replay
import Synchronization
import TestSupport
import TestThreads
import Testing
import Traffic

/// The times when requests are sent.
@Suite(.waits) struct TimingTests {
    /// Ten connections at a time, with one slow request among them, on a machine that may be busy: gaps are judged by
    /// their sum.
    @Test(arguments: [1.0, 4.0]) func lengthOfARunIsThatOfTheRecordingDividedByItsSpeed(speed: Double) throws {
        let times = Mutex<[ContinuousClock.Instant]>([])
        let server = try LoopbackServer { _ in
            times.withLock { $0.append(.now) }
            return .ok()
        }
        defer { server.stop() }
        let result = try Replaying([.steady(count: 40, gap: 50)], to: server.url) { $0.speed = .factor(speed) }
        #expect(result.fates == [.answered: 40])
        let seen = times.withLock { $0 }
        let length = seen[0].duration(to: seen[39])
        let planned = Duration.milliseconds(Int(39 * 50 / speed))
        #expect(length > planned - .milliseconds(100))
        let lags = result.record.series.windows.reduce(into: SparseHistogram()) { $0.add($1.times[.sendLag]) }
        #expect(lags.counts.reduce(0, { $0 + Int($1) }) == 40)
    }

    @Test func capOnTheRateHolds() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let result = try Replaying([.steady(count: 50, gap: 1)], to: server.url) { _ in
        } options: {
            $0.requestsPerSecond = 100
            $0.workers = 1
        }
        #expect(result.fates == [.answered: 50])
        #expect(result.record.durationNs >= 480_000_000)
        #expect(result.counts.held.rateNs > 300_000_000)
    }
}
