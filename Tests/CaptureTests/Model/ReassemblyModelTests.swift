import Capture
import TestSupport
import Testing
import Traffic

/// The real reassembler compared with a slow and obvious one, for random conversations under random disturbances.
///
/// The model knows every byte sent and which bytes are in captured packets. It determines which messages are complete,
/// what is lost, and the expected result.
@Suite struct ReassemblyModelTests {
    /// The expected result of a conversation.
    private struct Model {
        /// Requests and responses with every byte captured.
        var wholeRequests: Set<Int> = []
        var wholeResponses: Set<Int> = []
        var gaps: UInt64 = 0
        var gapBytes: UInt64 = 0
        /// Every exchange as it was, `GET /0 → 200 body`.
        var truth: [String] = []

        init(_ talk: ModelledTalk) {
            for (side, seen, isClient) in [(talk.client, talk.seenClient, true), (talk.server, talk.seenServer, false)]
            {
                for (number, message) in side.messages.enumerated() where seen[message].allSatisfy({ $0 }) {
                    if isClient { wholeRequests.insert(number) } else { wholeResponses.insert(number) }
                }
                count(side, seen, talk.packets.filter { $0.isFromClient != isClient })
            }
            truth = talk.client.messages.indices.map { Model.line(talk, $0) }
        }

        /// Every run of bytes that precedes seen bytes, was acknowledged, or is followed by a FIN.
        private mutating func count(_ side: ModelledTalk.Side, _ seen: [Bool], _ answers: [TestSegment]) {
            var known = (seen.lastIndex(of: true) ?? -1) + 1
            let acknowledged =
                answers.filter { $0.flags & TestSegment.ack != 0 }
                .map { Int(Int32(bitPattern: $0.acknowledgement &- side.first)) }
                .filter { $0 >= 0 && $0 <= side.bytes.count }.max() ?? 0
            // Without the FIN, an acknowledged byte at the end may be the FIN.
            if side.hasFIN { known = side.bytes.count } else if acknowledged > known + 1 { known = acknowledged }
            var isInGap = false
            for index in 0..<known {
                if !seen[index] {
                    gapBytes += 1
                    if !isInGap { gaps += 1 }
                }
                isInGap = !seen[index]
            }
        }

        private static func line(_ talk: ModelledTalk, _ number: Int) -> String {
            let request = talk.client.bytes[talk.client.messages[number]]
            let response = talk.server.bytes[talk.server.messages[number]]
            let method = String(decoding: request.prefix { $0 != 13 }, as: UTF8.self).dropLast(9)
            return method + body(request) + " → 200" + body(response)
        }

        private static func body(_ message: ArraySlice<UInt8>) -> String {
            let text = String(decoding: message, as: UTF8.self)
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count > 1 && !parts[1].isEmpty ? " " + parts[1] : ""
        }
    }

    /// Every hole is waited for until the end, so that only the captured packets decide.
    private static var options: CaptureOptions {
        var options = CaptureOptions()
        options.limits.holePatiencePackets = 1_000_000
        options.limits.holePatience = .seconds(1_000_000)
        return options
    }

    private static func recording(_ talk: ModelledTalk) -> Recording {
        var captured = Talk()
        captured.segments = talk.packets
        return Recording(captured, options: options)
    }

    static let calm: [(ModelledTalk.Weather, String)] = [
        (.init(), "nothing"), (.init(disorder: 8), "disorder"), (.init(repeated: 0.5), "repetitions"),
        (.init(repeated: 0.5, disorder: 8), "repetitions in disorder"), (.init(stale: 6), "stale segments"),
        (.init(repeated: 0.3, disorder: 6, stale: 4, ending: 1), "all of it, and a RST"),
        (.init(repeated: 0.3, disorder: 6, stale: 4, ending: 2), "all of it, and no end"),
    ]

    /// If no packet is missing, whatever happens to them: every exchange is read exactly, and nothing is lost.
    @Test(arguments: calm.indices) func nothingMissing(_ index: Int) {
        let (weather, what) = Self.calm[index]
        for seed in UInt64(0)..<250 {
            let talk = ModelledTalk(seed: seed, weather)
            let model = Model(talk)
            let recording = Self.recording(talk)
            let isRight =
                recording.lines == model.truth && recording.losses.isNone
                && recording.totals.completeExchanges == UInt64(model.truth.count)
            #expect(
                isRight,
                "\(what), seed \(seed): expected \(model.truth), got \(recording.lines), lost \(recording.losses)")
            if !isRight { return }
        }
    }

    static let rough: [(ModelledTalk.Weather, String)] = [
        (.init(lost: 0.1), "few lost"), (.init(lost: 0.4), "many lost"), (.init(lost: 0.2, disorder: 6), "in disorder"),
        (.init(lost: 0.2, repeated: 0.5), "repeated"), (.init(lost: 0.2, stale: 4), "stale ones"),
        (.init(lost: 0.15, repeated: 0.3, disorder: 5, stale: 3, ending: 1), "all of it, and a RST"),
        (.init(lost: 0.15, repeated: 0.3, disorder: 5, stale: 3, ending: 2), "all of it, and no end"),
    ]

    /// If packets are missing: lost bytes are counted exactly, and nothing incomplete is reported as complete.
    @Test(arguments: rough.indices) func packetsMissing(_ index: Int) {
        let (weather, what) = Self.rough[index]
        for seed in UInt64(0)..<350 {
            let talk = ModelledTalk(seed: seed, weather)
            let model = Model(talk)
            let recording = Self.recording(talk)
            let faults = Self.faults(recording, model)
            #expect(faults.isEmpty, "\(what), seed \(seed): \(faults) in \(recording.lines), truth \(model.truth)")
            if !faults.isEmpty { return }
        }
    }

    private static func faults(_ recording: Recording, _ model: Model) -> [String] {
        var faults: [String] = []
        if recording.losses.gaps != model.gaps { faults.append("\(recording.losses.gaps) gaps, not \(model.gaps)") }
        if recording.losses.gapBytes != model.gapBytes {
            faults.append("\(recording.losses.gapBytes) bytes lost, not \(model.gapBytes)")
        }
        var found: Set<String> = []
        for exchange in recording.exchanges {
            if exchange.line.contains("stale") || exchange.status == 599 { faults.append("a stale message") }
            guard exchange.isComplete else { continue }
            if !model.truth.contains(exchange.line) { faults.append("\(exchange.line) was never so") }
            if !found.insert(exchange.line).inserted { faults.append("\(exchange.line) twice") }
        }
        for number in model.wholeRequests.intersection(model.wholeResponses)
        where !found.contains(model.truth[number]) {
            faults.append("\(model.truth[number]) was whole")
        }
        return faults
    }
}
