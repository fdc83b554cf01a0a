import Capture
import Testing
import Traffic

/// Memory stays within its limits for any traffic, and what that costs is counted.
@Suite struct BoundsTests {
    @Test func anEndlessHeadIsGivenUp() {
        var options = CaptureOptions()
        options.limits.maxHeadBytes = 1000
        var talk = Talk.opened()
        talk.client("GET /endless HTTP/1.1\r\n")
        for _ in 0..<50 { talk.client("X-Filler: " + String(repeating: "x", count: 50) + "\r\n") }
        talk.client("\r\n" + get("/next"))
        talk.server(ok("too long", status: 431) + ok("x"))
        talk.close()
        let recording = Recording(talk, options: options)
        #expect(recording.lines == ["GET /endless… → 431 too long", "GET /next → 200 x"])
        #expect(recording.losses.unparsedMessages == 1)
        #expect(recording.exchanges.allSatisfy { ($0.request?.head.count ?? 0) <= 1100 })
    }

    @Test func aLargeBodyIsCutAndCounted() {
        var options = CaptureOptions()
        options.limits.maxBodyBytes = 10
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server("HTTP/1.1 200 X\r\nContent-Length: 20\r\n\r\n012345")
        talk.server("67890123456789")
        talk.close()
        let recording = Recording(talk, options: options)
        #expect(recording.lines == ["GET /a → 200 0123456789"])
        #expect(recording.exchanges[0].response?.bodyBytes == 20)
        #expect(recording.exchanges[0].isComplete)
    }

    @Test func segmentsAfterAHoleAreBounded() {
        var options = CaptureOptions()
        options.limits.maxHeldBytesPerStream = 2000
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server("HTTP/1.1 200 X\r\nContent-Length: 5000\r\n\r\n")
        let lost = talk.server(String(repeating: "l", count: 100))
        // Nothing is acknowledged, so only the limit ends the wait.
        for _ in 0..<49 { talk.server(String(repeating: "x", count: 100)) }
        let recording = Recording(talk, order: talk.segments.indices.filter { $0 != lost }, options: options)
        #expect(recording.losses.gaps == 1)
        #expect(recording.losses.gapBytes == 100)
        #expect(recording.exchanges[0].response?.bodyBytes == 4900)
    }

    @Test func allBuffersTogetherAreBounded() {
        var options = CaptureOptions()
        options.limits.maxBufferedBytes = 64 << 10
        var talks: [Talk] = []
        for port: UInt16 in 1...100 {
            var talk = Talk.opened(clientPort: port)
            talk.client(get("/\(port)", fields: "X: " + String(repeating: "x", count: 2000) + "\r\n"))
            talk.microseconds = 1_000_000
            talk.server(ok("x"))
            talks.append(talk)
        }
        let recording = Recording(talks, options: options)
        #expect(recording.losses.evictions > 0)
        #expect(recording.totals.completeExchanges > 10)
        #expect(recording.totals.completeExchanges < 100)
    }

    @Test func connectionsAreBounded() {
        var options = CaptureOptions()
        options.limits.maxConnections = 10
        var talks: [Talk] = []
        for port: UInt16 in 1...50 {
            var talk = Talk(clientPort: port)
            talk.microseconds = Int64(port) * 10_000
            talk.open()
            talk.client(get("/\(port)"))
            talks.append(talk)
        }
        let recording = Recording(talks, options: options)
        #expect(recording.losses.evictions == 40)
        #expect(recording.exchanges.count == 50)
        #expect(recording.lines.allSatisfy { $0.hasSuffix("→ ?") })
    }

    @Test func pipelinedRequestsAreBounded() {
        var options = CaptureOptions()
        options.limits.maxPipelinedMessages = 5
        var talk = Talk.opened()
        for number in 0..<20 { talk.client(get("/\(number)")) }
        let recording = Recording(talk, options: options)
        #expect(recording.lines == (0..<20).map { "GET /\($0) → ?" })
    }

    @Test func silentConnectionsAreEnded() {
        var options = CaptureOptions()
        options.limits.idleTimeout = .seconds(60)
        var silent = Talk.opened(clientPort: 1)
        silent.client(get("/silent"))
        var busy = Talk.opened(clientPort: 2)
        busy.microseconds = 100_000_000
        for number in 0..<4000 {
            busy.client(get("/\(number)"))
            busy.server(ok())
        }
        let recording = Recording([silent, busy], options: options)
        // It was recorded before the busy connection ended, so not at the end of the capture.
        #expect(recording.lines.firstIndex(of: "GET /silent → ?").map { $0 < 4000 } == true)
        #expect(recording.exchanges.count == 4001)
    }
}
