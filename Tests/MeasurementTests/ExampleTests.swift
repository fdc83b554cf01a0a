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

    private func offer(_ outcome: RequestOutcome, to reservoir: inout ExampleReservoir, clone: Int) {
        guard reservoir.wants(outcome) else { return }
        reservoir.keep(
            RequestExample(outcome, endpoint: "GET /", clone: clone, sent: "", received: ""),
            of: outcome)
    }

    @Test func slowestStay() {
        var reservoir = ExampleReservoir(seed: 1)
        for index in 0..<1000 { offer(outcome(serviceMs: Int64(index * 617 % 1000 + 2)), to: &reservoir, clone: index) }
        let kept = reservoir.taken().map { Int($0.responseMs.rounded()) }.sorted(by: >)
        #expect(kept == Array((986...1001).reversed()))
    }

    @Test func failuresAreBoundedAndTheFirstStays() {
        var reservoir = ExampleReservoir(seed: 1)
        for clone in 0..<1000 { offer(outcome(serviceMs: 1, fate: .reset), to: &reservoir, clone: clone) }
        let kept = reservoir.taken()
        #expect(kept.count == 1 + ExampleReservoir.failureLimit, "the first of its kind, and some at random")
        #expect(kept[0].clone == 0)
        #expect(kept.contains { $0.clone > 100 })
    }

    @Test func theFirstOfEachEndpointAndStatusStays() {
        var reservoir = ExampleReservoir(seed: 1)
        for clone in 0..<2000 {
            var own = outcome(serviceMs: 1, fate: .unexpectedStatus)
            own.endpoint = clone % 3
            // One in a thousand is of another kind.
            own.status = clone == 1500 ? 404 : 500
            offer(own, to: &reservoir, clone: clone)
        }
        let kept = reservoir.taken()
        #expect(kept.contains { $0.status == 404 && $0.clone == 1500 })
        #expect(Set(kept.map(\.clone)).isSuperset(of: [0, 1, 2]))
        #expect(kept.count <= ExampleReservoir.failureLimit + ExampleReservoir.firstLimit)
    }
}
