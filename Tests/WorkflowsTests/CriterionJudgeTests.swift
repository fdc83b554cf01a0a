import Analysis
import Formats
import Scenario
import Testing
import Traffic

@testable import Measurement
@testable import Workflows

struct CriterionJudgeTests {

    private static let second: Int64 = 1_000_000_000

    private static let head = """
        log: a.rlog
        traffic:
          a: {endpoint: GET /a}
          b: {endpoint: GET /b}
          both: {mix: {a: 50%, b: 50%}}
        watch:
          redis: {redis: 'localhost:1'}
          api: {port: 1}
        scenarios:
          s:
            traffic: both
            phases: [{name: warm, sessions: 1, hold: 10s, judged: false}, {name: high, sessions: 2, ramp: 10s, hold: 20s}]

        """

    /// What a criterion of a scenario comes to, for requests and readings of the watches.
    private static func result(
        _ gates: String, _ outcomes: [RequestOutcome], metrics: [MetricReading] = [],
        baseline: CampaignBaseline = .none
    ) throws -> (GateResult.Outcome, String) {
        let (scenario, file, record) = try run(gates, outcomes, metrics: metrics)
        let result = CriterionJudge(scenario, in: file, record, baseline: baseline).result(of: scenario.gates[0])
        return (result.outcome, result.figure)
    }

    private static func run(
        _ gates: String, _ outcomes: [RequestOutcome], metrics: [MetricReading] = []
    ) throws -> (ScenarioDefinition, ScenarioFile, RunRecord) {
        let campaign = try JudgedCampaign(head + "    gates: \(gates)\n", outcomes, metrics)
        return (campaign.scenario, campaign.file, campaign.record)
    }

    // MARK: - Faults

    @Test(arguments: ["[outage(f)<1s]", "[recovery(f)<1s]", "{during f: ['failures<50%']}", "{after f: ['p95<1s']}"])
    func aFaultThatDidNotHappenProvesNothing(gate: String) throws {
        let fault = "\n    faults: [{name: f, run: x, undo: y, at: 22s, for: 5s}]"
        let result = try Self.result(gate + fault, Self.steady(ms: 40))
        #expect(result.0 == .inconclusive, "\(gate): \(result.1)")
        #expect(result.1.contains("did not happen"), "\(gate): \(result.1)")
    }

    @Test(
        "An effect that lasted until the end is only known to be at least as long",
        arguments: [
            ("[recovery(f)<10s]", true, .inconclusive), ("[recovery(f)<5s]", true, .failed),
            ("[recovery(f)<10s]", false, .passed), ("[outage(f)<10s]", true, .inconclusive),
            ("[outage(f)<=8s]", true, .inconclusive), ("[outage(f)<10s]", false, .passed),
        ] as [(String, Bool, GateResult.Outcome)])
    func openEffects(gate: String, isOpen: Bool, outcome: GateResult.Outcome) throws {
        let fault = "\n    faults: [{name: f, run: x, undo: y, at: 22s, for: 5s}]"
        let (scenario, file, record) = try Self.run(gate + fault, Self.steady(ms: 40))
        var effect = FaultEffect(
            name: "f", began: 22 * Self.second, undone: 27 * Self.second, end: 40 * Self.second,
            timeline: LoadTimeline())
        (effect.outageSeconds, effect.recoverySeconds) = (8, 8)
        if isOpen { (effect.outageIsOpen, effect.recoveryIsOpen) = (true, true) }
        let result = CriterionJudge(scenario, in: file, record, effects: [effect]).result(of: scenario.gates[0])
        #expect(result.outcome == outcome, "\(gate): \(result.figure)")
        #expect(result.figure.contains("≥ 8.0 s") == isOpen, "\(result.figure)")
    }

