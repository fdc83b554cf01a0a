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

    @Test func phasesBecomeLevelsAndStretches() throws {
        let load = try Self.load(
            Self.traffic + """
                scenarios:
                  s: {phases: [{name: low, sessions: 10, ramp: 10s, hold: 30s}, {name: high, sessions: 40, ramp: 5s, for: 20s}]}
                """)
        #expect(load.parts == [""])
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

    @Test func aMixIsOnePoolOfItsMembers() throws {
        let load = try Self.load(Self.traffic + "scenarios: {s: {traffic: mixed, sessions: 10, hold: 1m}}")
        #expect(load.parts == ["login", "api"])
        #expect(load.pools.map { $0.shares.map(\.weight) } == [[0.25, 0.75]])
    }

    @Test func trafficsWithLevelsOfTheirOwnAreSeparatePools() throws {
        let load = try Self.load(
            Self.traffic + """
                scenarios:
                  s: {phases: [{traffic: {api: 20, login: 980}, hold: 5m}, {traffic: {api: 20}, hold: 2m}]}
                """)
        #expect(load.parts == ["api", "login"])
        #expect(load.sessions(at: 1) == 1000)
        #expect(load.sessions(at: 301_000_000_000) == 20, "the attack is over")
        #expect(load.pools.count == 2)
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
        let file = try ScenarioFile(parsing: "log: a.rlog\nsessions: 1\nhold: 1m\nguards: ['\(text)']", name: "test")
        return GuardWatch(file.scenarios[0].guards)
    }

    @Test func aGuardThatFailsForAsLongAsItSaysEndsTheRun() throws {
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

    @Test func aSecondWithoutRequestsSaysNothing() throws {
        var watch = try Self.watch("failures<50%")
        #expect(watch.take(Self.window(0, requests: 0, failures: 0)) == nil)
    }

    @Test(arguments: [
        ("failures<5%", true), ("p95<1s", true), ("rps>10", true), ("max(redis.used_memory)<1MiB", false),
    ])
    func onlyFiguresOfRequestsAreFollowed(text: String, isFollowed: Bool) throws {
        let file = try ScenarioFile(
            parsing: "log: a.rlog\nsessions: 1\nhold: 1m\nwatch: {redis: {redis: 'a:1'}}\nguards: ['\(text)']",
            name: "t")
        #expect(GuardWatch.canFollow(file.scenarios[0].guards[0]) == isFollowed)
    }
}

struct FaultEffectTests {

    private static let second: Int64 = 1_000_000_000

    /// 200 requests a second; `fails` and `milliseconds` say what became of those scheduled at a tenth of a second.
    private static func timeline(
        seconds: Int, fails: (Int) -> Int = { _ in 0 }, milliseconds: (Int) -> Double = { _ in 10 }
    ) -> LoadTimeline {
        var timeline = LoadTimeline()
        for tenth in 0..<seconds * 10 {
            for number in 0..<20 {
                let isFailure = number < fails(tenth)
                timeline.count(
                    slice: UInt32(tenth), isFailure: isFailure, milliseconds: isFailure ? nil : milliseconds(tenth))
            }
        }
        return timeline
    }

    private static func effect(_ timeline: LoadTimeline, began: Int64 = 60, undone: Int64? = 90, end: Int64 = 150)
        -> FaultEffect
    {
        FaultEffect(
            name: "redis", began: began * second, undone: undone.map { $0 * second }, end: end * second,
            timeline: timeline)
    }

    @Test func anOutageEndsWhenAFallbackTakesOver() {
        let effect = Self.effect(Self.timeline(seconds: 150, fails: { (600..<608).contains($0) ? 20 : 0 }))
        #expect(effect.outageSeconds == 0.8)
        #expect(effect.recoverySeconds == 0)
        #expect(effect.remarks == [])
    }

    @Test func anOutageLastsUntilAfterTheUndoWhereNothingTakesOver() {
        let effect = Self.effect(Self.timeline(seconds: 150, fails: { (600..<923).contains($0) ? 20 : 0 }))
        #expect(effect.outageSeconds == 32.3)
        #expect(effect.recoverySeconds == 2.3)
    }

    @Test func failuresThatComeBackMakeTheOutageLonger() {
        let effect = Self.effect(
            Self.timeline(seconds: 150, fails: { (600..<605).contains($0) || (800..<810).contains($0) ? 20 : 0 }))
        #expect(effect.outageSeconds == 21)
    }

    @Test func slowAnswersAreNoRecovery() {
        let effect = Self.effect(
            Self.timeline(seconds: 150, milliseconds: { (600..<945).contains($0) ? 300 : 10 }))
        #expect(effect.outageSeconds == 0, "slow is not failed")
        let recovery = effect.recoverySeconds ?? -1
        // A second whose first slices are slow has a high p95 too.
        #expect(recovery >= 4.4 && recovery <= 4.5)
    }

    @Test func whatNeverEndsIsToldSo() {
        let effect = Self.effect(Self.timeline(seconds: 150, fails: { $0 >= 600 ? 10 : 0 }))
        #expect(effect.outageSeconds == 90)
        #expect(effect.recoverySeconds == 60)
        #expect(effect.remarks.count == 2)
    }

    @Test func aShortTimeWithoutFailuresIsNoOutage() {
        let effect = Self.effect(Self.timeline(seconds: 62), began: 60, undone: 61, end: 62)
        #expect(effect.outageSeconds == 0)
    }

    @Test func aShortTimeWithFailuresTellsNothing() {
        let effect = Self.effect(
            Self.timeline(seconds: 62, fails: { $0 >= 605 ? 5 : 0 }), began: 60, undone: nil, end: 61)
        #expect(effect.outageSeconds == nil)
        #expect(effect.remarks.count == 1)
    }

    @Test func tooLittleLoadBeforeTellsNothingOfTheRecovery() {
        let effect = Self.effect(Self.timeline(seconds: 60), began: 2, undone: 20, end: 60)
        #expect(effect.recoverySeconds == nil)
        #expect(effect.remarks.count == 1)
    }
}
