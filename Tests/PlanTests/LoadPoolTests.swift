import Testing
import Traffic

@testable import Plan

struct LoadPoolTests {

    /// Sessions of one second with a request at their start, to a path with the given name.
    private static func plan(_ name: String, sessions: Int = 3, speed: Speed = .factor(1)) throws -> ReplayPlan {
        var options = PlanOptions()
        options.speed = speed
        let recorded = (0..<sessions).map { index in
            var recording = Recording(session: UInt32(index), startMs: Int64(index) * 1000)
            recording.add("GET", "/\(name)", gapMs: 0, serviceMs: 10)
            recording.add("GET", "/shared", gapMs: 980, serviceMs: 10)
            return recording.recorded
        }
        return try ReplayPlan(sessions: recorded, options: options)
    }

    private static let second: Int64 = 1_000_000_000

    private static func levels(_ segments: [(Int64, Int64, Double, Double)]) -> LevelSchedule {
        LevelSchedule(
            segments.map { LevelSchedule.Segment(begin: $0.0 * second, end: $0.1 * second, from: $0.2, to: $0.3) })
    }

    private static func turns(_ plan: ReplayPlan) -> [CloneTurn] {
        (0..<plan.slotCount).flatMap { slot in
            Array(
                sequence(state: plan.firstTurn(ofSlot: slot)) { next -> CloneTurn? in
                    defer { next = next.flatMap { plan.turn(after: $0) } }
                    return next
                })
        }
    }

    @Test func theNumberOfClonesFollowsTheLevelUpAndDown() throws {
        let levels = Self.levels([(0, 10, 0, 20), (10, 20, 20, 20), (20, 25, 20, 5), (25, 40, 5, 5), (40, 50, 30, 30)])
        let plan = try ReplayPlan(
            combining: [("", Self.plan("a"))],
            into: [LoadPool(.sessions(levels), shares: [.init(part: 0, weight: 1)])], duration: .seconds(50))
        let turns = Self.turns(plan)
        #expect(Set(turns.map(\.clone)).count == turns.count, "each clone has a number of its own")
        for time in stride(from: Self.second / 2, to: 49 * Self.second, by: Int(Self.second)) {
            let running = turns.count { turn in
                let leave = plan.leave(ofSlot: turn.slot, from: turn.due) ?? .distantFuture
                return turn.due.nanoseconds <= time && min(plan.plannedEnd(of: turn), leave).nanoseconds > time
            }
            let planned = levels.level(at: time)
            #expect(abs(Double(running) - planned) <= 1, "\(running) at \(time / Self.second) s, planned \(planned)")
        }
    }

    @Test func aSlotThatIsHeldUpInAClosedLoopBeginsAgainOnlyWhenItsLevelIsBack() throws {
        let levels = Self.levels([(0, 10, 2, 2), (10, 20, 1, 1), (20, 30, 2, 2)])
        let plan = try ReplayPlan(
            combining: [("", Self.plan("a", speed: .max))],
            into: [LoadPool(.sessions(levels), shares: [.init(part: 0, weight: 1)])], duration: .seconds(30))
        let first = try #require(plan.firstTurn(ofSlot: 1))
        let late = RunTime(nanoseconds: 12 * Self.second)
        #expect(try #require(plan.turn(after: first, notBefore: late)).due.nanoseconds == 20 * Self.second)
        let other = try #require(plan.firstTurn(ofSlot: 0))
        #expect(try #require(plan.turn(after: other, notBefore: late)).due == late)
        #expect(plan.turn(after: other, notBefore: RunTime(nanoseconds: 30 * Self.second)) == nil)
    }

    /// In a mix of two halves, each part has every second clone.
    @Test(arguments: ["sessions", "arrivals", "passes"])
    func aPartCountsItsOwnClones(course: String) throws {
        let levels = Self.levels([(0, 10, 8, 8)])
        let pool: LoadPool.Course =
            switch course {
            case "sessions": .sessions(levels)
            case "arrivals": .arrivals(ArrivalSchedule(levels))
            default: .passes(4, slots: 8, rampNs: 0)
            }
        let plan = try ReplayPlan(
            combining: [("a", Self.plan("a")), ("b", Self.plan("b"))],
            into: [LoadPool(pool, shares: [.init(part: 0, weight: 1), .init(part: 1, weight: 1)])],
            duration: course == "passes" ? nil : .seconds(10))
        let turns = Self.turns(plan)
        for part in 0..<2 {
            let numbers = turns.filter { plan.part(ofScript: $0.script) == part }.map(plan.numberInPart).sorted()
            #expect(numbers.count > 8 && numbers == Array(0..<numbers.count), "part \(part): \(numbers.prefix(20))")
        }
    }

