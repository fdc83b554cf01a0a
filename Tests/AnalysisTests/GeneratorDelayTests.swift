import Measurement
import Testing
import Traffic

@testable import Analysis

/// Delays caused by the generator are reported as such, and no gate blames the target for them.
@Suite struct GeneratorDelayTests {
    /// Twenty seconds with 100 responses each; in some of them the generator stalled or caught up.
    private static func record(
        delayed seconds: Range<Int>, _ run: SyntheticRun, change: (inout RunRecord) -> Void = { _ in }
    ) -> RunRecord {
        var record = run.record
        var series = WindowSeries()
        for (second, window) in record.series.windows.enumerated() {
            var own = window
            if seconds.contains(second) {
                own.counts.generatorStallNs = 1_000_000_000
                own.counts.generatorStalls = second == seconds.lowerBound ? 1 : 0
                own.counts.requestsDelayedByGenerator = own.counts.requests
            }
            series.append(own)
        }
        record.series = series
        change(&record)
        return record
    }

    private static func run(
        slowMs: Double = 1700, otherwiseMs: Double = 10, failing: Bool = false, load: Double = 1
    ) -> SyntheticRun {
        var run = SyntheticRun(seconds: 20)
        run.service = { second, _ in isLate(second) ? slowMs : otherwiseMs }
        if failing { run.failsAt = { isLate($0) ? 1 : 0 } }
        run.load = { isLate($0) ? load : 1 }
        return run
    }

    private static func isLate(_ second: Double) -> Bool { second >= 8 && second < 10 }

    private static var waiting: SyntheticRun {
        var run = SyntheticRun(seconds: 20)
        run.heldMs = 1000
        return run
    }

