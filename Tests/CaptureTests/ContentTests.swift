import Capture
import Testing
import Traffic

/// What streams carry, and which response answers which request.
@Suite struct ContentTests {
    /// A conversation of the given turns: `>` from the client, `<` from the server.
    private static func recording(_ turns: [String], options: CaptureOptions = CaptureOptions()) -> Recording {
        var talk = Talk.opened()
        for turn in turns {
            if turn.hasPrefix(">") { talk.client(String(turn.dropFirst())) }
            if turn.hasPrefix("<") { talk.server(String(turn.dropFirst())) }
        }
        talk.close()
        return Recording(talk, options: options)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var why: String
        var turns: [String]
        var want: [String]
        /// Whether single bytes give the same result as whole segments; a search for a start line needs more than that.
        var isSameBytewise = true
        var testDescription: String { why }
    }

    @Test func aRequestAfterStrayBytesIsCounted() {
        var talk = Talk.opened()
        talk.client("?" + get("/a"))
        talk.server(ok("x"))
        talk.close()
        #expect(Recording(talk).losses.unparsedMessages == 1)
    }

    @Test func whatAFramesPeerSaidIsCounted() {
        var talk = Talk.opened()
        talk.client("GE\nAccept: */*\r\n\r\n")
        // SETTINGS, then HEADERS of a 200 that ends stream 1.
        talk.server([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88])
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["? → 200"])
        #expect(recording.losses.unparsedMessages == 1)
    }

    @Test func directionsThatContradictEachOtherAreNotBelieved() {
        var talk = Talk.opened()
        talk.client(get("/a"))
        talk.server(get("/b") + ok("x"))
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 x"])
        #expect(recording.losses.unparsedMessages == 1)
    }

    @Test func aMethodMayBeCalledProxy() {
        var talk = Talk.opened()
        talk.client("PROXY /a HTTP/1.1\r\n")
        talk.client("Host: h\r\n\r\n")
        talk.server(ok("x"))
        talk.close()
        #expect(Recording(talk).lines == ["PROXY /a → 200 x"])
    }

    /// Requests came first, so the preface of another client does not invalidate them.
    @Test func aPrefaceAgainstRequestsIsNotBelieved() {
        var talk = Talk.opened()
        talk.client("GET /a HTTP/1.1\r\nHost: a\r\nAccept")
        talk.server(Frames.preface + Frames.settings())
        talk.close()
        let recording = Recording(talk)
        #expect(recording.exchanges.count == 1)
        #expect(recording.losses.unparsedMessages == 1)
    }

    @Test func whatStoodBeforeTheFirstMessageIsCounted() {
        var talk = Talk.opened()
        talk.client("POST / @TTP/1.1\r\nHost: a\r\n\r\n" + get("/a"))
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → ?"])
        #expect(recording.losses.unparsedMessages == 1)
    }

    /// Headers of HAProxy's PROXY protocol, versions 1 and 2.
    private static let proxyHeaders: [[UInt8]] = {
        let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]
        return [
            Array("PROXY TCP4 192.0.2.7 192.0.2.1 5000 80\r\n".utf8),
            Array("PROXY TCP6 2001:db8::7 2001:db8::1 5000 80\r\n".utf8), Array("PROXY UNKNOWN\r\n".utf8),
            signature + [0x21, 0x11, 0, 12] + Array(repeating: 9, count: 12), signature + [0x20, 0, 0, 0],
            signature + [0x21, 0x11, 7, 8] + Array(repeating: 10, count: 0x708),
        ]
    }()

    @Test(arguments: proxyHeaders) func aLoadBalancersHeaderIsNotAMessage(header: [UInt8]) {
        let all = header + Array(get("/a").utf8)
        for cut in Array(1...24) + [header.count - 1, header.count, header.count + 1] {
            var talk = Talk.opened()
            talk.client(Array(all[..<min(cut, all.count)]))
            talk.client(Array(all[min(cut, all.count)...]))
            talk.server(ok("x"))
            talk.client(get("/b"))
            talk.server(ok("y"))
            talk.close()
            let recording = Recording(talk)
            #expect(recording.lines == ["GET /a → 200 x", "GET /b → 200 y"], "cut after \(cut) bytes")
            #expect(recording.losses.unparsedMessages == 0, "cut after \(cut) bytes")
        }
    }

    @Test func aLoadBalancersHeaderMayComeByteByByte() {
        for header in ContentTests.proxyHeaders {
            var talk = Talk.opened()
            for byte in header + Array(get("/a").utf8) { talk.client([byte]) }
            talk.server(ok("x"))
            talk.close()
            #expect(Recording(talk).lines == ["GET /a → 200 x"])
        }
    }

    /// Bytes that begin like a PROXY header and are a request are read as a request, wherever segments end.
    @Test(arguments: ["PROPFIND /a", "PROXY /a", "PROXY TCP", "PUT /a", "P /a"]) func requestsMayBeginLikeAProxyHeader(
        start: String
    ) {
        let request = Array((start + " HTTP/1.1\r\nHost: a\r\n\r\n").utf8)
        for cut in 1..<request.count {
            var talk = Talk.opened()
            talk.client(Array(request[..<cut]))
            talk.client(Array(request[cut...]))
            talk.server(ok("x"))
            talk.close()
            #expect(Recording(talk).lines == ["\(start) → 200 x"], "cut after \(cut) bytes")
        }
    }

    @Test func aResponseToHEADThatIsSeenBeforeItsRequestIsNotCalledComplete() throws {
        var talk = Talk.opened()
        let request = talk.client("HEAD /a HTTP/1.1\r\n\r\n")
        let response = talk.server("HTTP/1.1 200 X\r\nContent-Length: 3\r\n\r\n")
        talk.client(get("/b"))
        talk.server(ok("b"))
        talk.close()
        var order = Array(talk.segments.indices)
        order.swapAt(request, response)
        let recording = Recording(talk, order: order)
        let head = try #require(recording.exchanges.first { $0.request?.head.starts(with: "HEAD".utf8) == true })
        #expect(head.response?.isComplete == false || head.response?.bodyBytes == 0)
        #expect(!recording.losses.isNone)
    }

    @Test func aProxyHeaderThatBreaksOffIsCounted() {
        var talk = Talk.opened()
        talk.client("PROXY TCP4 192.0.2.7")
        talk.client(String(repeating: "1", count: 200) + "\r\n" + get("/a"))
        talk.server(ok("x"))
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 x"])
        #expect(recording.losses.unparsedMessages == 1)
    }

    @Test(arguments: [
        Case(
            why: "pipelining: three requests in a segment, responses split anywhere",
            turns: [
                ">" + get("/1") + get("/2") + get("/3"), "<" + ok("one") + "HTTP/1.1 2", "<04 X\r\n\r\n" + ok("three"),
            ],
            want: ["GET /1 → 200 one", "GET /2 → 204", "GET /3 → 200 three"]),
        Case(
            why: "HEAD announces a length and sends no body",
            turns: [
                ">HEAD /a HTTP/1.1\r\n\r\n", "<HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n", ">" + get("/b"),
                "<" + ok("b"),
            ],
            want: ["HEAD /a → 200", "GET /b → 200 b"]),
        Case(
            why: "an interim response is dropped",
            turns: [
                ">POST /a HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n",
                "<HTTP/1.1 100 Continue\r\n\r\n",
                ">body", "<" + ok("done"),
            ],
            want: ["POST /a body → 200 done"]),
        Case(
            why: "two interim responses and the final one in a segment",
            turns: [">" + get("/a"), "<HTTP/1.1 100 C\r\n\r\nHTTP/1.1 103 E\r\nLink: x\r\n\r\n" + ok("x")],
            want: ["GET /a → 200 x"]),
        Case(
            why: "the response ends before the request",
            turns: [">POST /a HTTP/1.1\r\nContent-Length: 6\r\n\r\nabc", "<" + ok("no", status: 413), ">def"],
            want: ["POST /a abcdef → 413 no"]),
        Case(
            why: "the request is never finished",
            turns: [">POST /a HTTP/1.1\r\nContent-Length: 6\r\n\r\nabc", "<" + ok("no", status: 413)],
            want: ["POST /a abc… → 413 no"]),
        Case(
            why: "chunks with trailers",
            turns: [
                ">" + get("/a"),
                "<HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n",
            ],
            want: ["GET /a → 200 abc"]),
        Case(
            why: "final chunk missing",
            turns: [">" + get("/a"), "<HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"],
            want: ["GET /a → 200 abc…"]),
        Case(
            why: "Content-Length too large",
            turns: [">" + get("/a"), "<HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nabc"],
            want: ["GET /a → 200 abc…"]),
        Case(
            why: "a length that is no number: where the body ends is a guess",
            turns: [">" + get("/a"), "<HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\nabc"],
            want: ["GET /a → 200 abc…"]),
        Case(
            why: "two lengths that contradict each other",
            turns: [
                ">" + get("/a"), "<HTTP/1.1 200 X\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc",
                ">" + get("/b"),
                "<" + ok("b"),
            ],
            want: ["GET /a → 200 abc…", "GET /b → 200 b"]),
        Case(
            why: "a body that ends with the connection",
            turns: [">" + get("/a"), "<HTTP/1.0 200 X\r\n\r\nabc", "<def"],
            want: ["GET /a → 200 abcdef"]),
        Case(
            why: "bytes nobody announced, then another request",
            turns: [
                ">POST /a HTTP/1.1\r\n\r\nlogin=foo&x=1\r\n", "<" + ok("a"), "<" + ok("bad", status: 400),
                ">" + get("/b"), "<" + ok("b"),
            ],
            want: ["POST /a → 200 a", "? → 400 bad", "GET /b → 200 b"], isSameBytewise: false),
        Case(
            why: "blanks before a status line",
            turns: [">" + get("/a"), "< \r\n\t\r\n" + ok("a")], want: ["GET /a → 200 a"]),
        Case(
            why: "a status line of a later version",
            turns: [
                ">" + get("/a"), "<HTTP/2.0 200 X\r\nContent-Length: 1\r\n\r\na", ">" + get("/b"), "<" + ok("b"),
            ],
            want: ["GET /a → 200 a", "GET /b → 200 b"]),
        Case(
            why: "request smuggling by TE and CL: two requests",
            turns: [
                ">POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 50\r\n\r\n0\r\n\r\n" + get("/s"),
                "<" + ok("1") + ok("2"),
            ],
            want: ["POST / → 200 1", "GET /s → 200 2"]),
        Case(
            why: "HTTP/0.9: a line, and no head in the answer",
            turns: [">GET /old\r\n", "<HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n"], want: ["GET /old → 400"],
            isSameBytewise: false),
        Case(
            why: "a refused CONNECT goes on as HTTP",
            turns: [">CONNECT h:443 HTTP/1.1\r\n\r\n", "<" + ok("no", status: 407), ">" + get("/a"), "<" + ok("a")],
            want: ["CONNECT h:443 → 407 no", "GET /a → 200 a"]),
        Case(
            why: "an accepted CONNECT is a tunnel, whatever is in it",
            turns: [
                ">CONNECT h:80 HTTP/1.1\r\n\r\n", "<HTTP/1.1 200 OK\r\n\r\n", ">" + get("/inside"), "<" + ok("inside"),
            ],
            want: ["CONNECT h:80 → 200"]),
        Case(
            why: "a WebSocket is recorded as upgraded",
            turns: [
                ">" + get("/ws", fields: "Upgrade: websocket\r\n"),
                "<HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n\u{1}\u{2}",
                ">\u{3}\u{4}", "<" + ok("frames may look like anything"),
            ],
            want: ["GET /ws → 101"]),
    ]) func exchanges(_ test: Case) {
        let recording = Self.recording(test.turns)
        #expect(recording.lines == test.want)
        // Split into single bytes, the result must be the same.
        guard test.isSameBytewise else { return }
        let bytes = test.turns.flatMap { turn in turn.dropFirst().unicodeScalars.map { "\(turn.first!)\($0)" } }
        #expect(Self.recording(bytes).lines == test.want)
    }

    @Test func trailersAreKept() {
        let recording = Self.recording([
            ">" + get("/a"), "<HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: v\r\n\r\n",
        ])
        #expect(recording.exchanges[0].response.map { String(decoding: $0.trailers, as: UTF8.self) } == "T: v\r\n\r\n")
        #expect(recording.exchanges[0].response?.bodyText == "a")
    }

    @Test func headsAreKeptAsReceived() {
        let head = "GET /a HTTP/1.1\r\nhOsT:  h\r\nA: 1,\r\n 2\r\n\r\n"
        let recording = Self.recording([">\r\n" + head, "<" + ok("x")])
        #expect(recording.exchanges[0].request.map { String(decoding: $0.head, as: UTF8.self) } == head)
    }

    @Test func insideATunnelWhenAskedFor() {
        var options = CaptureOptions()
        options.followsTunnels = true
        let recording = Self.recording(
            [
                ">CONNECT h:80 HTTP/1.1\r\n\r\n", "<HTTP/1.1 200 OK\r\n\r\n", ">" + get("/inside"), "<" + ok("x"),
            ], options: options)
        #expect(recording.lines == ["CONNECT h:80 → 200", "GET /inside → 200 x"])
    }

    @Test(arguments: [
        ("\u{16}\u{3}\u{1}\u{1}hello", "TLS"), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
        ("SSH-2.0-x\r\n", "another protocol"),
    ]) func unreadableConnectionsAreCounted(_ opening: String, _ why: String) {
        let recording = Self.recording([">" + opening, "<\u{16}\u{3}\u{3}", ">more", "<more"])
        #expect(recording.lines.isEmpty, "\(why)")
        #expect(recording.losses.opaqueConnections == 1, "\(why)")
    }

    @Test func httpIsRecognisedOnAnyPortUnlessPortsAreNamed() {
        var talk = Talk.opened()
        talk.server.port = 6667
        talk.client(get("/a"))
        talk.server(ok("x"))
        talk.close()
        #expect(Recording(talk).lines == ["GET /a → 200 x"])
        var options = CaptureOptions()
        options.ports = [80, 8080]
        #expect(Recording(talk, options: options).lines.isEmpty)
        options.ports = [6667]
        #expect(Recording(talk, options: options).lines == ["GET /a → 200 x"])
    }

    @Test func theSenderOfRequestsIsTheClientWhicheverSideConnected() {
        var talk = Talk.opened()
        // The side that accepted the connection sends the request: a callback.
        talk.server(get("/callback"))
        talk.client(ok("x"))
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /callback → 200 x"])
        #expect(recording.connections[0].client == talk.server)
    }
}
