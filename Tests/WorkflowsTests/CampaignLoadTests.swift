import Analysis
import Formats
import Plan
import Scenario
import Testing
import Traffic

@testable import Measurement
@testable import Workflows

struct CampaignLoadTests {

    private static func load(_ yaml: String) throws -> CampaignLoad {
        let file = try ScenarioFile(parsing: yaml, name: "test")
        return try CampaignLoad(file.scenarios[0], in: file)
    }

    private static let traffic = """
        log: a.rlog
        traffic:
          login: {endpoint: POST /login}
          api: {endpoint: GET /api}
          mixed: {mix: {login: 25%, api: 75%}}

        """

    /// Which scenarios may end as soon as their gates are settled.
    @Test(
        arguments: [
            ("{sessions: 4, hold: 1m, gates: ['p95<500ms', no-leak]}", ["p95<500ms", "no-leak"]),
            ("{sessions: 4, hold: 1m}", nil),
            (
                "{phases: [{name: a, sessions: 1, hold: 1m}, {name: b, sessions: 2, hold: 1m}], gates: ['p95<500ms']}",
                nil
            ),
            ("{phases: [{name: a, sessions: 1, hold: 1m, gates: ['p95<500ms']}], gates: ['p95<500ms']}", nil),
            ("{sessions: 4, hold: 1m, gates: ['p95<500ms', 'share(429)<1%']}", ["p95<500ms", "share(429)<1%"]),
        ] as [(String, [String]?)])
    func onlyOnePhaseWithPlainGatesSettles(scenario: String, gates: [String]?) throws {
        let text = "log: a.rlog\nwatch: {a: {port: 80}}\nscenarios: {s: \(scenario)}\n"
        let file = try ScenarioFile(parsing: text, name: "test")
        #expect(file.scenarios[0].settlingGates?.map(\.text) == gates)
    }

