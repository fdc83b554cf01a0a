import Capture
import Testing
import Traffic

/// What networks do to TCP: segments of older connections, refusals, repeated attempts. One test per pathology.
@Suite struct TCPFaultTests {
    private static let fin = TestSegment.fin | TestSegment.ack
    private static let reset = TestSegment.reset | TestSegment.ack
    private static let synAck = TestSegment.syn | TestSegment.ack

    /// Segments that may come between a SYN and its answer without affecting the connection.
    struct Stray: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var add: @Sendable (inout Talk) -> Void
    }

    static let beforeTheAnswer: [Stray] = [
        Stray(testDescription: "a FIN of an older connection") {
            $0.stray(fromClient: false, flags: fin, sequence: 77_777, acknowledgement: 55_555)
        },
        Stray(testDescription: "a FIN that acknowledges the SYN") {
            $0.stray(fromClient: false, flags: fin, sequence: 0, acknowledgement: $0.clientNext)
        },
        Stray(testDescription: "a RST of an older connection") {
            $0.stray(fromClient: false, flags: TestSegment.reset, sequence: 77_777)
        },
        Stray(testDescription: "a refusal, taken back") {
            $0.stray(fromClient: false, flags: reset, sequence: 0, acknowledgement: $0.clientNext)
        },
        Stray(testDescription: "bytes of an older connection") {
            $0.stray(
                fromClient: false, flags: TestSegment.ack, sequence: 3_000_000_000, acknowledgement: 9,
                ok("of another time"))
        },
        Stray(testDescription: "a challenge ACK, and the RST that answers it") {
            $0.stray(fromClient: false, flags: TestSegment.ack, sequence: 123_456, acknowledgement: 654_321)
            $0.stray(fromClient: true, flags: TestSegment.reset, sequence: 654_321)
        },
        Stray(testDescription: "a SYN-ACK that acknowledges nothing") {
            $0.stray(fromClient: false, flags: synAck, sequence: 3_000_000_000, acknowledgement: 424_242)
        },
        Stray(testDescription: "a SYN-ACK that acknowledges nothing, and the RST that answers it") {
            $0.stray(fromClient: false, flags: synAck, sequence: 3_000_000_000, acknowledgement: 424_242)
            $0.stray(fromClient: true, flags: TestSegment.reset, sequence: 424_242)
        },
        Stray(testDescription: "a SYN-ACK that the client does not take") {
            $0.stray(fromClient: false, flags: synAck, sequence: 1_500_000, acknowledgement: $0.clientNext)
        },
    ]

    /// After a RST, the ports are used again, and the SYN of the new connection was not seen: its exchanges are read.
    @Test(arguments: [100, 6_000_000] as [Int64]) func portsUsedAgainAfterAReset(_ pause: Int64) {
        var talk = Talk.opened()
        talk.visit("/0")
        talk.send(fromClient: true, flags: TestSegment.reset | TestSegment.ack)
        talk.microseconds += pause
        (talk.clientNext, talk.serverNext) = (900_001, 70_000_001)
        talk.visit("/1")
        talk.visit("/2")
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /0 → 200 ok", "GET /1 → 200 ok", "GET /2 → 200 ok"])
        #expect(recording.totals.completeExchanges == 3 && recording.losses.isNone)
        #expect(recording.totals.connections == 2)
    }

    /// A keep-alive probe with one byte after both FINs does not begin a connection.
    @Test(arguments: [true, false]) func aKeepAliveProbeAfterTheEnd(_ fromClient: Bool) {
        var talk = Talk.opened()
        talk.visit("/0")
        talk.close()
        let number = fromClient ? talk.clientNext &- 1 : talk.serverNext &- 1
        talk.stray(
            fromClient: fromClient, flags: TestSegment.ack, sequence: number,
            acknowledgement: fromClient ? talk.serverNext : talk.clientNext, "\u{0}")
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /0 → 200 ok"])
        #expect(recording.losses.isNone && recording.totals.connections == 1)
    }

    @Test(arguments: beforeTheAnswer, [false, true])
    func comesBeforeTheSYNACK(_ stray: Stray, _ repeatsSYN: Bool) {
        var talk = Talk()
        talk.send(fromClient: true, flags: TestSegment.syn)
        stray.add(&talk)
        if repeatsSYN {
            talk.microseconds += 1_000_000
            talk.stray(fromClient: true, flags: TestSegment.syn, sequence: talk.clientNext &- 1)
        }
        talk.send(fromClient: false, flags: Self.synAck)
        talk.send(fromClient: true, flags: TestSegment.ack)
        for number in 0..<3 { talk.visit("/\(number)") }
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == (0..<3).map { "GET /\($0) → 200 ok" }, "\(stray)")
        #expect(recording.totals.completeExchanges == 3)
        #expect(recording.losses.isNone)
    }

    /// Segments that may come in the middle of a connection without affecting it.
    static let inTheMiddle: [Stray] = [
        Stray(testDescription: "a RST far out of the window") {
            $0.stray(fromClient: false, flags: TestSegment.reset, sequence: 3_000_000_000)
        },
        Stray(testDescription: "a RST of the client far out of the window") {
            $0.stray(fromClient: true, flags: TestSegment.reset, sequence: 3_000_000_000)
        },
        Stray(testDescription: "a RST before what was acknowledged") {
            $0.stray(fromClient: false, flags: TestSegment.reset, sequence: $0.serverNext &- 20)
        },
        Stray(testDescription: "a RST within the window that a challenge ACK answers") {
            $0.stray(fromClient: false, flags: TestSegment.reset, sequence: $0.serverNext &+ 500)
            $0.acknowledge(fromClient: true)
        },
        Stray(testDescription: "a FIN far out of the window") {
            $0.stray(fromClient: false, flags: fin, sequence: 3_000_000_000, acknowledgement: $0.clientNext)
        },
        Stray(testDescription: "a FIN before what was seen") {
            $0.stray(fromClient: true, flags: fin, sequence: $0.clientNext &- 10, acknowledgement: $0.serverNext)
        },
        Stray(testDescription: "a FIN ahead within the window") {
            $0.stray(fromClient: false, flags: fin, sequence: $0.serverNext &+ 400, acknowledgement: $0.clientNext)
        },
        Stray(testDescription: "a SYN of an older attempt") {
            $0.stray(fromClient: true, flags: TestSegment.syn, sequence: 2_000_000_000)
        },
        Stray(testDescription: "a SYN of an older attempt, and the challenge ACK") {
            $0.stray(fromClient: true, flags: TestSegment.syn, sequence: 2_000_000_000)
            $0.acknowledge(fromClient: false)
        },
        Stray(testDescription: "its own SYN again") {
            $0.stray(fromClient: true, flags: TestSegment.syn, sequence: 999)
        },
        Stray(testDescription: "its own SYN-ACK again") {
            $0.stray(fromClient: false, flags: synAck, sequence: 899_999, acknowledgement: 1000)
        },
        Stray(testDescription: "a strange SYN-ACK") {
            $0.stray(fromClient: false, flags: synAck, sequence: 5, acknowledgement: 6)
        },
        Stray(testDescription: "an acknowledgement of what nobody sent") {
            $0.stray(
                fromClient: true, flags: TestSegment.ack, sequence: $0.clientNext, acknowledgement: 3_000_000_000)
        },
        Stray(testDescription: "bytes far out of the window") {
            $0.stray(
                fromClient: false, flags: TestSegment.ack, sequence: 3_000_000_000, acknowledgement: $0.clientNext,
                ok("of another time"))
        },
    ]

    @Test(arguments: inTheMiddle, [Int64(0), 7]) func comesInTheMiddle(_ stray: Stray, _ seconds: Int64) {
        var talk = Talk(clientNext: 999, serverNext: 899_999)
        talk.open()
        talk.visit("/0")
        talk.acknowledge(fromClient: true)
        stray.add(&talk)
        talk.microseconds += seconds * 1_000_000
        talk.visit("/1")
        talk.microseconds += seconds * 1_000_000
        talk.visit("/2", "the last one")
        talk.close()
        let recording = Recording(talk)
        #expect(
            recording.lines == ["GET /0 → 200 ok", "GET /1 → 200 ok", "GET /2 → 200 the last one"], "\(stray)")
        #expect(recording.losses.isNone, "\(stray)")
    }

    /// However a connection ends, later segments between its endpoints are examined, while other traffic lets time
    /// pass.
    @Test func aRefusedSYNThatIsSentAgainIsAnotherAttempt() {
        var talk = Talk()
        talk.send(fromClient: true, flags: TestSegment.syn)
        talk.stray(fromClient: false, flags: Self.reset, sequence: 0, acknowledgement: talk.clientNext)
        talk.microseconds += 500_000
        talk.stray(fromClient: true, flags: TestSegment.syn, sequence: talk.clientNext &- 1)
        talk.send(fromClient: false, flags: Self.synAck)
        talk.send(fromClient: true, flags: TestSegment.ack)
        for number in 0..<12 {
            talk.visit("/\(number)")
            talk.microseconds += 1_000_000
        }
        let recording = Recording([talk, Self.noise(seconds: 14)])
        #expect(recording.lines == (0..<12).map { "GET /\($0) → 200 ok" })
        #expect(recording.losses.isNone)
    }

    /// Acknowledgements of other connections, which only let time pass.
    private static func noise(seconds: Int) -> Talk {
        var noise = Talk(clientPort: 50_000)
        for index in 0..<(seconds * 100) {
            noise.microseconds = Int64(index) * 10_000
            noise.acknowledge(fromClient: true)
        }
        return noise
    }

    @Test func theServerRestartsItsAnswer() {
        // The client accepts the second of two SYN-ACKs.
        var talk = Talk()
        talk.send(fromClient: true, flags: TestSegment.syn)
        talk.stray(fromClient: false, flags: Self.synAck, sequence: 3_500_000_000, acknowledgement: talk.clientNext)
        talk.send(fromClient: false, flags: Self.synAck)
        talk.send(fromClient: true, flags: TestSegment.ack)
        talk.visit("/a")
        // A late repeat of the one that was not accepted.
        talk.stray(fromClient: false, flags: Self.synAck, sequence: 3_500_000_000, acknowledgement: 1001)
        talk.visit("/b")
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 ok", "GET /b → 200 ok"])
        #expect(recording.losses.isNone)
    }

    /// A SYN with other numbers begins a connection when it is answered; the previous one is then over.
    @Test(arguments: [nil, TestSegment.fin | TestSegment.ack, TestSegment.reset] as [UInt8?])
    func aSYNBeginsAConnection(_ ending: UInt8?) {
        var first = Talk.opened()
        first.visit("/first")
        first.client(get("/unanswered"))
        if let ending { first.send(fromClient: true, flags: ending) }
        var second = Talk(clientNext: 5_000_000, serverNext: 77)
        second.microseconds = first.microseconds
        second.open()
        second.visit("/second")
        // A straggler of the first.
        second.segments.append(first.segments[4])
        second.visit("/third")
        second.close()
        let recording = Recording([first, second])
        #expect(
            recording.lines == [
                "GET /first → 200 ok", "GET /unanswered → ?", "GET /second → 200 ok", "GET /third → 200 ok",
            ])
        #expect(recording.exchanges.map(\.connection) == [1, 1, 2, 2])
        #expect(recording.losses.isNone)
    }

    /// The new numbers are near the old ones, as when a client returns to a port after a while.
    @Test func aSYNWithNumbersCloseBy() {
        var first = Talk.opened()
        for number in 0..<3 { first.visit("/\(number)") }
        var second = Talk(clientNext: first.clientNext &+ 20, serverNext: first.serverNext &+ 20)
        second.microseconds = first.microseconds
        second.open()
        for number in 3..<6 { second.visit("/\(number)") }
        second.close()
        let recording = Recording([first, second])
        #expect(recording.lines == (0..<6).map { "GET /\($0) → 200 ok" })
        #expect(recording.exchanges.map(\.connection) == [1, 1, 1, 2, 2, 2])
    }

    /// After an outage of the capture, nothing fits any more: the connection continues, and the missed bytes are
    /// counted.
    @Test func anOutageLongerThanTheWindow() {
        var talk = Talk.opened()
        talk.visit("/a")
        let (client, server) = (talk.clientNext, talk.serverNext)
        talk.clientNext &+= 400_000
        talk.serverNext &+= 90_000_000
        for number in 0..<8 { talk.visit("/\(number)") }
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines.first == "GET /a → 200 ok")
        #expect(recording.lines.suffix(4) == (4..<8).map { "GET /\($0) → 200 ok" })
        #expect(recording.losses.gaps >= 2)
        #expect(
            recording.losses.gapBytes >= UInt64(talk.clientNext &- client) - 2000 &+ UInt64(talk.serverNext &- server)
                - 2000)
    }

    /// A connection that continues after an unrelated RST, after a while, and after it was given up.
    @Test func bytesAfterAClosedConnectionAreNotIgnored() {
        var talk = Talk.opened()
        talk.visit("/a")
        talk.send(fromClient: false, flags: TestSegment.reset)
        talk.microseconds += 8_000_000
        for number in 0..<3 { talk.visit("/after/\(number)") }
        talk.close()
        let recording = Recording([talk, Self.noise(seconds: 12)])
        #expect(recording.lines == ["GET /a → 200 ok"] + (0..<3).map { "GET /after/\($0) → 200 ok" })
    }

    /// More concurrent requests than may wait: the responses to abandoned requests are not paired with others.
    @Test(arguments: [3, 1026]) func moreRequestsAtOnceThanMayWait(_ bound: Int) {
        var options = CaptureOptions()
        if bound < 1000 { options.limits.maxPipelinedMessages = bound }
        let count = bound < 1000 ? 10 : bound
        var talk = Talk.opened()
        for number in 0..<count { talk.client(get("/\(number)")) }
        for number in 0..<count { talk.server(ok("answer \(number)")) }
        talk.close()
        let recording = Recording(talk, options: options)
        let kept = min(count, bound < 1000 ? bound : count)
        let paired = recording.exchanges.filter { $0.request != nil && $0.response != nil }
        #expect(paired.count == kept)
        #expect(
            paired.map(\.line) == ((count - kept)..<count).map { "GET /\($0) → 200 answer \($0)" })
        #expect(recording.losses.evictions == UInt64(count - kept))
        #expect(recording.totals.completeExchanges == UInt64(kept))
    }

    /// Zeros that pad an Ethernet frame, counted in the IP length.
    @Test(arguments: [2, 6]) func paddingInAcknowledgementsIsNotContent(_ count: Int) {
        var talk = Talk.opened()
        let zeros = String(repeating: "\0", count: count)
        talk.stray(
            fromClient: true, flags: TestSegment.ack, sequence: talk.clientNext, acknowledgement: talk.serverNext, zeros
        )
        talk.client(get("/a"))
        talk.stray(
            fromClient: false, flags: TestSegment.ack, sequence: talk.serverNext, acknowledgement: talk.clientNext,
            zeros)
        talk.server(ok("a"))
        talk.stray(
            fromClient: true, flags: Self.fin, sequence: talk.clientNext, acknowledgement: talk.serverNext, zeros)
        talk.clientNext &+= 1
        talk.stray(
            fromClient: false, flags: Self.fin, sequence: talk.serverNext, acknowledgement: talk.clientNext, zeros)
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 a"])
        #expect(recording.losses.isNone)
    }

    /// Zeros in a segment without PSH look like padding, but their sender continues after them.
    @Test(arguments: [2, 6], [false, true]) func zerosThatTheirSenderContinuesAfterAreContent(
        _ count: Int, isReordered: Bool
    ) {
        var talk = Talk.opened()
        let zeros = String(repeating: "\0", count: count)
        talk.client(get("/a"))
        talk.server("HTTP/1.1 200 OK\r\nContent-Length: \(count + 4)\r\n\r\n")
        let piece = talk.server("ab")
        talk.send(fromClient: false, flags: TestSegment.ack, Array(zeros.utf8))
        talk.server("cd")
        if isReordered { talk.segments.swapAt(piece, piece + 2) }
        talk.client(get("/b"))
        talk.server(ok("b"))
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 ab\(zeros)cd", "GET /b → 200 b"])
        #expect(recording.losses.isNone)
    }

    /// The last bytes of a response: no content of their sender follows.
    @Test func zerosThatTheirReceiverAcknowledgesAreContent() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
        talk.send(fromClient: false, flags: TestSegment.ack, [0, 0])
        talk.acknowledge(fromClient: true)
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 ab\0\0"])
        #expect(recording.losses.isNone)
    }

    @Test func aHeadCutOffIsOneIncompleteExchangeAndNothingElse() {
        var talk = Talk()
        talk.client("GET /cut HTTP/1.1\r\nHost: h\r\nCookie: a=")
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /cut… → ?"])
        #expect(recording.losses.isNone)
    }
}
