import Analysis
import Formats
import Measurement
import Testing

@Suite struct RunHistoryTests {
    /// Runs with a p95 of `p95(place)` and otherwise constant figures, with 10 % of noise between runs.
    private static func runs(
        _ count: Int, noise: Double = 0.03, seed: UInt64 = 1, saturated: Set<Int> = [], p95: (Int) -> Double
    ) -> [RunHistory.Run] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { place in
            var summary = RunSummary()
            summary.requests = 100_000
            summary.throughputRps = 1000 * (1 + Double.random(in: -noise...noise, using: &random))
            let value = p95(place) * (1 + Double.random(in: -noise...noise, using: &random))
            summary.times[.response] = Percentiles(
                p50: 10, p90: value / 2, p95: value, p99: 300, p999: 400, max: 500, mean: 20)
            summary.generator.saturated = saturated.contains(place)
            return RunHistory.Run(name: "run-\(place)", startedAt: Double(place), summary)
        }
    }

    @Test(arguments: [3, 6, 9, 11])
    func aStepIsFoundWhereItIs(place: Int) throws {
        let history = RunHistory(name: "h", runs: Self.runs(12) { $0 < place ? 100 : 150 })
        let change = try #require(history.changes.first)
        #expect(history.changes.count == 1 && change.figure == .p95 && change.run == "run-\(place)")
        #expect(change.isWorse && change.low < 1.5 && change.high > 1.4 && change.pValue < 0.02)
        #expect(abs(change.before - 100) < 4 && abs(change.after - 150) < 6)
    }

    @Test func twoStepsAreTwoChanges() {
        let history = RunHistory(name: "h", runs: Self.runs(15) { $0 < 5 ? 100 : $0 < 10 ? 200 : 120 })
        #expect(history.changes.map(\.run) == ["run-5", "run-10"])
        #expect(history.changes.map(\.isWorse) == [true, false])
    }

    @Test func runsThatDifferByChanceHaveNoChange() {
        let alarms = (1...200 as ClosedRange<UInt64>).count { seed in
            !RunHistory(name: "h", runs: Self.runs(20, noise: 0.08, seed: seed) { _ in 100 }).changes.isEmpty
        }
        // The level is 2 % for all figures together.
        #expect(alarms <= 8, "\(alarms) of 200 histories without a change have one")
    }

    @Test func whatTheMachineDidIsNotTheTargets() {
        let runs = Self.runs(10, saturated: [4, 9]) { $0 == 4 || $0 == 9 ? 900 : 100 }
        let history = RunHistory(name: "h", runs: runs)
        #expect(history.changes.isEmpty)
        #expect(history.runs.filter { !$0.blame.isEmpty }.map(\.name) == ["run-4", "run-9"])
        #expect(history.runs[4].blame[0].contains("too slow for the plan"))
    }

    @Test func twoRunsSayNothing() {
        #expect(RunHistory(name: "h", runs: Self.runs(2) { $0 == 0 ? 100 : 900 }).changes.isEmpty)
        #expect(RunHistory(name: "h", runs: []).changes.isEmpty)
    }

    @Test func settingsThatDifferAreTold() throws {
        var runs = Self.runs(8) { $0 < 4 ? 100 : 200 }
        for place in runs.indices {
            runs[place].settings = ["sessions": place < 4 ? "100" : "200", "seed": "\(place)"]
        }
        #expect(RunHistory(name: "h", runs: runs).changes.first?.settings == ["sessions: 100 → 200"])
    }

    @Test func failuresAreComparedAsShares() throws {
        let runs = (0..<8).map { place in
            var summary = RunSummary()
            summary.requests = 10_000
            summary.failureRatio = place < 4 ? 0 : 0.05
            return RunHistory.Run(name: "run-\(place)", startedAt: Double(place), summary)
        }
        let change = try #require(RunHistory(name: "h", runs: runs).changes.first)
        #expect(change.figure == .failures && change.run == "run-4" && change.isWorse)
        #expect(abs(change.ratio - 0.05) < 0.001)
    }
}
