import Formats
import Foundation
import Measurement
import TestSupport
import Testing
import Traffic

@testable import Analysis

/// Endpoints with few requests in a comparison: none is left out without a word, and chance is not called a difference.
@Suite struct RareEndpointTests {
    /// A run of 15 s of 40 requests a second, to which an endpoint with a time in milliseconds per request is added.
    static func run(_ seed: UInt64, rare: [String: [Double]]) -> RunRecord {
        var record = SyntheticRun(seconds: 15, requestsPerSecond: 40, seed: seed).record
        var series = WindowSeries()
        let windows = record.series.windows
        for (place, window) in windows.enumerated() {
            var window = window
            for (number, values) in rare.values(inOrder: rare.keys.sorted()).enumerated() {
                let own = values[place * values.count / windows.count..<(place + 1) * values.count / windows.count]
                guard !own.isEmpty, let times = histogram(own) else { continue }
                window.counts.byFate[Int(Fate.answered.rawValue)] += UInt64(own.count)
                window.endpoints.append(
                    EndpointWindow(
                        endpoint: 2 + number, requests: UInt64(own.count), failures: 0, times: [.turnaround: times]))
            }
            series.append(window)
        }
        record.series = series
        record.description.endpoints += rare.keys.sorted()
        return record
    }

    static func histogram(_ milliseconds: some Sequence<Double>) -> SparseHistogram? {
        var counts: [UInt16: UInt32] = [:]
        for value in milliseconds { counts[TimeBuckets.index(ofNs: Int64(value * 1e6)), default: 0] += 1 }
        let indices = counts.keys.sorted()
        return SparseHistogram(indices: indices, counts: indices.compactMap { counts[$0] })
    }

