import Formats
import Foundation
import TestSupport
import Testing

@testable import Analysis

@Suite struct LatencyTrendTests {
    /// Twenty minutes with 40 requests per second, log-normal around 20 ms; the given functions scale the level and the
    /// slowest tenth.
    static func series(
        seed: UInt64 = 1, level: (Double) -> Double = { _ in 1 }, slowest: (Double) -> Double = { _ in 1 }
    ) -> LatencySeries {
        var random = SplitMix64(seed: seed)
        var series = LatencySeries()
        for place in 0..<48_000 {
            let second = Double(place) / 40
            let draw = random.normal()
            series.record(
                second: second,
                milliseconds: 20 * exp(0.4 * draw) * level(second) * (draw > 1.28 ? slowest(second) : 1))
        }
        return series
    }

    @Test func steadyRequestsDoNotDrift() {
        let trend = LatencyTrend(Self.series())
        #expect(trend.verdict != .drift && trend.changes.isEmpty, "\(trend.reason)")
    }

    @Test func aStepIsFoundWithItsTime() throws {
        let trend = LatencyTrend(Self.series { $0 < 700 ? 1 : 1.15 })
        #expect(trend.verdict == .drift)
        let change = try #require(trend.changes.first { $0.quantile == 0.5 })
        #expect(change.isStep && abs(change.ratio - 1.15) < 0.03)
        #expect(abs(change.beganSeconds - 700) < 60 && change.beganBetween.contains(change.beganSeconds))
    }

    @Test func aGradualRiseIsFound() throws {
        let trend = LatencyTrend(Self.series { 1 + 0.3 * $0 / 1200 })
        let change = try #require(trend.changes.first { $0.quantile == 0.5 })
        #expect(!change.isStep && abs(change.ratio - 1.26) < 0.06, "the first eighth is left out")
    }

    @Test func theSlowestAloneAreFound() throws {
        let trend = LatencyTrend(Self.series(slowest: { $0 < 600 ? 1 : 1.5 }))
        #expect(trend.verdict == .drift)
        #expect(!trend.changes.contains { $0.quantile == 0.5 })
        #expect(trend.changes.contains { $0.quantile == 0.99 })
    }

    @Test func fewRequestsAreInconclusive() {
        var series = LatencySeries()
        for second in 0..<20 { series.record(second: Double(second), milliseconds: 5) }
        #expect(LatencyTrend(series).verdict == .inconclusive)
        #expect(LatencyTrend(LatencySeries()).verdict == .inconclusive)
    }

    @Test func anyOrderOfRequestsIsTheSame() {
        var forth = LatencySeries()
        var back = LatencySeries()
        for place in 0..<20_000 {
            forth.record(second: Double(place) / 3, milliseconds: Double(place % 17))
            back.record(second: Double(19_999 - place) / 3, milliseconds: Double((19_999 - place) % 17))
        }
        #expect(forth.count == back.count)
        #expect(LatencyBlocks.sum(forth.ordered.map(\.times)) == LatencyBlocks.sum(back.ordered.map(\.times)))
        #expect(abs(forth.spanSeconds - back.spanSeconds) <= 2 * forth.windowSeconds)
    }

    @Test func timesFarApartKeepMemoryBounded() {
        var series = LatencySeries()
        for second in [0, 1e9, -1e9, 5e10] { series.record(second: second, milliseconds: 1e9) }
        #expect(series.ordered.count <= LatencySeries.windowLimit)
        #expect(series.count == 4 && LatencyTrend(series).verdict == .inconclusive)
    }

    // MARK: - Few requests

    /// An hour with one request per second, log-normal around 20 ms; the given functions scale the level and the slowest
    /// twenty-fifth.
    private static func sparse(
        seed: UInt64, level: (Double) -> Double = { _ in 1 }, slowest: (Double) -> Double = { _ in 1 }
    ) -> LatencySeries {
        var random = SplitMix64(seed: seed)
        var series = LatencySeries()
        for second in 0..<3600 {
            let draw = random.normal()
            let factor = level(Double(second)) * (draw > 1.75 ? slowest(Double(second)) : 1)
            series.record(second: Double(second), milliseconds: 20 * exp(0.4 * draw) * factor)
        }
        return series
    }

