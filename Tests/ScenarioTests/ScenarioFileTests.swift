import Analysis
import Formats
import Scenario
import Testing

struct ScenarioFileTests {

    private static let whole = """
        log: auth.rlog
        target: http://127.0.0.1:8000
        think: 1s..3s
        traffic:
          login: {endpoint: POST /auth/login}
          api: {endpoint: GET /api/protected}
          attack: {log: wrong.rlog, source: 127.0.0.66, speed: max, expect: none}
          mixed: {mix: {login: 10%, api: 90%}}
        services:
          redis: {start: redis-server r.conf, stop: redis-cli shutdown, ready: redis-cli ping}
        watch:
          api: {port: 8000}
          redis: {redis: 127.0.0.1:6379, password: env:REDIS_PASSWORD}
          log: {file: api.log, count: {fallback: Redis unavailable}}
        before: [./backup.sh]
        after: [./health.sh]
        guards: [failures<50% for 30s]
        gates: [failures<1%, no-leak, restarts(api)<1]
        verdict: {pass: APPROVED, fail: BLOCKED}
        score: {excellent: 95, good: 85}
        scenarios:
          baseline: {traffic: mixed, phases: [{sessions: 100, hold: 5m, judged: false}, {sessions: 1000, ramp: 2m, hold: 30m}], gates: {each: [p95<100ms, failures<1]}}
          limits:
            phases: [{name: attack, traffic: {api: 200, attack: 9800}, hold: 5m}, {traffic: {api: 200}, hold: 2m}]
            gates: {attack: [share(429|403)>90%], api: [share(429|403)<0.1%, recovery(attack)<10s]}
          redis-failure: &chaos
            traffic: mixed
            sessions: 5000
            ramp: 1m
            hold: 16m
            faults: [{stop: redis, at: 6m, for: 6m}]
            gates: {all: [increase(log.fallback)>=1, outage(redis)<=1s], during redis: [failures<1%], POST /auth/login: [p95<1s]}
            checks: [./verify-data.sh]
          stress: {traffic: mixed, ladder: [5000, 10000], ramp: 2m, hold: 10m, back: 1000, search: 10%, gates: [p95<500ms, capacity>=10000]}
          chaos: {<<: *chaos, hold: 25m}
          spike: {sessions: 100, for: 10m, spikes: {sessions: 500, for: 2m, every: 3m}, gates: [recovery(spikes)<30s]}
          scale: {matrix: {sessions: [1000, 5000]}, for: 5m}
        """

    private func read(_ text: String, set: [String] = []) throws -> ScenarioFile {
        try ScenarioFile(parsing: text, name: "auth", overrides: set.map { try ScenarioOverride(parsing: $0) })
    }

