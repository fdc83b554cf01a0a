import Plan
import Testing
import Traffic

@testable import Replay

/// Times in these tests are milliseconds, expiries seconds.
@Suite struct CloneRenewalsTests {
    private let grant = Grant(credentials: [0], refresh: 0..<1, login: 1..<3)
    private let loginOnly = Grant(credentials: [0], login: 0..<2)

    private func ms(_ milliseconds: Int64) -> RunTime { RunTime(nanoseconds: milliseconds * 1_000_000) }
    private func id(_ request: Int) -> RequestID { RequestID(slot: 0, request: request) }

    private func renewals(expiresAt: Int64? = 100, now: Int64 = 80) -> CloneRenewals {
        var renewals = CloneRenewals()
        renewals.begin(grants: 1)
        renewals.given(0, expiresAt: expiresAt, margin: .automatic, now: now)
        return renewals
    }

    private func admit(
        _ renewals: inout CloneRenewals, _ request: Int, of grant: Grant? = nil, now: Int64, ownRenewal: Int64? = nil
    ) -> CloneRenewals.Decision {
        let grant = grant ?? self.grant
        return renewals.admit(
            id(request), 0, of: grant, isDue: renewals.isDue(0, of: grant, ownRenewal: ownRenewal, now: now),
            connection: 0, at: ms(now * 1000))
    }

    @Test(arguments: [
        (RenewalMargin.automatic, 3600, 360, "a tenth"),
        (.automatic, 20, 5, "five seconds at least"),
        (.automatic, 4, 2, "half at most"),
        (.automatic, 1, 0, "less than a second cannot be distinguished"),
        (.ahead(.seconds(30)), 3600, 30, "as wanted"),
        (.ahead(.seconds(30)), 40, 20, "half at most"),
    ])
    func marginFollowsTheLifetime(margin: RenewalMargin, lifetime: Int64, seconds: Int64, reason: String) {
        #expect(margin.seconds(ofLifetime: lifetime) == seconds, "\(reason)")
    }

    @Test func clonesAreQuietWhileNothingIsDueOrUnderWay() {
        var renewals = renewals()
        #expect(renewals.isQuiet(now: 94))
        #expect(!renewals.isQuiet(now: 95), "it is due")
        #expect(admit(&renewals, 1, now: 95) == .renew(0..<1))
        #expect(!renewals.isQuiet(now: 94), "it is under way")
        var fresh = CloneRenewals()
        fresh.begin(grants: 1)
        #expect(!fresh.isQuiet(now: 0), "it has not been given")
        fresh.given(0, expiresAt: nil, margin: .automatic, now: 0)
        #expect(fresh.isQuiet(now: .max - 1), "it never expires")
    }

    @Test func requestsGoUntilTheMarginThenWaitForOneRenewal() {
        var renewals = renewals()
        #expect(admit(&renewals, 1, now: 94) == .go)
        #expect(admit(&renewals, 2, now: 95) == .renew(0..<1))
        #expect(admit(&renewals, 3, now: 95) == .wait)
        #expect(renewals.stepEnded(0, of: grant, succeeded: true, now: 95, at: ms(95_010)) == .over(succeeded: true))
        renewals.given(0, expiresAt: 115, margin: .automatic, now: 95)
        #expect(renewals.takeWaiting(0) == [id(2), id(3)])
        #expect(admit(&renewals, 2, now: 95) == .go)
    }

    @Test func theSessionsOwnRefreshIsWaitedForWhenItComesInTime() {
        var renewals = renewals()
        #expect(admit(&renewals, 1, now: 96, ownRenewal: 2) == .go)
        #expect(admit(&renewals, 2, now: 96, ownRenewal: 3) == .renew(0..<1))
    }

    @Test func theSessionsOwnRefreshUnderWayIsNotDoubled() {
        var renewals = renewals()
        #expect(renewals.admitOwn(id(1), 0) == .go)
        #expect(admit(&renewals, 2, now: 99) == .wait)
        let had = renewals.ownEnded(0, succeeded: true)
        #expect(had)
        #expect(renewals.takeWaiting(0) == [id(2)])
    }

