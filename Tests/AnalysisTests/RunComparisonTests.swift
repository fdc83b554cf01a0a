import Formats
import Foundation
import Measurement
import TestSupport
import Testing
import Traffic

@testable import Analysis

@Suite struct RunComparisonTests {
    /// A minute and a half of 100 requests a second around 20 ms times `factor`.
    static func run(_ seed: UInt64, factor: Double = 1, failsEvery: Int? = nil) -> RunRecord {
        var random = SplitMix64(seed: seed)
        let level = factor * exp(0.01 * random.normal())
        var run = SyntheticRun(seconds: 90, seed: seed)
        run.service = { LatencyDriftTests.lognormal(20 * level, $1) }
        run.failsEvery = failsEvery
        return run.record
    }

    static func runs(_ seeds: Range<UInt64>, factor: Double = 1, failsEvery: Int? = nil) -> [RunRecord] {
        seeds.map { run($0, factor: factor, failsEvery: failsEvery) }
    }

    @Test func aSlowerCandidateHasRegressed() throws {
        let comparison = RunComparison(baseline: Self.runs(0..<4), candidate: Self.runs(10..<14, factor: 1.15))
        #expect(comparison.verdict == .regressed && comparison.pairs == 4)
        let finding = try #require(comparison.findings.first { $0.endpoint == "GET /a" && $0.figure == .p50 })
        #expect(finding.verdict == .regressed && abs(finding.ratio - 1.15) < 0.05)
        #expect(comparison.time == .turnaround)
    }

