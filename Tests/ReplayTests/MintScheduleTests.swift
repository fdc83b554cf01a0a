import Plan
import TestSupport
import Testing
import Traffic

@testable import Replay

/// Times in these tests are seconds.
@Suite struct MintScheduleTests {
    /// A session whose second request, after a minute, carries a key that a command makes.
    private func plan() throws -> ReplayPlan {
        let session = RecordedSession(
            number: 1,
            exchanges: [
                Exchange(path: "/a", begin: 0, end: 1),
                Exchange(
                    path: "/b", begin: 60_000, end: 60_001,
                    fields: [("X-Api-Key", "a81bc81b-dead-4e5d-abff-90865d1e13b1")]),
            ])
        var options = PlanOptions()
        var rule = BindingRules.Rule(sinks: [.init(endpoint: "GET /b", place: "field X-Api-Key")])
        rule.asked = "apikey"
        options.bindingRules = BindingRules([rule])
        options.population = .slots(2)
        options.ramp = .zero
        return try ReplayPlan(sessions: [session], options: options)
    }

    private func at(_ seconds: Int64) -> RunTime { RunTime(nanoseconds: seconds * 1_000_000_000) }

    @Test func valuesAreOrderedAheadOfTheirNeedAndOnce() throws {
        let plan = try plan()
        let table = MintTable(plan: plan)
        #expect(!table.isEmpty)
        var schedule = MintSchedule(table: table)
        let turn = try #require(plan.firstTurn(ofSlot: 1))
        schedule.expect(turn, slot: 1)
        #expect(schedule.next == at(30))
        let early = schedule.take(until: at(29))
        #expect(early?.key == nil)
        let taken = schedule.take(until: at(30))
        let item = try #require(taken)
        #expect(item.key == MintSchedule.Key(clone: 1, value: 0))
        #expect(item.needed == at(60))
        let isOrderedAgain = schedule.order(item.key)
        #expect(!isOrderedAgain, "it is being made")
        let late = schedule.take(until: at(100))
        #expect(late?.key == nil)
    }

    @Test func whatIsMadeBeforeItsCloneBeginsIsKeptForIt() throws {
        let plan = try plan()
        var schedule = MintSchedule(table: MintTable(plan: plan))
        let key = MintSchedule.Key(clone: 1, value: 0)
        let token = TokenRecipe.Token(bytes: [1], expiresAt: nil)
        let isOrdered = schedule.order(key)
        #expect(isOrdered)
        schedule.made(key, token, isKept: true, again: nil)
        schedule.expect(try #require(plan.firstTurn(ofSlot: 1)), slot: 1)
        #expect(schedule.next == nil, "there is one")
        let tokens = [0, 1, 1].map { schedule.begin($0, script: 0).map(\.token) }
        #expect(tokens == [[], [token], []], "it is taken once, by its clone")
    }

    @Test func whatExpiresIsMadeAgain() throws {
        var schedule = MintSchedule(table: MintTable(plan: try plan()))
        let key = MintSchedule.Key(clone: 0, value: 0)
        let isOrdered = schedule.order(key)
        #expect(isOrdered)
        let item = MintSchedule.Item(slot: 0, script: 0, key: key, needed: at(40), isRenewal: true)
        schedule.made(key, TokenRecipe.Token(bytes: [1], expiresAt: 1), isKept: false, again: (item, at: at(30)))
        #expect(schedule.next == at(30))
        let again = schedule.take(until: at(30))
        #expect(again?.isRenewal == true)
    }

    @Test(arguments: [(nil, 30, 5), (1000, 30, 5), (40, 10, 5), (8, 2, 2), (1, 1, 1), (-5, 1, 1)])
    func leadsFollowTheLifetime(lifetime: Int64?, ahead: Int64, margin: Int64) {
        #expect(MintLead.ahead(lifetimeSeconds: lifetime) == ahead)
        #expect(MintLead.margin(lifetimeSeconds: lifetime) == margin)
    }
}

@Suite struct UnsentTests {
    /// A released request that waits for its time needs its token as much as an unreleased one.
    @Test func whatWaitsForItsTimeIsUnsent() {
        var progress = CloneProgress()
        progress.begin(requests: 2)
        for request in 0..<2 {
            progress.release(.init(request: Int32(request), scheduled: .zero, ready: .zero))
        }
        #expect(progress.cursor == 2)
        #expect(progress.hasUnsent(upTo: 0))
        progress.send(0)
        #expect(!progress.hasUnsent(upTo: 0))
        #expect(progress.hasUnsent(upTo: 1))
        progress.send(1)
        #expect(!progress.hasUnsent(upTo: 1))
    }
}
