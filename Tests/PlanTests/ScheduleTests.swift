import Testing
import Traffic

@testable import Plan

@Suite struct ScheduleTests {
    /// Sessions that arrive a second apart and last 2, 4, 6 … seconds.
    private static func sessions(_ count: Int) -> [RecordedSession] {
        (0..<count).map { index in
            var recording = Recording(session: UInt32(index), startMs: Int64(index) * 1000)
            recording.add("GET", "/first", gapMs: 0, serviceMs: 10)
            recording.add("GET", "/last", gapMs: Int64(index + 1) * 2000 - 20, serviceMs: 10)
            return recording.recorded
        }
    }

    private static func plan(_ count: Int, _ change: (inout PlanOptions) -> Void) throws -> ReplayPlan {
        var options = PlanOptions()
        change(&options)
        return try ReplayPlan(sessions: sessions(count), options: options)
    }

    /// All turns: `clone:script@due in ms`.
    private static func turns(_ plan: ReplayPlan) -> [String] {
        (0..<plan.slotCount).flatMap { slot in
            var texts: [String] = []
            var next = plan.firstTurn(ofSlot: slot)
            while let turn = next {
                texts.append("\(turn.clone):\(turn.script)@\(turn.due.nanoseconds / 1_000_000)")
                next = plan.turn(after: turn)
            }
            return texts
        }
    }

