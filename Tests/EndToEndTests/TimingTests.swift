import Measurement
import Plan
import Replay
import Synchronization
import TestSupport
import Testing
import Traffic

/// When requests go out, and what a stall of the target does to the figures.
@Suite struct TimingTests {
    private func count(_ histogram: SparseHistogram, above nanoseconds: UInt64) -> Int {
        zip(histogram.indices, histogram.counts).reduce(0) { sum, entry in
            TimeBuckets.lowestNanoseconds(ofIndex: entry.0) >= nanoseconds ? sum + Int(entry.1) : sum
        }
    }

    /// Ten sessions with a request every 10 ms; the target answers nothing for 500 ms, once. Who looks at service times only
    /// sees ten slow requests; who meant to send in that time waited five hundred times.
    @Test func stallIsSeenByAllWhoseTurnItWas() throws {
        let start = ContinuousClock.now
        let server = try LoopbackServer { _ in
            let elapsed = start.duration(to: .now)
            let end = Duration.milliseconds(1500)
            guard elapsed > .milliseconds(1000), elapsed < end else { return .ok() }
            return .late(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                milliseconds: Int((end - elapsed).wholeNanoseconds / 1_000_000) + 1)
        }
        defer { server.stop() }
        let result = try Replaying([.steady(count: 300, gap: 10)], to: server.url) {
            $0.speed = .factor(1)
            $0.population = .slots(10)
            $0.ramp = .zero
        }
        #expect(result.fates == [.answered: 3000])
        let windows = result.record.series.windows
        let response = windows.reduce(into: SparseHistogram()) { $0.add($1.response) }
        let service = windows.reduce(into: SparseHistogram()) { $0.add($1.service) }
        // Half of those due within the stall waited longer than half of it.
        #expect((150...400).contains(count(response, above: 250_000_000)))
        #expect((1...10).contains(count(service, above: 250_000_000)))
    }

    /// Ten connections at a time, one request of which is slow, over a machine that may be busy: gaps are judged by their sum.
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
        let lags = result.record.series.windows.reduce(into: SparseHistogram()) { $0.add($1.sendLag) }
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
        #expect(result.record.durationNanoseconds >= 480_000_000)
        #expect(result.counts.held.rateNanoseconds > 300_000_000)
    }
}
