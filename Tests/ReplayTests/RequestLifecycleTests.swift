import Measurement
import Plan
import TestSupport
import Testing
import Traffic

@testable import Replay

/// A request's life as text: due times, responses and made tokens in, actions out. Times are milliseconds.
@Suite struct RequestLifecycleTests {
    private static let first = "4f1d2c3b5a69788796a5b4c3d2e1f00f"
    private static let second = "0ff0e1d2c3b4a5968778695a3b2c1d4f"

    private static func login(_ token: String, seconds: Int = 3600) -> String {
        #"{"access_token":"\#(token)","expires_in":\#(seconds)}"#
    }

    /// A login, and reads that carry its token, ten milliseconds apart.
    private func session(reads: Int = 2) -> RecordedSession {
        let login = Exchange(
            "POST", path: "/login", begin: 0, end: 1, fields: [("Content-Type", "application/json")],
            body: #"{"username":"ann@example.org","password":"secret"}"#, responseBody: Self.login(Self.first))
        let reads = (0..<reads).map { read in
            Exchange(
                path: "/me", begin: 10 + Int64(read) * 10, end: 11 + Int64(read) * 10,
                fields: [("Authorization", "Bearer \(Self.first)")])
        }
        return RecordedSession(number: 1, exchanges: [login] + reads)
    }

    @Test func requestsGoOutOneAfterTheOther() throws {
        var driver = try LifecycleDriver([session()])
        #expect(driver.actions(at: 0) == ["send 0"])
        #expect(driver.actions(at: 9) == [])
        #expect(driver.answer(0, sent: 0, at: 9, body: Self.login(Self.second)) == ["finish 0 answered"])
        #expect(driver.lifecycle.nextDeadline == RunTime(nanoseconds: 10_000_000))
        #expect(driver.actions(at: 10) == ["send 1"])
        #expect(driver.answer(1, sent: 10, at: 12) == ["finish 1 answered"])
        #expect(driver.actions(at: 20) == ["send 2"])
        #expect(driver.answer(2, sent: 20, at: 21) == ["finish 2 answered", "release"])
        #expect(driver.lifecycle.isDone)
        #expect(driver.outcomes.map(\.held.totalNs) == [0, 0, 0])
    }

    @Test func aTokenThatIsAboutToExpireIsRenewedFirst() throws {
        var driver = try LifecycleDriver([session(reads: 1)], plan: { $0.speed = .factor(0.001) })
        _ = driver.actions(at: 0)
        #expect(
            driver.answer(0, sent: 0, at: 1, body: Self.login(Self.second, seconds: 10)) == ["finish 0 answered"])
        // Due at 10 s, when the token expires.
        #expect(driver.actions(at: 10_000) == ["hold 1", "renew by 2"])
        #expect(driver.lifecycle.slots[0].pending.count == 1)
        #expect(driver.answer(2, sent: 10_000, at: 10_250, body: Self.login(Self.first)) == ["send 1"])
        #expect(driver.answer(1, sent: 10_250, at: 10_260) == ["finish 1 answered", "release"])
        #expect(driver.outcomes.last?.held.milliseconds == [0, 250, 0, 0, 0])
        #expect(driver.outcomes.last?.times.sendLagNs == 0)
    }

    @Test func aRefusedRequestIsSentOnceMoreAndCountsOnce() throws {
        var driver = try LifecycleDriver([session(reads: 1)], options: { $0.onUnauthorized = .refresh })
        _ = driver.actions(at: 0)
        _ = driver.answer(0, sent: 0, at: 1, body: Self.login(Self.second))
        _ = driver.actions(at: 10)
        #expect(driver.answer(1, sent: 10, at: 15, status: 401) == ["hold 1", "renew by 2"])
        #expect(driver.answer(2, sent: 15, at: 40, body: Self.login(Self.first)) == ["resend 1"])
        #expect(driver.answer(1, sent: 40, at: 45) == ["finish 1 answered", "release"])
        #expect(driver.outcomes.count == 2)
        #expect(driver.outcomes.last?.held.milliseconds == [0, 30, 0, 0, 0], "from its turn to the fresh token")
        #expect(driver.tallies.filter { $0.hasPrefix("tokens(Measurement.TokenEvent.rejected") }.count == 1)
        #expect(driver.tallies.filter { $0 == "requestResent" }.count == 1)
    }

