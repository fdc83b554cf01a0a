import Foundation
import Measurement
import Testing
import Traffic

@testable import Analysis

/// The machine as a witness: a change that it shares is not attributed to the target.
@Suite struct MachineStateTests {
    static let seconds = 300

    /// A run that becomes a third slower at its middle, on a machine of two processors.
    ///
    /// - Parameters:
    ///   - series: the machine's readings at each second.
    ///   - own: processors that the target uses; nil where it is not watched.
    static func record(
        _ series: [MachineSeries: (Double) -> Double], own: ((Double) -> Double)? = { _ in 0.4 }, slower: Double = 1.33
    ) -> RunRecord {
        var run = SyntheticRun(seconds: seconds)
        run.service = { LatencyDriftTests.lognormal($0 < 150 ? 20 : 20 * slower, $1) }
        var record = run.record
        var sums: [MachineSeries: Double] = [:]
        for second in 0..<seconds {
            for (name, value) in series {
                let now = value(Double(second))
                let shown = name.kind == .counter ? (sums[name] ?? 0) + now : now
                sums[name] = shown
                record.metrics.add(
                    .sample(
                        name.identity,
                        MetricSample(time: RunTime(nanoseconds: Int64(second + 1) * 1_000_000_000), value: shown)))
            }
        }
        guard let own else { return record }
        var track = ProcessTrack(identity: ProcessIdentity(pid: 7, startTicks: 1, name: "api"))
        var used = 0.0
        for second in 0...seconds {
            track.append(
                ProcessSample(
                    time: RunTime(nanoseconds: Int64(second) * 1_000_000_000), rssBytes: 1 << 26, pssBytes: nil,
                    cpuNs: UInt64(used * 1e9), threads: 4, openFiles: nil))
            used += own(Double(second))
        }
        record.targets = [track]
        return record
    }

    static func latency(_ record: RunRecord) -> [SoakFinding] {
        SoakFindings.all(of: record).filter { $0.kind == .latency }
    }

    static func grows(_ record: RunRecord) -> Bool { latency(record).contains { $0.verdict == .growing } }

    @Test func onAQuietMachineTheTargetIsBlamed() {
        #expect(Self.grows(Self.record([.busy: { _ in 1 }, .processors: { _ in 2 }])))
        #expect(Self.grows(Self.record([:])), "an unknown machine explains nothing")
    }

    @Test func otherProgramsThatBecomeBusyAreTheMachine() throws {
        let record = Self.record([.busy: { $0 < 150 ? 1 : 1.8 }, .processors: { _ in 2 }])
        #expect(!Self.grows(record))
        let found = try #require(
            Self.latency(record).first { $0.subject == "GET /a p50" || $0.subject == "all endpoints p50" })
        #expect(found.verdict == .inconclusive)
        #expect(
            found.explanation.contains("other programs used 0.")
                && found.explanation.contains("a run on a quiet machine")
        )
    }

    @Test func aTargetThatNeedsMoreOfItselfIsBlamed() {
        let more: (Double) -> Double = { $0 < 150 ? 0.4 : 1 }
        let record = Self.record(
            [.busy: { 0.6 + more($0) }, .processors: { _ in 2 }, .control: { $0 < 150 ? 50 : 90 }], own: more)
        #expect(Self.grows(record), "its own work slows the control requests, too")
    }

    @Test(
        arguments: [
            (MachineSeries.steal, 0.0, 0.2, "hypervisor"), (.frequency, 3000, 2400, "MHz"),
            (.control, 50, 90, "took 50 µs before and 90 µs after"),
        ])
    func eachSeriesOfTheMachineCounts(series: MachineSeries, before: Double, after: Double, words: String) {
        let record = Self.record(
            [series: { $0 < 150 ? before : after }, .busy: { _ in 1 }, .processors: { _ in 2 }])
        let found = Self.latency(record).filter { $0.explanation.contains("the machine changed with it") }
        #expect(!Self.grows(record) && found.contains { $0.explanation.contains(words) }, "\(series)")
    }

    @Test func pressureCountsWhereTheTargetIsNotWatched() {
        let record = Self.record(
            [.pressure: { $0 < 150 ? 0.05 : 0.4 }, .busy: { _ in 1.5 }, .processors: { _ in 2 }], own: nil)
        #expect(!Self.grows(record))
    }

    @Test func aMachineThatWasAlwaysBusyExplainsNoChange() {
        #expect(Self.grows(Self.record([.busy: { _ in 1.9 }, .processors: { _ in 2 }])))
    }

    @Test func aClockThatWasSetIsReported() {
        let record = Self.record([.clock: { $0 < 100 ? 0 : -1.5 }, .busy: { _ in 1 }, .processors: { _ in 2 }])
        #expect(RunSummary(of: record).warnings.contains { $0.contains("clock was set back by 1.500 s") })
        let slewed = Self.record([.clock: { $0 * 0.0004 }, .busy: { _ in 1 }, .processors: { _ in 2 }])
        #expect(!RunSummary(of: slewed).warnings.contains { $0.contains("clock was set") })
    }
}
