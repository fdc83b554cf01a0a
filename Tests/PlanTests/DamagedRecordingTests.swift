import Formats
import Testing
import Traffic

@testable import Plan

/// Damaged and malicious recordings.
@Suite struct DamagedRecordingTests {
    @Test func anyBytesArePlannedAndSentAsTheyWere() throws {
        var random = SplitMix64(seed: 21)
        for _ in 0..<300 {
            var session = BindingTests.life().recorded
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                let index = Int.random(in: 0..<session.exchanges.count, using: &random)
                DamagedRecordingTests.damage(&session.exchanges[index], &random)
            }
            var options = PlanOptions()
            options.mintKeys = Tokens.keys
            guard let plan = try? ReplayPlan(sessions: [session], options: options) else { continue }
            let script = plan.scripts[0]
            let bodies = Set(session.exchanges.compactMap { $0.request?.body })
            for request in script.requests {
                var body: [UInt8] = []
                #expect(request.body.append(to: &body, values: CloneValues(recorded: script)))
                #expect(bodies.contains(body))
            }
            for (request, exchange) in zip(script.requests, session.exchanges) {
                for source in request.sources {
                    _ = source.value(head: exchange.response?.body ?? [], body: exchange.response?.head ?? [])
                }
            }
        }
    }

    private static func damage(_ exchange: inout Exchange, _ random: inout SplitMix64) {
        func damage(_ bytes: inout [UInt8]) {
            guard !bytes.isEmpty else { return }
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            case 1: bytes.removeFirst(Int.random(in: 0...bytes.count, using: &random))
            case 2:
                bytes.insert(contentsOf: Array(#"{"<%\u=;&"#.utf8), at: Int.random(in: 0...bytes.count, using: &random))
            default:
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: damage(&exchange.request!.head)
        case 1:
            damage(&exchange.request!.body)
            exchange.request!.bodyBytes = UInt64(exchange.request!.body.count)
        case 2: damage(&exchange.response!.head)
        default: damage(&exchange.response!.body)
        }
    }
}
