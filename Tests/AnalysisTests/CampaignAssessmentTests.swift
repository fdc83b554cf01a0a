import Analysis
import Measurement
import Testing

@Suite struct CampaignAssessmentTests {
    private static func gate(
        _ text: String, _ outcome: GateResult.Outcome, margin: Double? = nil, limit: Double? = nil
    ) -> GateResult {
        var gate = GateResult(gate: text, outcome: outcome, figure: "measured")
        gate.margin = margin
        gate.limit = limit
        return gate
    }

    private static func scenario(_ name: String, _ gates: [GateResult], problem: String? = nil) -> ScenarioResult {
        var scenario = ScenarioResult(name: name, folder: name)
        scenario.gates = gates
        scenario.verdict = gates.contains { $0.outcome == .failed } ? .fail : gates.isEmpty ? .none : .pass
        scenario.problem = problem
        return scenario
    }

    private static func campaign(
        _ scenarios: [ScenarioResult], shortenedBy: Int? = nil, wasInterrupted: Bool = false
    ) -> CampaignResult {
        CampaignResult(
            name: "c", startedAt: 0, scenarios: scenarios, words: ("PASS", "FAIL"), bands: [], shortenedBy: shortenedBy,
            wasInterrupted: wasInterrupted)
    }

    @Test(arguments: [
        (
            campaign([scenario("a", [gate("p95<1s", .passed)])]), CampaignAssessment.Answer.yes,
            "all gates hold" as Comment
        ),
        (campaign([scenario("a", [gate("p95<1s", .failed)])]), .no, "a gate failed"),
        (campaign([scenario("a", [])]), .undecided, "nothing was asked"),
        (
            campaign([scenario("a", [gate("p95<1s", .passed), gate("no-leak", .inconclusive)])]), .undecided,
            "a gate lacks data"
        ),
        (campaign([scenario("a", [gate("p95<1s", .passed)])], shortenedBy: 30), .undecided, "shortened"),
        (campaign([scenario("a", [gate("p95<1s", .passed)])], wasInterrupted: true), .undecided, "interrupted"),
        (campaign([scenario("a", [gate("p95<1s", .passed)], problem: "no service")]), .no, "not run to its end"),
    ]) func mayGoLiveOnlyWhereEverythingWasShown(
        result: CampaignResult, answer: CampaignAssessment.Answer, reason: Comment
    ) {
        let assessment = CampaignAssessment(result)
        #expect(assessment.answer == answer, reason)
        #expect(!assessment.reason.isEmpty && !assessment.nextStep.isEmpty)
    }