    @Test func aRefusalCountsIfTheRenewalFails() throws {
        var driver = try LifecycleDriver([session(reads: 1)], options: { $0.onUnauthorized = .refresh })
        _ = driver.actions(at: 0)
        _ = driver.answer(0, sent: 0, at: 1, body: Self.login(Self.second))
        _ = driver.actions(at: 10)
        _ = driver.answer(1, sent: 10, at: 15, status: 401)
        #expect(driver.answer(2, sent: 15, at: 40, status: 500) == ["finish 1 status", "release"])
        #expect(driver.outcomes.last?.status == 401)
        #expect(driver.tallies.filter { $0.hasPrefix("tokens(Measurement.TokenEvent.rejected") }.count == 1)
    }

    @Test(
        arguments: [
            (UInt16(200), true, Fate.answered, true, "as it was recorded"),
            (201, true, .answered, true, "another success"),
            (299, true, .answered, true, "the last success"), (300, true, .answered, false, "no success any more"),
            (199, true, .answered, false, "not yet one"), (200, false, .answered, false, "a success without a token"),
            (200, true, .timeout, false, "an answer that was not whole"),
        ] as [(UInt16, Bool, Fate, Bool, Comment)])
    func aRenewalIsOneThatGivesAToken(
        status: UInt16, hasToken: Bool, fate: Fate, renews: Bool, reason: Comment
    ) throws {
        var driver = try LifecycleDriver([session(reads: 1)], options: { $0.onUnauthorized = .refresh })
        _ = driver.actions(at: 0)
        _ = driver.answer(0, sent: 0, at: 1, body: Self.login(Self.second))
        _ = driver.actions(at: 10)
        #expect(driver.answer(1, sent: 10, at: 15, status: 401) == ["hold 1", "renew by 2"])
        let body = hasToken ? Self.login(Self.first) : "{}"
        let next = driver.answer(2, sent: 15, at: 40, status: status, body: body, fate: fate)
        #expect(next == (renews ? ["resend 1"] : ["finish 1 status", "release"]), reason)
    }

    @Test func answersTakeNothingFromOthersAfterTheRunIsAbandoned() throws {
        var driver = try LifecycleDriver([session()])
        #expect(driver.actions(at: 0) == ["send 0"])
        driver.lifecycle.stop(now: RunTime(nanoseconds: 5_000_000))
        #expect(driver.actions(at: 5) == [], "requests in flight may finish")
        driver.lifecycle.abandon(now: RunTime(nanoseconds: 7_000_000))
        #expect(driver.actions(at: 7) == ["finish 0 cut", "release"])
        #expect(driver.lifecycle.isDone)
        #expect(driver.answer(0, sent: 0, at: 8) == [], "a later response has no effect")
    }

    /// When a run is given up, pending sends are dropped and pending counts are kept.
    @Test func whatIsAbandonedIsNotSent() throws {
        var driver = try LifecycleDriver([session()])
        let first = driver.lifecycle.next(now: .zero)
        guard case .count(.sessionStarted, _) = first else {
            Issue.record("the clone begins first, not \(String(describing: first))")
            return
        }
        let second = driver.lifecycle.next(now: .zero)
        guard case .send = second else {
            Issue.record("its first request follows, not \(String(describing: second))")
            return
        }
        var result = TransferResult(id: RequestID(slot: 0, request: 0), at: .zero)
        result.kind = .sendAgain
        driver.lifecycle.take(result)
        driver.lifecycle.abandon(now: .zero)
        #expect(driver.actions(at: 0) == ["finish 0 cut", "release"])
    }

    @Test func aRequestWithoutItsValueIsOverAtOnce() throws {
        var driver = try LifecycleDriver([session()])
        _ = driver.actions(at: 0)
        #expect(driver.answer(0, sent: 0, at: 1, body: "{}") == ["finish 0 answered"])
        #expect(driver.actions(at: 10) == ["send 1"])
        let sending = LifecycleAction.Sending(id: RequestID(slot: 0, request: 1), script: 0, connection: 0)
        driver.lifecycle.couldNotSend(sending, .missingValue)
        #expect(driver.actions(at: 10) == ["finish 1 binding"])
        #expect(driver.actions(at: 20) == ["send 2"], "what waited for it goes on")
    }
}
