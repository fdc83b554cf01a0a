import TestSupport
import Testing

@testable import Analysis

/// A process that is started anew begins at its floor, with its warm-up, and with nothing leaked.
@Suite struct RestartTests {
    private static let mebibyte = SyntheticMemory.mebibyte

    /// An hour with a start at each of `starts` (seconds), that leaks so many bytes an hour.
    static func samples(starts: [Double], leak: Double, isTold: Bool = true) -> SoakSamples {
        var random = SplitMix(seed: 5)
        let seconds = (0..<3600).map { Double($0) }
        let began = seconds.map { second in starts.last { $0 <= second } ?? 0 }
        let values = zip(seconds, began).map { second, start in
            (200 + 20 * min((second - start) / 60, 1)) * mebibyte + leak * (second - start) / 3600
                + random.normal() * 0.5 * mebibyte
        }
        return SoakSamples(seconds: seconds, values: values, starts: isTold ? began : [])
    }

    @Test(arguments: [[0.0, 1500], [0, 1200, 2500]]) func aHealthyProcessThatRestartsIsCleared(starts: [Double]) {
        let trend = MemoryTrend(Self.samples(starts: starts, leak: 0))
        #expect(trend.verdict == .stable && trend.restarts == starts.count - 1)
    }

    @Test(arguments: [[0.0, 1500], [0, 1200, 2500]]) func aLeakIsFoundAcrossRestarts(starts: [Double]) throws {
        let leak = 60 * Self.mebibyte
        let trend = MemoryTrend(Self.samples(starts: starts, leak: leak))
        #expect(trend.verdict == .growing)
        #expect(abs(try #require(trend.bytesPerHour) / leak - 1) < 0.1)
    }

    @Test func aRestartThatIsNotToldIsNoLeak() {
        #expect(MemoryTrend(Self.samples(starts: [0, 1500], leak: 0, isTold: false)).verdict != .growing)
    }

    @Test func restartsWithoutEndTellNothing() {
        let starts = stride(from: 0.0, to: 3600, by: 40).map { $0 }
        #expect(MemoryTrend(Self.samples(starts: starts, leak: 0)).verdict == .inconclusive(.restarted))
    }

    @Test func startsReadFromAClockMayJitter() {
        var samples = Self.samples(starts: [0], leak: 0)
        samples.starts = samples.seconds.map { $0.truncatingRemainder(dividingBy: 2) / 2 }
        #expect(samples.lives.count == 1)
    }
}