    @Test func phasesBecomeLevelsAndStretches() throws {
        let load = try Self.load(
            Self.traffic + """
                scenarios:
                  s: {phases: [{name: low, sessions: 10, ramp: 10s, hold: 30s}, {name: high, sessions: 40, ramp: 5s, for: 20s}]}
                """)
        #expect(load.parts.map(\.traffic) == [""])
        #expect(load.duration == .seconds(60))
        #expect(
            load.stretches.stretches.map {
                "\($0.phase)\($0.isRamp ? " ramp" : "") \($0.beginNs / 1_000_000_000)"
            }
                == ["low ramp 0", "low 10", "high ramp 40", "high 45"])
        for (second, level) in [(0, 0.0), (5, 5), (10, 10), (39, 10), (42, 22), (45, 40), (59, 40)] {
            #expect(load.sessions(at: Int64(second) * 1_000_000_000) == level, "at \(second) s")
        }
    }

    /// How long sessions have to come to their end as the level falls: of the phase, else the scenario's, else the
    /// file's.
    @Test(arguments: [
        ("{phases: [{sessions: 9, hold: 1m}, {sessions: 1, hold: 1m}]}", [0, 0]),
        ("{graceful: 30s, phases: [{sessions: 9, hold: 1m}, {sessions: 1, hold: 1m}]}", [30, 30]),
        (
            "{graceful: 30s, phases: [{sessions: 9, hold: 1m}, {sessions: 1, ramp: 5s, hold: 1m, graceful: 0s}]}",
            [30, 0, 0]
        ),
        ("{sessions: 9, hold: 1m, graceful: 10s, spikes: {sessions: 20, for: 10s, every: 30s}}", [10, 10, 10]),
    ]) func gracefulIsOfThePhaseInWhichTheLevelFalls(scenario: String, seconds: [Int64]) throws {
        let load = try Self.load("log: a.rlog\nscenarios: {s: \(scenario)}\n")
        guard case .sessions(let levels) = load.pools[0].course else { throw NoLevels() }
        #expect(levels.segments.map { $0.grace / 1_000_000_000 } == seconds)
        let file = try Self.load("log: a.rlog\ngraceful: 7s\nscenarios: {s: {sessions: 9, hold: 1m}}\n")
        guard case .sessions(let inherited) = file.pools[0].course else { throw NoLevels() }
        #expect(inherited.segments.map(\.grace) == [7_000_000_000])
    }

    private struct NoLevels: Error {}

    @Test func aMixIsOnePoolOfItsMembers() throws {
        let load = try Self.load(Self.traffic + "scenarios: {s: {traffic: mixed, sessions: 10, hold: 1m}}")
        #expect(load.parts.map(\.traffic) == ["login", "api"])
        #expect(load.pools.map { $0.shares.map(\.weight) } == [[0.25, 0.75]])
    }

    @Test func trafficsWithTheirOwnLevelsAreSeparatePools() throws {
        let load = try Self.load(
            Self.traffic + """
                scenarios:
                  s: {phases: [{traffic: {api: 20, login: 980}, hold: 5m}, {traffic: {api: 20}, hold: 2m}]}
                """)
        #expect(load.parts.map(\.traffic) == ["api", "login"])
        #expect(load.sessions(at: 1) == 1000)
        #expect(load.sessions(at: 301_000_000_000) == 20, "the attack is over")
        #expect(load.pools.count == 2)
    }

    @Test func aPhaseWithOptionsIsASeparatePart() throws {
        let load = try Self.load(
            Self.traffic + """
                scenarios:
                  s:
                    traffic: mixed
                    phases: [{name: slow, sessions: 10, hold: 10s, think: 1s}, {name: fast, sessions: 10, ramp: 10s, hold: 10s}]
                """)
        #expect(load.parts.map(\.traffic) == ["login", "api", "login", "api"])
        #expect(load.parts.map { $0.options.value("think") } == ["1s", "1s", nil, nil])
        #expect(load.pools.map { $0.shares.map(\.part) } == [[0, 1], [2, 3]])
        // One comes as the other goes: together they have the level of the plan.
        for second in [0, 5, 10, 15, 19, 25] {
            #expect(load.sessions(at: Int64(second) * 1_000_000_000) == 10, "at \(second) s")
        }
    }

    @Test func aMixOfMixesHasTheSharesOfItsMembers() throws {
        let load = try Self.load(
            """
            log: a.rlog
            traffic:
              a: {endpoint: GET /a}
              b: {endpoint: GET /b}
              c: {endpoint: GET /c}
              ab: {mix: {a: 1, b: 3}}
              all: {mix: {ab: 1, c: 1}}
            scenarios: {s: {traffic: all, sessions: 8, hold: 1s}}
            """)
        #expect(load.parts.map(\.traffic) == ["a", "b", "c"])
        #expect(load.pools[0].shares.map(\.weight) == [0.125, 0.375, 0.5])
    }

    @Test func theRunNotesTheFirstResponsesThatCriteriaAskFor() throws {
        let load = try Self.load(
            "log: a.rlog\nsessions: 1\nhold: 1s\ngates: ['before(429|403)<=10', 'before(503)>5', 'before(403|429)>1']")
        #expect(load.stretches.firsts == [[.status(429), .status(403)], [.status(503)]])
    }

    @Test func aRateIsAPoolOfArrivals() throws {
        let load = try Self.load("log: a.rlog\nrate: 50/s\nhold: 10s")
        guard case .arrivals(let arrivals) = load.pools.first?.course else {
            Issue.record("a rate is no number of sessions")
            return
        }
        #expect(arrivals.count == 500)
        #expect(load.sessions(at: 1) == nil)
    }

    @Test func phasesAreCutWhereFaultsBeginAndAreUndone() throws {
        let load = try Self.load(
            """
            log: a.rlog
            services: {redis: {start: "true", stop: "true"}}
            sessions: 10
            hold: 60s
            faults: [{stop: redis, at: 20s, for: 10s}]
            """)
        #expect(load.stretches.stretches.map(\.during) == [[], ["redis"], []])
        #expect(load.stretches.stretches.map(\.after) == [[], [], ["redis"]])
        #expect(load.stretches.stretches.map(\.endNs) == [20, 30, 60].map { $0 * 1_000_000_000 })
    }

    @Test func passesEndTheRunInPlaceOfATime() throws {
        let load = try Self.load("log: a.rlog\nsessions: 10\npasses: 2")
        #expect(load.duration == nil)
        #expect(load.pools.map(\.course) == [.passes(2, slots: 10, rampNs: 0)])
    }
}

struct GuardWatchTests {

    private static func window(_ second: Int64, requests: Int, failures: Int) -> RunWindow {
        var window = RunWindow(startNs: second * 1_000_000_000, lengthNs: 1_000_000_000)
        window.counts.byFate[Int(Fate.answered.rawValue)] = UInt64(requests - failures)
        window.counts.byFate[Int(Fate.timeout.rawValue)] = UInt64(failures)
        return window
    }

    private static func watch(_ text: String) throws -> GuardWatch {
        let file = try ScenarioFile(
            parsing: "log: a.rlog\nwatch: {a: {port: 80}}\nsessions: 1\nhold: 1m\nguards: ['\(text)']", name: "test")
        return GuardWatch(file.scenarios[0].guards, plannedSeconds: 1800)
    }