    /// What is said about the recovery is no part of the outage, and the other way round.
    @Test(arguments: [
        ("[outage(f)<1s]", GateResult.Outcome.passed, "outage(f) = 0.0 s"),
        (
            "[recovery(f)<1s]", .failed,
            "recovery(f) ≥ 60.0 s: response times and failures did not return to normal"
        ),
    ]) func anEffectIsExplainedByItsOwnRemark(gate: String, outcome: GateResult.Outcome, figure: String) throws {
        let fault = "\n    faults: [{name: f, run: x, undo: y, at: 22s, for: 5s}]"
        let (scenario, file, record) = try Self.run(gate + fault, Self.steady(ms: 40))
        var timeline = LoadTimeline()
        for tenth in 0..<1500 {
            for _ in 0..<10 {
                timeline.count(slice: UInt32(tenth), isFailure: false, milliseconds: tenth < 900 ? 10 : 300)
            }
        }
        let effect = FaultEffect(
            name: "f", began: 80 * Self.second, undone: 90 * Self.second, end: 150 * Self.second, timeline: timeline)
        let result = CriterionJudge(scenario, in: file, record, effects: [effect]).result(of: scenario.gates[0])
        #expect(result.outcome == outcome && result.figure == figure)
    }

    // MARK: - Baseline

    /// Twenty requests a second that take about so long.
    private static func steady(ms: Int64, lateMs: Int64 = 0) -> [RequestOutcome] {
        var random = SplitMix64(seed: 3)
        return (20..<40).flatMap { at in
            (0..<50).flatMap { _ in
                requests([at], ms: Int64.random(in: ms...ms + ms / 4, using: &random), lateMs: lateMs)
            }
        }
    }

    @Test(arguments: [
        (Int64(40), GateResult.Outcome.passed, "as before"), (400, .failed, "ten times as slow"),
        (8, .passed, "faster"),
    ]) func aRunIsComparedWithAnEarlierOne(ms: Int64, outcome: GateResult.Outcome, why: String) throws {
        let earlier = try Self.run("[no-regression]", Self.steady(ms: 40)).2
        let result = try Self.result("[no-regression]", Self.steady(ms: ms), baseline: .run(earlier))
        #expect(result.0 == outcome, "\(why): \(result.1)")
        let endpoint = try Self.result(
            "['GET /a: no-regression']", Self.steady(ms: ms), baseline: .run(earlier))
        #expect(endpoint.0 == outcome, "\(why): \(endpoint.1)")
    }

    /// Neither a difference nor its absence is the target's then.
    @Test(arguments: [
        (Int64(400), "late", "but in this run the generator was too slow for the plan, p99 send lag"),
        (40, "late", "in this run the generator was too slow for the plan, p99 send lag"),
        (40, "busy", "in the baseline the generator used 95 % of its processors"),
        (400, "full", "in this run the machine had no CPU left (3.80 of its 4 processors used"),
    ]) func aRunOfABusyMachineIsNotCompared(ms: Int64, how: String, why: String) throws {
        var earlier = try Self.run("[no-regression]", Self.steady(ms: 40)).2
        if how == "busy" { earlier.description.end?.generator.cpuNs = 38 * UInt64(Self.second) }
        let outcomes = Self.steady(ms: ms, lateMs: how == "late" ? 20 : 0)
        let readings =
            how == "full"
            ? (0..<40).flatMap { at in
                Self.series(MachineSeries.processors.rawValue, [(at, 4)], watch: MachineSeries.page)
                    + Self.series(
                        MachineSeries.busy.rawValue, [(at, 3.8 * Double(at))], watch: MachineSeries.page, kind: .counter
                    )
            } : []
        let result = try Self.result("[no-regression]", outcomes, metrics: readings, baseline: .run(earlier))
        #expect(result.0 == .inconclusive && result.1.contains(why), "\(how): \(result.1)")
    }

    @Test func aBaselineOfAnotherLoadSaysNothing() throws {
        var earlier = try Self.run("[no-regression]", Self.steady(ms: 4)).2
        earlier.description.settings["load"] = "1 200"
        let result = try Self.result("[no-regression]", Self.steady(ms: 400), baseline: .run(earlier))
        #expect(result.0 == .inconclusive && result.1.contains("a different load"), "\(result.1)")
    }

