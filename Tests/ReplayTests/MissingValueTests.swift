import Measurement
import Plan
import TestSupport
import Testing
import Threads
import Traffic

@testable import Replay

/// How a worker handles values that no response gave, with a network that responds immediately.
@Suite struct MissingValueTests {
    /// Answers every request with an empty 200.
    private struct EmptyNetwork: ~Copyable, Transport {
        final class Log {
            var sent: [String] = []
        }

        let log: Log
        let clock: RunClock
        private var results: [TransferResult] = []

        init(log: Log, clock: RunClock) {
            self.log = log
            self.clock = clock
        }

        mutating func send(_ request: borrowing OutgoingRequest, for id: RequestID, at now: RunTime) {
            let text = String(decoding: request.message, as: UTF8.self)
            log.sent.append(String(text.prefix { $0 != "\r\n" }))
            var result = TransferResult(id: id, at: now)
            (result.fate, result.status, result.finished) = (.answered, 200, clock.now)
            results.append(result)
        }

        mutating func next(_ result: inout TransferResult) -> Bool {
            guard !results.isEmpty else { return false }
            result = results.removeFirst()
            return true
        }

        mutating func wait(until deadline: RunTime?) throws(SystemCallError) {}
        mutating func release(slot: Int) {}
        mutating func cancelAll() { results.removeAll() }
        var connections: (opened: Int, open: Int) { (0, 0) }
    }

    private static let token = "4f1d2c3b5a69788796a5b4c3d2e1f00f"

    /// A login whose response lacks the token, a request with the token, and one without.
    private func session() -> RecordedSession {
        RecordedSession(
            number: 1,
            exchanges: [
                Exchange(
                    "POST", path: "/login", begin: 0, end: 1, body: "{}", responseBody: #"{"token":"\#(Self.token)"}"#),
                Exchange(path: "/by/\(Self.token)", begin: 10, end: 11), Exchange(path: "/plain", begin: 20, end: 21),
            ])
    }

    struct Case: CustomTestStringConvertible {
        var rule: ReplayOptions.MissingValue
        var sent: [String]
        var fates: [Fate: UInt64]
        var givenUp = 0
        var testDescription: String { rule.rawValue }
    }

    @Test(arguments: [
        Case(
            rule: .skip, sent: ["POST /login HTTP/1.1", "GET /plain HTTP/1.1"],
            fates: [.answered: 2, .missingBinding: 1]),
        Case(
            rule: .send,
            sent: ["POST /login HTTP/1.1", "GET /by/\(MissingValueTests.token) HTTP/1.1", "GET /plain HTTP/1.1"],
            fates: [.answered: 2, .recordedValue: 1]),
        Case(
            rule: .abortSession, sent: ["POST /login HTTP/1.1"], fates: [.answered: 1, .missingBinding: 1], givenUp: 1),
    ])
    func theRuleDecides(test: Case) throws {
        var planOptions = PlanOptions()
        planOptions.speed = .max
        let plan = try ReplayPlan(sessions: [session()], options: planOptions)
        var options = ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: "http://127.0.0.1:1")]))
        options.onMissing = test.rule
        let (log, clock) = (EmptyNetwork.Log(), RunClock())
        let wake = try WakeSignal()
        let mailbox = WorkerMailbox(wake: wake)
        let minting = WorkerMinting(table: MintTable(plan: plan), minter: nil, inbox: MintInbox(wake: wake))
        let worker = ReplayWorker(
            plan: plan, table: RequestTable(plan: plan, options: options), planSlots: [0], options: options,
            clock: clock,
            mailbox: mailbox, live: LiveCounts(), minting: minting,
            network: EmptyNetwork(log: log, clock: clock))
        worker.run()
        let report = mailbox.collect()
        #expect(report.isDone)
        #expect(log.sent == test.sent)
        var counts = WindowCounts()
        for window in report.windows { counts += window.counts }
        for fate in Fate.allCases { #expect(counts[fate] == test.fates[fate] ?? 0, "\(fate)") }
        #expect(counts.sessionsCompleted == 0)
        #expect(counts.sessionsFailed == 1)
        #expect(counts.requestsGivenUp == UInt64(test.givenUp))
    }
}
