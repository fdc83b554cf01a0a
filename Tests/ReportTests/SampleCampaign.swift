import Analysis
import Measurement
import Report

/// A small campaign with something in every part of it.
enum SampleCampaign {
    static func phase(
        _ name: String, sessions: Double, requests: UInt64 = 10_000, failures: UInt64 = 0, p95: Double = 20,
        verdict: Verdict = .pass
    ) -> ScenarioResult.PhaseResult {
        ScenarioResult.PhaseResult(
            name: name, sessions: sessions, isRate: false, seconds: 60, requests: requests, failures: failures,
            failureRatio: Double(failures) / Double(requests), throughputRps: Double(requests - failures) / 60,
            responseTimeMs: Percentiles(
                p50: p95 / 4, p90: p95 / 2, p95: p95, p99: 2 * p95, p999: 3 * p95, max: 4 * p95, mean: p95 / 3),
            statuses: ["200": requests - failures], rampRequests: 100, rampFailures: 1, isJudged: true,
            verdict: verdict, sendLagP99Ms: 0.1,
            traffic: [
                .init(
                    name: "login", requests: requests / 10, failures: 0, throughputRps: 16,
                    responseTimeMs: SampleRun.percentiles(2))
            ])
    }

    static func gate(_ text: String, _ outcome: GateResult.Outcome, _ figure: String, margin: Double?) -> GateResult {
        var gate = GateResult(gate: text, outcome: outcome, figure: figure)
        gate.margin = margin
        return gate
    }

    /// Two phases, a fault, a failed gate.
    static func steady(named name: String = "steady") -> ScenarioResult {
        var scenario = ScenarioResult(name: name, folder: "steady")
        scenario.verdict = .fail
        scenario.ending = "complete"
        scenario.phases = [phase("low", sessions: 100), phase("high", sessions: 1000, failures: 50, verdict: .fail)]
        scenario.gates = [
            gate("high: p95<15ms", .failed, "p95 = 20 ms response", margin: -0.33),
            gate("failures<1%", .passed, "failures = 0.25% (50 of 20000)", margin: 0.75),
            gate("no-leak", .inconclusive, "the run was too short", margin: nil),
        ]
        scenario.goals = [gate("p99<1s", .passed, "p99 = 40 ms response", margin: 0.96)]
        scenario.score = 100
        scenario.goalWeight = 1
        scenario.metWeight = 1
        var fault = FaultEffect(
            name: "redis", began: 20_000_000_000, undone: 30_000_000_000, end: 60_000_000_000, timeline: LoadTimeline())
        fault.outageSeconds = 4.2
        fault.recoverySeconds = 1.5
        scenario.faults = [fault]
        scenario.warnings = ["1 of 100 requests failed during the ramp to high"]
        return scenario
    }

    /// Levels up to the first that fails.
    static func ladder() -> ScenarioResult {
        var scenario = ScenarioResult(name: "limit", folder: "limit")
        scenario.verdict = .pass
        scenario.ladder = LadderResult(
            capacity: 1200, firstFailing: 1300, unproven: nil,
            trials: [
                .init(level: 1000, purpose: .climb, outcome: .held),
                .init(level: 1500, purpose: .climb, outcome: .failed),
                .init(level: 1200, purpose: .search, outcome: .held),
                .init(level: 1300, purpose: .search, outcome: .failed),
            ], failure: [gate("p95<500ms", .failed, "p95 = 812 ms response", margin: -0.62)])
        scenario.capacity = 1200
        scenario.phases = [
            phase("climb 1000", sessions: 1000), phase("climb 1500", sessions: 1500, p95: 812, verdict: .fail),
            phase("search 1200", sessions: 1200, p95: 90),
            phase("search 1300", sessions: 1300, p95: 600, verdict: .fail),
        ]
        var gate = gate("capacity>=1000", .passed, "holds 1,200 sessions, fails at 1,300", margin: 0.2)
        gate.value = 1200
        gate.limit = 1000
        scenario.gates = [gate]
        return scenario
    }

    static func result(_ scenarios: [ScenarioResult]? = nil) -> CampaignResult {
        var result = CampaignResult(
            name: "shop", startedAt: 1_700_000_000, scenarios: scenarios ?? [steady(), ladder()],
            words: ("APPROVED", "BLOCKED"), bands: [("excellent", 95)])
        result.provenance = CampaignProvenance(
            file: .init(path: "shop.yaml", sha256: "5d41"), logs: [.init(path: "shop.rlog", sha256: "ab12")],
            version: "1.2.3", overrides: ["scenarios.steady.sessions=5"], seed: "7",
            host: .init(name: "lab-1", system: "Linux 6.1 x86_64", processors: 2, memoryBytes: 4 << 30))
        return result
    }

    /// A series with phases, a fault and a heat map.
    static func series(windows: Int = 60) -> RunSeries {
        var series = SampleRun.series(windows: windows)
        let length = Double(windows)
        series.phases = [
            .init(name: "low", isRamp: true, from: 0, to: length / 10),
            .init(name: "low", isRamp: false, from: length / 10, to: length / 2),
            .init(name: "high", isRamp: false, from: length / 2, to: length),
        ]
        series.faults = [.init(name: "redis", from: length / 3, to: length / 2)]
        return series
    }

    static func content(
        _ result: CampaignResult = result(), summary: RunSummary = SampleRun.summary(), windows: Int = 60,
        earlier: CampaignResult? = nil
    ) -> CampaignContent {
        let parts = result.scenarios.map { scenario in
            let folders =
                scenario.ladder.map { ladder in ladder.trials.indices.map { "limit/\(ladder.folderName(ofTrial: $0))" }
                }
                ?? [scenario.folder]
            return CampaignContent.Part(
                scenario,
                runs: folders.map { folder in
                    CampaignContent.Run(
                        folder: folder, summary: summary, series: series(windows: windows), caption: SampleRun.caption)
                })
        }
        return CampaignContent(
            result, parts: parts, responseTimes: SampleRun.percentiles(1),
            earlier: earlier.map { .init(folder: "runs/shop-1", result: $0) })
    }
}
