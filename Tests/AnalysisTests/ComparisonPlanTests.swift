import Measurement
import Testing

@testable import Analysis

@Suite struct ComparisonPlanTests {
    @Test func smallerMarginsTakeMoreTime() throws {
        let plan = try #require(ComparisonPlan(RunComparisonTests.runs(0..<4)))
        #expect(plan.runs == 4 && plan.variations.map(\.quantile) == [0.5, 0.95, 0.99])
        let totals = plan.proposals.map(\.totalSeconds)
        #expect(totals.count >= 3 && totals == totals.sorted(by: >), "\(totals)")
        #expect(plan.proposals.allSatisfy { $0.pairs >= 2 && $0.runSeconds >= 30 })
    }

    @Test func whatIsProposedSettlesAlikeRuns() throws {
        let plan = try #require(ComparisonPlan(RunComparisonTests.runs(0..<4)))
        let proposal = try #require(plan.proposals.first { $0.margin == 0.1 })
        // The runs of these tests are a minute and a half long.
        let pairs = UInt64(max(proposal.pairs, 3))
        let comparison = RunComparison(
            baseline: RunComparisonTests.runs(20..<(20 + pairs)), candidate: RunComparisonTests.runs(50..<(50 + pairs)),
            margin: 0.1)
        #expect(comparison.verdict == .equivalent, "\(comparison.findings)")
    }

    @Test func anEmptyRunProposesNothing() {
        #expect(ComparisonPlan([SyntheticRun(seconds: 1, requestsPerSecond: 1).record]) == nil)
    }

    @Test func unevenSidesShareAVarianceAndLoseTheirDrift() {
        // Both sides are equal, and the machine becomes slower by 2 % per run.
        let runs = (0..<9).map { RunDifference.Figure(value: 0.02 * Double($0), error: 0.002, began: 60 * Double($0)) }
        let sides = [[0, 2, 4, 6, 8], [1, 3, 5, 7]].map { places in places.map { runs[$0] } }
        let even = RunDifference(baseline: sides[0], candidate: sides[1])
        #expect(abs(even.estimate) < 1e-9 && even.standardError < 0.02)
        let slower = RunDifference(
            baseline: sides[0],
            candidate: sides[1].map { RunDifference.Figure(value: $0.value + 0.1, error: 0.002, began: $0.began) })
        #expect(abs(slower.estimate - 0.1) < 1e-9 && slower.pValue < 0.01)
        // One side runs entirely after the other, so drift of the machine cannot be separated from a change of the
        // candidate.
        let after = RunDifference(baseline: Array(runs[..<5]), candidate: Array(runs[5...]))
        #expect(after.estimate > 0.05)
    }
}
