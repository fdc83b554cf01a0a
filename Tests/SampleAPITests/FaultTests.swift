import HTTPTypes
import Testing

@testable import SampleAPI

@Suite struct FaultTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var reason: String
        var faults: Faults
        var worked: Duration = .milliseconds(2)
        var uptime: Duration
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
            reason: "the work itself drifts too", faults: Faults(driftPerHour: 3), uptime: .seconds(3600),
            expected: .milliseconds(6)),
    ])
    func serviceTimeFollowsTheFaults(_ example: Case) {
        let time = example.faults.serviceTime(worked: example.worked, uptime: example.uptime)
        #expect(abs((time - example.expected) / .nanoseconds(1)) < 100)
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
            let dice = FaultDice(ratio: ratio, seed: seed)
            return (0..<10_000).map { _ in dice.nextFails() }
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