    /// Requests at these seconds that took that many milliseconds.
    private static func requests(
        _ seconds: some Sequence<Int>, ms: Int64, endpoint: Int = 0, status: UInt16 = 200, fate: Fate = .answered,
        lateMs: Int64 = 0
    ) -> [RequestOutcome] {
        seconds.map { at in
            let begin = RunTime(nanoseconds: Int64(at) * second)
            let sent = RunTime(nanoseconds: begin.nanoseconds + lateMs * 1_000_000)
            var outcome = RequestOutcome(
                endpoint: endpoint, status: status, fate: fate,
                times: RequestTimes(
                    scheduled: begin, ready: begin, started: sent, sent: sent, firstByte: nil,
                    finished: RunTime(nanoseconds: sent.nanoseconds + ms * 1_000_000)))
            outcome.part = endpoint
            return outcome
        }
    }

    /// Slow on the way up and in the phase that is not judged, fast at the level.
    private static let mixed =
        requests(0..<20, ms: 900) + requests(20..<40, ms: 10) + requests(20..<40, ms: 40, endpoint: 1, status: 429)

    @Test(arguments: [
        ("[p95<100ms]", GateResult.Outcome.passed, "ramps and what is not judged are in no figure"),
        ("{warm: [p50<100ms]}", .failed, "but a phase may be named"), ("{a: [p95<20ms]}", .passed, "one traffic"),
        ("{b: [p95<20ms]}", .failed, "the other traffic"), ("{both: [p50<20ms]}", .passed, "a mix is its members"),
        ("['GET /b: p95<20ms']", .failed, "one endpoint"), ("{each: [p95<20ms]}", .failed, "the worst endpoint"),
        ("[rps>=2]", .passed, "40 answers in 20 s"), ("[rps>2]", .failed, "and no more"),
        ("['rps(429)>=1']", .passed, "20 of them 429"), ("['share(429|403)>=50%']", .passed, "half of them"),
        ("['share(4xx)<50%']", .failed, "no less"), ("['share(timeout)<=0%']", .passed, "none"),
        ("[failures<1]", .passed, "none failed"), ("['answered>=100%']", .passed, "all were answered"),
        ("['answered(b)>=100%']", .passed, "those of a traffic too"),
        ("['before(429)<=10']", .inconclusive, "no clone ended"),
        ("{during warm: ['p50<100ms']}", .failed, "a phase disturbs as a fault does"),
        ("{after warm: ['p50<100ms']}", .passed, "what follows it, its ramp too"),
        ("[no-regression]", .inconclusive, "nothing to compare with"),
    ]) func looksAtTheRequestsItIsAbout(gate: String, outcome: GateResult.Outcome, why: Comment) throws {
        let result = try Self.result(gate, Self.mixed)
        #expect(result.0 == outcome, "\(why): \(result.1)")
    }

    @Test func aFailedRequestIsOneWhateverItsStatus() throws {
        let failed = Self.requests(20..<22, ms: 10, status: 0, fate: .timeout)
        #expect(try Self.result("[failures<1%]", Self.mixed + failed).0 == .failed)
        #expect(try Self.result("['share(timeout|refused)<0.1%']", Self.mixed + failed).0 == .failed)
    }

    /// Levels that follow one another at once are no one level: what differs between them is no trend.
    @Test func theLongestLevelIsOfOnePhase() throws {
        let file = try ScenarioFile(
            parsing: "log: a.rlog\nsessions: 5\nhold: 60s\nspikes: {sessions: 50, for: 10s, every: 25s}\n", name: "s")
        let scenario = file.scenarios[0]
        let load = try CampaignLoad(scenario, in: file)
        var description = RunDescription(startedAt: 0, settings: [:], endpoints: [], plannedSessions: nil)
        description.stretches = load.stretches
        let record = RunRecord(description: description, series: WindowSeries(), targets: [])
        let spans = CriterionJudge(scenario, in: file, record).scope(.run, nil).spans
        #expect(spans.map { $0.count / Int(Self.second) } == [25, 10, 15, 10])
        #expect(record.longestHeld(until: 60 * Self.second) == 0..<25 * Self.second)
        #expect(record.longestHeld(until: 12 * Self.second) == 0..<12 * Self.second)
    }

