import Logging
import Testing

@testable import SampleAPI

/// Refresh tokens that several workers take.
struct RefreshTokenTests {

    private let clock = ManualClock()

    /// A worker of a service with this secret.
    private func worker(secret: String = "a secret that all workers know") -> RefreshTokens {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return RefreshTokens(
            digests: KeyedDigest(key: Array(secret.utf8)), lifetime: .seconds(60),
            shared: SharedState(nil, password: nil, clock: clock.serviceClock, logger: logger))
    }

    @Test func anotherWorkerContinuesTheSession() async throws {
        let (session, token) = worker().begin(user: Key128(high: 1, low: 2), now: 1000)
        let turn = try #require(await worker().rotate(token, now: 1059))
        #expect(turn.session == session && turn.user == Key128(high: 1, low: 2))
        #expect(turn.refreshToken != token)
        #expect(await worker().rotate(turn.refreshToken, now: 1100)?.session == session, "its life begins again")
    }

    @Test func aTokenWorksOnceAndForItsTime() async {
        let worker = worker()
        let (session, token) = worker.begin(user: .random(), now: 1000)
        #expect(await worker.rotate(token, now: 1061) == nil, "it has expired")
        let turn = await worker.rotate(token, now: 1001)
        #expect(turn != nil)
        #expect(await worker.rotate(token, now: 1002) == nil, "it was used")
        await worker.end(session)
        #expect(await worker.rotate(turn?.refreshToken ?? "", now: 1003) == nil, "its session has ended")
    }

    @Test func whatWasNotSealedHereIsRefused() async {
        let worker = worker()
        let (_, token) = worker.begin(user: .random(), now: 1000)
        let (_, foreign) = self.worker(secret: "another secret").begin(user: .random(), now: 1000)
        var changed = Array(token)
        changed[10] = changed[10] == "0" ? "1" : "0"
        for text in [
            foreign, String(changed), String(token.dropLast()), "", "rt_" + String(repeating: "g", count: 160),
        ] {
            #expect(await worker.rotate(text, now: 1001) == nil, "\(text)")
        }
    }
}

/// What several workers counted, as one page.
struct WorkerMetricsTests {

    private static func page(_ requests: Int, open: Int, started: Int) -> String {
        """
        # HELP requests_total Requests.
        # TYPE requests_total counter
        requests_total{route="/a"} \(requests)
        # HELP open Connections.
        # TYPE open gauge
        open \(open)
        # HELP process_start_time_seconds Start.
        # TYPE process_start_time_seconds gauge
        process_start_time_seconds \(started)

        """
    }

    @Test func seriesAreAddedUpAndTheStartIsTheFirst() {
        let sum = WorkerMetrics.sum([
            (Self.page(3, open: 1, started: 20), true), (Self.page(4, open: 2, started: 10), true),
        ])
        #expect(sum == Self.page(7, open: 3, started: 10))
    }

    @Test func ofAWorkerThatEndedWhatCountsUpStays() {
        let sum = WorkerMetrics.sum([
            (Self.page(3, open: 1, started: 20), true), (Self.page(4, open: 2, started: 10), false),
        ])
        #expect(sum == Self.page(7, open: 1, started: 20))
    }
}
