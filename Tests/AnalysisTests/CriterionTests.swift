import Analysis
import Formats
import Measurement
import Testing
import Traffic

/// One grammar for the gates of a run and the criteria of scenario files.
struct CriterionTests {

    private typealias Case = (String, Criterion.Figure, Criterion.Relation, Criterion.Limit)

    @Test(
        arguments: [
            ("p95<500ms", .quantile(0.95), .below, .milliseconds(500)),
            ("p50 < 250us", .quantile(0.5), .below, .milliseconds(0.25)),
            ("p99.9 <= 1s", .quantile(99.9 / 100), .atMost, .milliseconds(1000)),
            ("max<=1m", .longest, .atMost, .milliseconds(60_000)),
            ("mean<3ms", .mean, .below, .milliseconds(3)),
            ("failures<1%", .failures, .below, .ratio(0.01)),
            ("failures <= 0", .failures, .atMost, .number(0)),
            ("answered>=99.9%", .answered, .atLeast, .ratio(99.9 / 100)),
            ("rps>=99.5", .requestRate([]), .atLeast, .number(99.5)),
            ("rps>=1,000", .requestRate([]), .atLeast, .number(1000)),
            ("rps(429)>5", .requestRate([.status(429)]), .above, .number(5)),
            ("rps(429, 5xx)>5", .requestRate([.status(429), .statusClass(5)]), .above, .number(5)),
            ("share(429|403)>90%", .share([.status(429), .status(403)]), .above, .ratio(0.9)),
            ("share(timeout|refused)<0.1%", .share([.timeout, .refused]), .below, .ratio(0.001)),
            ("share(5xx)<=0%", .share([.statusClass(5)]), .atMost, .ratio(0)),
            ("before(429|403)<=10", .before([.status(429), .status(403)]), .atMost, .number(10)),
            ("sessions>=10000", .sessions, .atLeast, .number(10000)),
            ("capacity>=10000", .capacity, .atLeast, .number(10000)),
            ("outage(redis)<=1s", .outage(fault: "redis"), .atMost, .milliseconds(1000)),
            ("recovery(attack)<10s", .recovery(fault: "attack"), .below, .milliseconds(10_000)),
            ("restarts(api)<1", .restarts(watch: "api"), .below, .number(1)),
            (
                "increase(redis.used_memory)<10MiB", .watched(.increase, .init(watch: "redis", figure: "used_memory")),
                .below, .number(10_485_760)
            ),
            ("p95(redis.ping)<5ms", .watched(.p95, .init(watch: "redis", figure: "ping")), .below, .milliseconds(5)),
            ("redis.hits>=90%", .watched(.value, .init(watch: "redis", figure: "hits")), .atLeast, .ratio(0.9)),
            (
                "app.job:http:rate5m>3", .watched(.value, .init(watch: "app", figure: "job:http:rate5m")), .above,
                .number(3)
            ),
            (
                "ratio(app.A_hits, app.A_lookups)>=0.9",
                .seriesRatio(.init(watch: "app", figure: "A_hits"), .init(watch: "app", figure: "A_lookups")),
                .atLeast, .number(0.9)
            ),
        ] as [Case])
    func readsFigureRelationAndLimit(
        text: String, figure: Criterion.Figure, relation: Criterion.Relation, limit: Criterion.Limit
    ) throws {
        let criterion = try Criterion(parsing: text)
        #expect(criterion.figure == figure)
        #expect(criterion.comparison == Criterion.Comparison(relation, limit))
        #expect(criterion.scope == .run)
        #expect(criterion.text == text)
    }

    @Test(arguments: [
        ("no-leak", Criterion.Figure.noLeak(watch: nil)), ("no-leak(api)", .noLeak(watch: "api")),
        ("no-drift", .noDrift), ("no-regression", .noRegression),
    ]) func readsTestsWithoutALimit(text: String, figure: Criterion.Figure) throws {
        let criterion = try Criterion(parsing: text)
        #expect(criterion.figure == figure)
        #expect(criterion.comparison == nil)
    }

