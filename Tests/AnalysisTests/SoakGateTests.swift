import Measurement
import Testing

@testable import Analysis

/// The verdicts of `no-leak` and `no-drift` from a run's figures.
@Suite struct SoakGateTests {
    /// A steady run of five minutes at 100 requests/s, changed by `body`.
    private static func run(_ body: (inout SyntheticRun) -> Void) -> SyntheticRun {
        var run = SyntheticRun(seconds: 300)
        run.service = { LatencyDriftTests.lognormal(20, $1) }
        body(&run)
        return run
    }

    @Test(
        arguments: [
            (
                "latency that rises by 40 %",
                run { $0.service = { LatencyDriftTests.lognormal(20 * (1 + 0.4 * $0 / 300), $1) } },
                .failed, "p50 of GET /a rose by"
            ),
            (
                "a share of failures that rises gradually", run { $0.failsAt = { 0.01 + 0.05 * $0 / 300 } },
                .failed, "the share of failures rose gradually over"
            ),
            ("neither", run { _ in }, .passed, "series are stable"),
        ] as [(String, SyntheticRun, GateResult.Outcome, String)])
    func driftOfAnyKindFailsNoDrift(
        what: String, run: SyntheticRun, outcome: GateResult.Outcome, figure: String
    ) throws {
        let summary = RunSummary(of: run.record, gates: [try Criterion(parsing: "no-drift")])
        let result = try #require(summary.gates.first)
        #expect(result.outcome == outcome, "\(what): \(result.figure)")
        #expect(result.figure.contains(figure), "\(what): \(result.figure)")
        #expect(summary.verdict == (outcome == .failed ? .fail : .pass), "\(what)")
    }

    @Test func aRiseThatIsOverBeforeTheEndIsNotDrift() throws {
        // From three tenths of the run, values are higher by a third. Most of the last eighth is like the beginning,
        // but the median of the last quarter is not.
        let values = (0..<44).map { place in
            ((13..<41).contains(place) ? 0.3 : 0) + 0.02 * Double(place * 7 % 5)
        }
        let models = DriftModels(count: values.count, load: [])
        let test = try #require(DriftTest(values, models: models))
        #expect(test.change > 0, "the fit sees the rise")
        #expect(!test.persists)
        let lasting = values.enumerated().map { $0.element + ($0.offset < 41 ? 0 : 0.3) }
        #expect(try #require(DriftTest(lasting, models: models)).persists, "one that lasts to the end persists")
    }
}