    @Test func theSessionsOwnRefreshWaitsForARenewalThatChangesWhatItSends() {
        var renewals = renewals()
        #expect(admit(&renewals, 1, now: 99) == .renew(0..<1))
        #expect(renewals.admitOwn(id(2), 0) == .wait)
    }

    @Test func aRefreshThatFailsIsFollowedByTheLogin() {
        var renewals = renewals()
        #expect(admit(&renewals, 1, now: 99) == .renew(0..<1))
        #expect(renewals.stepEnded(0, of: grant, succeeded: false, now: 99, at: ms(99_001)) == .step(1))
        #expect(renewals.grant(renewingBy: 1) == 0)
        #expect(renewals.stepEnded(0, of: grant, succeeded: true, now: 99, at: ms(99_002)) == .step(2))
        #expect(renewals.stepEnded(0, of: grant, succeeded: true, now: 99, at: ms(99_003)) == .over(succeeded: true))
    }

    @Test func aRenewalThatFailsIsTriedLaterAndGivenUpAfterThree() {
        var renewals = renewals()
        var now: Int64 = 99
        for pause in [10, 20] as [Int64] {
            #expect(admit(&renewals, 1, of: loginOnly, now: now) == .renew(0..<2))
            #expect(
                renewals.stepEnded(0, of: loginOnly, succeeded: false, now: now, at: ms(now * 1000))
                    == .over(succeeded: false))
            #expect(admit(&renewals, 1, of: loginOnly, now: now + pause - 1) == .go)
            now += pause
        }
        #expect(admit(&renewals, 1, of: loginOnly, now: now) == .renew(0..<2))
        _ = renewals.stepEnded(0, of: loginOnly, succeeded: false, now: now, at: ms(now * 1000))
        #expect(admit(&renewals, 1, of: loginOnly, now: now + 10_000) == .go)
    }

    @Test func whatWasSentBeforeARenewalAndRefusedAfterItIsSentAgainWithoutAnother() {
        var renewals = renewals(expiresAt: nil)
        func refused(_ request: Int, sent: Int64, at: Int64, policy: Unauthorized = .refresh) -> CloneRenewals.Decision?
        {
            renewals.refused(
                id(request), 0, of: grant, sent: ms(sent), policy: policy, connection: 0, at: ms(at))
        }
        #expect(refused(1, sent: 10, at: 20) == .renew(0..<1))
        #expect(refused(2, sent: 15, at: 22) == .wait)
        _ = renewals.stepEnded(0, of: grant, succeeded: true, now: 1, at: ms(30))
        #expect(refused(3, sent: 25, at: 40) == .go)
        #expect(refused(4, sent: 45, at: 50, policy: .relogin) == .renew(1..<3))
    }

    @Test func refusalsThatNoRenewalHelpsAreGivenUp() {
        var renewals = renewals(expiresAt: nil)
        for round in 0..<3 as Range<Int64> {
            let decision = renewals.refused(
                id(1), 0, of: grant, sent: ms(round * 10), policy: .refresh, connection: 0, at: ms(round * 10 + 1))
            #expect(decision == .renew(0..<1))
            _ = renewals.stepEnded(0, of: grant, succeeded: true, now: 1, at: ms(round * 10 + 2))
            renewals.renewalDidNotHelp(0)
        }
        #expect(
            renewals.refused(id(1), 0, of: grant, sent: ms(90), policy: .refresh, connection: 0, at: ms(99)) == nil)
    }

    @Test func aTokenThatHasExpiredWhenItComesIsNotRenewedForever() {
        var renewals = renewals(expiresAt: 70, now: 80)
        #expect(admit(&renewals, 1, now: 90) == .go)
    }

    @Test func whatNoResponseGaveIsFetchedBeforeItsFirstUse() {
        var renewals = CloneRenewals()
        renewals.begin(grants: 1)
        let fetched = Grant(credentials: [0], login: 0..<1, isFetched: true)
        #expect(admit(&renewals, 1, of: fetched, now: 1) == .renew(0..<1))
        #expect(admit(&renewals, 2, of: fetched, now: 1) == .wait)
    }
}
