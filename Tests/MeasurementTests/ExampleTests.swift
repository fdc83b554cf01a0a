import Measurement
import Testing
import Traffic

@Suite struct ExampleTests {
    private func outcome(serviceMs: Int64, fate: Fate = .answered) -> RequestOutcome {
        let end = RunTime(nanoseconds: serviceMs * 1_000_000)
        return RequestOutcome(
            endpoint: 0, status: 200, fate: fate,
            times: RequestTimes(
                scheduled: .zero, ready: .zero, started: .zero, sent: .zero, firstByte: nil, finished: end))
    }

    private func offer(_ outcome: RequestOutcome, to reservoir: inout ExampleReservoir<Int>, clone: Int) {
        guard reservoir.wants(outcome) else { return }
        reservoir.keep(clone, of: outcome)
    }

    @Test func slowestStay() {
        var reservoir = ExampleReservoir<Int>(seed: 1)
        for index in 0..<1000 { offer(outcome(serviceMs: Int64(index * 617 % 1000 + 2)), to: &reservoir, clone: index) }
        let kept = reservoir.taken().map { Int($0.outcome.times.responseNs / 1_000_000) }.sorted(by: >)
        #expect(kept == Array((986...1001).reversed()))
    }

    @Test func failuresAreBoundedAndTheFirstStays() {
        var reservoir = ExampleReservoir<Int>(seed: 1)
        for clone in 0..<1000 { offer(outcome(serviceMs: 1, fate: .reset), to: &reservoir, clone: clone) }
        let kept = reservoir.taken()
        #expect(kept.count == 1 + ExampleLimits.failure, "the first of its kind, and some at random")
        #expect(kept[0].content == 0)
        #expect(kept.contains { $0.content > 100 })
    }

    @Test func theFirstOfEachEndpointAndStatusStays() {
        var reservoir = ExampleReservoir<Int>(seed: 1)
        for clone in 0..<2000 {
            var own = outcome(serviceMs: 1, fate: .unexpectedStatus)
            own.endpoint = clone % 3
            // One in a thousand is of a different kind.
            own.status = clone == 1500 ? 404 : 500
            offer(own, to: &reservoir, clone: clone)
        }
        let kept = reservoir.taken()
        #expect(kept.contains { $0.outcome.status == 404 && $0.content == 1500 })
        #expect(Set(kept.map(\.content)).isSuperset(of: [0, 1, 2]))
        #expect(kept.count <= ExampleLimits.failure + ExampleLimits.first)
    }
}