    @Test func theIntervalShownIsTheOneThatDecides() {
        let comparison = RunComparison(baseline: Self.runs(0..<4), candidate: Self.runs(10..<14, factor: 1.15))
        for finding in comparison.findings {
            #expect(finding.decidingLevel >= 0.98 && finding.decidingLevel < 1)
            #expect(finding.decidingLow <= finding.low && finding.decidingHigh >= finding.high, "\(finding)")
            if finding.verdict == .regressed { #expect(finding.decidingLow > 1, "\(finding)") }
            #expect((finding.verdict == .inconclusive) || finding.pairsNeeded == nil)
        }
    }

    @Test func anInconclusiveComparisonStatesHowManyPairsWouldDecide() throws {
        let figure = { (value: Double) in RunDifference.Figure(value: value, error: 0.005) }
        // The pairs differ by 4 % ± 4 %: three of them do not decide, and more than three are needed.
        let difference = RunDifference(
            baseline: [0, 0, 0].map(figure), candidate: [0.0, 0.04, 0.08].map(figure))
        let needed = try #require(difference.pairsNeeded(pairs: 3, tail: 0.01, margin: 0.0488))
        #expect((4...20).contains(needed), "\(needed)")
        let surer = RunDifference(baseline: [0, 0, 0].map(figure), candidate: [0.03, 0.04, 0.05].map(figure))
        #expect(try #require(surer.pairsNeeded(pairs: 3, tail: 0.01, margin: 0.0488)) <= needed)
        let hopeless = RunDifference(baseline: [0, 0, 0].map(figure), candidate: [-0.9, 0.049, 0.998].map(figure))
        #expect(hopeless.pairsNeeded(pairs: 3, tail: 0.01, margin: 0.0488) == nil)
    }

    /// Seconds in which the generator stalled do not count against either side.
    @Test func whatTheGeneratorDelayedIsNotARegression() {
        func delayed(_ record: RunRecord, isTold: Bool) -> RunRecord {
            var record = record
            var series = WindowSeries()
            let slow = Self.run(77, factor: 50).series.windows
            for (second, window) in record.series.windows.enumerated() {
                var own = second % 3 == 0 ? slow[second] : window
                if isTold, second % 3 == 0 { own.counts.requestsDelayedByGenerator = own.counts.requests }
                series.append(own)
            }
            record.series = series
            return record
        }
        let baseline = Self.runs(0..<4)
        let stalled = RunComparison(
            baseline: baseline, candidate: Self.runs(10..<14).map { delayed($0, isTold: true) })
        #expect(!stalled.findings.contains { $0.verdict == .regressed })
        #expect(stalled.warnings.contains { $0.contains("the generator itself stalled in 4 runs") })
        let untold = RunComparison(
            baseline: baseline, candidate: Self.runs(10..<14).map { delayed($0, isTold: false) })
        #expect(untold.verdict == .regressed)
    }

    @Test func alikeRunsHaveNot() {
        let comparison = RunComparison(baseline: Self.runs(0..<4), candidate: Self.runs(10..<14))
        #expect(comparison.verdict == .equivalent || comparison.verdict == .inconclusive)
        #expect(!comparison.findings.contains { $0.verdict == .regressed })
    }

    @Test func moreFailuresAreARegression() throws {
        let comparison = RunComparison(baseline: Self.runs(0..<3), candidate: Self.runs(10..<13, failsEvery: 20))
        let finding = try #require(comparison.findings.first { $0.figure == .failures })
        #expect(finding.verdict == .regressed && abs(finding.ratio - 0.05) < 0.01)
    }

    @Test func theTailAloneMayDifferByTwiceTheMargin() throws {
        // These pairs do not rule out a difference of 7 %: too much for p95, but within twice the margin for p99.
        let runs = { (changes: [Double]) in
            changes.map { change in
                var run = SyntheticRun(seconds: 90, seed: 1)
                run.service = { _, draw in (10 + 20 * draw) * exp(change) }
                return run.record
            }
        }
        let comparison = RunComparison(baseline: runs([0, 0, 0]), candidate: runs([-0.012, 0.02, 0.055]))
        for (figure, verdict) in [(RunComparison.Figure.p95, ComparisonVerdict.inconclusive), (.p99, .equivalent)] {
            let finding = try #require(comparison.findings.first { $0.endpoint == "GET /a" && $0.figure == figure })
            #expect(finding.high > 1.05 && finding.high < 1.1 && finding.low > 1 / 1.05, "\(finding)")
            #expect(finding.verdict == verdict, "\(finding)")
        }
    }

    @Test(
        arguments: [
            ([.equivalent, .improved, .regressed], ComparisonVerdict.regressed, "one figure that is worse decides"),
            ([.equivalent, .improved, .inconclusive], .improved, "one that is better does, where none is worse"),
            ([.equivalent, .equivalent], .equivalent, "all alike"),
            ([.equivalent, .inconclusive], .inconclusive, "not all reported"),
            ([], .inconclusive, "nothing to compare proves nothing"),
        ] as [([ComparisonVerdict], ComparisonVerdict, Comment)])
    func theWorstFigureDecides(_ figures: [ComparisonVerdict], verdict: ComparisonVerdict, reason: Comment) {
        #expect(ComparisonVerdict(all: figures) == verdict, reason)
    }

    @Test func onePairWarns() {
        let comparison = RunComparison(baseline: Self.runs(0..<1), candidate: Self.runs(1..<2, factor: 1.08))
        #expect(comparison.verdict != .regressed)
        #expect(comparison.warnings.contains { $0.contains("one run per side") })
    }

    @Test func recordedTrafficIsComparedByServiceTime() throws {
        var recorded = RecordedRun(origin: CaptureTime(nanoseconds: 5_000), endpoints: ["GET /a", "POST /b"])
        for place in 0..<9000 {
            let began = CaptureTime(nanoseconds: 5_000 + Int64(place) * 10_000_000)
            let ended = CaptureTime(nanoseconds: began.nanoseconds + 20_000_000 + Int64(place % 7) * 1_000_000)
            recorded.add(
                RecordedRun.Item(
                    began: began, answered: ended, ended: ended, status: 200, requestBytes: 0, responseBytes: 10),
                endpoint: place % 2)
        }
        let record = recorded.finish()
        #expect(record.description.isRecorded)
        let summary = RunSummary(of: record)
        #expect(
            summary.requests == 9000 && summary.failures == 0 && abs(summary.times.percentiles(.service).p50 - 23) < 0.1
        )
        #expect(summary.warnings.contains { $0.contains("no schedule") })
        let comparison = RunComparison(baseline: [record], candidate: [Self.run(3)])
        #expect(comparison.time == .service)
        #expect(comparison.warnings.contains { $0.contains("no schedule") })
    }
}
