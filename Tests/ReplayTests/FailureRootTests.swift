import Measurement
import Plan
import TestSupport
import Testing
import Traffic

@testable import Replay

/// A request that is not sent because of a missing value names the root response, and what that response has instead.
@Suite struct FailureRootTests {
    private static let token = "4f1d2c3b5a69788796a5b4c3d2e1f00f"
    private static let order = "0ff0e1d2c3b4a5968778695a3b2c1d4f"

    /// A login, an order made with its token, and a look at the order.
    private func session() -> RecordedSession {
        let credential = [("Authorization", "Bearer \(Self.token)")]
        return RecordedSession(
            number: 1,
            exchanges: [
                Exchange(
                    "POST", path: "/login", begin: 0, end: 1, body: "{}", responseBody: #"{"token":"\#(Self.token)"}"#),
                Exchange(
                    "POST", path: "/orders", begin: 10, end: 11, fields: credential, body: "{}",
                    responseBody: #"{"order":"\#(Self.order)"}"#),
                Exchange(path: "/orders/\(Self.order)", begin: 20, end: 21, fields: credential),
            ])
    }

    private func driver(onMissing rule: ReplayOptions.MissingValue = .skip) throws -> LifecycleDriver {
        try LifecycleDriver([session()]) { _ in
        } options: {
            $0.onMissing = rule
        }
    }

    /// Does what a worker would: a request without its values is not sent.
    private func refuse(_ request: Int, _ driver: inout LifecycleDriver, at ms: Int64) {
        driver.lifecycle.couldNotSend(
            LifecycleAction.Sending(id: RequestID(slot: 0, request: request), script: 0, connection: 0), .missingValue)
        _ = driver.actions(at: ms)
    }

    @Test func anAnswerWithoutTheValueIsTheRootOfAllThatFollows() throws {
        var driver = try driver()
        _ = driver.actions(at: 0)
        _ = driver.answer(0, sent: 0, at: 1, body: #"{"access_token":"x","expires_in":1}"#)
        _ = driver.actions(at: 10)
        refuse(1, &driver, at: 10)
        _ = driver.actions(at: 20)
        refuse(2, &driver, at: 20)
        let root = FailureCause(
            text: "POST /login answered 200 without $.token (its keys: access_token, expires_in)",
            rootEndpoint: driver.plan.endpoints.firstIndex { $0.label == "POST /login" })
        #expect(driver.causes == [root, root], "what follows from what follows has the same root")
        #expect(driver.outcomes.map(\.fate) == [.answered, .missingBinding, .missingBinding])
        #expect(driver.outcomes.map(\.expectedStatus) == [200, 200, 200])
    }

    @Test func anotherStatusIsNamed() throws {
        var driver = try driver()
        _ = driver.actions(at: 0)
        _ = driver.answer(0, sent: 0, at: 1, status: 503, body: "")
        _ = driver.actions(at: 10)
        refuse(1, &driver, at: 10)
        #expect(
            driver.causes.map(\.text) == ["POST /login answered 503 instead of 200 without $.token (its body is empty)"]
        )
    }

    @Test func noAnswerIsNamed() throws {
        var driver = try driver()
        _ = driver.actions(at: 0)
        _ = driver.answer(0, sent: 0, at: 1, status: 0, fate: .timeout)
        _ = driver.actions(at: 10)
        refuse(1, &driver, at: 10)
        #expect(driver.causes.map(\.text) == ["POST /login got no response (timeout), so $.token is missing"])
    }

    @Test func requestsSentWithRecordedValuesHaveACauseToo() throws {
        var driver = try driver(onMissing: .send)
        _ = driver.actions(at: 0)
        _ = driver.answer(0, sent: 0, at: 1, body: "{}")
        _ = driver.actions(at: 10)
        refuse(1, &driver, at: 10)
        #expect(driver.answer(1, sent: 10, at: 11) == ["finish 1 recorded value"])
        #expect(
            driver.causes.map(\.text) == [
                "POST /login answered 200 without $.token (its body is {})"
            ])
    }

    @Test func aCloneDoesNotInheritWhatTheOneBeforeItLacked() throws {
        var driver = try LifecycleDriver([session()])
        _ = driver.actions(at: 0)
        _ = driver.answer(0, sent: 0, at: 1, status: 500)
        #expect(driver.lifecycle.slots[0].shortfalls.count == 1)
        driver.lifecycle.slots[0].begin(
            CloneValues(script: driver.plan.scripts[0], clone: 1), grants: driver.plan.scripts[0].grants.count)
        #expect(driver.lifecycle.slots[0].shortfalls.isEmpty)
    }
}
