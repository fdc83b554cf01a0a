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

    @Test(arguments: [
        (
            "users: 20\nhold: 1m", "line 1, column 1: the file has no key 'users'; did you mean 'sessions'?",
            "another program's key in place of a required one"
        ),
        (
            "sessions: 10\nduration: 1m", "line 2, column 1: the file has no key 'duration'; did you mean 'for'?",
            "another program's key for the length"
        ),
        (
            "ramp: 10s\nhold: 1m", "line 1, column 1: the file needs a load level: 'sessions' or 'rate'",
            "the level is missing"
        ),
        (
            "sesions: 10\nhold: 1m", "line 1, column 1: the file has no key 'sesions'; did you mean 'sessions'?",
            "a required key is misspelt"
        ),
        (
            "sessions: 10\nholdd: 1m", "line 2, column 1: the file has no key 'holdd'; did you mean 'hold'?",
            "a required key of the length is misspelt"
        ),
        (
            "sessions: 10\nuntil: 1m", "line 2, column 1: the file has no key 'until'; did you mean 'for'?",
            "another word for the length"
        ),
        (
            "sessions: 10\nhold: 1m\nspikes: {sessions: 20, for: 1s, evry: 3s}",
            "line 3, column 33: spikes has no key 'evry'; did you mean 'every'?", "a misspelt key of spikes"
        ),
        (
            "sessions: 10\nhold: 1m\nbefore: [{rnu: ls}]",
            "line 3, column 11: command has no key 'rnu'; did you mean 'run'?", "a misspelt key of a command"
        ),
        (
            "sessions: 10\nhold: 1m\nservices: {r: {stat: x}}",
            "line 3, column 16: service 'r' has no key 'stat'; did you mean 'start'?", "a misspelt key of a service"
        ),
        (
            "sessions: 10\nhold: 1m\nservices: {r: {start: ' '}}", "line 3, column 23: 'start' is empty",
            "a service without a command"
        ),
        ("sessions: 10\nhold: 1m\nafter: ['']", "line 3, column 9: 'command' is empty", "an empty command"),
        (
            "scenarios: {s: {matrix: {sesions: [1]}, hold: 1m}}",
            "line 1, column 26: scenario 's-1' has no key 'sesions'; did you mean 'sessions'?", "a misspelt axis"
        ),
        (
            "scenarios: {s: {matrix: {sessions: []}, hold: 1m}}",
            "line 1, column 36: 'sessions' of the matrix has no values", "an axis without values"
        ),
        ("log: a.rlog\nscenarios:\n", "line 1, column 1: 'scenarios' is empty", "no scenario"),
        (
            "phases: [{sessions: 5, hold: 5000h}, {sessions: 5, hold: 5000h}]",
            "line 1, column 1: a scenario lasts at most a year", "a sum that no clock holds"
        ),
        (
            "sessions: 5\nramp: 2000000h\nhold: 1h", "line 1, column 1: a scenario lasts at most a year",
            "a ramp that no clock holds"
        ),
        (
            "ladder: [5, 10]\nhold: 1m\nspikes: {sessions: 20, for: 1s, every: 3s}",
            "line 3, column 9: spikes cut a single phase: leave out 'ladder' and 'phases'", "spikes of a ladder"
        ),
        (
            "phases: [{sessions: 1, hold: 1m}, {sessions: 2, hold: 1m}]\nspikes: {sessions: 20, for: 1s, every: 3s}",
            "line 2, column 9: spikes cut a single phase: leave out 'ladder' and 'phases'", "spikes of several phases"
        ),
        (
            "sessions: 50\nhold: 1m\nspikes: {sessions: 20, for: 1s, every: 3s}",
            "line 3, column 9: a spike of 20 sessions is no higher than the level of 50", "a spike that falls"
        ),
        (
            "ladder: [5, 10]\nhold: 1m\nsearch: 10",
            "line 3, column 9: 'search' must be a share from 0.5% to 50%, not '10'; did you mean '10%'?",
            "a share without its sign"
        ),
        (
            "sessions: 1\nhold: 1m\nservices: {r: {start: x}}\nfaults: [{stop: r, at: 5s, for: 9s}, {name: f, kill: r, at: 9s, for: 9s}]",
            "line 4, column 38: the faults 'r' and 'f' overlap: both are about 'r'",
            "the undo of one would end the other"
        ),
        (
            "sessions: 1\nhold: 1m\nwatch: {l: {file: a.log}}\nfaults: [{kill: l, at: 5s, for: 9s}]",
            "line 4, column 10: there is no service or watch of processes 'l'", "a log file cannot be killed"
        ),
        (
            "phases: [{name: all, sessions: 1, hold: 1m}]",
            "line 1, column 10: a phase cannot be called 'all', which has a meaning in criteria", "a reserved name"
        ),
        (
            "phases: [{name: steady state, sessions: 1, hold: 1m}]\ngates: {steady state: [p95<1s]}",
            "line 2, column 24: criteria read 'steady state' as an endpoint, as it has a space: rename it, such as 'steady-state'",
            "a name with a space"
        ),
        (
            "sessions: 1\nhold: 1m\nwatch: {a.b: {port: 80}}",
            "line 3, column 9: a watch is named by letters, digits, '-' and '_', as criteria name its figures: not 'a.b'",
            "a watch with a dot"
        ),
        (
            "sessions: 1\nhold: 1m\nverdict: {pass: OK, fail: OK}",
            "line 3, column 10: 'pass' and 'fail' need different words", "verdicts that read the same"
        ),
        (
            "sessions: 10\nhold: 1m\ntarge: x", "line 3, column 1: the file has no key 'targe'; did you mean 'target'?",
            "a key is misspelt"
        ),
        (
            "sessions: 10\nhold: 30",
            "line 2, column 7: 'hold' must be a duration such as 30s, 5m or 1h30m, not '30'; did you mean '30s'?",
            "a unit is missing"
        ),
        (
            "sessions: 10\nramp: 2m\nfor: 1m",
            "line 3, column 6: the phase ends before it reaches its level: 'for' includes the ramp", "for is too short"
        ),
        (
            "sessions: 10\nhold: 2m\nfor: 1m",
            "line 3, column 6: 'for' is ramp and hold together: give either 'hold' or 'for'", "two lengths"
        ),
        ("sessions: 10\nhold: 0s", "line 1, column 1: 'hold' must be longer than 0", "no length"),
        (
            "sessions: 10\nhold: 1m\npasses: 2", "line 3, column 9: 'passes' and a length exclude each other",
            "an end by time and one by passes"
        ),
        (
            "rate: 2/s\npasses: 2",
            "line 2, column 9: 'passes' counts how often each session runs, and a 'rate' starts sessions: give 'sessions'",
            "passes of no sessions"
        ),
        (
            "ladder: [5, 10]\nramp: 2m\nfor: 2m",
            "line 3, column 6: each run ends before it reaches its level: 'for' includes the ramp",
            "levels that are all ramp"
        ),
        (
            "ladder: [5, 10]\nhold: 1m\nfor: 2m",
            "line 3, column 6: 'for' is ramp and hold together: give either 'hold' or 'for'", "two lengths of a level"
        ),
        (
            "ladder: [5, 10]\nhold: 1m\nback: 10",
            "line 3, column 7: 'back' is a low level to return to, and 10 is the ladder's highest or above it",
            "a return that is none"
        ),
        ("scenarios: {s: {matrix: {}, sessions: 1, hold: 1m}}", "line 1, column 25: 'matrix' is empty", "no axis"),
        ("sessions: 10\nhold: 1m\nhold: 2m", "line 2, column 1: 'hold' is given twice", "a key twice"),
        (
            "sessions: 10\nrate: 5/s\nhold: 1m", "line 1, column 1: 'sessions' and 'rate' exclude each other",
            "two levels"
        ),
        (
            "sessions: 0\nhold: 1m", "line 1, column 11: 'sessions' must be a whole number from 1 to 10000000, not '0'",
            "no session"
        ),
        (
            "sessions: 10\nhold: 1m\ntraffic: lgin\n", "line 1, column 1: there is no traffic 'lgin'",
            "an unknown traffic"
        ),
        (
            "sessions: 10\nhold: 1m\ngates: [max(db.connections)<10]",
            "line 3, column 9: there is no watch 'db'", "an unknown watch"
        ),
        (
            "sessions: 10\nhold: 1m\ngates: [capacity>=10]",
            "line 3, column 9: 'capacity' is the result of a ladder, which 'auth' is not", "no ladder"
        ),
        (
            "sessions: 10\nhold: 1m\nservices: {r: {start: x}}\nfaults: [{stop: r, at: 50s, for: 20s}]",
            "line 4, column 10: fault 'r' ends after the scenario, which lasts 1m", "a fault that outlasts its scenario"
        ),
        (
            "ladder: [10, 20, 40]\nramp: 10s\nhold: 1m\nfaults: [{name: f, run: x, undo: y, at: 50s, for: 30s}]",
            "line 4, column 10: fault 'f' ends after a run of the ladder, which lasts 1m10s",
            "a fault that no level of the ladder reaches"
        ),
        (
            "sessions: 10\nhold: 1m\nwatch: {r: {redis: 'h:1', password: hunter2}}",
            "line 3, column 12: a password must not be in the file: use env:NAME or file:PATH",
            "a secret in the file"
        ),
        (
            "sessions: 10\nhold: 1m\nwatch: {d: {postgres: 'host=db password=hunter2'}}",
            "line 3, column 12: the address contains a password: use env:NAME or file:PATH", "a secret among words"
        ),
        (
            "sessions: 10\nhold: 1m\nwatch: {d: {postgres: 'postgres://a@db/x?sslmode=require&password=hunter2'}}",
            "line 3, column 12: the address contains a password: use env:NAME or file:PATH", "a secret among parameters"
        ),
        (
            "sessions: 10\nhold: 1m\nwatch: {d: {postgres: 'postgres://a:hunter2@db/x'}}",
            "line 3, column 12: the address contains a password: use env:NAME or file:PATH", "a secret in a URL"
        ),
        (
            "ladder: [10, 5]\nhold: 1m", "line 1, column 14: the levels of a ladder must rise: 5 follows 10",
            "a ladder that falls"
        ),
        ("- a", "line 1, column 1: the file must be a map, such as {key: value}", "no map"),
        ("a: [1", "line 2, column 1: this is not YAML: did not find expected ',' or ']'", "broken YAML"),
    ]) func saysWhereAFaultIs(text: String, message: String, reason: Comment) {
        let error = #expect(throws: ScenarioError.self, reason) { try read(text) }
        #expect(error?.description == message, reason)
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
