import HTTPTypes
import Testing

@testable import SampleAPI

@Suite struct FaultTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var reason: String
        var faults: Faults
        var worked: Duration = .milliseconds(2)
        var uptime: Duration
        var route: String?
        var isInTail = false
        var expected: Duration

        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(reason: "nothing asked for", faults: Faults(), uptime: .seconds(9999), expected: .milliseconds(2)),
        Case(
            reason: "base latency is added", faults: Faults(baseLatency: .milliseconds(5)), uptime: .zero,
            expected: .milliseconds(7)),
        Case(
            reason: "not slow yet", faults: Faults(slowAfter: .seconds(10), slowBy: .milliseconds(50)),
            uptime: .milliseconds(9999), expected: .milliseconds(2)),
        Case(
            reason: "slow from then on", faults: Faults(slowAfter: .seconds(10), slowBy: .milliseconds(50)),
            uptime: .seconds(10), expected: .milliseconds(52)),
        Case(
            reason: "no drift at the start", faults: Faults(baseLatency: .milliseconds(8), driftPerHour: 4),
            uptime: .zero, expected: .milliseconds(10)),
        Case(
            reason: "half an hour of factor 4 is factor 2",
            faults: Faults(baseLatency: .milliseconds(8), driftPerHour: 4), uptime: .seconds(1800),
            expected: .milliseconds(20)),
        Case(
            reason: "an hour of factor 4", faults: Faults(baseLatency: .milliseconds(8), driftPerHour: 4),
            uptime: .seconds(3600), expected: .milliseconds(40)),
        Case(
            reason: "only one route is slow",
            faults: Faults(slowAfter: .zero, slowBy: .milliseconds(50), slowRoute: "/a"), uptime: .seconds(1),
            route: "/a", expected: .milliseconds(52)),
        Case(
            reason: "the others are not",
            faults: Faults(slowAfter: .zero, slowBy: .milliseconds(50), slowRoute: "/a"), uptime: .seconds(1),
            route: "/b", expected: .milliseconds(2)),
        Case(
            reason: "one of the tail waits longer", faults: Faults(tailAfter: .zero, tailBy: .milliseconds(80)),
            uptime: .seconds(1), isInTail: true, expected: .milliseconds(82)),
        Case(
            reason: "due in the stall, answered at its end",
            faults: Faults(stallAfter: .seconds(10), stallFor: .seconds(2)), uptime: .milliseconds(10_502),
            expected: .milliseconds(1500)),
        Case(
            reason: "in progress as the stall begins",
            faults: Faults(baseLatency: .milliseconds(100), stallAfter: .seconds(10), stallFor: .seconds(2)),
            uptime: .milliseconds(9952), expected: .milliseconds(2050)),
        Case(
            reason: "after the stall", faults: Faults(stallAfter: .seconds(10), stallFor: .seconds(2)),
            uptime: .milliseconds(12_002), expected: .milliseconds(2)),
        Case(
            reason: "the work itself drifts too", faults: Faults(driftPerHour: 3), uptime: .seconds(3600),
            expected: .milliseconds(6)),
    ])
    func serviceTimeFollowsTheFaults(_ example: Case) {
        let time = example.faults.serviceTime(
            worked: example.worked, uptime: example.uptime, route: example.route, isInTail: example.isInTail)
        #expect(abs((time - example.expected) / .nanoseconds(1)) < 100)
    }

    @Test func onlyOneRoutesTailGetsSlow() async throws {
        let under = await ServiceUnderTest {
            $0.faults.tailAfter = .seconds(10)
            $0.faults.tailBy = .milliseconds(80)
            $0.faults.tailRatio = 0.1
            $0.faults.tailRoute = "/api/v1/items/{id}"
        }
        let token = try await under.logIn().accessToken
        func ask(_ path: String) async throws -> Int {
            let before = under.clock.waits.count
            for _ in 0..<500 { _ = try await under.send(.get, path, token: token) }
            return under.clock.waits.count - before
        }
        #expect(try await ask("/api/v1/items/itm_1") == 0, "not yet")
        under.clock.advance(by: .seconds(10))
        #expect(try await ask("/api/v1/items") == 0)
        // Six standard deviations of a binomial of 500 at 0.1 are 40.
        #expect((10...90).contains(try await ask("/api/v1/items/itm_1")))
    }

    @Test func requestsWaitButMonitorsDoNot() async throws {
        let under = await ServiceUnderTest { $0.faults.baseLatency = .milliseconds(30) }
        _ = try await under.send(.get, "/health")
        _ = try await under.send(.get, "/metrics")
        #expect(under.clock.waits.isEmpty)
        _ = try await under.send(.get, "/api/protected")
        _ = try await under.send(.post, "/auth/login", json: "{}")
        #expect(under.clock.waits == [.milliseconds(30), .milliseconds(30)])
    }

    @Test func withoutFaultsNothingWaits() async throws {
        let under = await ServiceUnderTest()
        _ = try await under.logIn()
        #expect(under.clock.waits.isEmpty)
    }

    @Test func errorsHaveTheirRatioAndTheirSeed() {
        func failures(_ ratio: Double, seed: UInt64) -> [Bool] {
            let dice = FaultSampler(ratio: ratio, seed: seed)
            return (0..<10_000).map { _ in dice.nextIsHit() }
        }
        #expect(failures(0.1, seed: 7) == failures(0.1, seed: 7))
        #expect(failures(0.1, seed: 7) != failures(0.1, seed: 8))
        // Six standard deviations of a binomial of 10,000 at 0.1 are 180.
        #expect((820...1180).contains(failures(0.1, seed: 7).count { $0 }))
        #expect(failures(0, seed: 7).allSatisfy { !$0 })
        #expect(failures(1, seed: 7).allSatisfy { $0 })
    }

    @Test func onlyTheAPIFails() async throws {
        let under = await ServiceUnderTest { $0.faults.errorRatio = 1 }
        let token = try await under.logIn().accessToken
        #expect(try await under.send(.get, "/health").status == 200)
        #expect(try await under.send(.get, "/metrics").status == 200)
        let failed = try await under.send(.get, "/api/protected", token: token)
        #expect(failed.status == 500)
        #expect(failed.body.contains("injected_fault"))
        #expect(try await under.metric("sample_api_injected_errors_total") == 1)
    }

    @Test func everyAnswerLeaksWhatWasAskedFor() async throws {
        let under = await ServiceUnderTest { $0.leakBytesPerRequest = 10_000 }
        for _ in 0..<10 { _ = try await under.send(.get, "/api/protected") }
        #expect(under.service.leaked.heldBytes == 100_000)
    }

    @Test func aLeakIsRealMemory() {
        let leaked = LeakedMemory(bytesPerRequest: 1 << 20)
        let before = ProcessUsage.residentBytes
        for _ in 0..<256 { leaked.leak() }
        let grown = ProcessUsage.residentBytes - before
        #expect(leaked.heldBytes == 256 << 20)
        // Other tests of this process take and give back memory at the same time.
        #expect(grown > 128 << 20)
    }
}
