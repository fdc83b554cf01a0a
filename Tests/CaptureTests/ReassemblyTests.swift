import Capture
import Testing
import Traffic

/// TCP streams, one test per pathology.
@Suite struct ReassemblyTests {
    /// GET /a answered in three segments, then GET /b. Segments 0–2 are the handshake, 3 the request, 4–6 the response.
    private static func threePieces(clientNext: UInt32 = 1000, serverNext: UInt32 = 900_000) -> Talk {
        var talk = Talk.opened(clientNext: clientNext, serverNext: serverNext)
        talk.client(get("/a"))
        let response = Array(ok("0123456789").utf8)
        talk.server(Array(response[..<20]))
        talk.server(Array(response[20..<45]))
        talk.server(Array(response[45...]))
        talk.client(get("/b"))
        talk.server(ok("b"))
        talk.close()
        return talk
    }

    private static let both = ["GET /a → 200 0123456789", "GET /b → 200 b"]

    @Test func inOrder() {
        let recording = Recording(Self.threePieces())
        #expect(recording.lines == Self.both)
        #expect(recording.losses.isNone)
        #expect(recording.totals.completeExchanges == 2)
        #expect(recording.connections.count == 1)
        #expect(recording.connections[0].client.port == 40000)
        #expect(recording.connections[0].server.port == 80)
    }

    @Test(arguments: [
        ([0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 10, 11], "two segments swapped"),
        ([0, 1, 2, 3, 6, 5, 4, 7, 8, 9, 10, 11], "three in reverse"),
        ([0, 1, 2, 3, 4, 6, 7, 5, 8, 9, 10, 11], "a segment behind the next request"),
        ([0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 11], "every segment twice, as on interface any"),
        ([0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 4, 5, 6, 7, 8, 9, 10, 11], "all of it retransmitted later"),
        ([0, 1, 2, 3, 4, 5, 6, 7, 9, 8, 10, 11], "the FIN before the last response"),
        ([0, 2, 3, 1, 4, 5, 6, 7, 8, 9, 10, 11], "the SYN-ACK behind the request"),
        ([0, 1, 2, 4, 5, 6, 3, 7, 8, 9, 10, 11], "the response before its request"),
    ]) func outOfOrder(_ order: [Int], _ why: String) {
        let recording = Recording(Self.threePieces(), order: order)
        #expect(recording.lines == Self.both, "\(why)")
        #expect(recording.losses.gaps == 0, "\(why)")
        #expect(recording.totals.completeExchanges == 2, "\(why)")
    }

    @Test func sequenceNumbersWrap() {
        for start: UInt32 in [UInt32.max - 70, UInt32.max - 30, UInt32.max - 1, UInt32.max] {
            let recording = Recording(Self.threePieces(clientNext: start, serverNext: start))
            #expect(recording.lines == Self.both, "from \(start)")
            #expect(recording.losses.isNone)
        }
    }

