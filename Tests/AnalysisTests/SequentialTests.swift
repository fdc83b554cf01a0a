import Formats
import Foundation
import Measurement
import TestSupport
import Testing
import Traffic

@testable import Analysis

/// Verdicts during a run: few seeds, as a guard; `tools/bench/soak` measures them.
@Suite struct SequentialTests {
    static func watch(_ kind: SyntheticMemory.Kind, leakPerHour: Double = 0, seconds: Double = 3600, seed: UInt64)
        -> (states: [WatchState], last: WatchState)
    {
        let samples = SyntheticMemory.samples(
            kind, seconds: seconds, interval: 4, leakBytes: leakPerHour * seconds / 3600 * SyntheticMemory.baseBytes,
            seed: seed)
        var watch = MemoryWatch(plannedSeconds: seconds)
        var states: [WatchState] = []
        for (second, value) in zip(samples.seconds, samples.values) {
            watch.add(second: second, value: value)
            if states.last != watch.state { states.append(watch.state) }
        }
        return (states, watch.state)
    }

    @Test(arguments: [
        SyntheticMemory.Kind.autoregressive(0.9), .ornsteinUhlenbeck(seconds: 60), .warmUp(0.15), .steps(1),
    ])
    func healthyMemoryNeverAlarms(kind: SyntheticMemory.Kind) {
        let states = Self.watch(kind, seed: 11).states
        #expect(!states.contains { $0.verdict == .growing }, "\(kind)")
        #expect(states.count > 10, "it is looked at all the time")
    }

    @Test func aLeakIsReportedBeforeTheEndAndRemains() throws {
        let last = Self.watch(.autoregressive(0.6), leakPerHour: 0.32, seed: 3).last
        #expect(last.verdict == .growing)
        let since = try #require(last.since)
        #expect(since < 3000, "\(since)")
        let rate = try #require(last.ratePerHour)
        #expect(abs(rate / (0.32 * SyntheticMemory.baseBytes) - 1) < 0.15)
    }

    @Test func aWatchKeepsAPartOfALongRun() {
        var watch = MemoryWatch(plannedSeconds: 40_000)
        // More samples than are kept.
        for place in 0..<17_000 { watch.add(second: 2.4 * Double(place), value: 1e8) }
        #expect(watch.state.verdict == .stable && watch.state.looks < 250)
    }

    @Test func anIntervalHoldsAtAllTimes() throws {
        // Clustered shares around 3 %: of a hundred sequences at 5 %, only a handful may ever exclude the mean.
        var left = 0
        for seed in 1...100 {
            var random = SplitMix64(seed: UInt64(seed))
            var failures: [Double] = []
            var level = 0.0
            var isOut = false
            for second in 0..<600 {
                level = 0.8 * level + 0.6 * random.normal()
                failures.append(
                    Double(Int(100 * max(0, 0.03 * (1 + 0.5 * level)) + Double.random(in: 0..<1, using: &random))))
                guard second > 60, second.isMultiple(of: 20) else { continue }
                let sequence = ConfidenceSequence(
                    numerators: failures, denominators: failures.map { _ in 100 }, seconds: Double(second),
                    isShare: true)
                if let interval = sequence.interval(level: 0.05), !interval.contains(0.0305) { isOut = true }
            }
            left += isOut ? 1 : 0
        }
        #expect(left <= 10, "\(left) of 100")
    }

    @Test func gatesSettleWhenTheRestCannotChangeThem() throws {
        var run = SyntheticRun(seconds: 300, plannedSeconds: 3600)
        run.service = { LatencyDriftTests.lognormal(20, $1) }
        var watch = RunWatch(
            gates: try ["p95<500ms", "p50<10ms", "failures<1%", "failures<=5", "max<5s", "rps>50"].map {
                try Criterion(parsing: $0)
            },
            plannedSeconds: 3600)
        #expect(watch.isDue(at: 61) && !watch.isDue(at: 30))
        watch.look(at: run.record, seconds: 300)
        #expect(
            watch.gates.map(\.state) == [.willPass, .willFail, .willPass, .open, .open, .willPass], "\(watch.gates)")
        #expect(watch.settled == nil)
        var settled = RunWatch(gates: [try Criterion(parsing: "p95<500ms")], plannedSeconds: 3600)
        settled.look(at: run.record, seconds: 300)
        #expect(settled.settled == "every gate is sure to pass: 55.0 min of the planned 60.0 min saved")
        #expect(!settled.isDue(at: 301))
    }

    @Test func aLimitNearTheFigureStaysOpen() throws {
        var run = SyntheticRun(seconds: 120)
        run.service = { LatencyDriftTests.lognormal(20, $1) }
        var watch = RunWatch(gates: [try Criterion(parsing: "p50<20ms")], plannedSeconds: 600)
        watch.look(at: run.record, seconds: 120)
        #expect(watch.gates[0].state == .open)
    }

    @Test func countsSettleAsSoonAsTheyArePassed() throws {
        let run = SyntheticRun(seconds: 70, failsEvery: 10)
        var watch = RunWatch(
            gates: try ["failures<=5", "failures<1%", "answered>50%"].map { try Criterion(parsing: $0) },
            plannedSeconds: 600
        )
        watch.look(at: run.record, seconds: 70)
        #expect(watch.gates.map(\.state) == [.willFail, .willFail, .willPass], "\(watch.gates)")
        #expect(watch.settled?.hasPrefix("every gate is settled, 2 of them failed: ") == true)
    }

    @Test func aRunThatEndedEarlySaysSo() {
        var record = SyntheticRun(seconds: 20, plannedSeconds: 600).record
        record.description.end?.settled = "every gate is sure to pass: 9.7 min of the planned 10.0 min saved"
        let summary = RunSummary(of: record, gates: [])
        #expect(summary.ending == .complete)
        #expect(
            summary.notices?.contains(
                "Ended early, after 20 s of 10.0 min: every gate is sure to pass: 9.7 min of the planned 10.0 min saved."
            ) == true)
    }
}