    @Test func aGuardThatFailsForItsDurationEndsTheRun() throws {
        var watch = try Self.watch("failures<50% for 3s")
        let reasons = [60, 60, 10, 60, 60, 60].enumerated().map {
            watch.take(Self.window(Int64($0.offset), requests: 100, failures: $0.element))
        }
        #expect(reasons.map { $0 != nil } == [false, false, false, false, false, true])
        #expect(reasons.last??.contains("failures<50% for 3s") == true)
    }

    @Test func aWindowIsLookedAtOnce() throws {
        var watch = try Self.watch("failures<50% for 2s")
        let reasons = [0, 0, 0].map { watch.take(Self.window($0, requests: 10, failures: 10)) }
        #expect(reasons == [nil, nil, nil])
    }

    @Test(arguments: [
        ("failures<50% for 3s", 1, 10, "ten requests that failed"), ("failures<50% for 3s", 4, 3, "three seconds"),
        ("rps>10 for 3s", 1, 3, "a rate is low with any number of requests"),
    ]) func aFewRequestsDoNotEndARun(text: String, perSecond: Int, seconds: Int64, reason: Comment) throws {
        var watch = try Self.watch(text)
        let end = (0..<20).first { second in
            watch.take(Self.window(second, requests: perSecond, failures: perSecond)) != nil
        }
        #expect(end == seconds - 1, reason)
    }

    @Test func aSecondWithoutRequestsSaysNothing() throws {
        var watch = try Self.watch("failures<50%")
        #expect(watch.take(Self.window(0, requests: 0, failures: 0)) == nil)
    }

    /// A run so far: ten requests a second, and a process whose memory grows by so many bytes a second.
    private static func record(seconds: Int64, bytesPerSecond: Double) -> RunRecord {
        var series = WindowSeries()
        for second in 0..<seconds { series.append(window(second, requests: 10, failures: 0)) }
        var track = ProcessTrack(identity: ProcessIdentity(pid: 7, startTicks: 1, name: "api"))
        var random = SplitMix64(seed: 3)
        for second in 0...seconds {
            let noise = Double.random(in: -100_000...100_000, using: &random)
            track.append(
                ProcessSample(
                    time: RunTime(nanoseconds: second * 1_000_000_000),
                    rssBytes: UInt64(1e8 + Double(second) * bytesPerSecond + noise), pssBytes: nil, cpuNs: 0,
                    threads: 4,
                    openFiles: nil))
        }
        var description = RunDescription(
            startedAt: 1_700_000_000, settings: [:], endpoints: [], plannedSessions: 5, plannedNs: 1_800_000_000_000)
        description.end = RunDescription.End(
            durationNs: seconds * 1_000_000_000, wasInterrupted: false, peakConcurrentSessions: 5,
            peakOpenConnections: 5, generator: GeneratorUse(cpuNs: 1, peakRSSBytes: 1 << 20, processors: 2))
        return RunRecord(description: description, series: series, targets: [track])
    }

    @Test("A sure leak ends the run", arguments: [(100_000.0, true), (0.0, false)])
    func memory(bytesPerSecond: Double, ends: Bool) throws {
        var watch = try Self.watch("no-leak")
        #expect(watch.isLookDue(at: 600))
        // Earlier a long warm-up may explain it.
        let reason = watch.look(at: Self.record(seconds: 1400, bytesPerSecond: bytesPerSecond), seconds: 1400)
        #expect((reason != nil) == ends, "\(reason ?? "it goes on")")
        if ends { #expect(reason?.hasPrefix("the guard 'no-leak' failed: ") == true) }
    }

    @Test func withoutGuardsOnTrendsNoLookIsDue() throws {
        #expect(try !Self.watch("failures<5%").isLookDue(at: 600))
    }

    @Test(arguments: [
        ("failures<5%", true), ("p95<1s", true), ("rps>10", true), ("max(redis.used_memory)<1MiB", false),
        ("no-leak", true), ("no-drift", true), ("no-leak(redis)", false),
    ])
    func whatCanBeFollowed(text: String, isFollowed: Bool) throws {
        let file = try ScenarioFile(
            parsing: "log: a.rlog\nsessions: 1\nhold: 1m\nwatch: {redis: {redis: 'a:1'}}\nguards: ['\(text)']",
            name: "t")
        #expect(GuardWatch.canFollow(file.scenarios[0].guards[0]) == isFollowed)
    }
}
