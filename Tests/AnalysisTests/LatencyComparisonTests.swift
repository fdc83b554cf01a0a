import Formats
import Foundation
import TestSupport
import Testing

@testable import Analysis

@Suite struct LatencyComparisonTests {
    /// Runs of two minutes that differ by `factor` and by random variation of 1.5 %.
    static func runs(_ count: Int, factor: Double, seed: UInt64) -> [LatencySeries] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            var series = LatencySeries()
            let level = factor * exp(0.015 * random.normal())
            for place in 0..<6000 {
                series.record(second: Double(place) / 50, milliseconds: 20 * level * exp(0.4 * random.normal()))
            }
            return series
        }
    }

    @Test func pairsDetectAnIncreaseOfATenth() throws {
        let comparison = LatencyComparison(
            baseline: Self.runs(6, factor: 1, seed: 1), candidate: Self.runs(6, factor: 1.1, seed: 2))
        #expect(comparison.verdict == .regressed, "\(comparison.reason)")
        let change = try #require(comparison.changes.first)
        #expect(abs(change.ratio - 1.1) < 0.03)
        let other = LatencyComparison(
            baseline: Self.runs(6, factor: 1.1, seed: 2), candidate: Self.runs(6, factor: 1, seed: 1))
        #expect(other.verdict == .improved)
    }

    /// Splits of the same runs: making runs costs more than comparing them.
    @Test func alikeRunsAreNotCalledDifferent() {
        let runs = Self.runs(18, factor: 1, seed: 100).map { LatencySummary($0) }
        var random = SplitMix64(seed: 5)
        var called = 0
        for _ in 0..<30 {
            let picked = runs.shuffled(using: &random)
            let comparison = LatencyComparison(
                baseline: Array(picked[..<3]), candidate: Array(picked[3..<6]), margin: LatencyComparison.usualMargin)
            if comparison.verdict == .regressed || comparison.verdict == .improved { called += 1 }
        }
        #expect(called <= 2, "\(called) of 30 comparisons at 2 % call equal runs different")
    }

    @Test func onePairWarnsAndNeedsALargeDifference() {
        let slightly = LatencyComparison(
            baseline: Self.runs(1, factor: 1, seed: 1), candidate: Self.runs(1, factor: 1.08, seed: 2))
        #expect(slightly.verdict == .inconclusive && slightly.reason.contains("repeat them alternately"))
        let badly = LatencyComparison(
            baseline: Self.runs(1, factor: 1, seed: 1), candidate: Self.runs(1, factor: 1.5, seed: 2))
        #expect(badly.verdict == .regressed && badly.reason.contains("repeat them alternately"))
    }

    @Test func theTailAloneMayDifferByTwiceTheMargin() throws {
        // These pairs do not rule out a difference of 7 %: too much for p95, but within twice the margin for p99.
        let spread = [-0.012, 0.02, 0.055]
        let runs = { (changes: [Double]) in
            changes.map { change in
                var series = LatencySeries()
                for place in 0..<8000 {
                    series.record(
                        second: Double(place) / 50, milliseconds: (10 + Double(place * 7919 % 997) / 50) * exp(change))
                }
                return series
            }
        }
        let comparison = LatencyComparison(baseline: runs([0, 0, 0]), candidate: runs(spread))
        let changes = Dictionary(uniqueKeysWithValues: comparison.changes.map { ($0.quantile, $0) })
        for quantile in [0.95, 0.99] {
            let interval = try #require(changes[quantile]).interval
            #expect(interval.upperBound > 1.05 && interval.upperBound < 1.1, "p\(quantile): \(interval)")
            #expect(interval.lowerBound > 1 / 1.05, "p\(quantile): \(interval)")
        }
        #expect(changes[0.95]?.verdict == .inconclusive)
        #expect(changes[0.99]?.verdict == .equivalent)
    }

    @Test func unevenNumbersOfRunsAreCompared() {
        let comparison = LatencyComparison(
            baseline: Self.runs(3, factor: 1, seed: 1), candidate: Self.runs(5, factor: 1.2, seed: 2))
        #expect(comparison.verdict == .regressed)
    }

    @Test func tooFewRequestsAreNotCompared() {
        let empty = LatencyComparison(baseline: [LatencySeries()], candidate: [LatencySeries()])
        #expect(empty.verdict == .inconclusive && empty.changes.isEmpty)
    }
}
