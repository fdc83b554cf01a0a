import Capture
import Testing
import Traffic

/// What follows a disturbance: the next message, the next connection, and the totals.
@Suite struct DisturbanceTests {
    /// A partly new retransmission must advance the stream only by its new bytes.
    @Test(arguments: [(10, 1), (30, 20), (45, 44), (47, 6)])
    func messageAfterAPartlyNewRetransmission(_ cut: Int, _ overlap: Int) {
        var talk = Talk.opened()
        talk.client(get("/a"))
        let first = Array(ok("0123456789").utf8)
        let start = talk.serverNext
        talk.server(Array(first[..<cut]))
        let rest = talk.server(Array(first[cut...]))
        talk.segments[rest].sequence = start &+ UInt32(cut - overlap)
        talk.segments[rest].payload = Array(first[(cut - overlap)...])
        talk.client(get("/b"))
        talk.server(ok("the next one"))
        talk.client(get("/c"))
        talk.server(ok("and another"))
        talk.close()
        let recording = Recording(talk)
        #expect(
            recording.lines == ["GET /a → 200 0123456789", "GET /b → 200 the next one", "GET /c → 200 and another"],
            "\(overlap) of the bytes before \(cut) are sent again")
        #expect(recording.losses.isNone)
    }

    /// The same in the direction of requests, where two requests share a segment with bytes already seen.
    @Test func requestsAfterAPartlyNewRetransmission() {
        var talk = Talk.opened()
        let (a, b) = (Array(get("/a").utf8), Array(get("/b").utf8))
        let start = talk.clientNext
        talk.client(a)
        talk.server(ok("a"))
        let both = talk.client(b)
        talk.segments[both].sequence = start
        talk.segments[both].payload = a + b
        talk.server(ok("b"))
        talk.client(get("/c"))
        talk.server(ok("c"))
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 a", "GET /b → 200 b", "GET /c → 200 c"])
        #expect(recording.losses.isNone)
    }

    /// A later client with the same address and port is a different one, unless a credential shows otherwise.
    @Test(arguments: [true, false]) func reusedPortsBeginANewSession(_ isClosed: Bool) {
        var first = Talk.opened()
        first.client(get("/first"))
        first.server(ok("1"))
        first.client(get("/first/again"))
        first.server(ok("1"))
        if isClosed { first.close() }
        var second = Talk(clientNext: 5_000_000, serverNext: 77)
        second.microseconds = first.microseconds
        second.open()
        second.client(get("/second"))
        second.server(ok("2"))
        second.close()
        let recording = Recording([first, second])
        #expect(
            recording.lines == ["GET /first → 200 1", "GET /first/again → 200 1", "GET /second → 200 2"])
        #expect(recording.exchanges.map(\.session) == [1, 1, 2])
        #expect(recording.exchanges.map(\.connection) == [1, 1, 2])
        #expect(recording.losses.isNone)
    }

    /// A FIN takes a sequence number but no byte: its acknowledgement does not acknowledge lost bytes.
    @Test(arguments: [(true, false), (false, true), (true, true)])
    func anUnseenFINIsNotAGap(_ losesClient: Bool, _ losesServer: Bool) {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server(ok("a"))
        let clientFIN = talk.send(fromClient: true, flags: TestSegment.fin | TestSegment.ack)
        talk.acknowledge(fromClient: false)
        let serverFIN = talk.send(fromClient: false, flags: TestSegment.fin | TestSegment.ack)
        talk.acknowledge(fromClient: true)
        let lost = (losesClient ? [clientFIN] : []) + (losesServer ? [serverFIN] : [])
        let recording = Recording(talk, order: talk.segments.indices.filter { !lost.contains($0) })
        #expect(recording.lines == ["GET /a → 200 a"])
        #expect(recording.losses.gaps == 0)
        #expect(recording.losses.gapBytes == 0)
    }

    /// Lost bytes are counted exactly, wherever they occur, without a byte for the FIN.
    @Test(arguments: [1, 2, 9, 500]) func lostBytesAtTheEndAreCountedExactly(_ count: Int) {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + String(repeating: "a", count: 1000 - count))
        let lost = talk.server(String(repeating: "b", count: count))
        talk.acknowledge(fromClient: true)
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { $0 != lost })
        #expect(recording.losses.gaps == 1)
        #expect(recording.losses.gapBytes == UInt64(count))
        #expect(recording.exchanges.map(\.response?.isComplete) == [false])
        #expect(recording.exchanges[0].response?.bodyBytes == UInt64(1000 - count))
    }

    /// Both directions, several holes: every hole and every byte of it is counted once.
    @Test func lostBytesAddUp() {
        var talk = Talk.opened()
        var lost: [Int] = []
        var bytes = 0
        for number in 0..<5 {
            talk.client("POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\n")
            talk.client(String(repeating: "q", count: 10))
            lost.append(talk.client(String(repeating: "q", count: 10)))
            talk.client(String(repeating: "q", count: 10))
            talk.server("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
            lost.append(talk.server(String(repeating: "r", count: number + 1)))
            talk.server(String(repeating: "r", count: 39 - number))
            bytes += 10 + number + 1
        }
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { !lost.contains($0) })
        #expect(recording.losses.gaps == 10)
        #expect(recording.losses.gapBytes == UInt64(bytes))
        #expect(recording.exchanges.map(\.request?.bodyBytes) == Array(repeating: 20, count: 5))
        #expect(recording.exchanges.map(\.response?.bodyBytes) == [39, 38, 37, 36, 35])
        #expect(recording.totals.completeExchanges == 0)
    }

    /// After a loss, the acknowledgement limits what a response can answer: not a request that begins at the
    /// acknowledged position.
    @Test(arguments: [0, 1, -1]) func aRequestAtTheAcknowledgementIsNotPaired(_ shift: Int) {
        var talk = Talk.opened()
        let lost = talk.client(get("/lost"))
        let second = talk.clientNext
        talk.client(get("/second"))
        let answer = talk.server(ok("to the lost one"))
        talk.segments[answer].acknowledgement = second &+ UInt32(bitPattern: Int32(shift))
        talk.server(ok("to the second"))
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { $0 != lost })
        let expected =
            shift > 0
            ? ["GET /second → 200 to the lost one", "? → 200 to the second"]
            : ["? → 200 to the lost one", "GET /second → 200 to the second"]
        #expect(recording.lines == expected, "the answer acknowledges \(shift) bytes of the second request")
    }
}
