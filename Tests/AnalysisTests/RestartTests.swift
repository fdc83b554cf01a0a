import Formats
import Measurement
import TestSupport
import Testing
import Traffic

@testable import Analysis

/// A restarted process begins at its floor, with its warm-up and without leaked memory.
@Suite struct RestartTests {
    private static let mebibyte = SyntheticMemory.mebibyte

    /// An hour with a start at each of `starts` (in seconds), leaking `leak` bytes per hour.
    static func samples(starts: [Double], leak: Double, isTold: Bool = true) -> SoakSamples {
        var random = SplitMix64(seed: 5)
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

    @Test func aRestartThatIsNotReportedIsNotALeak() {
        #expect(MemoryTrend(Self.samples(starts: [0, 1500], leak: 0, isTold: false)).verdict != .growing)
    }

    @Test func endlessRestartsAreInconclusive() {
        let starts = stride(from: 0.0, to: 3600, by: 40).map { $0 }
        #expect(MemoryTrend(Self.samples(starts: starts, leak: 0)).verdict == .inconclusive(.restarted))
    }

    @Test func startsReadFromAClockMayJitter() {
        var samples = Self.samples(starts: [0], leak: 0)
        samples.starts = samples.seconds.map { $0.truncatingRemainder(dividingBy: 2) / 2 }
        #expect(samples.lives.count == 1)
    }

    /// A process of a run: samples each second from `start` to `end`, at 100 MiB.
    private static func track(_ pid: Int32, _ name: String, from start: Int, to end: Int, vanishes: Bool)
        -> ProcessTrack
    {
        var track = ProcessTrack(identity: ProcessIdentity(pid: pid, startTicks: UInt64(start), name: name))
        for second in start..<end {
            track.append(
                ProcessSample(
                    time: RunTime(nanoseconds: Int64(second) * 1_000_000_000), rssBytes: 100 << 20, pssBytes: nil,
                    cpuNs: 0, threads: 4, openFiles: 10))
        }
        if vanishes { track.vanished = RunTime(nanoseconds: Int64(end) * 1_000_000_000) }
        return track
    }

    @Test func aSuccessorOfTheSameNameIsTheSameService() {
        let services = WatchedService.all(of: [
            Self.track(1, "api", from: 0, to: 100, vanishes: true),
            Self.track(2, "db", from: 0, to: 200, vanishes: false),
            Self.track(3, "api", from: 102, to: 200, vanishes: false),
            Self.track(4, "api", from: 150, to: 200, vanishes: false),
        ])
        #expect(services.map { $0.tracks.map(\.identity.pid) } == [[1, 3], [2], [4]], "4 runs beside 3")
        #expect(services[0].label == "pid 1, 3 (api)")
    }

    @Test func aRunReportsRestartsOfItsServices() throws {
        var record = SyntheticRun(seconds: 600).record
        record.targets = [
            Self.track(1, "api", from: 0, to: 300, vanishes: true),
            Self.track(2, "api", from: 302, to: 600, vanishes: false),
        ]
        let memory = SoakFindings.all(of: record).filter { $0.kind == .memory }
        #expect(memory.count == 1)
        #expect(try #require(memory.first).explanation.contains("api, restarted once,"))
        #expect(memory.first?.verdict == .stable)
    }
}