    @Test(arguments: [
        ("POST /login: p95<1s", Criterion.Scope.named("POST /login"), Criterion.Figure.quantile(0.95)),
        ("p95(POST /login)<1s", .named("POST /login"), .quantile(0.95)),
        ("failures( GET /a<b>(c)/{id} )<0.5%", .named("GET /a<b>(c)/{id}"), .failures),
        ("GET /jobs/{id}:cancel:failures<2", .named("GET /jobs/{id}:cancel"), .failures),
        ("GET /a: share(429|403)<1%", .named("GET /a"), .share([.status(429), .status(403)])),
        ("rps(GET /b)>1", .named("GET /b"), .requestRate([])), ("max(GET /b)<1s", .named("GET /b"), .longest),
        ("answered(auth)>=99%", .named("auth"), .answered), ("auth: p95<1s", .named("auth"), .quantile(0.95)),
        ("auth:p95<1s", .named("auth"), .quantile(0.95)), ("each: failures<1%", .each, .failures),
        ("all: failures<1%", .run, .failures), ("during redis: failures<1%", .during(fault: "redis"), .failures),
        ("after redis: mean<1s", .after(fault: "redis"), .mean), ("warm: no-leak", .named("warm"), .noLeak(watch: nil)),
        ("GET /a: no-regression", .named("GET /a"), .noRegression),
        (
            "high: max(redis.used_memory)<1GiB", .named("high"),
            .watched(.max, .init(watch: "redis", figure: "used_memory"))
        ),
    ]) func readsItsScope(text: String, scope: Criterion.Scope, figure: Criterion.Figure) throws {
        let criterion = try Criterion(parsing: text)
        #expect(criterion.scope == scope)
        #expect(criterion.figure == figure)
    }

    @Test func aScopeIsInsideNoOther() throws {
        #expect(try Criterion(parsing: "p95<1s", scope: .each).scope == .each)
        #expect(throws: CriterionError.self) { try Criterion(parsing: "GET /a: p95<1s", scope: .each) }
    }

    @Test func aGuardHoldsForATime() throws {
        #expect(try Criterion(parsing: "failures<50% for 30s").comparison?.sustained == .seconds(30))
    }

    @Test(arguments: [
        ("p95<500", "in 'p95<500': the limit '500' is not a duration such as 500ms"),
        ("p95<", "in 'p95<': the limit '' is not a duration such as 500ms"),
        ("p95<-5ms", "in 'p95<-5ms': the limit '-5ms' is not a duration such as 500ms"),
        ("p95", "in 'p95': 'p95' has no comparison; write a condition such as p95<500ms"),
        ("", "in '': '' has no comparison; write a condition such as p95<500ms"),
        ("p95=5ms", "in 'p95=5ms': 'p95=5ms' has no comparison; write a condition such as p95<500ms"),
        ("failurs<1%", "in 'failurs<1%': 'failurs' is not a figure; did you mean 'failures'?"),
        ("noleak", "in 'noleak': 'noleak' is not known; did you mean 'no-leak'?"),
        ("no-leaks", "in 'no-leaks': 'no-leaks' is not known; did you mean 'no-leak'?"),
        ("share(42)<1%", "in 'share(42)<1%': '42' is not a status such as 429, 5xx, timeout, refused or reset"),
        ("share(429)<1", "in 'share(429)<1': the limit '1' is not a share such as 1%"),
        (
            "failures<0.01",
            "in 'failures<0.01': the limit '0.01' is neither a share such as 1% nor a whole number of requests"
        ),
        ("failures<101%", "in 'failures<101%': the limit '101%' is not a share such as 1%"),
        ("error_rate<1%", "in 'error_rate<1%': 'error_rate' is not a figure; did you mean 'failures'?"),
        ("latency<1s", "in 'latency<1s': 'latency' is not a figure; did you mean 'p95'?"),
        (
            "zzzzzz<1s",
            "in 'zzzzzz<1s': 'zzzzzz' is not a figure: give p50 … p99.9, mean, max, failures, answered, rps or another one"
        ),
        ("p100<1s", "in 'p100<1s': 'p100' is not a figure"), ("p0<1s", "in 'p0<1s': 'p0' is not a figure"),
        ("p-5<5ms", "in 'p-5<5ms': 'p-5' is not a figure"), ("p1e1<5ms", "in 'p1e1<5ms': 'p1e1' is not a figure"),
        ("pnan<5ms", "in 'pnan<5ms': 'pnan' is not a figure"),
        ("p95()<5ms", "in 'p95()<5ms': 'p95()' has nothing in its parentheses"),
        (" : p95<5ms", "in ' : p95<5ms': the scope before the colon is empty"),
        ("p95(GET /x<5ms", "in 'p95(GET /x<5ms': 'p95(GET /x' lacks its closing parenthesis"),
        ("GET /a: p95(GET /b)<1s", "in 'GET /a: p95(GET /b)<1s': it has two scopes; one is allowed"),
        ("max(redis)<1", "in 'max(redis)<1': max takes a series of a watch, such as max(redis.used_memory)"),
        ("failures<50% for ever", "in 'failures<50% for ever': 'ever' is not a duration such as 30s"),
        ("rps>inf", "in 'rps>inf': the limit 'inf' is not a number"),
        ("each: no-leak", "in 'each: no-leak': this figure is not available by endpoint"),
        ("GET /a: sessions>5", "in 'GET /a: sessions>5': this figure is not available by endpoint"),
    ]) func saysWhatIsWrong(text: String, message: String) {
        let error = #expect(throws: CriterionError.self) { try Criterion(parsing: text) }
        let found = error?.description ?? ""
        #expect(found == message || found.hasPrefix(message + "; did you mean") || found.hasPrefix(message + ": give"))
    }