    @Test func retransmissionWithOtherBytesFirstDataWins() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server(ok("first"))
        var repeated = talk.segments[4]
        repeated.payload = Array(ok("other").utf8)
        talk.segments.append(repeated)
        talk.close()
        #expect(Recording(talk).lines == ["GET /a → 200 first"])
    }

    @Test func overlapAfterAHoleFirstDataWins() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        let response = Array(ok("0123456789").utf8)
        talk.server(response)
        let whole = talk.segments.removeLast()
        func part(_ range: Range<Int>, _ fill: UInt8? = nil) -> TestSegment {
            var segment = whole
            segment.sequence = whole.sequence &+ UInt32(range.lowerBound)
            segment.payload = fill.map { [UInt8](repeating: $0, count: range.count) } ?? Array(response[range])
            return segment
        }
        let end = response.count
        // The tail first, then bytes that overlap it on both sides with different data, then the missing bytes.
        talk.segments += [
            part((end - 6)..<(end - 2)), part((end - 8)..<end, 0x7a), part(0..<(end - 4)),
        ]
        talk.close()
        #expect(Recording(talk).lines == ["GET /a → 200 01zz4567zz"])
    }

    @Test func retransmissionLongerThanTheOriginal() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        let response = Array(ok("0123456789").utf8)
        talk.server(Array(response[..<40]))
        talk.server(Array(response[40...]))
        talk.segments[5].sequence = talk.segments[4].sequence
        talk.segments[5].payload = response
        talk.close()
        #expect(Recording(talk).lines == ["GET /a → 200 0123456789"])
    }

    @Test func dataInTheSYN() {
        var talk = Talk()
        talk.send(fromClient: true, flags: TestSegment.syn, Array(get("/fast").utf8))
        talk.send(fromClient: false, flags: TestSegment.syn | TestSegment.ack)
        talk.server(ok("x"))
        talk.close()
        #expect(Recording(talk).lines == ["GET /fast → 200 x"])
    }

    @Test func simultaneousOpen() {
        var talk = Talk()
        talk.send(fromClient: true, flags: TestSegment.syn)
        talk.send(fromClient: false, flags: TestSegment.syn)
        talk.send(fromClient: true, flags: TestSegment.syn | TestSegment.ack)
        talk.segments[2].sequence = talk.segments[0].sequence
        talk.clientNext = talk.segments[0].sequence &+ 1
        talk.client(get("/a"))
        talk.server(ok("x"))
        #expect(Recording(talk).lines == ["GET /a → 200 x"])
    }

    @Test func joinedInTheMiddleOfAResponse() {
        var talk = Talk()
        talk.server("rest of a body that began before the capture\r\n")
        talk.client(get("/a"))
        talk.server(ok("x"))
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 x"])
    }

    @Test func joinedAtAResponseWhoseRequestWasBefore() {
        var talk = Talk()
        talk.server(ok("early"))
        talk.client(get("/a"))
        talk.server(ok("x"))
        talk.close()
        #expect(Recording(talk).lines == ["? → 200 early", "GET /a → 200 x"])
    }

    @Test func joinedWithTheFirstSegmentsSwapped() {
        var talk = Talk()
        // The server's acknowledgement shows where the client's bytes continue.
        talk.server("rest of a body\r\n")
        let request = Array(get("/swapped").utf8)
        talk.client(Array(request[..<10]))
        talk.client(Array(request[10...]))
        talk.server(ok("x"))
        #expect(Recording(talk, order: [0, 2, 1, 3]).lines == ["GET /swapped → 200 x"])
    }

    @Test func keepAliveProbeRepeatsTheLastByte() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server(ok("x"))
        talk.acknowledge(fromClient: true)
        var probe = talk.segments[5]
        probe.sequence &-= 1
        probe.payload = [0]
        talk.segments.append(probe)
        talk.client(get("/b"))
        talk.server(ok("y"))
        talk.close()
        #expect(Recording(talk).lines == ["GET /a → 200 x", "GET /b → 200 y"])
    }

    @Test func halfCloseLeavesTheOtherDirectionOpen() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.send(fromClient: true, flags: TestSegment.fin | TestSegment.ack)
        talk.server("HTTP/1.0 200 OK\r\n\r\nuntil ")
        talk.server("the end")
        talk.send(fromClient: false, flags: TestSegment.fin | TestSegment.ack)
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 until the end"])
        #expect(recording.exchanges[0].isComplete)
    }

    @Test func resetEndsABodyWithoutLengthIncomplete() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server("HTTP/1.0 200 OK\r\n\r\npart")
        talk.send(fromClient: false, flags: TestSegment.reset)
        #expect(Recording(talk).lines == ["GET /a → 200 part…"])
    }

    @Test func bytesAfterAResetStillCount() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server(ok("0123456789"))
        talk.send(fromClient: true, flags: TestSegment.reset)
        #expect(Recording(talk, order: [0, 1, 2, 3, 5, 4]).lines == ["GET /a → 200 0123456789"])
    }

    @Test func portsUsedAgain() {
        var first = Talk.opened()
        first.client(get("/first"))
        var second = Talk(clientNext: 5_000_000, serverNext: 77)
        second.microseconds = first.microseconds
        second.open()
        second.client(get("/second"))
        second.server(ok("2"))
        second.close()
        var third = Talk(clientNext: 9_000_000, serverNext: 3_000_000_000)
        third.microseconds = second.microseconds
        third.open()
        third.client(get("/third"))
        third.server(ok("3"))
        let recording = Recording([first, second, third])
        #expect(recording.lines == ["GET /first → ?", "GET /second → 200 2", "GET /third → 200 3"])
        #expect(recording.connections.map(\.number) == [1, 2, 3])
    }

    /// Bytes that come too late for the streams begun by the last packets are lost, and reported.
    @Test func aFileBackwardsIsNotWhole() {
        var talk = Talk.opened()
        for index in 0..<4 { talk.visit("/\(index)") }
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.reversed())
        #expect(recording.lines == ["GET /3 → 200 ok"])
        #expect(recording.losses.gaps == 6, "three exchanges of two packets each")
        #expect(recording.losses.gapBytes == UInt64(3 * (get("/0").utf8.count + ok("ok").utf8.count)))
    }

    @Test func joinedInATextThatReadsLikeARequest() {
        var talk = Talk()
        talk.server("tail of a text that is in the middle of a body")
        talk.acknowledge(fromClient: true)
        talk.visit("/0")
        talk.stray(fromClient: true, flags: TestSegment.ack, sequence: 999, acknowledgement: talk.serverNext, "x")
        talk.visit("/1")
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /0 → 200 ok", "GET /1 → 200 ok"])
        #expect(recording.losses.gaps == 0, "a keep-alive probe is no loss")
    }

    @Test func latePacketsOfAClosedConnectionOpenNoNewOne() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server(ok("x"))
        talk.close()
        talk.segments.append(talk.segments[4])
        talk.segments.append(talk.segments[3])
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 x"])
        #expect(recording.totals.connections == 1)
    }

    @Test func timesAreThoseOfTheFirstAndLastBytes() {
        let recording = Recording(Self.threePieces())
        let exchange = recording.exchanges[0]
        let base: Int64 = 1_700_000_000_000_000_000
        #expect(exchange.request?.firstByte.nanoseconds == base + 4_000_000)
        #expect(exchange.request?.lastByte.nanoseconds == base + 4_000_000)
        #expect(exchange.response?.firstByte.nanoseconds == base + 5_000_000)
        #expect(exchange.response?.lastByte.nanoseconds == base + 7_000_000)
    }
}
