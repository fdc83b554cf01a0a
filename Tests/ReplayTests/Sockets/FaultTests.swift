import Measurement
import Plan
import Replay
import Synchronization
import TestSupport
import TestThreads
import Testing
import Traffic

/// Failures of the target with many sessions: each is counted under its label, and no session hangs.
@Suite(.waits) struct FaultTests {
    private static let sessions: [RecordedSession] = (1...60).map { .steady(number: $0, count: 8, gap: 2) }
    private static let total = 480

    private func replay(
        timeout: Duration = .seconds(20), _ answer: @escaping @Sendable (Int) -> LoopbackServer.Answer
    ) throws -> Replaying {
        let number = Atomic<Int>(0)
        let server = try LoopbackServer { _ in answer(number.add(1, ordering: .relaxed).newValue) }
        defer { server.stop() }
        return try Replaying(Self.sessions, to: server.url) { _ in
        } options: {
            $0.timeout = timeout
        }
    }

    private func expectAllEnded(_ result: Replaying) {
        #expect(result.counts.requests == UInt64(Self.total))
        #expect(result.counts.sessionsStarted == 60)
        #expect(result.counts.sessionsCompleted + result.counts.sessionsFailed == 60)
        #expect(result.live.openConnections == 0)
        #expect(result.live.concurrentSessions == 0)
    }

    @Test func targetResetsSomeConnections() throws {
        let result = try replay { $0 % 20 == 0 ? .reset : .ok() }
        expectAllEnded(result)
        #expect(Set(result.fates.keys).isSubset(of: [.answered, .reset]))
        #expect((result.fates[.answered] ?? 0) >= Self.total * 9 / 10)
    }

    @Test func targetHangsSometimes() throws {
        let result = try replay(timeout: .milliseconds(400)) { $0 % 100 == 0 ? .hang : .ok() }
        expectAllEnded(result)
        #expect(Set(result.fates.keys) == [.answered, .timeout])
        #expect((1...20).contains(result.fates[.timeout] ?? 0))
    }

    @Test func targetClosesAfterEachResponse() throws {
        let result = try replay { _ in .bytesAndClose("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        expectAllEnded(result)
        #expect(result.fates == [.answered: Self.total])
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "garbage\r\n\r\n", "HTTP/2 200\r\n\r\n",
    ])
    func targetBreaksItsFraming(text: String) throws {
        let result = try replay { $0 % 10 == 0 ? .bytes(text) : .ok() }
        expectAllEnded(result)
        #expect(Set(result.fates.keys) == [.answered, .badFraming])
    }

    @Test func targetIsNotThere() throws {
        let server = try LoopbackServer { _ in .ok() }
        server.stop()
        let result = try Replaying(Self.sessions, to: server.url)
        expectAllEnded(result)
        #expect(Set(result.fates.keys).isSubset(of: [.refused, .reset, .closed]))
        #expect(result.counts.failures == UInt64(Self.total))
    }
}