    struct Case: CustomTestStringConvertible {
        var reason: String
        var change: @Sendable (inout PlanOptions) -> Void
        var turns: [String]
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(reason: "as recorded", change: { _ in }, turns: ["0:0@0", "1:1@1000", "2:2@2000"]),
        Case(reason: "twice as fast", change: { $0.speed = .factor(2) }, turns: ["0:0@0", "1:1@500", "2:2@1000"]),
        Case(reason: "half as fast", change: { $0.speed = .factor(0.5) }, turns: ["0:0@0", "1:1@2000", "2:2@4000"]),
        Case(reason: "no gaps", change: { $0.speed = .max }, turns: ["0:0@0", "1:1@0", "2:2@0"]),
        Case(
            reason: "as recorded until the time is up", change: { $0.duration = .milliseconds(1500) },
            turns: ["0:0@0", "1:1@1000"]),
        Case(
            reason: "the recording begins again at its end", change: { $0.duration = .seconds(10) },
            turns: ["0:0@0", "3:0@8000", "1:1@1000", "4:1@9000", "2:2@2000"]),
        Case(
            reason: "two slots take three sessions in turn, spread over one mean session",
            change: { $0.population = .slots(2) },
            turns: ["0:0@0", "2:2@2000", "1:1@2000"]),
        Case(
            reason: "speed scales the default ramp",
            change: {
                $0.population = .slots(2); $0.speed = .factor(4)
            },
            turns: ["0:0@0", "2:2@500", "1:1@500"]),
        Case(
            reason: "speed does not scale a given ramp",
            change: {
                $0.population = .slots(2); $0.speed = .factor(4); $0.ramp = .seconds(1)
            },
            turns: ["0:0@0", "2:2@500", "1:1@500"]),
        Case(
            reason: "a ramp of zero starts all slots immediately",
            change: {
                $0.population = .slots(2); $0.ramp = .zero
            },
            turns: ["0:0@0", "2:2@2000", "1:1@0"]),
        Case(
            reason: "more slots than sessions: each runs one",
            change: {
                $0.population = .slots(5); $0.ramp = .zero
            },
            turns: ["0:0@0", "1:1@0", "2:2@0", "3:0@0", "4:1@0"]),
        Case(
            reason: "slots go on until the time is up",
            change: {
                $0.population = .slots(1); $0.duration = .seconds(13)
            },
            turns: ["0:0@0", "1:1@2000", "2:2@6000", "3:0@12000"]),
        Case(
            reason: "a slot whose turn is too late has none",
            change: {
                $0.population = .slots(2); $0.ramp = .seconds(60); $0.duration = .seconds(3)
            },
            turns: ["0:0@0", "2:2@2000"]),
        Case(
            reason: "copies without jitter",
            change: {
                $0.population = .copies(2); $0.ramp = .zero
            },
            turns: ["0:0@0", "1:1@1000", "2:2@2000", "3:0@0", "4:1@1000", "5:2@2000"]),
    ])
    func sessionsAreDealt(test: Case) throws {
        #expect(try ScheduleTests.turns(ScheduleTests.plan(3, test.change)) == test.turns)
    }

    @Test func theDefaultRampIsAtMostTenSeconds() throws {
        let plan = try ScheduleTests.plan(30) { $0.population = .slots(4) }
        #expect(plan.ramp == .seconds(10))
        let turns = (0..<4).compactMap { plan.firstTurn(ofSlot: $0)?.due.nanoseconds }
        #expect(turns == [0, 2_500_000_000, 5_000_000_000, 7_500_000_000])
    }

    @Test func jitterIsSeededAndWithinTheRamp() throws {
        func due(_ seed: UInt64) throws -> [Int64] {
            let plan = try ScheduleTests.plan(3) {
                $0.population = .copies(40)
                $0.seed = seed
            }
            #expect(plan.ramp == .seconds(1))
            return (0..<plan.slotCount).compactMap { slot in
                plan.firstTurn(ofSlot: slot).map { $0.due.nanoseconds - Int64($0.script) * 1_000_000_000 }
            }
        }
        let first = try due(1)
        #expect(first.count == 120)
        #expect(first.allSatisfy { (0..<1_000_000_000).contains($0) })
        #expect(Set(first).count > 100)
        #expect(try due(1) == first)
        #expect(try due(2) != first)
    }

    @Test func cloneNumbersAreUniqueHoweverSlotsAreShared() throws {
        let plan = try ScheduleTests.plan(7) {
            $0.population = .slots(3)
            $0.duration = .seconds(200)
        }
        var clones: Set<Int> = []
        for slot in (0..<3).reversed() {
            var next = plan.firstTurn(ofSlot: slot)
            while let turn = next {
                #expect(clones.insert(turn.clone).inserted)
                #expect(turn.clone % 7 == turn.script)
                next = plan.turn(after: turn)
                if let next { #expect(next.due == plan.plannedEnd(of: turn)) }
            }
        }
        #expect(clones.count > 30)
    }

    @Test(arguments: [1, 2, 3, 7, 10, 1000])
    func everySessionRunsAtLeastOnce(slots: Int) throws {
        let plan = try ScheduleTests.plan(7) { $0.population = .slots(slots) }
        var scripts: [Int] = []
        for slot in 0..<slots {
            var next = plan.firstTurn(ofSlot: slot)
            while let turn = next {
                scripts.append(turn.script)
                next = plan.turn(after: turn)
            }
        }
        #expect(Set(scripts) == Set(0..<7))
        #expect(scripts.count == plan.plannedClones)
        #expect(scripts.count == max(7, slots))
    }

    @Test func requestsAreDueAtTheirOffsetsBySpeed() throws {
        let plan = try ScheduleTests.plan(2) { $0.speed = .factor(10) }
        let turn = try #require(plan.firstTurn(ofSlot: 1))
        let due = plan.scripts[1].requests.map { plan.due($0, in: turn).nanoseconds }
        #expect(due == [100_000_000, 100_000_000 + 399_000_000])
        #expect(plan.scripts[1].requests.map { plan.think(before: $0) } == [0, 398_000_000])
    }

    @Test func sessionsWithoutExtentComeToAnEnd() throws {
        var recording = Recording()
        recording.add("GET", "/", gapMs: 0, serviceMs: 0)
        let plan = try recording.plan {
            $0.population = .slots(1)
            $0.duration = .milliseconds(1)
        }
        #expect(ScheduleTests.turns(plan).count == 1000)
    }

    struct Refusal {
        var error: PlanError
        var change: @Sendable (inout PlanOptions) -> Void
    }

    @Test(arguments: [
        Refusal(error: .populationOutOfRange(0), change: { $0.population = .slots(0) }),
        Refusal(error: .populationOutOfRange(30_000_000), change: { $0.population = .copies(10_000_000) }),
        Refusal(error: .speedOutOfRange(0), change: { $0.speed = .factor(0) }),
        Refusal(error: .spanOutOfRange(.zero), change: { $0.duration = .zero }),
        Refusal(error: .spanOutOfRange(.seconds(-1)), change: { $0.ramp = .seconds(-1) }),
        Refusal(error: .identityTemplateWithoutClone("bob"), change: { $0.identityTemplate = "bob" }),
    ])
    func impossibleOptionsAreRefused(test: Refusal) {
        #expect(throws: test.error) { try ScheduleTests.plan(3, test.change) }
    }

    @Test func theOutlineAddsUp() throws {
        let outline = try ScheduleTests.plan(3) { $0.speed = .factor(2) }.outline()
        #expect(outline.clones == 3)
        #expect(outline.requests == 6)
        #expect(outline.plannedDurationNs == 4_000_000_000)
        // At 1 s the first session's last request has been answered, and two clones are left.
        #expect(outline.peakConcurrentClones == 2)
        #expect(outline.peakRequestsPerSecond == 3)
        #expect(outline.sockets == 2)
        #expect(!outline.isExtrapolated)
    }

    @Test func aLongPlanIsExtrapolated() throws {
        let plan = try ScheduleTests.plan(3) {
            $0.population = .slots(100)
            $0.ramp = .zero
            $0.duration = .seconds(8 * 3600)
        }
        let outline = plan.outline(workLimit: 10_000)
        #expect(outline.isExtrapolated)
        #expect(outline.sockets == 100)
        // 100 slots; 4 s and 2 requests per session on average.
        #expect(abs(outline.requests - 100 * 8 * 3600 / 4 * 2) < 40_000)
    }

    @Test(arguments: [Speed.factor(1), .factor(1e-6), .factor(1e9), .max])
    func timesOfAnyFileAreTaken(speed: Speed) throws {
        var sessions: [RecordedSession] = []
        for (number, times) in [(Int64.min, Int64.max), (-1, .min), (.max, .max), (0, -5)].enumerated() {
            var recording = Recording(session: UInt32(number))
            recording.add("GET", "/a", beganNs: times.0, endedNs: times.1)
            recording.add("GET", "/b", beganNs: times.1, endedNs: times.0)
            sessions.append(recording.recorded)
        }
        var options = PlanOptions()
        options.speed = speed
        for population in [Population.asRecorded, .slots(3), .copies(2)] {
            for duration in [nil, Duration.seconds(1 << 32)] {
                options.population = population
                options.duration = duration
                let plan = try ReplayPlan(sessions: sessions, options: options)
                let outline = plan.outline(workLimit: 1000)
                #expect(outline.clones >= 1)
                #expect(outline.requests >= outline.clones)
                for slot in 0..<plan.slotCount {
                    let turn = plan.firstTurn(ofSlot: slot)
                    #expect(turn.map { $0.due >= .zero } ?? (duration != nil))
                }
            }
        }
    }

    @Test func closedLoopsHaveNoPlannedRate() throws {
        let outline = try ScheduleTests.plan(3) {
            $0.speed = .max
            $0.population = .slots(50)
        }.outline()
        #expect(outline.peakRequestsPerSecond == nil)
        #expect(outline.plannedDurationNs == nil)
        #expect(outline.sockets == 50)
        #expect(outline.clones == 50)
    }
}