    @Test func aPlanWithoutPartsCountsAllClones() throws {
        let plan = try Self.plan("a")
        for turn in Self.turns(plan) { #expect(plan.numberInPart(of: turn) == turn.clone) }
    }

    @Test(arguments: [[10.0, 70, 15, 5], [58.333, 25, 16.667], [1], [1, 1]])
    func anyFirstSlotsAreSplitAsTheSharesSay(weights: [Double]) {
        let pattern = SharePattern(weights.indices.map { LoadPool.Share(part: $0, weight: weights[$0]) })
        let sum = weights.reduce(0, +)
        for total in [1, 7, 100, 999, 1000, 1001, 12_345] {
            for share in weights.indices {
                let count = pattern.count(of: share, among: total)
                let wanted = weights[share] / sum * Double(total)
                #expect(abs(Double(count) - wanted) <= 1 + Double(total) / 1000, "share \(share) of \(total)")
                #expect((0..<total).count { pattern.share(of: $0).share == share } == count)
            }
        }
    }

    @Test func sharesNumberTheirSlotsWithoutGaps() {
        let pattern = SharePattern([.init(part: 0, weight: 1), .init(part: 1, weight: 3)])
        var next = [0, 0]
        for number in 0..<2500 {
            let (share, ordinal) = pattern.share(of: number)
            #expect(ordinal == next[share])
            next[share] += 1
        }
    }

    @Test func sessionsArriveAtARateThatMoves() throws {
        // 0 to 100/s in 10 s, 100/s for 10 s, 20/s for 10 s: 500 + 1000 + 200.
        let arrivals = ArrivalSchedule(Self.levels([(0, 10, 0, 100), (10, 20, 100, 100), (20, 30, 20, 20)]))
        #expect(arrivals.count == 1700)
        let times = (0..<1700).compactMap { arrivals.time(ofArrival: $0) }
        #expect(times.count == 1700 && zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(arrivals.time(ofArrival: 1700) == nil)
        for (second, wanted) in [(0, 5), (4, 45), (9, 95), (10, 100), (19, 100), (20, 20), (29, 20)] {
            let count = times.count { $0 / Self.second == Int64(second) }
            #expect(abs(count - wanted) <= 1, "\(count) in second \(second), planned \(wanted)")
        }
    }

    @Test func sessionsThatArriveAtARateAreDealtByShare() throws {
        let plan = try ReplayPlan(
            combining: [("a", Self.plan("a")), ("b", Self.plan("b", sessions: 2))],
            into: [
                LoadPool(
                    .arrivals(ArrivalSchedule(Self.levels([(0, 20, 50, 50)]))),
                    shares: [.init(part: 0, weight: 3), .init(part: 1, weight: 1)])
            ], duration: .seconds(20))
        let turns = Self.turns(plan)
        #expect(turns.count == 1000)
        #expect(turns.count { plan.part(ofScript: $0.script) == 1 } == 250)
        #expect(Set(turns.map(\.due.nanoseconds)).count == 1000, "evenly, none at the time of another")
    }

    @Test func eachTrafficHasItsOwnValuesFromFiles() throws {
        var options = PlanOptions()
        #expect(options.feeds.add(try FeedTable(lines: Array("one\ntwo\n".utf8)), named: "key") == nil)
        options.feeds.whenUsedUp = .wrap
        var recording = Recording(session: 9, startMs: 0)
        recording.add("GET", "/fed", gapMs: 0, serviceMs: 10)
        let fed = try ReplayPlan(sessions: [recording.recorded], options: options)
        let plan = try ReplayPlan(
            combining: [("a", Self.plan("a")), ("fed", fed)],
            into: [
                LoadPool(
                    .arrivals(ArrivalSchedule(Self.levels([(0, 2, 10, 10)]))),
                    shares: [.init(part: 0, weight: 1), .init(part: 1, weight: 1)])
            ], duration: .seconds(2))
        let turns = Self.turns(plan)
        #expect(turns.count == 20, "the values of one traffic do not limit the others")
        for turn in turns {
            #expect((plan.row(of: turn) != nil) == (plan.part(ofScript: turn.script) == 1), "clone \(turn.clone)")
        }
    }

    @Test func passesRunEachRecordedSessionSoOften() throws {
        let plan = try ReplayPlan(
            combining: [("", Self.plan("a", sessions: 5))],
            into: [LoadPool(.passes(3, slots: 4, rampNs: 0), shares: [.init(part: 0, weight: 1)])], duration: nil)
        let scripts = Self.turns(plan).map(\.script)
        #expect(plan.plannedClones == 15)
        #expect((0..<5).map { script in scripts.count { $0 == script } } == [3, 3, 3, 3, 3])
    }

    @Test func combinedPlansShareTheEndpointsTheyHaveInCommon() throws {
        let plan = try ReplayPlan(
            combining: [("a", Self.plan("a")), ("b", Self.plan("b", sessions: 2, speed: .factor(2)))],
            into: [
                LoadPool(
                    .passes(1, slots: 2, rampNs: 0), shares: [.init(part: 0, weight: 1), .init(part: 1, weight: 1)])
            ],
            duration: nil)
        #expect(plan.endpoints.map(\.label).sorted() == ["GET /a", "GET /b", "GET /shared"])
        #expect(plan.parts.map(\.scripts) == [0..<3, 3..<5])
        for (part, name) in [(0, "GET /a"), (1, "GET /b")] {
            let labels = plan.scripts[plan.parts[part].scripts].flatMap { script in
                script.requests.map { plan.endpoints[$0.endpoint].label }
            }
            #expect(Set(labels) == [name, "GET /shared"])
        }
        // The second part has its own speed.
        let turn = try #require(plan.firstTurn(ofSlot: 1))
        #expect(
            plan.due(plan.scripts[turn.script].requests[1], in: turn).nanoseconds - turn.due.nanoseconds < Self.second
                / 2)
    }
}
