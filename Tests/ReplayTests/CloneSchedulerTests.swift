import Formats
import Plan
import TestSupport
import Testing
import Traffic

@testable import Replay

/// Times in these tests are milliseconds.
@Suite struct CloneSchedulerTests {
    private func ms(_ milliseconds: Int64) -> RunTime { RunTime(nanoseconds: milliseconds * 1_000_000) }

    private func scheduler(
        _ sessions: [RecordedSession], maxBehind: Duration = .seconds(30),
        _ change: (inout PlanOptions) -> Void = { _ in }, options adjust: (inout ReplayOptions) -> Void = { _ in }
    ) throws -> CloneScheduler {
        var options = PlanOptions()
        change(&options)
        let plan = try ReplayPlan(sessions: sessions, options: options)
        var replay = ReplayOptions(targets: try TargetMap([]))
        replay.maxBehind = maxBehind
        adjust(&replay)
        return CloneScheduler(
            plan: plan, table: RequestTable(plan: plan, options: replay), planSlots: Array(0..<plan.slotCount),
            options: replay)
    }

    /// Everything that is due at `now`, as text: `begin 0`, `send 0 @10 ready 12`, `end 0 completed`.
    private func actions(_ scheduler: inout CloneScheduler, at now: Int64) -> [String] {
        var actions: [String] = []
        while let action = scheduler.next(now: ms(now)) {
            switch action {
            case .begin(_, let turn): actions.append("begin \(turn.clone)")
            case .send(let due):
                let scheduled = due.scheduled.nanoseconds / 1_000_000
                let ready = due.ready.nanoseconds / 1_000_000
                actions.append("send \(due.id.request) @\(scheduled) ready \(ready)")
            case .end(_, let turn, let how): actions.append("end \(turn.clone) \(how)")
            }
        }
        return actions
    }

    /// A level of 2 until 100, of 1 until 200, of 2 until 300; nothing begins from then on.
    private func falling(
        _ sessions: [RecordedSession], grace: Int64 = 0, _ change: (inout PlanOptions) -> Void = { _ in }
    ) throws -> CloneScheduler {
        let ms: Int64 = 1_000_000
        let levels = LevelSchedule([
            .init(begin: 0, end: 100 * ms, from: 2, to: 2),
            .init(begin: 100 * ms, end: 200 * ms, from: 1, to: 1, grace: grace * ms),
            .init(begin: 200 * ms, end: 300 * ms, from: 2, to: 2),
        ])
        return try scheduler(sessions) { options in
            options.population = .pools([LoadPool(.sessions(levels), shares: [.init(part: 0, weight: 1)])])
            options.duration = .milliseconds(300)
            change(&options)
        }
    }

    @Test func aRunIsDoneOnceItsClonesHaveLeftOrCompleted() throws {
        var scheduler = try falling([RecordedSession([(0, 5), (90, 110), (150, 155)])])
        for now in stride(from: Int64(0), through: 400, by: 10) {
            var sent: [RequestID] = []
            repeat {
                for id in sent { scheduler.finished(id, at: ms(now)) }
                sent = []
                while let action = scheduler.next(now: ms(now)) {
                    if case .send(let due) = action { sent.append(due.id) }
                }
            } while !sent.isEmpty
            #expect(!scheduler.isDone || now >= 200, "clones run and begin until 200, and it is \(now)")
        }
        #expect(scheduler.concurrent == 0 && scheduler.isDone)
    }

    @Test func aCloneThatTheLevelFallsBelowEndsBetweenTwoRequests() throws {
        var scheduler = try falling([RecordedSession([(0, 5), (90, 110), (150, 155), (250, 255)])])
        #expect(actions(&scheduler, at: 0) == ["begin 0", "send 0 @0 ready 0", "begin 1", "send 0 @0 ready 0"])
        for slot in 0..<2 { scheduler.finished(RequestID(slot: slot, request: 0), at: ms(4)) }
        #expect(actions(&scheduler, at: 90).count == 2)
        #expect(actions(&scheduler, at: 100) == [], "its request is under way")
        #expect(scheduler.concurrent == 2)
        for slot in 0..<2 { scheduler.finished(RequestID(slot: slot, request: 1), at: ms(105)) }
        #expect(actions(&scheduler, at: 105) == ["end 1 cut(unsent: 2)"])
        #expect(scheduler.concurrent == 1)
        #expect(actions(&scheduler, at: 199) == ["send 2 @150 ready 150"])
        #expect(actions(&scheduler, at: 200) == ["begin 3", "send 0 @200 ready 200"], "the level is back")
    }