    @Test func whatIsTooLongIsRefused() {
        #expect(throws: CriterionError.self) { try Criterion(parsing: String(repeating: "p", count: 513)) }
    }

    @Test(arguments: [
        ("p95<1s", true), ("each: failures<1%", true), ("share(429)<1%", true), ("before(429)<=10", true),
        ("sessions>=10", true), ("no-leak", true), ("no-leak(api)", false), ("during redis: p95<1s", false),
        ("capacity>=10", false), ("outage(redis)<1s", false), ("max(redis.ping)<1s", false), ("restarts(api)<1", false),
        ("ratio(a.b, a.c)>1", false), ("failures<1% for 10s", false),
    ]) func aRunWithoutAScenarioDecidesWhatItCan(text: String, decides: Bool) throws {
        #expect((try Criterion(parsing: text).needsScenario == nil) == decides)
    }
}

/// The number of responses that clones received before their first of a kind.
struct FirstResponseJudgementTests {

    private static let blocked: Set<ResponseKind> = [.status(429), .status(403)]

    /// The outcome for clones with these responses: statuses in order, 0 for a timeout.
    private static func outcome(_ gate: String, _ clones: [[UInt16]]) throws -> GateResult.Outcome {
        let criterion = try Criterion(parsing: gate)
        let kinds = [try #require(criterion.firsts)]
        var stretches = try #require(RunStretches.whole(firsts: kinds))
        stretches.firsts = kinds
        let live = LiveCounts()
        var description = RunDescription(startedAt: 0, settings: [:], endpoints: ["GET /a"], plannedSessions: nil)
        description.stretches = stretches
        var recorder = WorkerRecorder(endpointCount: 1, live: live, stretches: stretches)
        for statuses in clones {
            var search = FirstResponseSearch()
            for status in statuses {
                let outcome = RequestOutcome(
                    endpoint: 0, status: status, fate: status == 0 ? .timeout : .answered,
                    times: RequestTimes(
                        scheduled: .zero, ready: .zero, started: .zero, sent: .zero, firstByte: nil, finished: .zero))
                for first in search.take(outcome, lookingFor: kinds) { recorder.firstResponse(first, at: .zero) }
            }
            for first in search.end(lookingFor: 1, atNs: 0) { recorder.firstResponse(first, at: .zero) }
        }
        var collector = RunCollector(description, workers: 1, live: live, folder: nil)
        try collector.take(recorder.finish())
        let record = collector.finish(
            RunDescription.End(
                durationNs: 1, wasInterrupted: false, peakConcurrentSessions: 0, peakOpenConnections: 0,
                generator: GeneratorUse(cpuNs: 0, peakRSSBytes: 0, processors: 1)))
        return record.firstResponses.judge(kinds[0], criterion.comparison) { _ in true }.outcome
    }

    private static let tenThenBlocked = [UInt16](repeating: 401, count: 10) + [403, 403]

    @Test(arguments: [
        ([tenThenBlocked], GateResult.Outcome.passed, "blocked after ten"),
        ([tenThenBlocked, [429]], .passed, "one is blocked at once"),
        ([[401] + tenThenBlocked], .failed, "eleven are let through"),
        ([tenThenBlocked, [401] + tenThenBlocked], .failed, "the worst clone decides"),
        ([[UInt16](repeating: 401, count: 11)], .failed, "one that is never blocked had more than ten"),
        ([tenThenBlocked, [UInt16](repeating: 401, count: 11)], .failed, "even where others are blocked"),
        ([[401, 401]], .inconclusive, "too few attempts to be blocked"), ([], .inconclusive, "nothing happened"),
        ([[0, 0, 403]], .passed, "a request without a response does not count"),
    ]) func soManyAnswersAtMost(clones: [[UInt16]], outcome: GateResult.Outcome, why: String) throws {
        #expect(try Self.outcome("before(429|403)<=10", clones) == outcome, "\(why)")
    }

    @Test(arguments: [
        ([[UInt16]](repeating: tenThenBlocked, count: 2), GateResult.Outcome.passed),
        ([tenThenBlocked, [200, 429]], .failed),
        ([[UInt16](repeating: 200, count: 20)], .passed), ([[200]], .inconclusive),
    ]) func soManyAnswersAtLeast(clones: [[UInt16]], outcome: GateResult.Outcome) throws {
        #expect(try Self.outcome("before(429|403)>=10", clones) == outcome)
    }
}