    @Test func nothingSentIsInconclusive() throws {
        #expect(try Self.result("[p95<1s]", []).0 == .inconclusive)
        #expect(try Self.result("{b: [failures<1%]}", Self.requests(20..<40, ms: 1)).0 == .inconclusive)
    }

    // MARK: - Watches

    private static func series(
        _ figure: String, _ values: [(Int, Double)], watch: String = "redis", kind: MetricKind = .level
    ) -> [MetricReading] {
        values.map { at, value in
            .sample(
                MetricIdentity(page: watch, series: figure, kind: kind),
                MetricSample(time: RunTime(nanoseconds: Int64(at) * second), value: value))
        }
    }

    @Test(arguments: [
        ("['max(redis.used_memory)<10MiB']", GateResult.Outcome.passed), ("['max(redis.used_memory)<8MiB']", .failed),
        ("['increase(redis.used_memory)<2MiB']", .passed), ("['increase(redis.used_memory)<1MiB']", .failed),
        ("['mean(redis.used_memory)<8.5MiB']", .passed), ("['min(redis.used_memory)>=8MiB']", .passed),
        ("['redis.used_memory<9MiB']", .failed), ("['max(redis.connected_clients)<5']", .inconclusive),
    ]) func watchesAreJudgedAtTheLevel(gate: String, outcome: GateResult.Outcome) throws {
        let mib = 1_048_576.0
        let memory = Self.series("used_memory", [(5, 99 * mib), (20, 8 * mib), (30, 8.4 * mib), (39, 9 * mib)])
        let result = try Self.result(gate, Self.mixed, metrics: memory)
        #expect(result.0 == outcome, "\(result.1)")
    }

    @Test func theShareOfHitsIsThatOfTheirGrowth() throws {
        let counters =
            Self.series("keyspace_hits", [(20, 1_000_000), (39, 1_000_090)], kind: .counter)
            + Self.series("keyspace_misses", [(20, 5), (39, 15)], kind: .counter)
        #expect(try Self.result("['redis.hits>=90%']", Self.mixed, metrics: counters).0 == .passed)
        #expect(try Self.result("['redis.hits>90%']", Self.mixed, metrics: counters).0 == .failed)
    }

    @Test func aCounterResetIsNotADecrease() {
        let points = [10.0, 14, 2, 5].enumerated().map {
            WatchedSeries.Point(timeNs: Int64($0.offset), value: $0.element)
        }
        #expect(WatchedSeries(points: points).increase(isCounter: true) == 9)
        #expect(WatchedSeries(points: points).increase(isCounter: false) == -5)
    }

    @Test func restartsAreThoseOfTheWholeRun() throws {
        let restarts = Self.series("restarts", [(1, 0), (5, 1), (39, 1)], watch: "api", kind: .counter)
        #expect(try Self.result("['restarts(api)<1']", Self.mixed, metrics: restarts).0 == .failed)
        #expect(try Self.result("['restarts(api)<1']", Self.mixed).0 == .inconclusive)
    }

    @Test func aServiceThatEndedForGoodIsNoServiceWithoutRestarts() throws {
        let gone = MetricReading.gap(
            page: "api", RunTime(nanoseconds: 6 * Self.second), reason: "there is no such process")
        let early = Self.series("restarts", [(1, 0), (5, 0)], watch: "api", kind: .counter)
        let result = try Self.result("['restarts(api)<1']", Self.mixed, metrics: early + [gone])
        #expect(result.0 == .inconclusive)
        #expect(
            result.1 == "restarts(api) = 0 until 5 s, and unknown since then: there is no such process", "\(result.1)")
        let back = Self.series("restarts", [(39, 0)], watch: "api", kind: .counter)
        #expect(try Self.result("['restarts(api)<1']", Self.mixed, metrics: early + [gone] + back).0 == .passed)
        #expect(
            try Self.result("['restarts(api)<1']", Self.mixed, metrics: early).0 == .passed,
            "a watch that is only read rarely is no absence")
    }
}

