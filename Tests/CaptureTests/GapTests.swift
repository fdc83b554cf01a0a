import Capture
import Testing
import Traffic

/// Bytes that were never seen.
@Suite struct GapTests {
    @Test func gapWithinACountedBody() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n0123456789")
        let lost = talk.server("lost bytes")
        talk.server("9876543210")
        talk.client(get("/b"))
        talk.server(ok("b"))
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["GET /a → 200 01234567899876543210…", "GET /b → 200 b"])
        #expect(recording.losses.gaps == 1)
        #expect(recording.losses.gapBytes == 10)
        #expect(recording.exchanges[0].response?.bodyBytes == 20)
    }

    @Test func gapAcrossTheEndOfAMessageResynchronises() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n0123456789")
        let lost = talk.server("01234567890123456789" + ok("0123456789"))
        talk.client(get("/b"))
        talk.client(get("/c"))
        talk.server(ok("c"))
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["GET /a → 200 0123456789…", "GET /b → ?", "GET /c → 200 c"])
        #expect(recording.losses.gaps == 1)
    }

    @Test func lostResponseLeavesItsRequestUnanswered() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        let lost = talk.server(ok("a"))
        talk.client(get("/b"))
        talk.server(ok("b"))
        talk.client(get("/c"))
        talk.server(ok("c"))
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["GET /a → ?", "GET /b → 200 b", "GET /c → 200 c"])
    }

    @Test func lostRequestLeavesItsResponseOrphaned() {
        var talk = Talk.opened()
        let lost = talk.client(get("/a"))
        talk.server(ok("a"))
        talk.client(get("/b"))
        talk.server(ok("b"))
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["? → 200 a", "GET /b → 200 b"])
        #expect(recording.losses.gaps == 1)
    }

    @Test func gapWithinAHead() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server("HTTP/1.1 200 OK\r\nServer: x\r\n")
        let lost = talk.server("X: y\r\nContent-Length: 3\r\n")
        talk.server("\r\nabc")
        talk.client(get("/b"))
        talk.server(ok("b"))
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["GET /a → 200…", "GET /b → 200 b"])
    }

    @Test func parsingContinuesAfterAGapWithinAChunk() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1e\r\n0123456789")
        let lost = talk.server("0123456789")
        talk.server("9876543210\r\n0\r\n\r\n")
        talk.client(get("/b"))
        talk.server(ok("b"))
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["GET /a → 200 01234567899876543210…", "GET /b → 200 b"])
    }

    /// Only an acknowledgement proves that bytes are lost; until then, and slightly longer, they are waited for.
    @Test func holesAreGivenUpWhileTheConnectionLives() {
        var talk = Talk.opened()
        talk.client(get("/0"))
        let lost = talk.server(ok("0"))
        for number in 1...40 {
            talk.client(get("/\(number)"))
            talk.server(ok("\(number)"))
        }
        var assembled: [String] = []
        let order = talk.segments.indices.filter { $0 != lost }
        // Not closed: everything recorded was recorded while the connection was open.
        var options = CaptureOptions()
        options.limits.holePatiencePackets = 8
        let recording = Recording(talk, order: order, options: options)
        assembled = recording.lines
        #expect(assembled.count == 41)
        #expect(assembled[0] == "GET /0 → ?")
        #expect(assembled[40] == "GET /40 → 200 40")
        #expect(recording.losses.gaps == 1)
    }

    @Test func snapLengthCutsSegmentsShort() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        let cut = talk.server("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789")
        talk.segments[cut].keptBytes = 49
        talk.client(get("/b"))
        talk.server(ok("b"))
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 0123456789…", "GET /b → 200 b"])
        #expect(recording.losses.truncatedPackets == 1)
        #expect(recording.losses.gapBytes == 10)
    }

    @Test func onlyRequests() {
        var talk = Talk.opened()
        for number in 1...3 {
            talk.client(get("/\(number)"))
            talk.server(ok("\(number)"))
        }
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { talk.segments[$0].isFromClient })
        #expect(recording.lines == ["GET /1 → ?", "GET /2 → ?", "GET /3 → ?"])
    }

    @Test func onlyResponses() {
        var talk = Talk.opened()
        for number in 1...3 {
            talk.client(get("/\(number)"))
            talk.server(ok("\(number)"))
        }
        talk.close()
        let recording = Recording(talk, order: talk.segments.indices.filter { !talk.segments[$0].isFromClient })
        #expect(recording.lines == ["? → 200 1", "? → 200 2", "? → 200 3"])
        #expect(recording.connections[0].server.port == 80)
    }
}
