import Scenario
import Testing

struct DryRunTests {

    private func findings(_ text: String) throws -> [String] {
        DryRun(try ScenarioFile(parsing: text, name: "c")).findings.map(\.text)
    }

    @Test func pausesBoundTheRate() throws {
        let text = "think: 1s..3s\nsessions: 100\nramp: 1m\nfor: 5m\ngates: [rps>100, rps>=50]\n"
        #expect(
            try findings(text) == [
                Self.address,
                "'rps>100' cannot be met in c: 100 sessions that pause 1s to 3s between requests send at most 50 requests per second",
            ])
    }

    private static let address =
        "all traffic comes from one address: a service that limits or blocks by address takes it for one client; raise its "
        + "limits, or set 'source' by traffic"

    /// Findings on a scenario `c` with these lines, apart from the one on addresses.
    private func warnings(_ lines: String) throws -> [String] {
        let traffic =
            "traffic: {a: {endpoint: GET /a}, b: {endpoint: GET /b}, m: {mix: {a: 95%, b: 5%}}, f: {endpoint: GET /f, speed: max}}\n"
        let whole = traffic + "scenarios:\n  c:\n" + lines.split(separator: "\n").map { "    \($0)\n" }.joined()
        return try findings(whole).filter { $0 != Self.address }
    }

    @Test(arguments: [
        (
            "traffic: m\nthink: 2s\nsessions: 5000\nhold: 1h\ngoals: {b: [rps>=500]}",
            [
                "'b: rps>=500' cannot be met in c: 250 sessions that pause 2s between requests send at most 125 requests per second"
            ],
            "a traffic has its share of the sessions only"
        ),
        (
            "traffic: a\nthink: 500ms..1s\nsessions: 500\nhold: 1h\ngates: [rps>500]",
            [
                "'rps>500' needs a mean response within 250ms in c: 500 sessions that pause 500ms to 1s between requests send at most 666.7 requests per second"
            ], "a rate that only quick answers allow"
        ),
        (
            "traffic: f\nthink: 2s\nsessions: 10\nhold: 1h\ngates: [rps>500]", [],
            "a traffic without pauses is not bound by those of its scenario"
        ),
        (
            "traffic: a\nthink: 1s\nphases: [{name: low, sessions: 10, hold: 1h}, {name: high, sessions: 99, hold: 1h}]\ngates: [rps>40]",
            [], "the highest of the judged phases decides"
        ),
        (
            "traffic: a\nthink: 1s\nphases: [{name: low, sessions: 10, hold: 1h}, {name: high, sessions: 99, hold: 1h}]\ngates: {low: [rps>50]}",
            [
                "'low: rps>50' cannot be met in low: 10 sessions that pause 1s between requests send at most 10 requests per second"
            ],
            "a phase has its own level"
        ),
        (
            "traffic: a\nsessions: 5\nhold: 1h\ngates: [sessions>=10]",
            ["'sessions>=10' cannot be met: at most 5 sessions run at once"], "more sessions than are planned"
        ),
        (
            "traffic: a\nladder: [5, 10]\nhold: 1h\ngates: [p95<1s, capacity>=20]",
            ["'capacity>=20' cannot be met: the ladder ends at 10"], "more than the top of the ladder"
        ),
        (
            "traffic: a\nladder: [5, 10]\nhold: 1h\ngates: [capacity>=5]",
            ["no gate can fail a level, so the ladder finds no limit: give it one such as p95<500ms"],
            "no gate by level"
        ),
        (
            "traffic: a\nsessions: 5\nhold: 1h\ngates: [p95<=0s]", ["'p95<=0s' cannot be met: answers take time"],
            "no time"
        ),
        (
            "traffic: a\nsessions: 5\nhold: 1h\ngates: [failures<0%]",
            ["'failures<0%' cannot be met: nothing is below 0"],
            "below none"
        ),
        (
            "traffic: a\nsessions: 5\nhold: 1h\ngates: [share(200)>100%]",
            ["'share(200)>100%' cannot be met: no share is above 100 %"], "above all"
        ),
        (
            "traffic: a\nsessions: 5\nhold: 1h\ngates: [p95>500ms]",
            ["'p95>500ms' asks for the worse: a criterion says what must be true; is 'p95<500ms' meant?"],
            "a gate for slow answers"
        ),
        (
            "traffic: a\nsessions: 5\nhold: 1h\nguards: [failures>50% for 30s]",
            [
                "the guard 'failures>50% for 30s' ends a good run: it says what must be true; is 'failures<50% for 30s' meant?"
            ],
            "a guard against health"
        ),
        (
            "traffic: a\nphases: [{sessions: 5, hold: 1h, judged: false}]\ngates: [p95<1s]",
            ["'p95<1s' has nothing to judge: no phase is judged"], "nothing judged"
        ),
        (
            "traffic: a\nsessions: 5\nhold: 1h\ngates: [no-regression]",
            ["'no-regression' has nothing to compare with: no 'baseline' is named"], "no baseline"
        ),
        (
            "traffic: a\nsessions: 5\nhold: 1h\ngates: [share(429)<1%, p95<1s, rps(429)<5, failures<1]", [],
            "nothing odd"
        ),
    ]) func criteriaThatNothingMeetsAreReported(lines: String, expected: [String], reason: Comment) throws {
        #expect(try warnings(lines) == expected, reason)
    }

    @Test func scenariosAtOneAddressAreNamed() throws {
        let text =
            "traffic: {a: {endpoint: GET /a}, x: {endpoint: GET /x, source: 127.0.0.9}}\nscenarios:\n"
            + "  one: {traffic: a, sessions: 200, hold: 1h}\n  few: {traffic: a, sessions: 20, hold: 1h}\n"
            + "  two: {traffic: {a: 100, x: 100}, hold: 1h}\n"
        #expect(
            try findings(text) == [
                "all traffic of one comes from one address: a service that limits or blocks by address takes it for one client; "
                    + "raise its limits, or set 'source' by traffic"
            ])
    }

    @Test(arguments: [("", true), (", source: 127.0.0.9", true), (", source: 127.0.0.9-127.0.0.40", false)])
    func trafficOfOneAddressIsReported(source: String, isReported: Bool) throws {
        let text =
            "traffic: {a: {endpoint: GET /a\(source)}, x: {endpoint: GET /x\(source)}}\nscenarios:\n"
            + "  one: {traffic: {a: 10, x: 10}, hold: 1h, gates: ['share(429)<1%']}\n"
        let reported = try findings(text).contains { $0.hasPrefix("all of its traffic comes from one address") }
        #expect(reported == isReported, "\(source)")
    }

    @Test func sharesThatDoNotAddUpAreReported() throws {
        let text = "traffic: {a: {endpoint: GET /}, g: {mix: {a: 120%}}}\ntraffic2: x\n"
        #expect(throws: ScenarioError.self) { try findings(text) }
        let good =
            "traffic: {a: {endpoint: GET /}, b: {endpoint: GET /b}, g: {mix: {a: 70%, b: 50%}}}\nscenarios: {s: {traffic: g, sessions: 1, hold: 1h}}\n"
        #expect(try findings(good) == ["the shares of 'g' add up to 120 %; they are scaled to 100 %"])
    }

    @Test func shortLeakTestsAndCutSpikesAreReported() throws {
        let load = "sessions: 100\nfor: 10m\nspikes: {sessions: 500, for: 2m, every: 3m}\n"
        let text = load + "gates: [no-leak]\nwatch: {a: {port: 80}}\n"
        #expect(
            try findings(text) == [
                Self.address, "the last spike is cut to 1m by the end of the scenario",
                "'no-leak' is often inconclusive in 3m; it needs 15m or more",
            ])
    }

    @Test func aLongRampIsReported() throws {
        #expect(
            try findings("sessions: 10\nramp: 200s\nfor: 300s\n") == [
                "c is at its level for 1m40s of 5m; its figures are those of the level"
            ])
    }
}

struct LoadCurveTests {

    @Test func movesLinearlyFromThePhaseBefore() throws {
        let file = try ScenarioFile(
            parsing: "phases: [{sessions: 100, ramp: 10s, hold: 10s}, {sessions: 50, ramp: 10s, hold: 5s}]", name: "c")
        let curve = LoadCurve(file.scenarios[0].phases)
        let levels = [0, 5, 10, 19, 25, 30, 34, 35].map { curve.level(at: .seconds($0)) }
        #expect(levels == [0, 50, 100, 100, 75, 50, 50, 0])
        #expect(curve.length == .seconds(35))
        #expect(curve.peak == 100)
    }
}
