import Capture
import Formats
import Testing
import Traffic

/// HTTP/2 as real peers send it.
@Suite struct HTTP2Tests {
    /// Captures the conversation in whole segments and in single bytes, which must give the same result.
    private static func lines(_ h2: HTTP2Talk) -> [String] {
        let whole = Recording(h2.talk).lines
        for size in [1, 5] { #expect(Recording(h2.cut(to: size)).lines == whole, "segments of \(size)") }
        return whole
    }

    private static func head(_ message: Exchange.Message?) -> String? {
        message.map { String(decoding: $0.head, as: UTF8.self) }
    }

    @Test func priorKnowledge() throws {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.post(1, "/a", "question"))
        h2.talk.server(h2.server.ok(1, "answer"))
        h2.talk.close()
        #expect(Self.lines(h2) == ["POST /a question → 200 answer"])
        let recording = Recording(h2.talk)
        let exchange = try #require(recording.exchanges.first)
        #expect(exchange.version == .http2)
        #expect(exchange.scheme == .http)
        #expect(exchange.isComplete)
        let request =
            ":method: POST\r\n:scheme: http\r\n:authority: h:80\r\n:path: /a\r\nuser-agent: test/1\r\n\r\n"
        #expect(Self.head(exchange.request) == request)
        #expect(Self.head(exchange.response) == ":status: 200\r\nserver: test\r\n\r\n")
        #expect(recording.connections.first?.client.port == 40000)
        #expect(recording.losses.isNone)
    }

    @Test func timesAreThoseOfTheFirstAndLastPackets() throws {
        var h2 = HTTP2Talk()
        let head = Array(h2.client.headers(1, Frames.request("POST", "/a")))
        let segments = [
            h2.talk.client(Array(head[..<4])), h2.talk.client(Array(head[4...])),
            h2.talk.client(Frames.data(1, "x", ends: false)), h2.talk.client(Frames.data(1, "")),
        ]
        let last = h2.talk.server(h2.server.ok(1, "y"))
        let exchange = try #require(Recording(h2.talk).exchanges.first)
        let time = { (index: Int) in 1_700_000_000_000_000_000 + h2.talk.segments[index].microseconds * 1000 }
        #expect(exchange.request?.firstByte.nanoseconds == time(segments[0]))
        #expect(exchange.request?.lastByte.nanoseconds == time(segments[3]))
        #expect(exchange.response?.firstByte.nanoseconds == time(last))
    }

    @Test func paddingAndPriorityAreNotPartOfAMessage() {
        var h2 = HTTP2Talk()
        let block = h2.client.block(Frames.request("POST", "/a"))
        h2.talk.client(Frames.frame(1, 0x2c, 1, [4, 0, 0, 0, 0, 9] + block + [0, 0, 0, 0]))
        h2.talk.client(Frames.frame(0, 8, 1, [2] + Array("ab".utf8) + [0, 0]) + Frames.frame(0, 9, 1, [1, 0]))
        h2.talk.server(h2.server.ok(1, "c"))
        #expect(Self.lines(h2) == ["POST /a ab → 200 c"])
    }

    @Test func aHeaderBlockMayBeCutAnywhere() {
        let fields = Frames.request("GET", "/a") + [("cookie", "a=1"), ("x", "a longer value that is a literal")]
        var frames = Frames()
        let block = frames.block(fields)
        for cut in 0...block.count {
            var h2 = HTTP2Talk()
            h2.client = frames
            let rest = Array(block[cut...])
            h2.talk.client(
                Frames.frame(1, 1, 1, Array(block[..<cut])) + Frames.frame(9, 0, 1, rest) + Frames.frame(9, 4, 1))
            h2.talk.server(h2.server.ok(1, "x"))
            // Refers to the entries that the block added to the table.
            h2.talk.client(h2.client.headers(3, fields, ends: true))
            h2.talk.server(h2.server.ok(3, "y"))
            let recording = Recording(h2.talk)
            #expect(recording.lines == ["GET /a → 200 x", "GET /a → 200 y"], "after \(cut) bytes")
            #expect(recording.losses.isNone)
        }
    }

