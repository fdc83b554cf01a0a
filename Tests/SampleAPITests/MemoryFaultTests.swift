import HTTPTypes
import Testing

@testable import SampleAPI

@Suite struct MemoryFaultTests {
    @Test func aCacheFillsEverMoreSlowlyAndStaysFull() {
        let faults = MemoryFaults(MemoryFaults.Amounts(cache: 4 << 20), seed: 1)
        let entries = 1024
        let held = (0..<8).map { _ in
            for _ in 0..<entries { faults.noteRequest(uptime: .zero) }
            return faults.held.cache
        }
        #expect(held[0] > 0 && held[0] < 4 << 20)
        #expect(held[1] - held[0] < held[0], "what is cached already takes no more")
        #expect(held.suffix(4).allSatisfy { $0 == 4 << 20 })
    }

    @Test func theLeastRecentlyUsedMakesRoom() {
        var order = RecencyList(capacity: 3)
        for place in 0..<3 { order.use(place) }
        #expect(order.oldest == 0)
        order.use(0)
        #expect(order.oldest == 1)
        order.use(1)
        order.use(1)
        #expect(order.oldest == 2)
    }

    @Test func aStepIsTakenOnce() {
        let faults = MemoryFaults(MemoryFaults.Amounts(step: 1 << 20, stepAfter: .seconds(5)), seed: 1)
        faults.noteRequest(uptime: .milliseconds(4999))
        #expect(faults.held.step == 0)
        for _ in 0..<3 { faults.noteRequest(uptime: .seconds(5)) }
        #expect(faults.held.step == 1 << 20)
    }

    @Test func garbageIsCollectedWhenItIsAsLargeAsItGets() {
        let faults = MemoryFaults(MemoryFaults.Amounts(garbage: 4 << 20), seed: 1)
        let held = (0..<10_000).map { _ in
            faults.noteRequest(uptime: .zero)
            return faults.held.garbage
        }
        #expect(held.max() == 4 << 20)
        #expect(zip(held, held.dropFirst()).count { $1 < $0 } == 2)
    }

    @Test func whatIsHeldIsRealMemory() {
        let before = ProcessUsage.residentBytes
        let faults = MemoryFaults(MemoryFaults.Amounts(step: 32 << 20), seed: 1)
        faults.noteRequest(uptime: .zero)
        // Other tests of this process take and give back memory at the same time.
        #expect(ProcessUsage.residentBytes - before > 8 << 20)
    }

    @Test func everyAnswerIsNoted() async throws {
        let under = await ServiceUnderTest { $0.memory.garbage = 4096 * 10 }
        for _ in 0..<7 { _ = try await under.send(.get, "/api/protected") }
        #expect(under.service.otherMemory.held.garbage == 70)
        #expect(try await under.metric(#"sample_api_held_bytes{holder="garbage"}"#) == 70)
    }
}