    @Test func aStepIsFoundAtOneRequestPerSecond() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let trend = LatencyTrend(Self.sparse(seed: seed, level: { $0 < 2000 ? 1 : 1.15 }))
            let change = try #require(trend.changes.first { $0.quantile == 0.5 }, "seed \(seed): \(trend.reason)")
            #expect(abs(change.ratio - 1.15) < 0.06, "seed \(seed): \(change.ratio)")
        }
    }

    @Test func aLargeRiseOfTheTailIsFoundAtOneRequestPerSecond() throws {
        let trend = LatencyTrend(Self.sparse(seed: 4, slowest: { $0 < 2000 ? 1 : 2.5 }))
        #expect(trend.changes.contains { $0.quantile == 0.99 }, "\(trend.reason)")
        #expect(!trend.changes.contains { $0.quantile == 0.5 }, "\(trend.reason)")
        let steady = LatencyTrend(Self.sparse(seed: 4))
        #expect(steady.verdict == .stable)
        #expect(!steady.reason.contains("p99"), "so few requests rule out nothing about p99: \(steady.reason)")
    }

    /// An hour with one request per second whose slow or fast half moves away from the median.
    private static func widening(
        seed: UInt64, slow: @escaping (Double) -> Double, fast: @escaping (Double) -> Double
    ) -> LatencyTrend {
        var random = SplitMix64(seed: seed)
        var series = LatencySeries()
        for second in 0..<3600 {
            let draw = random.normal()
            let width = draw > 0 ? slow(Double(second) / 3600) : fast(Double(second) / 3600)
            series.record(second: Double(second), milliseconds: 20 * exp(0.4 * width * draw))
        }
        return LatencyTrend(series)
    }

    @Test(
        "A distribution that becomes wider by 40 % is found at one request per second",
        arguments: 1...3 as ClosedRange<UInt64>)
    func aWiderSpreadIsFound(seed: UInt64) throws {
        let wider = { (progress: Double) in 1 + 0.4 * progress }
        let trend = Self.widening(seed: seed, slow: wider, fast: wider)
        let change = try #require(trend.changes.first { $0.quantile == 0.9 }, "\(trend.reason)")
        #expect(change.isAgainstMedian && change.interval.contains(1.2), "p90/p50 was 1.67 and is 2.05: \(change)")
        #expect(!trend.changes.contains { $0.quantile == 0.5 }, "\(trend.reason)")
    }

    @Test func fastRequestsThatBecomeFasterAreNoRiseOfTheSlowOnes() {
        let drifting = (1...5 as ClosedRange<UInt64>).filter { seed in
            Self.widening(seed: seed, slow: { _ in 1 }, fast: { 1 + 0.4 * $0 }).verdict == .drift
        }
        #expect(drifting.count <= 1, "seeds \(drifting)")
    }

    @Test func aRunOfSecondsIsNotCalledStable() {
        var series = LatencySeries()
        for number in 0..<4000 { series.record(second: Double(number) / 100, milliseconds: 20 + Double(number % 7)) }
        let trend = LatencyTrend(series)
        #expect(trend.verdict == .inconclusive, "\(trend.reason)")
        #expect(trend.reason.contains("the run is too short"), "\(trend.reason)")
    }

    @Test func theMeanBetweenQuantilesIsThatOfTheTimesThere() throws {
        // One block of 100 values: 26 to 75 ms lie between the quartiles.
        var one = LatencySeries()
        for block in 0..<12 {
            for number in 0..<100 {
                one.record(second: Double(block * 100 + number), milliseconds: Double(number + 1))
            }
        }
        let even = (0..<12).map { block in
            LatencyBlocks.Stretch(
                second: Double(block * 100),
                times: LatencyBlocks.sum(
                    one.ordered.filter { Int($0.second) / 100 == block }.map(\.times)), requests: 100)
        }
        let means = try #require(LatencyBlocks(even, bearing: 0.5)).meanLogarithms(between: 0.25...0.75)
        let expected = (26...75).reduce(0) { $0 + log(Double($1)) } / 50
        #expect(means.count == 12 && means.allSatisfy { abs($0 - expected) < 0.002 }, "\(means), not \(expected)")
    }
}