    @Test func readsAWholeCampaign() throws {
        let file = try read(Self.whole)
        #expect(
            file.scenarios.map(\.name)
                == ["baseline", "limits", "redis-failure", "stress", "chaos", "spike", "scale-1000", "scale-5000"])
        #expect(file.verdictWords.fail == "BLOCKED")
        #expect(file.band(ofPercent: 90) == "good")
        #expect(file.band(ofPercent: 80) == nil)
        let baseline = file.scenarios[0]
        #expect(baseline.phases.map(\.isJudged) == [false, true])
        #expect(baseline.length == .seconds(37 * 60))
        // A scenario's gates add to the file's.
        #expect(baseline.gates.map(\.text) == ["failures<1%", "no-leak", "restarts(api)<1", "p95<100ms", "failures<1"])
        #expect(baseline.gates.last?.scope == .each)
        #expect(baseline.options.value("think") == "1s..3s")
        #expect(baseline.options.value("target") == "http://127.0.0.1:8000")
    }

    @Test func aMergedScenarioTakesItsOwnKeysFirst() throws {
        let chaos = try #require(try read(Self.whole).scenarios.first { $0.name == "chaos" })
        #expect(chaos.length == .seconds(26 * 60))
        #expect(chaos.faults.map(\.action) == [.stop(service: "redis")])
        #expect(chaos.gates.contains { $0.scope == .during(fault: "redis") })
        #expect(chaos.gates.contains { $0.scope == .named("POST /auth/login") && $0.text == "p95<1s" })
    }

    @Test func sessionsByTrafficAddUp() throws {
        let limits = try #require(try read(Self.whole).scenarios.first { $0.name == "limits" })
        #expect(limits.phases[0].level.sessionCount == 10_000)
        #expect(limits.phases[1].name == "phase-2")
    }

    @Test func spikesAreStartToStartAndTheLastIsCut() throws {
        let spike = try #require(try read(Self.whole).scenarios.first { $0.name == "spike" })
        #expect(spike.phases.map { $0.hold ?? .zero } == [180, 120, 60, 120, 60, 60].map { Duration.seconds($0) })
        #expect(spike.phases.map { $0.group == "spikes" } == [false, true, false, true, false, true])
        #expect(spike.length == .seconds(600))
    }

    @Test func aFileWithoutScenariosIsOne() throws {
        let file = try read("log: a.rlog\nsessions: 10\nhold: 1m\ngates: [p95<1s]\n")
        #expect(file.scenarios.map(\.name) == ["auth"])
        #expect(file.scenarios[0].gates.count == 1)
    }

    @Test func theCommandLineChangesValues() throws {
        let file = try read(Self.whole, set: ["scenarios.redis-failure.sessions=50", "target=http://127.0.0.1:9"])
        #expect(file.scenarios[2].phases[0].level == .sessions(50))
        #expect(file.scenarios[0].options.value("target") == "http://127.0.0.1:9")
    }

    @Test(arguments: [
        (
            "scenarios.baselin.think=2s",
            "cannot set scenarios.baselin.think: there is no scenario 'baselin'; did you mean 'baseline'?",
            "an unknown scenario is not made"
        ),
        (
            "spike.sesions=2", "in --set: scenario 'spike' has no key 'sesions'; did you mean 'sessions'?",
            "a key that the file does not have"
        ),
        (
            "spike.sessions=2k", "in --set: 'sessions' must be a whole number from 1 to 10000000, not '2k'",
            "a value that is none"
        ),
        ("spike.sessions=", "the change 'spike.sessions=' has no value; an empty text is written \"\"", "no value"),
        (
            "limits.phases.2.hold=2s", "cannot set limits.phases.2.hold: the list has no item '2'; it has 2",
            "a place past the end of a list"
        ),
    ]) func reportsTheErrorInAChange(change: String, message: String, reason: Comment) {
        let error = #expect(throws: ScenarioError.self, reason) { try read(Self.whole, set: [change]) }
        #expect(error?.description == message, reason)
    }

    @Test func aChangeMayLeaveOutTheWordScenarios() throws {
        let file = try read(Self.whole, set: ["spike.sessions=50", "limits.phases.1.hold=7s", "spike.gates=[p95<1s]"])
        let spike = try #require(file.scenarios.first { $0.name == "spike" })
        #expect(spike.phases[0].level == .sessions(50))
        #expect(spike.gates.map(\.text).last == "p95<1s")
        #expect(file.scenarios[1].phases[1].hold == .seconds(7))
    }

    @Test func templatesOfAnchorsAreNotScenarios() throws {
        let file = try read(
            "x-usual: &usual {sessions: 3, hold: 1m}\nscenarios: {a: {<<: *usual}, b: {<<: *usual, hold: 2m}}")
        #expect(file.scenarios.map(\.length) == [.seconds(60), .seconds(120)])
    }

    @Test func optionsKnowTheirPlaces() throws {
        let scenario = try read("log: a.rlog\nscenarios:\n  s: {sessions: 1, hold: 1s, think: 2}").scenarios[0]
        #expect(scenario.options.place(of: "think") == ScenarioError.Place(line: 3, column: 37))
        #expect(scenario.options.place(of: "speed") == nil)
        let other = try read("log: a.rlog\nthink: 2\nscenarios: {s: {sessions: 1, hold: 1s}}").scenarios[0]
        #expect(scenario.options == other.options)
    }

    @Test func quickShortensSpansOnly() throws {
        let file = try read(Self.whole).quick(dividedBy: 30)
        let failure = file.scenarios[2]
        #expect(failure.length == .seconds(34))
        #expect(failure.faults[0].at == .seconds(12))
        #expect(failure.phases[0].level == .sessions(5000))
        #expect(failure.guards[0].comparison?.sustained == .seconds(5), "a moment does not end a run")
        let short = try read("log: a.rlog\nsessions: 1\nhold: 1h\nguards: ['p95<1s for 2s', 'p95<1s for 5m']")
        let spans = short.quick(dividedBy: 30).scenarios[0].guards.map(\.comparison?.sustained)
        #expect(spans == [.seconds(2), .seconds(10)])
        #expect(failure.gates.contains { $0.text == "p95<1s" && $0.comparison?.limit == .milliseconds(1000) })
    }

    @Test func optionsStandAtEachLevel() throws {
        let file = try read(
            """
            log: a.rlog
            think: 1s
            traffic: {a: {endpoint: GET /a, think: 3s, status: [2xx], sample-seed: 7}}
            scenarios:
              s: {speed: 2, phases: [{sessions: 1, hold: 1s, think: 2s}, {sessions: 1, hold: 1s}]}
            """)
        let scenario = file.scenarios[0]
        #expect(scenario.options.value("think") == "1s" && scenario.options.value("speed") == "2")
        #expect(scenario.phases.map { $0.options.value("think") } == ["2s", nil])
        guard case .part(let part) = file.traffic[0].content else {
            Issue.record("a traffic that is no mix is a part of the logs")
            return
        }
        #expect(part.options.value("think") == "3s")
        #expect(part.filters.values == ["endpoint": ["GET /a"], "sample-seed": ["7"], "status": ["2xx"]])
    }

    @Test func aNarrowerPaceTakesThePlaceOfAWiderOne() throws {
        let file = try read(
            """
            log: a.rlog
            think: 1s..3s
            traffic: {a: {speed: max}, b: {pacing: timeline}, c: {speed: 2}}
            scenarios: {s: {traffic: a, sessions: 1, hold: 1s}, t: {speed: max, traffic: a, sessions: 1, hold: 1s, think: 2s}}
            """)
        let options = file.traffic.map { traffic -> ReplayOptionValues in
            guard case .part(let part) = traffic.content else { return ReplayOptionValues() }
            return file.scenarios[0].options.overlaid(by: part.options)
        }
        #expect(options.map { $0.value("think") } == [nil, nil, "1s..3s"])
        #expect(options.map { $0.value("speed") } == ["max", nil, "2"])
    }

    @Test func mixesMayHoldMixesButNotThemselves() throws {
        let head = "log: a.rlog\nsessions: 1\nhold: 1s\n"
        let file = try ScenarioFile(
            parsing: "log: a.rlog\ntraffic: {a: {endpoint: GET /a}, b: {mix: {a: 1}}, c: {mix: {b: 1, a: 1}}}\n"
                + "scenarios: {s: {traffic: c, sessions: 1, hold: 1s}}", name: "mixes")
        #expect(file.traffic.count == 3)
        let error = #expect(throws: ScenarioError.self) {
            try read(head + "traffic: {b: {mix: {c: 1}}, c: {mix: {b: 1}}}")
        }
        #expect(error?.description.contains("contains itself") == true, "\(String(describing: error))")
    }

    @Test func aGateForATimeIsRefused() {
        let error = #expect(throws: ScenarioError.self) {
            try read("sessions: 10\nhold: 1m\ngates: [failures<1% for 10s]")
        }
        #expect(
            error?.description
                == "line 3, column 9: 'failures<1% for 10s': 'for' belongs to a guard, which ends the run at once")
    }
}
