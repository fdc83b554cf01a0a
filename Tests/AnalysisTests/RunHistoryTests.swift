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

    @Test func differingSettingsAreReported() throws {
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

    /// Runs with the given shares of failures.
    private static func runs(failing shares: [Double], settings: [[String: String]] = []) -> [RunHistory.Run] {
        shares.enumerated().map { place, share in
            var summary = RunSummary()
            summary.requests = 1000
            summary.failureRatio = share
            summary.throughputRps = 100
            return RunHistory.Run(
                name: "run-\(place)", startedAt: Double(place), summary,
                settings: settings.isEmpty ? [:] : settings[place % settings.count])
        }
    }

    @Test func runsOfOtherPlansAreOtherHistories() {
        let settings = [
            ["log": "a.rlog", "speed": "1", "target": "http://a", "seed": "1"],
            ["log": "runs/a.rlog", "speed": "1", "target": "http://b", "seed": "2"],
            ["log": "a.rlog", "speed": "2"], ["log": "b.rlog", "speed": "1"],
            ["log": "a.rlog", "speed": "1", "rate": "10/s"], ["log": "a.rlog", "speed": "1", "sessions": "50"],
        ]
        let histories = RunHistory.all(name: "runs", runs: Self.runs(failing: [0, 0, 0, 0, 0, 0], settings: settings))
        #expect(
            histories.map(\.name) == [
                "runs with log a.rlog, speed 1", "runs with log a.rlog, speed 2", "runs with log b.rlog, speed 1",
                "runs with log a.rlog, rate 10/s, speed 1", "runs with log a.rlog, sessions 50, speed 1",
            ])
        #expect(histories[0].runs.map(\.name) == ["run-0", "run-1"], "the same log by another path, another target")
    }

    @Test func runsOfOnePlanKeepTheirName() {
        let runs = Self.runs(failing: [0, 0], settings: [["speed": "1", "seed": "1"], ["speed": "1", "seed": "2"]])
        #expect(RunHistory.all(name: "runs", runs: runs).map(\.name) == ["runs"])
        #expect(RunHistory.all(name: "runs", runs: []).isEmpty)
    }

    @Test(
        arguments: [
            ([0, 0.44, 1, 0.59], true), ([0.44, 1, 0.44, 1], true), ([0.44, 0.45, 0.44, 0.46], false),
            ([0, 0, 0], false),
            ([0.5], false),
        ] as [([Double], Bool)]) func farApartSharesAreNotChance(shares: [Double], areFar: Bool)
    {
        let spreads = RunHistory(name: "h", runs: Self.runs(failing: shares)).spreads
        #expect(spreads.map(\.figure) == (areFar ? [.failures] : []))
        if areFar { #expect(spreads.first?.range == (shares.min() ?? 0)...(shares.max() ?? 0)) }
    }

    @Test func aWideSpreadIsReported() {
        let runs = Self.runs(4, noise: 0.001) { [60, 2000, 60, 2000][$0] }
        #expect(RunHistory(name: "h", runs: runs).spreads.map(\.figure) == [.p95])
        #expect(RunHistory(name: "h", runs: Self.runs(12) { $0 < 6 ? 100 : 300 }).spreads.isEmpty, "a change is told")
    }
}
