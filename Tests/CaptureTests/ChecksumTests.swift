import Capture
import Testing
import Traffic

/// Segments that were damaged on their way: their receiver drops them, and gets the same bytes again.
@Suite struct ChecksumTests {
    /// How a sender, or its network card, fills checksums in.
    enum Sealing: Sendable {
        case right
        /// Nothing is filled in.
        case blank
        /// The sum of the addresses, to which the card adds the rest.
        case partial
    }

    /// The packets of `talk` with checksums; `sent` has what was sent where something else arrived, by index.
    private static func packets(_ talk: Talk, _ sealing: Sealing = .right, sent: [Int: String] = [:]) -> [[UInt8]] {
        talk.segments.enumerated().map { index, segment in
            var packet = talk.packet(segment)
            guard sealing != .blank else { return packet }
            var original = segment
            original.payload = sent[index].map { Array($0.utf8) } ?? segment.payload
            let content = talk.packet(original)[20...]
            var sum = Array(packet[12..<20]) + [0, 6] + Wire.u16(UInt16(packet.count - 20))
            if sealing == .right { sum += content }
            let total = InternetSum.of(sum)
            packet.replaceSubrange(36..<38, with: Wire.u16(sealing == .right ? ~total : total))
            return packet
        }
    }

    private static func recording(_ talk: Talk, _ sealing: Sealing = .right, sent: [Int: String] = [:]) -> Recording {
        Recording(packets: packets(talk, sealing, sent: sent), linkType: .raw)
    }

    private static let all = ["GET /0 → 200 a", "GET /1 → 200 b", "GET /2 → 200 c"]

    /// Which segment arrives damaged, before it comes again.
    @Test(arguments: 0..<6) func aDamagedSegmentGivesWayToTheOneSentAgain(_ damaged: Int) {
        let texts = [get("/0"), ok("a"), get("/1"), ok("b"), get("/2"), ok("c")]
        var talk = Talk.opened()
        var sent: [Int: String] = [:]
        for (index, text) in texts.enumerated() {
            let isClient = index % 2 == 0
            if index == damaged {
                let wrong = text.replacing("/", with: "X")
                let number = isClient ? talk.clientNext : talk.serverNext
                let other = isClient ? talk.serverNext : talk.clientNext
                let place = talk.stray(
                    fromClient: isClient, flags: TestSegment.ack | TestSegment.push, sequence: number,
                    acknowledgement: other, wrong)
                sent[place] = text
            }
            if isClient { talk.client(text) } else { talk.server(text) }
        }
        talk.close()
        let recording = Self.recording(talk, sent: sent)
        #expect(recording.lines == Self.all)
        #expect(recording.losses.isNone && recording.totals.completeExchanges == 3)
    }

    /// Where the sender leaves checksums to its card nothing is known, and the first bytes stay.
    @Test(arguments: [Sealing.blank, .partial]) func withoutChecksumsTheFirstBytesStay(_ sealing: Sealing) {
        var talk = Talk.opened()
        let (number, other) = (talk.clientNext, talk.serverNext)
        talk.client(get("/0"))
        talk.stray(
            fromClient: true, flags: TestSegment.ack, sequence: number, acknowledgement: other,
            get("/0").replacing("/", with: "X"))
        talk.server(ok("a"))
        talk.visit("/1", "b")
        talk.visit("/2", "c")
        let recording = Self.recording(talk, sealing)
        #expect(recording.lines == Self.all)
        #expect(recording.losses.isNone)
    }

    /// A card that puts received segments together leaves checksums that are wrong: what is acknowledged and not sent
    /// again was received, and comes before its answer.
    @Test(arguments: [false, true]) func aWrongChecksumOfWhatWasReceived(_ isClosed: Bool) {
        var talk = Talk.opened()
        var sent: [Int: String] = [:]
        for (target, answer) in [("/0", "a"), ("/1", "b"), ("/2", "c")] {
            sent[talk.client(get(target))] = target == "/0" ? nil : "other bytes"
            sent[talk.server(ok(answer))] = "other bytes"
        }
        if isClosed { talk.close() }
        let recording = Self.recording(talk, sent: sent)
        #expect(recording.lines == Self.all)
        #expect(recording.losses.isNone && recording.totals.completeExchanges == 3)
    }

    /// Bytes of a body that are damaged in the middle, before and behind others, and sent again in other parts.
    @Test(arguments: [[0, 1, 2, 3], [1, 0, 2, 3], [0, 2, 1, 3], [2, 1, 0, 3]]) func partsOfABody(_ order: [Int]) {
        let body = "0123456789abcdefghijABCDEFGHIJ"
        var talk = Talk.opened()
        talk.client(get("/0"))
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n"
        talk.server(head)
        let start = talk.serverNext
        let parts: [(UInt32, String, String?)] = [
            (0, "0123456789", nil), (10, "abcXXfghij", "abcdefghij"), (20, "ABCDEFGHIJ", nil),
            (5, "56789abcdefghij", nil),
        ]
        var sent: [Int: String] = [:]
        for index in order {
            let (offset, text, original) = parts[index]
            let place = talk.stray(
                fromClient: false, flags: TestSegment.ack, sequence: start &+ offset, acknowledgement: talk.clientNext,
                text)
            sent[place] = original
        }
        talk.serverNext = start &+ 30
        talk.acknowledge(fromClient: true)
        let recording = Self.recording(talk, sent: sent)
        #expect(recording.lines == ["GET /0 → 200 \(body)"])
        #expect(recording.losses.isNone)
    }

    /// What was damaged and never sent again is passed on at the end, for nothing is known of it.
    @Test func whatNoOneAnswers() {
        var talk = Talk.opened()
        talk.visit("/0", "a")
        let place = talk.client(get("/1"))
        let recording = Self.recording(talk, sent: [place: "other bytes"])
        #expect(recording.lines == ["GET /0 → 200 a", "GET /1 → ?"])
    }
}

/// The sum of a checksum, a pair of bytes at a time.
private enum InternetSum {
    static func of(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[index]) << 8 | (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
        }
        while sum > 0xffff { sum = (sum >> 16) + (sum & 0xffff) }
        return UInt16(sum)
    }
}