    @Test func streamsMayInterleave() {
        var h2 = HTTP2Talk()
        h2.talk.client(
            h2.client.headers(1, Frames.request("POST", "/1")) + h2.client.headers(3, Frames.request("POST", "/3"))
                + h2.client.get(5, "/5") + Frames.data(3, "three", ends: false) + Frames.data(1, "one")
                + Frames.data(3, "!"))
        let heads = [5, 3, 1].map { h2.server.headers($0, [(":status", "200")]) }
        h2.talk.server(heads[0] + heads[1] + heads[2] + Frames.data(3, "c", ends: false) + Frames.data(1, "a"))
        h2.talk.server(Frames.data(5, "e") + Frames.data(3, "C"))
        #expect(Self.lines(h2) == ["POST /1 one → 200 a", "GET /5 → 200 e", "POST /3 three! → 200 cC"])
    }

    @Test func aClientMayGiveUp() {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.get(1, "/a"))
        h2.talk.server(h2.server.headers(1, [(":status", "200")]) + Frames.data(1, "part", ends: false))
        h2.talk.client(Frames.reset(1))
        // Frames in flight when the reset arrived are still the response.
        h2.talk.server(Frames.data(1, "late", ends: false) + h2.server.headers(1, [("late", "trailer")], ends: true))
        h2.talk.client(h2.client.get(3, "/b") + Frames.reset(3))
        h2.talk.server(h2.server.ok(3, "late", [("x", "y")]))
        h2.talk.client(h2.client.get(5, "/c"))
        h2.talk.server(h2.server.ok(5, "c", [("late", "trailer"), ("x", "y")]))
        #expect(Self.lines(h2) == ["GET /a → 200 partlate", "GET /b → 200 late", "GET /c → 200 c"])
        #expect(Recording(h2.talk).losses.isNone)
    }

    @Test func aServerMayRefuseOrAnswerEarly() {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.get(1, "/a"))
        h2.talk.server(Frames.reset(1, code: 7))
        h2.talk.client(h2.client.headers(3, Frames.request("POST", "/b")) + Frames.data(3, "par", ends: false))
        h2.talk.server(h2.server.ok(3, "enough") + Frames.reset(3, code: 0))
        h2.talk.client(Frames.data(3, "t"))
        #expect(Self.lines(h2) == ["GET /a → ?", "POST /b par… → 200 enough"])
    }

    @Test func trailersCarryTheStatusOfGRPC() throws {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.post(1, "/s/M", "\0\0\0\0\u{2}hi"))
        h2.talk.server(
            h2.server.headers(1, [(":status", "200")]) + Frames.data(1, "\0\0\0\0\u{1}x", ends: false)
                + h2.server.headers(1, [("grpc-status", "0"), ("grpc-message", "")], ends: true))
        h2.talk.client(h2.client.post(3, "/s/M", ""))
        h2.talk.server(h2.server.headers(3, [(":status", "200"), ("grpc-status", "5")], ends: true))
        #expect(Self.lines(h2) == ["POST /s/M \0\0\0\0\u{2}hi → 200 \0\0\0\0\u{1}x", "POST /s/M → 200"])
        let response = try #require(Recording(h2.talk).exchanges.first?.response)
        #expect(String(decoding: response.trailers, as: UTF8.self) == "grpc-status: 0\r\ngrpc-message: \r\n\r\n")
        #expect(response.bodyBytes == 6)
    }

    @Test func interimResponsesAreDropped() {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.get(1, "/a"))
        h2.talk.server(h2.server.headers(1, [(":status", "103"), ("link", "x")]) + h2.server.ok(1, "a"))
        #expect(Self.lines(h2) == ["GET /a → 200 a"])
    }

    @Test func tablesMayChangeTheirSize() {
        var h2 = HTTP2Talk()
        h2.visit(1, "/a", "a")
        h2.talk.server(Frames.settings([(1, 0)]))
        h2.talk.client(Frames.frame(4, 1))
        h2.client.resizeTable(to: 0)
        h2.visit(3, "/b", "b")
        h2.talk.server(Frames.settings([(1, 65536)]))
        h2.client.resizeTable(to: 65536)
        for index in 0..<200 { h2.visit(UInt32(5 + 2 * index), "/a/long/path/of/request/\(index)", "\(index)") }
        let lines = Self.lines(h2)
        #expect(lines.count == 202)
        #expect(lines[1] == "GET /b → 200 b")
        #expect(lines[201] == "GET /a/long/path/of/request/199 → 200 199")
        #expect(Recording(h2.talk).losses.isNone)
    }

    @Test func cookieCrumbsAreJoinedWhereTheFirstStood() throws {
        var h2 = HTTP2Talk()
        let crumbs = [("a", "1"), ("cookie", "x=1"), ("b", "2"), ("cookie", "y=2"), ("cookie", "z=3")]
        h2.talk.client(h2.client.get(1, "/a", crumbs))
        h2.talk.server(h2.server.ok(1, ""))
        let head = try #require(Self.head(Recording(h2.talk).exchanges.first?.request))
        #expect(head.hasSuffix("a: 1\r\ncookie: x=1; y=2; z=3\r\nb: 2\r\n\r\n"))
    }

    @Test func fieldsCannotAddLines() throws {
        var h2 = HTTP2Talk()
        let block = [0x82, 0x86, 0x84] + Frames.literal("x", "1\r\n:method: PUT\r\nhost: evil")
        h2.talk.client(Frames.frame(1, 5, 1, block))
        h2.talk.server(h2.server.ok(1, ""))
        let recording = Recording(h2.talk)
        let request = try #require(recording.exchanges.first?.request)
        #expect(
            Self.head(request) == ":method: GET\r\n:scheme: http\r\n:path: /\r\nx: 1  :method: PUT  host: evil\r\n\r\n")
        #expect(!request.isComplete)
        #expect(recording.losses.unparsedMessages == 1)
    }

    @Test func valuesThatAreNotTextMakeAHeadIncomplete() throws {
        var h2 = HTTP2Talk()
        h2.talk.client(Frames.frame(1, 5, 1, [0x82, 0x86, 0x84] + Frames.literal("x", [0xe9, 0x41], isAdded: true)))
        h2.talk.server(h2.server.ok(1, "a"))
        #expect(Self.lines(h2) == ["GET /… → 200 a"])
    }

    @Test func aServerMayPush() {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.get(1, "/page"))
        let promise = h2.server.block(Frames.request("GET", "/style.css"))
        h2.talk.server(Frames.frame(5, 4, 1, Wire.u32(2) + promise) + h2.server.ok(1, "page"))
        h2.talk.server(h2.server.ok(2, "style"))
        #expect(Self.lines(h2) == ["GET /page → 200 page", "GET /style.css → 200 style"])
        let recording = Recording(h2.talk)
        #expect(recording.totals.pushes == 1)
        #expect(recording.exchanges.map(\.isPush) == [false, true])
    }

    @Test func anUpgradedConnectionContinuesWithStreams() {
        var h2 = HTTP2Talk()
        h2.talk = Talk.opened()
        let upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
        h2.talk.client(get("/a", fields: upgrade))
        h2.talk.server(
            Array("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n".utf8)
                + Frames.settings([(3, 100)]))
        h2.talk.client(Frames.preface + Frames.settings() + h2.client.get(3, "/b"))
        h2.talk.server(h2.server.ok(1, "a"))
        h2.talk.server(h2.server.ok(3, "b"))
        let recording = Recording(h2.talk)
        #expect(Self.lines(h2) == ["GET /a → 101", "GET /a → 200 a", "GET /b → 200 b"])
        #expect(recording.exchanges.map(\.version) == [.http11, .http2, .http2])
        #expect(recording.losses.isNone && recording.totals.completeExchanges == 3)
        let head = recording.exchanges[1].request.map { String(decoding: $0.head, as: UTF8.self) }
        #expect(head == ":method: GET\r\n:scheme: http\r\n:authority: h\r\n:path: /a\r\n\r\n", "nothing of the upgrade")
    }

    /// The request's body and fields are those of stream 1, also where the answer is a refusal, or its connection ends
    /// before it.
    @Test(arguments: [true, false]) func anUpgradedRequestWithABody(_ isAnswered: Bool) {
        var h2 = HTTP2Talk()
        h2.talk = Talk.opened()
        let upgrade =
            "Authorization: Bearer t\r\nConnection: Upgrade, HTTP2-Settings, X-Hop\r\nX-Hop: 1\r\nUpgrade: h2c\r\n"
            + "HTTP2-Settings: AAMAAABk\r\nTransfer-Encoding: chunked\r\n"
        h2.talk.client(Array("POST /a HTTP/1.1\r\nHost: h\r\n\(upgrade)\r\n4\r\nbody\r\n0\r\n\r\n".utf8))
        h2.talk.server("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        h2.talk.client(Frames.preface + Frames.settings() + h2.client.get(3, "/b"))
        if isAnswered { h2.talk.server(h2.server.headers(1, [(":status", "503")]) + Frames.data(1, "a")) }
        h2.talk.server(h2.server.ok(3, "b"))
        h2.talk.close()
        let recording = Recording(h2.talk)
        let first = isAnswered ? "POST /a body → 503 a" : "POST /a body → ?"
        #expect(recording.lines.sorted() == ["GET /b → 200 b", "POST /a body → 101", first].sorted())
        let twin = recording.exchanges.first { $0.version == .http2 && $0.request?.body.isEmpty == false }
        #expect(
            twin?.request.map { String(decoding: $0.head, as: UTF8.self) }
                == ":method: POST\r\n:scheme: http\r\n:authority: h\r\n:path: /a\r\nauthorization: Bearer t\r\n\r\n")
        #expect(twin?.request?.isComplete == true)
        #expect(Set(recording.exchanges.map(\.session)).count == 1)
    }

    /// A message whose body length differs from its `content-length` is malformed (RFC 9113 section 8.1.1).
    @Test(arguments: [
        ("5", "abcde", "GET", "200", true), ("5", "abc", "GET", "200", false), ("2", "abc", "GET", "200", false),
        ("0", "", "GET", "200", true), ("1", "", "GET", "200", false), ("x", "abc", "GET", "200", false),
        ("", "abc", "GET", "200", false), ("+3", "abc", "GET", "200", false), ("5", "", "HEAD", "200", true),
        ("5", "", "GET", "304", true), ("99999999999999999999", "abc", "GET", "200", false),
    ]) func announcedLengths(
        _ announced: String, _ body: String, _ method: String, _ status: String, _ isComplete: Bool
    ) {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.headers(1, Frames.request(method, "/a"), ends: true))
        let head: [(String, String)] = [(":status", status), ("content-length", announced)]
        h2.talk.server(
            body.isEmpty
                ? h2.server.headers(1, head, ends: true) : h2.server.headers(1, head) + Frames.data(1, body))
        h2.talk.client(
            h2.client.headers(3, Frames.request("POST", "/b") + [("content-length", announced)]) + Frames.data(3, body))
        h2.talk.server(h2.server.ok(3, "b"))
        let exchanges = Recording(h2.talk).exchanges
        #expect(exchanges.count == 2)
        #expect(exchanges[0].response?.isComplete == isComplete, "\(announced) for '\(body)' to \(method), \(status)")
        let isRequestComplete = Int(announced) == body.utf8.count && !announced.hasPrefix("+")
        #expect(exchanges[1].request?.isComplete == isRequestComplete, "\(announced) for '\(body)' in a request")
        #expect(exchanges[1].response?.isComplete == true)
    }

    /// Different lengths contradict each other; a response without a seen request may answer HEAD.
    @Test func announcedLengthsThatContradict() {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.get(1, "/a"))
        let lengths = [("content-length", "1"), ("content-length", "2")]
        h2.talk.server(h2.server.headers(1, [(":status", "200")] + lengths) + Frames.data(1, "a"))
        h2.talk.client(h2.client.get(3, "/b"))
        let same = [("content-length", "1"), ("content-length", "1")]
        h2.talk.server(h2.server.headers(3, [(":status", "200")] + same) + Frames.data(3, "b"))
        #expect(Recording(h2.talk).exchanges.map { $0.response?.isComplete } == [false, true])
    }

    @Test func aServerThatKnowsNoHTTP2AnswersInHTTP1() {
        var talk = Talk.opened()
        var client = Frames()
        talk.client(Frames.preface + Frames.settings() + client.get(1, "/a"))
        talk.server(ok("no", status: 400))
        talk.close()
        #expect(Recording(talk).lines.sorted() == ["? → 400 no", "GET /a → ?"])
    }

    @Test func unknownFramesArePassedOver() {
        var h2 = HTTP2Talk()
        h2.talk.client(Frames.frame(0x10, 0, 0, Array("priority update".utf8)) + h2.client.get(1, "/a"))
        h2.talk.server(Frames.frame(0xb, 0xff, 1, Array("grease".utf8)) + h2.server.ok(1, "a"))
        #expect(Self.lines(h2) == ["GET /a → 200 a"])
    }

    @Test func aTunnelIsAnExchangeToo() {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.headers(1, [(":method", "CONNECT"), (":authority", "far:443")]))
        h2.talk.server(h2.server.headers(1, [(":status", "200")]))
        h2.talk.client(Frames.data(1, "up"))
        h2.talk.server(Frames.data(1, "down"))
        #expect(Self.lines(h2) == ["CONNECT far:443 up → 200 down"])
    }

    @Test func whatIsUnfinishedAtTheEndIsIncomplete() {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.get(1, "/a") + h2.client.headers(3, Frames.request("POST", "/b")))
        h2.talk.client(Frames.data(3, "par", ends: false))
        h2.talk.server(h2.server.headers(1, [(":status", "200")]) + Frames.data(1, "par", ends: false))
        h2.talk.close()
        #expect(Self.lines(h2) == ["GET /a → 200 par…", "POST /b par… → ?"])
    }

    @Test func tokensInBodiesIdentifySessions() {
        var h2 = HTTP2Talk()
        let json = [("content-type", "application/json")]
        for (index, name) in ["ann", "bob"].enumerated() {
            let stream = UInt32(1 + 4 * index)
            h2.talk.client(h2.client.post(stream, "/login", "{\"username\":\"\(name)\"}"))
            h2.talk.server(h2.server.ok(stream, "{\"access_token\":\"token-of-\(name)\"}", json))
            h2.talk.client(h2.client.get(stream + 2, "/", [("authorization", "Bearer token-of-\(name)")]))
            h2.talk.server(h2.server.ok(stream + 2, "x"))
        }
        let sessions = Recording(h2.talk).exchanges.map(\.session)
        #expect(sessions.count == 4)
        #expect(sessions[0] == sessions[1] && sessions[2] == sessions[3] && sessions[1] != sessions[2])
    }

    @Test func headsIdentifySessions() {
        var h2 = HTTP2Talk()
        for (index, token) in ["ann", "bob", "ann"].enumerated() {
            let stream = UInt32(1 + 2 * index)
            h2.talk.client(h2.client.get(stream, "/", [("authorization", "Bearer token-of-\(token)")]))
            h2.talk.server(h2.server.ok(stream, "x"))
        }
        let sessions = Recording(h2.talk).exchanges.map(\.session)
        #expect(sessions.count == 3)
        #expect(sessions.first == sessions.last)
        #expect(Set(sessions).count == 2)
    }

    /// The same bytes have the same meaning only as long as the table does not change.
    @Test func theSameBlockMeansWhatTheTableSays() {
        var h2 = HTTP2Talk()
        let again: [UInt8] = [0x82, 0x86, 0x84, 0xbe]
        h2.talk.client(Frames.frame(1, 5, 1, [0x82, 0x86, 0x84] + Frames.literal("x-a", "1", isAdded: true)))
        for stream in [UInt32(3), 5, 7] { h2.talk.client(Frames.frame(1, 5, stream, again)) }
        h2.talk.client(Frames.frame(1, 5, 9, [0x82, 0x86, 0x84] + Frames.literal("x-b", "2", isAdded: true)))
        for stream in [UInt32(11), 13] { h2.talk.client(Frames.frame(1, 5, stream, again)) }
        let fields = Recording(h2.talk).exchanges.map { exchange in
            let head = String(decoding: exchange.request?.head ?? [], as: UTF8.self)
            return head.contains("x-a: 1") ? "a" : head.contains("x-b: 2") ? "b" : "?"
        }
        #expect(fields.joined() == "aaaabbb")
    }
}