struct CampaignVerdictTests {

    private static func scenario(_ verdict: Verdict, problem: String? = nil) -> ScenarioResult {
        var result = ScenarioResult(name: "s", folder: "s")
        result.verdict = verdict
        result.problem = problem
        return result
    }

    @Test(arguments: [
        ([Verdict.pass, .pass], Verdict.pass), ([.pass, .fail], .fail), ([.none, .pass], .pass), ([.none], .none),
        ([], .none), ([.pass, .inconclusive], .inconclusive), ([.inconclusive, .pass, .none], .inconclusive),
        ([.none, .inconclusive], .inconclusive), ([.inconclusive, .fail], .fail),
    ]) func isTheWorstOfItsScenarios(verdicts: [Verdict], verdict: Verdict) {
        let campaign = CampaignResult(
            name: "c", startedAt: 0, scenarios: verdicts.map { Self.scenario($0) }, words: ("APPROVED", "BLOCKED"),
            bands: [])
        #expect(campaign.verdict == verdict)
        let labels = ["PASS": "APPROVED", "FAIL": "BLOCKED"]
        #expect(campaign.label == labels[verdict.rawValue] ?? verdict.rawValue)
    }

    @Test func whatCouldNotBeRunIsNotAPass() {
        let campaign = CampaignResult(
            name: "c", startedAt: 0, scenarios: [Self.scenario(.pass), Self.scenario(.pass, problem: "it broke")],
            words: ("P", "F"), bands: [])
        #expect(campaign.verdict == .fail)
    }

    @Test(
        arguments: [
            (Verdict.pass, RunEnding.complete, nil, Verdict.pass, nil),
            (.pass, .complete, "a check failed", .fail, "with a problem"),
            (.none, .complete, "nothing succeeded", .fail, "with a problem"),
            (.none, nil, "a service does not start", .fail, "not finished"),
            (.inconclusive, .stopped, "a guard failed", .fail, "not finished"),
            (.inconclusive, .interrupted, nil, .inconclusive, "interrupted"),
        ] as [(Verdict, RunEnding?, String?, Verdict, String?)])
    func aProblemIsNoPass(
        gates: Verdict, ending: RunEnding?, problem: String?, outcome: Verdict, standing: String?
    ) {
        var scenario = Self.scenario(gates, problem: problem)
        scenario.ending = ending?.rawValue
        #expect(scenario.outcome == outcome && scenario.standing == standing, "\(gates) \(problem ?? "")")
    }

    @Test func noProblemIsLost() {
        var scenario = Self.scenario(.pass)
        scenario.take(problems: [])
        #expect(scenario.problem == nil)
        scenario.take(problems: ["a check failed", "a service was not stopped"])
        #expect(scenario.problem == "a check failed" && scenario.warnings == ["a service was not stopped"])
    }

    @Test func anInterruptedCampaignHasNotPassed() {
        let campaign = CampaignResult(
            name: "c", startedAt: 0, scenarios: [Self.scenario(.pass)], words: ("P", "F"), bands: [],
            wasInterrupted: true)
        #expect(campaign.verdict == .inconclusive)
    }

    @Test func theScoreIsTheWeightedShareOfTheGoalsThatAreMet() {
        var one = Self.scenario(.pass)
        (one.goalWeight, one.metWeight) = (4, 3)
        var other = Self.scenario(.pass)
        (other.goalWeight, other.metWeight) = (1, 1)
        let campaign = CampaignResult(
            name: "c", startedAt: 0, scenarios: [one, other], words: ("P", "F"),
            bands: [("excellent", 95), ("good", 80), ("acceptable", 70)])
        #expect(campaign.score == 80)
        #expect(campaign.scoreBand == "good")
    }
}
