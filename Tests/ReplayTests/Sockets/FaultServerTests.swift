import Foundation
import Measurement
import Plan
import Replay
import TestSupport
import TestThreads
import Testing
import Traffic

/// Replays against the fault server in another process: its counts and those of the replay agree.
@Suite(.waits) struct FaultServerTests {
    /// The fault server's counts, printed when it ends.
    private struct ServerCounts: Decodable {
        var answered: Int
        var reset: Int
        var hang: Int
        var closedEarly: Int
        var cutShort: Int
        var broken: Int
        var recoveryMs: Double?
    }

    private func replay(
        _ sessions: [RecordedSession], faults: [String], plan change: (inout PlanOptions) -> Void = { _ in },
        options adjust: (inout ReplayOptions) -> Void = { _ in }
    ) throws -> (result: Replaying, server: ServerCounts) {
        let server = try BuiltProgram("fault-server").start(faults)
        let port = try #require(server.readLine())
        let result = try Replaying(sessions, to: "http://127.0.0.1:\(port)", plan: change, options: adjust)
        server.interrupt()
        let line = server.wait().output
        return (result, try JSONDecoder().decode(ServerCounts.self, from: Data(line.utf8)))
    }

    /// With many sessions, each kind of fault affects a part of them.
    @Test func everyFaultIsCountedUnderItsLabel() throws {
        let sessions = (1...300).map { RecordedSession.steady(number: $0, count: 6, gap: 2) }
        let (result, server) = try replay(
            sessions,
            faults: [
                "--reset", "0.05", "--hang", "0.01", "--close-early", "0.03", "--cut-short", "0.03", "--broken", "0.04",
                "--slow", "0.02",
            ]
        ) { _ in
        } options: {
            $0.timeout = .seconds(4)
        }
        #expect(result.counts.requests == 1800)
        #expect(result.counts.sessionsCompleted + result.counts.sessionsFailed == 300)
        #expect(result.live.concurrentSessions == 0 && result.live.openConnections == 0)
        #expect(
            result.fates == [
                .answered: server.answered, .reset: server.reset, .timeout: server.hang,
                .closed: server.closedEarly + server.cutShort, .badFraming: server.broken,
            ])
        #expect(server.reset >= 12 && server.hang >= 2 && server.broken >= 8)
    }

    @Test func serverThatClosesAfterEachAnswerFailsNothing() throws {
        let sessions = (1...200).map { RecordedSession.steady(number: $0, count: 8, gap: 2) }
        let (result, server) = try replay(sessions, faults: ["--close-after-each"])
        #expect(result.fates == [.answered: 1600])
        #expect(server.answered == 1600)
    }

    /// Ten sessions with a request every 10 ms; the target responds to nothing for two seconds. Service times show only
    /// the ten requests in flight; those due in that time waited, evenly distributed over it.
    @Test func twoSecondsOfSilenceAreSeenByAllWhoseTurnItWas() throws {
        let (result, _) = try replay(
            [.steady(count: 400, gap: 10)], faults: ["--stall-after", "500", "--stall-for", "2000"]
        ) {
            $0.speed = .factor(1)
            $0.population = .slots(10)
            $0.ramp = .zero
        }
        #expect(result.fates == [.answered: 4000])
        let windows = result.record.series.windows
        let response = windows.reduce(into: SparseHistogram()) { $0.add($1.times[.response]) }
        let service = windows.reduce(into: SparseHistogram()) { $0.add($1.allTimes[.service]) }
        #expect((1...10).contains(service.count(above: 500_000_000)), "one of each session")
        // 2,000 requests were due in the silence, a quarter of them in each quarter of it. A busy machine makes them
        // more, not fewer.
        #expect(response.count(above: 100_000_000) >= 1850)
        for (above, fewest) in [(500, 1400), (1000, 900), (1500, 400)] {
            #expect(response.count(above: UInt64(above) * 1_000_000) >= fewest, "above \(above) ms")
        }
        #expect(response.count(above: 1_900_000_000) < 1000, "they are spread, not all as late as the first")
    }

    @Test func aServerThatIsUnavailableForAWhileIsReachedAgain() throws {
        let sessions = (1...20).map { RecordedSession.steady(number: $0, count: 75, gap: 20) }
        let (result, server) = try replay(sessions, faults: ["--down-after", "300", "--down-for", "500"]) {
            $0.speed = .factor(1)
            $0.ramp = .zero
        }
        #expect(result.counts.requests == 1500)
        #expect(Set(result.fates.keys).isSubset(of: [.answered, .refused, .reset, .closed]))
        #expect((result.fates[.refused] ?? 0) > 0)
        #expect(server.recoveryMs != nil)
        #expect((result.fates[.answered] ?? 0) > 500)
        #expect(result.live.openConnections == 0)
    }
}