    /// `count` times around `milliseconds` that vary by `spread`.
    static func times(_ count: Int, _ milliseconds: Double, spread: Double = 0.02, seed: UInt64) -> [Double] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in milliseconds * exp(spread * random.normal()) }
    }

    static func comparison(_ count: Int, before: Double, after: Double) -> RunComparison {
        let side = { (milliseconds: Double, seeds: Range<UInt64>) in
            seeds.map { run($0, rare: ["GET /report": times(count, milliseconds, seed: 100 + $0)]) }
        }
        return RunComparison(baseline: side(before, 1..<4), candidate: side(after, 4..<7))
    }

    @Test(arguments: [(30, 400.0, 480.0), (30, 480, 400), (8, 4, 305)])
    func aRareEndpointThatChangesIsFound(_ count: Int, _ before: Double, _ after: Double) throws {
        let comparison = Self.comparison(count, before: before, after: after)
        let finding = try #require(comparison.findings.first { $0.endpoint == "GET /report" && $0.figure == .p50 })
        let expected: ComparisonVerdict = after > before ? .regressed : .improved
        #expect(finding.verdict == expected && finding.isOfFewRequests, "\(finding)")
        #expect(abs(finding.ratio / (after / before) - 1) < 0.05, "\(finding)")
        #expect(comparison.verdict == expected && comparison.notCompared.isEmpty)
        #expect(RegressionGate(isGiven: true, isStrict: false).fails(comparison.verdict) == (after > before))
    }

    @Test func anUnchangedRareEndpointIsNotADifference() {
        let comparison = Self.comparison(30, before: 400, after: 400)
        #expect(!comparison.findings.contains { [.regressed, .improved].contains($0.verdict) })
    }

    @Test func theRestIsListedWithItsRequests() {
        let side = { (seeds: Range<UInt64>, extra: [String: [Double]]) in
            seeds.map { seed in
                Self.run(
                    seed,
                    rare: ["POST /coupon": Self.times(3, 300, seed: seed)].merging(extra) { own, _ in own })
            }
        }
        let comparison = RunComparison(
            baseline: side(1..<4, [:]), candidate: side(4..<7, ["GET /new": Self.times(200, 9, seed: 1)]))
        #expect(!comparison.findings.contains { ["POST /coupon", "GET /new"].contains($0.endpoint) })
        #expect(comparison.notCompared.map(\.endpoint).sorted() == ["GET /new", "POST /coupon"])
        for endpoint in comparison.notCompared {
            let isNew = endpoint.endpoint == "GET /new"
            #expect(endpoint.reason == (isNew ? .missingFromARun : .tooFewRequests), "\(endpoint)")
            #expect(isNew ? endpoint.requests == 0 : (1...9).contains(endpoint.requests), "\(endpoint)")
        }
        let sentences = comparison.notComparedSentences
        #expect(sentences.contains { $0.hasPrefix("Not compared (too few requests): POST /coupon ") }, "\(sentences)")
        #expect(sentences.contains("Not compared (not in every run): GET /new 0."), "\(sentences)")
    }

    /// Every endpoint of a run is in the findings or in the list, also past the most that are compared.
    @Test func noEndpointIsLeftOutSilently() {
        let rare = Dictionary(
            uniqueKeysWithValues: (0..<70).map { ("GET /page\($0)", Self.times(20 + $0, 50, seed: UInt64($0))) })
        let comparison = RunComparison(
            baseline: [Self.run(1, rare: rare)], candidate: [Self.run(2, rare: rare)])
        let compared = Set(comparison.findings.map(\.endpoint)), listed = Set(comparison.notCompared.map(\.endpoint))
        #expect(compared.union(listed).isSuperset(of: Array(rare.keys) + SyntheticRun.endpoints))
        #expect(comparison.notCompared.contains { $0.reason == .beyondTheMost })
        #expect(comparison.notComparedSentences.contains { $0.contains("and ") && $0.contains(" more endpoint") })
    }

    /// Pairs of equal runs, each with ten rare endpoints: a difference is found in no more of them than the level of
    /// the test allows, whatever the distribution of the times.
    @Test(arguments: [0.05, 0.5, 1])
    func equalRunsAreNotCalledDifferent(_ spread: Double) {
        var random = SplitMix64(seed: 7)
        var alarms = 0
        for _ in 0..<100 {
            let values = (0..<10).map { endpoint -> Double in
                let sides = (0..<2).map { _ in
                    (0..<3).map { _ -> LatencySummary in
                        let level = exp(0.02 * random.normal())
                        let own = (0..<[5, 8, 15, 30, 39][endpoint % 5]).map { _ in
                            20 * level * exp(spread * random.normal())
                        }
                        let times = Self.histogram(own) ?? SparseHistogram()
                        return LatencySummary([LatencyBlocks.Stretch(second: 0, times: times, requests: 0)])
                    }
                }
                let figures = sides.compactMap { LatencySummary.figures(0.5, of: $0) }
                return figures.count < 2 ? 1 : RunDifference(baseline: figures[0], candidate: figures[1]).pValue
            }
            if HolmCorrection.adjusted(values).contains(where: { $0 < ComparisonVerdict.level }) { alarms += 1 }
        }
        #expect(alarms <= 4, "of 100 comparisons, at a level of 2 %")
    }

    @Test func fewRequestsNeedFiveInEachRunAndTenInAll() {
        func figures(_ counts: [Int]) -> [RunDifference.Figure]? {
            LatencySummary.figures(
                0.5,
                of: counts.map { count in
                    LatencySummary([
                        LatencyBlocks.Stretch(
                            second: 0,
                            times: Self.histogram(Self.times(count, 20, seed: 1)) ?? SparseHistogram(), requests: 0)
                    ])
                })
        }
        for (counts, isEnough) in [([10], true), ([9], false), ([5, 5], true), ([4, 40], false), ([0, 40], false)] {
            #expect((figures(counts) != nil) == isEnough, "\(counts)")
        }
    }

    @Test func aFullMachineIsAWarning() {
        func warnings(_ busy: Double) -> [String] {
            let record = MachineStateTests.record([.busy: { _ in busy }, .processors: { _ in 2 }], slower: 1)
            return RunComparison(baseline: [record], candidate: [record]).warnings
        }
        #expect(warnings(1.99).contains { $0.contains("no CPU left in 1 of 1 baseline run and 1 of 1 candidate run") })
        #expect(!warnings(1).contains { $0.contains("no CPU left") })
    }
}

extension Dictionary where Key == String {
    fileprivate func values(inOrder keys: [String]) -> [Value] { keys.compactMap { self[$0] } }
}