    @Test("Requests that could not be sent are not called sent")
    func unsent() {
        var scenario = Self.scenario("a", [Self.gate("failures<1%", .failed)])
        scenario.phases = [
            ScenarioResult.PhaseResult(
                name: "a", sessions: 10, isRate: false, seconds: 20, requests: 1125, failures: 1025,
                failureRatio: 1025.0 / 1125, throughputRps: 5, responseTimeMs: TimeDistribution().percentiles,
                statuses: [:],
                rampRequests: 0, rampFailures: 0, isJudged: true, verdict: .fail, sendLagP99Ms: 0)
        ]
        var summary = RunSummary(of: SyntheticRun(seconds: 2).record)
        summary.load.failuresByKind = [FailureCount(kind: .missingBinding, count: 1025)]
        let tested = CampaignAssessment(Self.campaign([scenario]), summaries: ["a": summary]).tested[0]
        #expect(
            tested.hasSuffix(
                "; 100 requests were sent, 1,025 more lacked a value from an earlier response; 1,025 of all (91 %) failed."
            ),
            "\(tested)")
    }

    @Test func failuresComeBeforeWhatIsUnknownBeforeWhatIsClose() {
        let result = Self.campaign([
            Self.scenario(
                "a",
                [
                    Self.gate("p99<1s", .passed, margin: 0.05), Self.gate("no-leak", .inconclusive),
                    Self.gate("p95<1s", .failed, margin: -0.2), Self.gate("rps>100", .failed, margin: -0.7),
                    Self.gate("p50<1s", .passed, margin: 0.8),
                ])
        ])
        let assessment = CampaignAssessment(result)
        #expect(
            assessment.risks.map { String($0.sentence.prefix(7)) } == ["rps>100", "p95<1s ", "no-leak", "p99<1s "])
        #expect(assessment.worstMargin?.result.gate == "rps>100")
        #expect(assessment.reason.hasPrefix("2 of 5 gates do not hold."))
    }

    /// A scenario of `seconds` whose gate holds.
    private static func passed(for seconds: Double, goals: [GateResult] = []) -> ScenarioResult {
        var scenario = scenario("a", [gate("failures<1%", .passed, margin: 0.9)])
        scenario.phases = [
            ScenarioResult.PhaseResult(
                name: "p", sessions: 20, isRate: false, seconds: seconds, requests: 1125, failures: 0, failureRatio: 0,
                throughputRps: 56, responseTimeMs: Percentiles(), statuses: [:], rampRequests: 0, rampFailures: 0,
                isJudged: true, verdict: .pass, sendLagP99Ms: 0)
        ]
        scenario.goals = goals
        scenario.goalWeight = Double(goals.count)
        scenario.metWeight = Double(goals.count { $0.outcome == .passed })
        return scenario
    }

    @Test func aMissedGoalIsARiskAndMostGoalsMissedIsNotAYes() {
        let missed = Self.gate("p95<100ms", .failed, margin: -3.21)
        let met = Self.gate("p50<1s", .passed, margin: 0.5)
        let none = CampaignAssessment(Self.campaign([Self.passed(for: 600, goals: [missed])]))
        #expect(none.answer == .undecided)
        #expect(none.reason == "The gate holds. 1 of 1 goal is missed.")
        #expect(none.risks.map(\.sentence) == ["The goal p95<100ms is missed: measured, 4.2 times the limit"])
        #expect(none.nextStep.hasPrefix("Look into a: The goal p95<100ms is missed"))
        let half = CampaignAssessment(Self.campaign([Self.passed(for: 600, goals: [missed, met])]))
        #expect(half.answer == .yes && half.reason.hasSuffix("1 of 2 goals is missed.") && half.risks.count == 1)
    }

    @Test func aShortTestSaysSo() {
        let short = CampaignAssessment(Self.campaign([Self.passed(for: 20)]))
        #expect(short.answer == .yes && short.reason == "The gate holds. The test was very short: 20 s.")
        #expect(short.risks.map(\.level) == [.unknown])
        #expect(short.risks.first?.sentence.hasPrefix("It ran for only 20 s") == true)
        #expect(short.nextStep == "Run a for longer: 20 s show neither leaks nor drift.")
        let long = CampaignAssessment(Self.campaign([Self.passed(for: 60)]))
        #expect(long.risks.isEmpty && long.reason == "The gate holds.")
        #expect(long.nextStep == "The figures call for no change.")
    }

    @Test(arguments: [
        (-0.33, ", misses its limit by 33 %"), (-1, ", misses its limit by 100 %"), (-90.1, ", 91 times the limit"),
    ])
    func aMissBeyondTwiceTheLimitIsShownAsAMultiple(margin: Double, text: String) {
        let result = Self.campaign([Self.scenario("a", [Self.gate("failures<1%", .failed, margin: margin)])])
        #expect(CampaignAssessment(result).risks.first?.sentence == "failures<1% does not hold: measured\(text)")
    }

    @Test func adviceComesFromFindingsOnly() {
        var summary = RunSummary()
        summary.bottlenecks = [
            Bottleneck(kind: .cpu, finding: "the CPU is at its limit", figures: ["1.9 of 2"], next: "profile it")
        ]
        let result = Self.campaign([Self.scenario("a", [Self.gate("p95<1s", .passed)])])
        #expect(CampaignAssessment(result, summaries: ["a": summary]).nextStep == "a: profile it")
        #expect(CampaignAssessment(result).nextStep == "The figures call for no change.")
    }

    @Test(arguments: [
        (1200, 1000.0, "1,000 are needed, and 20 % more are held"), (800, 1000.0, "and 20 % fewer are held"),
        (1000, 1000.0, "and exactly as many are held"),
    ]) func capacityIsComparedWithTheRequiredLevel(capacity: Int, need: Double, expected: String) {
        var scenario = Self.scenario("ladder", [Self.gate("capacity>=1000", .passed, limit: need)])
        scenario.ladder = LadderResult(capacity: capacity, firstFailing: 2000, unproven: nil, trials: [])
        let text = CampaignAssessment(Self.campaign([scenario])).capacity ?? ""
        #expect(text.contains(expected), "\(text)")
    }

    @Test func absurdFiguresOfAFileDoNotTrap() {
        var scenario = Self.scenario("a", [Self.gate("capacity>=1", .passed, margin: 1e30, limit: 1e30)])
        scenario.ladder = LadderResult(capacity: .max, firstFailing: nil, unproven: nil, trials: [])
        scenario.phases = [
            ScenarioResult.PhaseResult(
                name: "p", sessions: 1e30, isRate: false, seconds: 1e30, requests: .max, failures: .max,
                failureRatio: 1e30, throughputRps: 1e30, responseTimeMs: Percentiles(), statuses: [:],
                rampRequests: .max, rampFailures: .max, isJudged: true, verdict: .pass, sendLagP99Ms: 0)
        ]
        let result = Self.campaign([scenario])
        #expect(!CampaignAssessment(result).tested.isEmpty)
        #expect(CampaignChange.all(from: result, to: result).isEmpty)
    }

    @Test func onlyWhatDiffersIsAChange() {
        var old = Self.scenario("a", [Self.gate("p95<1s", .failed)])
        var new = Self.scenario("a", [Self.gate("p95<1s", .passed)])
        (old.capacity, new.capacity) = (1000, 1500)
        (old.score, new.score) = (90, 90)
        let changes = CampaignChange.all(
            from: Self.campaign([old, Self.scenario("gone", [])]), to: Self.campaign([new, Self.scenario("new", [])]))
        #expect(changes.map(\.figure) == [.verdict, .capacity])
        #expect(changes.map(\.isWorse) == [false, false])
        #expect(changes[1].before == "1,000" && changes[1].now == "1,500" && changes[1].ratio == 0.5)
    }
}

@Suite struct GateAnswerTests {
    @Test(arguments: [
        (400.0, Criterion.Relation.below, 500.0, 0.2), (600, .below, 500, -0.2), (1200, .atLeast, 1000, 0.2),
        (800, .above, 1000, -0.2), (0.005, .atMost, 0.01, 0.5),
    ]) func theMarginIsTheRoomToTheLimit(value: Double, relation: Criterion.Relation, limit: Double, margin: Double)
        throws
    {
        let answer = GateAnswer(holding: value, relation, limit: limit, "x")
        let found = try #require(answer.measured?.margin)
        #expect(abs(found - margin) < 1e-12)
        #expect((answer.outcome == .passed) == (margin > 0))
        #expect(GateResult(gate: "g", answer).margin == found)
    }

    @Test func aLimitOfZeroHasNoMargin() {
        #expect(GateAnswer(holding: 3, .below, limit: 0, "x").measured?.margin == nil)
    }
}
