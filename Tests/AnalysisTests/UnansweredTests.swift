import Measurement
import Testing

@testable import Analysis

/// A target that stops answering has no slow responses: the requests that wait when the run ends have to tell.
@Suite struct UnansweredTests {
    /// Twenty seconds with 100 responses each, and `count` requests that the end cuts off after `seconds`.
    private static func record(cutOff count: UInt32, after seconds: Double) -> RunRecord {
        var record = SyntheticRun(seconds: 20, plannedSeconds: 20).record
        var series = WindowSeries()
        for (second, window) in record.series.windows.enumerated() {
            var own = window
            if second == 19, count > 0 {
                own.counts.byFate[Int(Fate.cut.rawValue)] = UInt64(count)
                own.unanswered =
                    SparseHistogram(indices: [TimeBuckets.index(ofNs: Int64(seconds * 1e9))], counts: [count])
                    ?? SparseHistogram()
            }
            series.append(own)
        }
        record.series = series
        return record
    }

    @Test(
        "Requests without a response count as at least as slow as they waited",
        arguments: [
            (0, 0, "p95<500ms", .passed, "none"),
            (20, 12, "p95<500ms", .passed, "one percent is not the 95th percentile"),
            (400, 0.05, "p95<500ms", .passed, "they had waited for a moment only"),
            (400, 12, "p95<500ms", .failed, "a sixth waited for twelve seconds"),
            (400, 12, "p50<500ms", .passed, "half were answered"),
            (1, 12, "max<2s", .failed, "the slowest one"),
            (400, 12, "mean<500ms", .failed, "2 s on average at least"),
            (400, 12, "p95>=1ms", .passed, "a lower limit"),
            (400, 12, "failures<1%", .passed, "they are no failures"),
        ] as [(UInt32, Double, String, GateResult.Outcome, String)])
    func gates(count: UInt32, seconds: Double, gate: String, outcome: GateResult.Outcome, reason: String) throws {
        let summary = RunSummary(
            of: Self.record(cutOff: count, after: seconds), gates: [try Criterion(parsing: gate)])
        let result = try #require(summary.gates.first { $0.gate == gate })
        #expect(result.outcome == outcome, "\(reason): \(result.figure)")
        if outcome == .failed { #expect(result.figure.contains("without a response when the run ended")) }
    }

    @Test(
        "Too few requests for a percentile are counted with those that wait",
        arguments: [(0, "2 responses are"), (3, "5 requests are")] as [(UInt32, String)])
    func tooFew(waiting: UInt32, count: String) throws {
        var figures = RequestFigures(
            kind: .response, times: TimeDistribution(), service: TimeDistribution(), isSaturated: false, requests: 2,
            failures: 0, answers: 2, responsesPerSecond: 1)
        let slow = [TimeBuckets.index(ofNs: 900_000_000)]
        figures.times.add(try #require(SparseHistogram(indices: slow, counts: [2])))
        if waiting > 0 {
            var unanswered = TimeDistribution()
            unanswered.add(try #require(SparseHistogram(indices: slow, counts: [waiting])))
            figures.unanswered = unanswered
        }
        let gate = try Criterion(parsing: "p95<500ms")
        let answer = figures.judge(gate.figure, gate.comparison)
        #expect(answer.outcome == .inconclusive)
        #expect(answer.figure.hasSuffix(", but \(count) too few for it"), "\(answer.figure)")
    }

    @Test func theyAreReportedFirstIfTheyAreMany() {
        let warnings = { (count: UInt32, seconds: Double) in
            RunSummary(of: Self.record(cutOff: count, after: seconds)).notices ?? []
        }
        #expect(
            warnings(400, 12).contains {
                $0.hasPrefix("400 requests were without a response when the run ended, after up to 12")
            })
        #expect(!warnings(400, 0.2).contains { $0.contains("without a response") }, "every run cuts off some")
        #expect(!warnings(5, 12).contains { $0.contains("without a response") }, "a few in two thousand")
    }
}
