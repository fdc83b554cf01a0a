import Formats
import Measurement
import TestSupport
import Testing
import Traffic

@testable import Replay

/// Held time is ready − scheduled, and its causes add up to it. Times are milliseconds.
@Suite struct HeldCausesTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        var scheduled: Int64 = 10
        var ready: Int64 = 10
        var slot: Int64 = 0
        var rate: Int64 = 0
        var token: Int64?
        var connection: Int64?
        var readyAtLast: Int64
        /// Order, token, connection, rate, slot.
        var causes: [Int64]
        var testDescription: String { reason }
    }

    private func ms(_ milliseconds: Int64) -> RunTime { RunTime(nanoseconds: milliseconds * 1_000_000) }

    @Test(arguments: [
        Case(reason: "nothing to wait for", readyAtLast: 10, causes: [0, 0, 0, 0, 0]),
        Case(reason: "an earlier response", ready: 30, readyAtLast: 30, causes: [20, 0, 0, 0, 0]),
        Case(reason: "the clone before", ready: 30, slot: 20, readyAtLast: 30, causes: [0, 0, 0, 0, 20]),
        Case(reason: "a cap on the rate", ready: 30, rate: 20, readyAtLast: 30, causes: [0, 0, 0, 20, 0]),
        Case(reason: "a token", token: 35, readyAtLast: 35, causes: [0, 25, 0, 0, 0]),
        Case(reason: "a connection", connection: 45, readyAtLast: 45, causes: [0, 0, 35, 0, 0]),
        Case(
            reason: "each in turn", ready: 30, slot: 5, rate: 7, token: 40, connection: 52, readyAtLast: 52,
            causes: [8, 10, 12, 7, 5]),
        Case(
            reason: "a connection that was free before the token came", token: 40, connection: 20, readyAtLast: 40,
            causes: [0, 30, 0, 0, 0]),
        Case(
            reason: "a token that came before the turn", ready: 30, token: 20, readyAtLast: 30,
            causes: [20, 0, 0, 0, 0]),
        Case(
            reason: "causes larger than the whole", ready: 20, slot: 50, rate: 8, readyAtLast: 20,
            causes: [0, 0, 0, 8, 2]),
    ])
    func causesAddUp(test: Case) {
        var pending = PendingRequest(
            DueRequest(
                id: RequestID(slot: 0, request: 0), script: 0, scheduled: ms(test.scheduled), ready: ms(test.ready),
                heldBySlotNs: test.slot * 1_000_000, heldByRateNs: test.rate * 1_000_000))
        pending.tokenReady = test.token.map(ms)
        let free = test.connection.map(ms)
        #expect(pending.ready(connectionFree: free) == ms(test.readyAtLast))
        let held = pending.held(connectionFree: free)
        #expect(held.milliseconds == test.causes)
        #expect(held.totalNs == (test.readyAtLast - test.scheduled) * 1_000_000)
        let unsent = pending.unsent(.missingBinding, endpoint: 3, connectionFree: free, at: ms(100))
        #expect(unsent.held == held)
        #expect(unsent.times.ready == ms(test.readyAtLast))
        #expect(!unsent.wasSent)
        #expect(unsent.endpoint == 3)
    }

    @Test func causesAddUpWhateverTheTimes() {
        var random = SplitMix64(seed: 12)
        func upTo(_ limit: Int64) -> Int64 { Int64(random.next() % UInt64(limit)) }
        for round in 0..<2000 {
            let scheduled = upTo(100)
            var pending = PendingRequest(
                DueRequest(
                    id: RequestID(slot: 0, request: 0), script: 0, scheduled: ms(scheduled),
                    ready: ms(scheduled + upTo(50)), heldBySlotNs: upTo(60) * 1_000_000,
                    heldByRateNs: upTo(60) * 1_000_000))
            if upTo(2) == 0 { pending.tokenReady = ms(upTo(200)) }
            let free = upTo(2) == 0 ? ms(upTo(200)) : nil
            let held = pending.held(connectionFree: free)
            let ready = pending.ready(connectionFree: free)
            #expect(held.totalNs == ready.nanoseconds(since: pending.due.scheduled), "round \(round)")
            #expect(held.milliseconds.allSatisfy { $0 >= 0 }, "round \(round)")
        }
    }
}