    struct Case: CustomTestStringConvertible {
        var reason: String
        var gate: String
        var run: SyntheticRun
        var delayed = 8..<10
        var outcome: GateResult.Outcome
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(reason: "late in the stall only", gate: "p95<500ms", run: run(), outcome: .inconclusive),
        Case(reason: "no stall", gate: "p95<500ms", run: run(), delayed: 0..<0, outcome: .failed),
        Case(
            reason: "slow throughout", gate: "p95<500ms", run: run(otherwiseMs: 600), outcome: .failed),
        Case(reason: "met nevertheless", gate: "p95<2s", run: run(), outcome: .passed),
        Case(reason: "the slowest is of the stall", gate: "max<500ms", run: run(), outcome: .inconclusive),
        Case(reason: "an endpoint's", gate: "p95(GET /a)<500ms", run: run(), outcome: .inconclusive),
        Case(
            reason: "failures in the stall only", gate: "failures<1%", run: run(failing: true), outcome: .inconclusive),
        Case(reason: "fewer answers for it", gate: "rps>95", run: run(load: 0.1), outcome: .inconclusive),
        Case(reason: "too few answers throughout", gate: "rps>120", run: run(load: 0.1), outcome: .failed),
        Case(reason: "nothing but the stall", gate: "p95<5ms", run: run(), delayed: 0..<20, outcome: .inconclusive),
    ])
    func delaysOfTheGeneratorDoNotCountAgainstTheTarget(test: Case) throws {
        let record = Self.record(delayed: test.delayed, test.run)
        let gate = try Criterion(parsing: test.gate)
        let summary = RunSummary(of: record, gates: [gate])
        let result = try #require(summary.gates.first)
        #expect(result.outcome == test.outcome, "\(result.figure)")
        let verdicts: [GateResult.Outcome: Verdict] = [.passed: .pass, .failed: .fail, .inconclusive: .inconclusive]
        #expect(summary.verdict == verdicts[test.outcome])
        let strict = RunSummary(of: record, gates: [gate], isStrict: true)
        #expect(strict.verdict == (test.outcome == .passed ? .pass : .fail))
        #expect((result.figure.contains("generator")) == (test.outcome == .inconclusive), "\(result.figure)")
    }

    @Test func itIsReportedBeforeAnyFigure() {
        let summary = RunSummary(of: Self.record(delayed: 8..<10, Self.run()))
        #expect(
            summary.notices == [
                "The generator itself stalled between second 8 and 10, 2.0 s in all of its 2 threads: "
                    + "200 requests were late because of it, which is not a delay of the target."
            ])
        #expect(!summary.warnings.contains { $0.contains("stalled") }, "once is enough")
    }

    @Test func aShortOneIsAWarning() {
        let record = Self.record(delayed: 0..<0, Self.run(slowMs: 10)) { record in
            var series = WindowSeries()
            for (second, window) in record.series.windows.enumerated() {
                var own = window
                if second == 3 {
                    (own.counts.generatorStalls, own.counts.generatorStallNs) = (1, 120_000_000)
                    own.counts.requestsDelayedByGenerator = 3
                }
                series.append(own)
            }
            record.series = series
        }
        let summary = RunSummary(of: record)
        #expect(summary.notices == [])
        #expect(summary.warnings.count { $0.contains("the generator itself stalled") } == 1)
    }

    /// A backlog that exists only while the generator catches up is not attributed to the target.
    @Test func aBacklogOfTheGeneratorIsNotAttributedToTheTarget() {
        var run = SyntheticRun(seconds: 20, plannedSeconds: 20)
        run.heldMs = 1
        func record(delayed: Range<Int>) -> RunRecord {
            Self.record(delayed: delayed, run) { record in
                var series = WindowSeries()
                for (second, window) in record.series.windows.enumerated() {
                    var own = window
                    if second >= 12 {
                        own.counts.held = HeldCauses(orderNs: Int64(second - 11) * 100 * 300_000_000)
                    }
                    series.append(own)
                }
                record.series = series
            }
        }
        let isBacklog = { (summary: RunSummary) in
            summary.notices?.contains { $0.contains("could not keep up") } == true
        }
        #expect(isBacklog(RunSummary(of: record(delayed: 0..<0))))
        #expect(!isBacklog(RunSummary(of: record(delayed: 12..<20))))
    }

    @Test func clonesThatEndedTooLateAreReported() {
        func warnings(delayed: Range<Int>) -> [String] {
            RunSummary(
                of: Self.record(delayed: delayed, Self.run()) { record in
                    var series = WindowSeries()
                    for (second, window) in record.series.windows.enumerated() {
                        var own = window
                        if second == 9 { own.counts.sessionsBehind = 2 }
                        series.append(own)
                    }
                    record.series = series
                }
            ).warnings
        }
        #expect(
            warnings(delayed: 8..<10).contains {
                $0.hasSuffix("ended for being too late: the generator itself stalled")
            })
        #expect(warnings(delayed: 0..<0).contains { $0.contains("the target was slower than the plan") })
    }

    /// A generator that was too slow sends late: the service times decide.
    @Test(arguments: [(10.0, GateResult.Outcome.inconclusive), (600, .failed)])
    func aSaturatedGeneratorProvesNothing(serviceMs: Double, outcome: GateResult.Outcome) throws {
        var run = Self.waiting
        run.service = { _, _ in serviceMs }
        let record = Self.record(delayed: 0..<0, run) {
            $0.description.end?.generator.cpuNs = 39_000_000_000
        }
        let summary = RunSummary(of: record, gates: [try Criterion(parsing: "p95<500ms")])
        #expect(summary.generator.saturated)
        #expect(summary.gates.first?.outcome == outcome)
        #expect((summary.gates.first?.figure.contains("too slow for the plan") == true) == (outcome == .inconclusive))
    }

    /// A generator that was a few times late cannot be the reason for waits of seconds.
    @Test(
        arguments: [
            (30, 2, 5.0, GateResult.Outcome.failed, "2 of 100 requests 30 ms late"),
            (400, 60, 5.0, .inconclusive, "60 of 100 requests 400 ms late: more than the excess in a slot"),
            (30, 2, 0.52, .inconclusive, "the limit is missed by less than the lateness"),
            (6000, 2, 5.0, .inconclusive, "late by more than the excess at once"),
        ] as [(Int64, UInt32, Double, GateResult.Outcome, String)])
    func lateness(lagMs: Int64, late: UInt32, heldSeconds: Double, outcome: GateResult.Outcome, reason: String) throws {
        var run = SyntheticRun(seconds: 20)
        run.heldMs = heldSeconds * 1000
        var record = run.record
        var series = WindowSeries()
        for window in record.series.windows {
            var own = window
            own.concurrentSessions = 5
            own.times[.sendLag] = try #require(
                SparseHistogram(
                    indices: [TimeBuckets.index(ofNs: 50_000), TimeBuckets.index(ofNs: lagMs * 1_000_000)],
                    counts: [100 - late, late]))
            series.append(own)
        }
        record.series = series
        let summary = RunSummary(of: record, gates: [try Criterion(parsing: "p95<500ms")])
        #expect(summary.generator.saturated, "\(reason)")
        #expect(summary.gates.first?.outcome == outcome, "\(reason): \(summary.gates.first?.figure ?? "")")
    }
}
