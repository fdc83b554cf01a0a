import Scenario
import Testing

struct CriterionTests {

    private let place = ScenarioError.Place(line: 3, column: 7)

    private func parsed(_ text: String) throws -> Criterion { try Criterion(parsing: text, place: place) }

    @Test(arguments: [
        ("p95<500ms", Criterion.Figure.quantile(0.95), Criterion.Relation.below, Criterion.Limit.milliseconds(500)),
        ("p99.9 <= 1s", .quantile(99.9 / 100), .atMost, .milliseconds(1000)),
        ("max<100ms", .longest, .below, .milliseconds(100)),
        ("failures<1%", .failures, .below, .ratio(0.01)),
        ("failures<1", .failures, .below, .number(1)),
        ("rps>=1,000", .requestRate([]), .atLeast, .number(1000)),
        ("rps(429)>5", .requestRate([.status(429)]), .above, .number(5)),
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
            .below,
            .number(10_485_760)
        ),
        ("p95(redis.ping)<5ms", .watched(.p95, .init(watch: "redis", figure: "ping")), .below, .milliseconds(5)),
        ("redis.hits>=90%", .watched(.value, .init(watch: "redis", figure: "hits")), .atLeast, .ratio(0.9)),
        (
            "ratio(app.A_hits, app.A_lookups)>=0.9",
            .seriesRatio(.init(watch: "app", figure: "A_hits"), .init(watch: "app", figure: "A_lookups")), .atLeast,
            .number(0.9)
        ),
    ]) func readsFigureRelationAndLimit(
        text: String, figure: Criterion.Figure, relation: Criterion.Relation, limit: Criterion.Limit
    ) throws {
        let criterion = try parsed(text)
        #expect(criterion.figure == figure)
        #expect(criterion.comparison?.relation == relation)
        #expect(criterion.comparison?.limit == limit)
        #expect(criterion.scope == .run)
    }

    @Test(arguments: [
        ("no-leak", Criterion.Figure.noLeak(watch: nil)), ("no-leak(api)", .noLeak(watch: "api")),
        ("no-drift", .noDrift),
        ("no-regression", .noRegression),
    ]) func readsTestsWithoutALimit(text: String, figure: Criterion.Figure) throws {
        let criterion = try parsed(text)
        #expect(criterion.figure == figure)
        #expect(criterion.comparison == nil)
    }

    @Test(arguments: ["POST /login: p95<1s", "p95(POST /login)<1s"]) func anEndpointIsAScope(text: String) throws {
        let criterion = try parsed(text)
        #expect(criterion.scope == .named("POST /login"))
        #expect(criterion.figure == .quantile(0.95))
    }

    @Test func aGuardHoldsForATime() throws {
        #expect(try parsed("failures<50% for 30s").comparison?.sustained == .seconds(30))
    }

    @Test(arguments: [
        ("p95<500", "in 'p95<500': the limit '500' is no duration such as 500ms"),
        ("p95", "in 'p95': 'p95' compares nothing; write what must be true, such as p95<500ms"),
        ("failurs<1%", "in 'failurs<1%': 'failurs' is no figure; did you mean 'failures'?"),
        ("noleak", "in 'noleak': 'noleak' is not known; did you mean 'no-leak'?"),
        ("share(42)<1%", "in 'share(42)<1%': '42' is no status such as 429, 5xx, timeout, refused or reset"),
        ("share(429)<1", "in 'share(429)<1': the limit '1' is no share such as 1%"),
        ("p100<1s", "in 'p100<1s': 'p100' is no figure"),
        ("max(redis)<1", "in 'max(redis)<1': max takes a series of a watch, such as max(redis.used_memory)"),
        ("failures<50% for ever", "in 'failures<50% for ever': 'ever' is no duration such as 30s"),
        ("rps>inf", "in 'rps>inf': the limit 'inf' is no number"),
    ]) func saysWhatIsWrong(text: String, message: String) {
        let error = #expect(throws: ScenarioError.self) { try parsed(text) }
        #expect(error?.description == "line 3, column 7: " + message)
    }
}