    @Test func aCloneThatPausesEndsWithTheLevel() throws {
        var scheduler = try falling([RecordedSession([(0, 5), (150, 155)])])
        _ = actions(&scheduler, at: 0)
        for slot in 0..<2 { scheduler.finished(RequestID(slot: slot, request: 0), at: ms(4)) }
        #expect(scheduler.nextDeadline == ms(100))
        #expect(actions(&scheduler, at: 100) == ["end 1 cut(unsent: 1)"])
    }

    @Test func aCloneMayFinishDuringTheGracePeriod() throws {
        var scheduler = try falling([RecordedSession([(0, 5), (120, 125)])], grace: 50)
        _ = actions(&scheduler, at: 0)
        for slot in 0..<2 { scheduler.finished(RequestID(slot: slot, request: 0), at: ms(4)) }
        #expect(actions(&scheduler, at: 120) == ["send 1 @120 ready 120", "send 1 @120 ready 120"])
        for slot in 0..<2 { scheduler.finished(RequestID(slot: slot, request: 1), at: ms(125)) }
        #expect(
            Set(actions(&scheduler, at: 130).filter { $0.hasPrefix("end") }) == ["end 0 completed", "end 1 completed"])
        #expect(
            actions(&scheduler, at: 199).allSatisfy { !$0.hasPrefix("begin 3") }, "no other begins within the grace")
    }

    @Test func oneThatOnlyWaitsForItsLastAnswerCompletes() throws {
        var scheduler = try falling([RecordedSession([(0, 5), (90, 95)])])
        _ = actions(&scheduler, at: 0)
        for slot in 0..<2 { scheduler.finished(RequestID(slot: slot, request: 0), at: ms(4)) }
        _ = actions(&scheduler, at: 90)
        _ = actions(&scheduler, at: 100)
        scheduler.finished(RequestID(slot: 1, request: 1), at: ms(110))
        #expect(actions(&scheduler, at: 110) == ["end 1 completed"])
    }

    /// Short sessions one after another: the deadline of the fall is kept once a slot, not once a session.
    @Test func manyClonesHaveOneDeadlineOfTheFall() throws {
        var scheduler = try falling([RecordedSession([(0, 1)])])
        for time in stride(from: Int64(0), to: 100, by: 1) {
            _ = actions(&scheduler, at: time)
            for slot in 0..<2 { scheduler.finished(RequestID(slot: slot, request: 0), at: ms(time + 1)) }
        }
        _ = actions(&scheduler, at: 99)
        #expect(scheduler.deadlineCount <= 4, "\(scheduler.deadlineCount) deadlines of two slots")
    }

    @Test func sequentialRequestsGoOutAtTheirRecordedOffsets() throws {
        var scheduler = try scheduler([RecordedSession([(0, 5), (10, 15)])])
        #expect(actions(&scheduler, at: 0) == ["begin 0", "send 0 @0 ready 0"])
        scheduler.finished(RequestID(slot: 0, request: 0), at: ms(3))
        #expect(actions(&scheduler, at: 9) == [])
        #expect(scheduler.nextDeadline == ms(10))
        #expect(actions(&scheduler, at: 10) == ["send 1 @10 ready 10"])
        scheduler.finished(RequestID(slot: 0, request: 1), at: ms(14))
        #expect(actions(&scheduler, at: 14) == ["end 0 completed"])
        #expect(scheduler.isDone)
    }

    @Test func lateAnswerHoldsTheNextRequestButNotItsSchedule() throws {
        var scheduler = try scheduler([RecordedSession([(0, 5), (10, 15)])])
        _ = actions(&scheduler, at: 0)
        #expect(actions(&scheduler, at: 20) == [])
        scheduler.finished(RequestID(slot: 0, request: 0), at: ms(25))
        #expect(actions(&scheduler, at: 25) == ["send 1 @10 ready 25"])
    }

    @Test func requestsThatOverlappedInTheRecordingDoNotWaitForOneAnother() throws {
        var scheduler = try scheduler([RecordedSession([(0, 50), (10, 20), (30, 40)])])
        _ = actions(&scheduler, at: 0)
        #expect(actions(&scheduler, at: 10) == ["send 1 @10 ready 10"])
        #expect(actions(&scheduler, at: 30) == [])
        scheduler.finished(RequestID(slot: 0, request: 1), at: ms(33))
        #expect(actions(&scheduler, at: 33) == ["send 2 @30 ready 33"])
    }

    @Test func speedDividesOffsets() throws {
        var scheduler = try scheduler([RecordedSession([(0, 5), (100, 105)])]) { $0.speed = .factor(10) }
        _ = actions(&scheduler, at: 0)
        scheduler.finished(RequestID(slot: 0, request: 0), at: ms(1))
        #expect(actions(&scheduler, at: 9) == [])
        #expect(actions(&scheduler, at: 10) == ["send 1 @10 ready 10"])
    }

    @Test func speedMaxIsAClosedLoop() throws {
        var scheduler = try scheduler([RecordedSession([(0, 5), (100, 105)])]) { $0.speed = .max }
        #expect(actions(&scheduler, at: 7) == ["begin 0", "send 0 @0 ready 0"])
        scheduler.finished(RequestID(slot: 0, request: 0), at: ms(9))
        #expect(actions(&scheduler, at: 9) == ["send 1 @9 ready 9"])
    }

    @Test func thinkPacingWaitsTheRecordedThinkTimeAfterTheAnswer() throws {
        var scheduler = try scheduler([RecordedSession([(0, 40), (100, 105)])]) { $0.pacing = .think }
        _ = actions(&scheduler, at: 0)
        scheduler.finished(RequestID(slot: 0, request: 0), at: ms(500))
        #expect(actions(&scheduler, at: 559) == [])
        #expect(actions(&scheduler, at: 560) == ["send 1 @560 ready 560"])
    }

    @Test func successorIsDueAtThePlannedEndHoweverLateItsPredecessorWas() throws {
        let sessions = [RecordedSession(number: 1, [(0, 10)]), RecordedSession(number: 2, [(0, 10), (10, 20)])]
        var scheduler = try scheduler(sessions) {
            $0.population = .slots(1)
            $0.ramp = .zero
        }
        #expect(actions(&scheduler, at: 0) == ["begin 0", "send 0 @0 ready 0"])
        scheduler.finished(RequestID(slot: 0, request: 0), at: ms(90))
        #expect(actions(&scheduler, at: 90) == ["end 0 completed", "begin 1", "send 0 @10 ready 90"])
    }

    @Test func aCloneTooFarBehindEndsAndReportsItsUnsentRequests() throws {
        var scheduler = try scheduler([RecordedSession([(0, 5), (10, 15), (20, 25)])], maxBehind: .milliseconds(100))
        _ = actions(&scheduler, at: 0)
        scheduler.finished(RequestID(slot: 0, request: 0), at: ms(111))
        #expect(actions(&scheduler, at: 111) == ["end 0 behind(unsent: 2)"])
        #expect(scheduler.isDone)
    }

    @Test func stoppingStartsNothingNewAndWaitsForWhatIsUnderWay() throws {
        let sessions = [RecordedSession(number: 1, [(0, 5), (10, 15)]), RecordedSession(number: 2, [(500, 505)])]
        var scheduler = try scheduler(sessions)
        _ = actions(&scheduler, at: 0)
        scheduler.stop(now: ms(5))
        #expect(actions(&scheduler, at: 1000) == [])
        #expect(!scheduler.isDone)
        scheduler.finished(RequestID(slot: 0, request: 0), at: ms(1001))
        #expect(actions(&scheduler, at: 1001) == ["end 0 cut(unsent: 1)"])
        #expect(scheduler.isDone)
    }

    @Test func abandoningDoesNotWait() throws {
        var scheduler = try scheduler([RecordedSession([(0, 5), (10, 15)])])
        _ = actions(&scheduler, at: 0)
        scheduler.abandonAll(now: ms(5))
        #expect(actions(&scheduler, at: 5) == ["end 0 cut(unsent: 1)"])
        #expect(scheduler.isDone)
    }

    @Test func lastRequestIsMarkedSoThatItsConnectionCanClose() throws {
        var scheduler = try scheduler([RecordedSession([(0, 5), (10, 15)])])
        var marks: [Bool] = []
        for (now, request) in [(Int64(0), 0), (10, 1)] {
            while let action = scheduler.next(now: ms(now)) {
                if case .send(let due) = action { marks.append(due.isLast) }
            }
            scheduler.finished(RequestID(slot: 0, request: request), at: ms(now + 1))
        }
        #expect(marks == [false, true])
    }

    /// Ten sessions with a request every 10 ms; the target stops answering once for 2 s. All 2,000 requests due in that
    /// time waited, evenly distributed; only the ten in flight were slow.
    @Test func stallCountsForAllWhoseTurnItWas() throws {
        let spans = (0..<600).map { (begin: Int64($0) * 10, end: Int64($0) * 10 + 1) }
        var scheduler = try scheduler((1...10).map { RecordedSession(number: $0, spans) })
        var underWay: [(id: RequestID, sent: Int64, end: Int64)] = []
        var responses: [Int64] = []
        var services: [Int64] = []
        var now: Int64 = 0
        while !scheduler.isDone {
            for (id, sent, end) in underWay.filter({ $0.end <= now }) {
                let ended = scheduler.finished(id, at: ms(end))
                let due = try #require(ended)
                responses.append(end - due.scheduled.nanoseconds / 1_000_000)
                services.append(end - sent)
            }
            underWay.removeAll { $0.end <= now }
            while let action = scheduler.next(now: ms(now)) {
                guard case .send(let due) = action else { continue }
                // Outside the stall, a response takes no time measurable by this clock.
                underWay.append((due.id, now, (1000..<3000).contains(now) ? 3000 : now))
            }
            if !underWay.contains(where: { $0.end <= now }) { now += 1 }
        }
        #expect(responses.count == 6000)
        let late = responses.filter { $0 > 0 }.sorted()
        #expect((1980...2010).contains(late.count))
        #expect(late.last == 2000)
        #expect((900...1100).contains(late[late.count / 2]), "spread evenly over the stall")
        #expect(services.filter { $0 > 0 }.count == 10)
    }

    @Test func theRateLimitHoldsRequestsThatAreDueTooSoon() throws {
        var scheduler = try scheduler([RecordedSession([(0, 90), (0, 90), (0, 90)])]) { _ in
        } options: {
            $0.requestsPerSecond = 100
        }
        #expect(actions(&scheduler, at: 0) == ["begin 0", "send 0 @0 ready 0"])
        #expect(actions(&scheduler, at: 9) == [])
        #expect(actions(&scheduler, at: 10) == ["send 1 @0 ready 10"])
        #expect(actions(&scheduler, at: 20) == ["send 2 @0 ready 20"])
    }

    /// A login whose token the third request carries; the second needs nothing.
    @Test func orderByValuesWaitsForThemOnly() throws {
        let token = "4f1d2c3b5a69788796a5b4c3d2e1f00f"
        let session = RecordedSession(
            number: 1,
            exchanges: [
                Exchange("POST", path: "/login", begin: 0, end: 5, responseBody: #"{"token":"\#(token)"}"#),
                Exchange(path: "/free", begin: 10, end: 15),
                Exchange(path: "/me", begin: 20, end: 25, fields: [("Authorization", "Bearer \(token)")]),
                Exchange(path: "/free", begin: 30, end: 35),
            ])
        var scheduler = try scheduler([session]) { _ in
        } options: {
            $0.order = .values
        }
        #expect(actions(&scheduler, at: 0) == ["begin 0", "send 0 @0 ready 0"])
        #expect(actions(&scheduler, at: 10) == ["send 1 @10 ready 10"])
        #expect(actions(&scheduler, at: 20) == [])
        #expect(actions(&scheduler, at: 30) == ["send 3 @30 ready 30"])
        scheduler.finished(RequestID(slot: 0, request: 0), at: ms(44))
        #expect(actions(&scheduler, at: 44) == ["send 2 @20 ready 44"])
        for request in [1, 2, 3] { scheduler.finished(RequestID(slot: 0, request: request), at: ms(50)) }
        #expect(actions(&scheduler, at: 50) == ["end 0 completed"])
        #expect(scheduler.isDone)
    }

    /// A request is sent only when all that had ended before it began in the recording have ended, whatever overlaps.
    @Test(arguments: 1...40) func nothingOvertakesWhatItFollowedInTheRecording(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var begin: Int64 = 0
        let spans = (0..<60).map { _ in
            begin += Int64(random.next() % 8)
            return (begin: begin, end: begin + 1 + Int64(random.next() % 30))
        }
        var scheduler = try scheduler([RecordedSession(spans)])
        var underWay: [(request: Int, end: Int64)] = []
        var ended = Set<Int>()
        var sent: [Int] = []
        var now: Int64 = 0
        while !scheduler.isDone {
            while let action = scheduler.next(now: ms(now)) {
                guard case .send(let due) = action else { continue }
                let request = due.id.request
                sent.append(request)
                for earlier in spans.indices where spans[earlier].end < spans[request].begin {
                    #expect(ended.contains(earlier), "\(request) was sent before \(earlier) had ended")
                }
                #expect(due.ready >= due.scheduled)
                #expect(now >= due.ready.nanoseconds / 1_000_000)
                underWay.append((request, now + Int64(random.next() % 60)))
            }
            now += 1
            for (request, _) in underWay.filter({ $0.end <= now }) {
                scheduler.finished(RequestID(slot: 0, request: request), at: ms(now))
                ended.insert(request)
            }
            underWay.removeAll { $0.end <= now }
        }
        #expect(sent.sorted() == Array(spans.indices))
    }
}
