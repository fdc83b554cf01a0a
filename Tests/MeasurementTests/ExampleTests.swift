import Measurement
import Testing
import Traffic

@Suite struct ExampleTests {
    @Test(arguments: [
        ("GET /a HTTP/1.1\r\nAuthorization: Bearer abc\r\n\r\n", "GET /a HTTP/1.1\r\nAuthorization: ***\r\n\r\n"),
        ("cookie: a=b\nX-Y: z", "cookie: ***\nX-Y: z"),
        ("GET /reset?t=0123456789abcdef&x=1", "GET /reset?t=***&x=1"),
        (#"{"token":"abcdefghijklmnopqrstuvwxyz012345"}"#, #"{"token":"***"}"#),
        ("a-word-without-any-digits-in-it", "a-word-without-any-digits-in-it"), ("bell\u{7}", "bell?"),
    ])
    func secretsAreMasked(bytes: String, text: String) { #expect(MaskedText.text(of: Array(bytes.utf8)) == text) }

    @Test func longTextIsCut() {
        #expect(
            MaskedText.text(of: Array(repeating: UInt8(ascii: " "), count: 5000)).utf8.count <= MaskedText.limit + 3)
    }

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
            RequestExample(outcome, kind: outcome.fate.label, endpoint: "GET /", clone: clone, sent: "", received: ""),
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
        #expect(kept.count == ExampleReservoir.failureLimit)
        #expect(kept[0].clone == 0)
        #expect(kept.contains { $0.clone > 100 })
    }
}
