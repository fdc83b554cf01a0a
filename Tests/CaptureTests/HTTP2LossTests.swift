import Capture
import Formats
import TestSupport
import Testing
import Traffic

/// HTTP/2 with missing parts.
@Suite struct HTTP2LossTests {
    /// Five exchanges with repeated heads, which refer to the tables, and one with only literals.
    private static func conversation() -> HTTP2Talk {
        var h2 = HTTP2Talk()
        for index in 0..<4 { h2.visit(UInt32(1 + 2 * index), "/\(index % 2)", "\(index)") }
        h2.talk.client(
            Frames.frame(1, 5, 9, [0x82, 0x86] + Frames.literal(":path", "/plain") + Frames.literal("a", "b")))
        h2.talk.server(Frames.frame(1, 4, 9, [0x88]) + Frames.data(9, "plain"))
        // Refers only to its own additions and to the static table.
        h2.talk.client(
            Frames.frame(1, 5, 11, [0x82, 0x86] + Frames.literal(":path", "/new", isAdded: true) + [0xbe]))
        h2.talk.server(Frames.frame(1, 4, 11, [0x88]) + Frames.data(11, "new"))
        return h2
    }

    @Test func headsThatReferToWhatWasNotSeenAreCountedNotGuessed() {
        let h2 = Self.conversation()
        let whole = Recording(h2.talk)
        #expect(whole.lines.count == 6)
        // From the second request on: 3 handshakes, 3 segments of settings, 2 of the first exchange.
        let recording = Recording(h2.talk, order: Array(8..<h2.talk.segments.count))
        #expect(recording.losses.unparsedMessages > 0)
        for line in recording.lines { #expect(whole.lines.contains(line) || line.hasPrefix("? → 200")) }
        #expect(recording.lines.contains("GET /plain → 200 plain"))
        #expect(recording.lines.contains("GET /new → 200 new"))
        #expect(recording.losses.opaqueConnections == 0)
    }

    @Test(arguments: 0..<18) func joinedAnywhereNothingIsInvented(_ first: Int) {
        let h2 = Self.conversation()
        let whole = Recording(h2.talk).exchanges
        let recording = Recording(h2.talk, order: Array(first..<h2.talk.segments.count))
        for exchange in recording.exchanges {
            if let request = exchange.request { #expect(whole.contains { $0.request?.head == request.head }) }
            if let response = exchange.response { #expect(whole.contains { $0.response?.head == response.head }) }
        }
    }

    @Test func entriesAddedSinceAreKnownAfterOnesThatAreNot() {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.get(1, "/old", [("old", "1")]))
        let middle = h2.talk.segments.count
        h2.talk.client(h2.client.get(3, "/new", [("new", "1")]))
        h2.talk.client(Frames.frame(1, 5, 5, [0x82, 0x86, 0x84] + Frames.literal("x", "y", isAdded: true)))
        h2.talk.client(Frames.frame(1, 5, 7, [0x82, 0x86, 0x84, 0xbe]))
        let heads = Recording(h2.talk, order: Array(middle..<h2.talk.segments.count)).exchanges.map { exchange in
            exchange.request.map { String(decoding: $0.head, as: UTF8.self) }
        }
        let known = ":method: GET\r\n:scheme: http\r\n:path: /\r\nx: y\r\n\r\n"
        #expect(heads == [known, known])
    }

    @Test func aHoleWithinABodyCostsOnlyThatBody() {
        var h2 = HTTP2Talk()
        h2.talk.client(h2.client.get(1, "/a"))
        let body = Frames.data(1, String(repeating: "0123456789", count: 3))
        h2.talk.server(h2.server.headers(1, [(":status", "200")]) + Array(body[..<19]))
        let lost = h2.talk.server(Array(body[19..<29]))
        h2.talk.server(Array(body[29...]))
        h2.visit(3, "/b", "b")
        h2.talk.close()
        let recording = Recording(h2.talk, order: h2.talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["GET /a → 200 01234567890123456789…", "GET /b → 200 b"])
        #expect(recording.losses.gapBytes == 10)
        #expect(recording.losses.unparsedMessages == 0)
    }

    @Test func aHoleWithinAHeadCostsItAndWhatRefersToIt() {
        var h2 = HTTP2Talk()
        let head = h2.client.get(1, "/a", [("added", "value")])
        h2.talk.client(Array(head[..<12]))
        let lost = h2.talk.client(Array(head[12..<16]))
        h2.talk.client(Array(head[16...]))
        h2.talk.server(Frames.frame(1, 4, 1, [0x88]) + Frames.data(1, "a"))
        h2.talk.client(h2.client.get(3, "/b", [("added", "value")]))
        h2.talk.server(Frames.frame(1, 4, 3, [0x88]) + Frames.data(3, "b"))
        h2.talk.client(Frames.frame(1, 5, 5, [0x82, 0x86, 0x84]))
        h2.talk.server(Frames.frame(1, 4, 5, [0x88]) + Frames.data(5, "c"))
        h2.talk.close()
        let recording = Recording(h2.talk, order: h2.talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines.sorted() == ["? → 200 a", "? → 200 b", "GET / → 200 c"])
        #expect(recording.losses.unparsedMessages == 2)
    }

    @Test func aHoleAcrossFramesIsGotOver() {
        var h2 = HTTP2Talk()
        h2.talk.client(Frames.frame(1, 5, 1, [0x82, 0x86, 0x84]))
        h2.talk.server(Frames.frame(1, 4, 1, [0x88]) + Frames.data(1, "part", ends: false))
        let lost = h2.talk.server(Frames.data(1, "lost", ends: false) + Array(Frames.data(1, "more")[..<6]))
        h2.talk.server(Array(Frames.data(1, "more")[6...]) + Frames.frame(8, 0, 0, Wire.u32(100)))
        h2.talk.client(Frames.frame(1, 5, 3, [0x82, 0x86, 0x84]))
        h2.talk.server(Frames.frame(1, 4, 3, [0x88]) + Frames.data(3, "b"))
        h2.talk.close()
        let recording = Recording(h2.talk, order: h2.talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["GET / → 200 b", "GET / → 200 part…"])
        #expect(recording.losses.gaps == 1)
    }

    /// A response whose last frame was lost is not waited for until the connection ends.
    @Test func aLostEndIsNotAwaitedForLong() {
        var h2 = HTTP2Talk()
        h2.talk.client(Frames.frame(1, 5, 1, [0x82, 0x86, 0x84]))
        h2.talk.server(Frames.frame(1, 4, 1, [0x88]) + Frames.data(1, "part", ends: false))
        let lost = h2.talk.server(Frames.data(1, "the end"))
        h2.talk.server(Frames.frame(8, 0, 0, Wire.u32(100)))
        for seconds in [0, 2, 11] {
            h2.talk.microseconds += Int64(seconds) * 1_000_000
            h2.talk.acknowledge(fromClient: true)
        }
        h2.talk.client(Frames.frame(1, 5, 3, [0x82, 0x86, 0x84]))
        h2.talk.server(Frames.frame(1, 4, 3, [0x88]) + Frames.data(3, "b"))
        let recording = Recording(h2.talk, order: h2.talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["GET / → 200 part…", "GET / → 200 b"])
    }

    @Test(arguments: [3, 4]) func theBeginningOfADirectionIsLost(_ lost: Int) {
        var h2 = HTTP2Talk()
        h2.visit(1, "/a", "a")
        h2.visit(3, "/b", "b")
        h2.talk.close()
        let recording = Recording(h2.talk, order: h2.talk.segments.indices.filter { $0 != lost })
        #expect(recording.lines == ["GET /a → 200 a", "GET /b → 200 b"])
        #expect(recording.connections.first?.client.port == 40000)
        #expect(recording.losses.gaps == 1)
    }

    @Test func oneDirectionAlone() {
        let h2 = Self.conversation()
        let requests = Recording(h2.talk, order: h2.talk.segments.indices.filter { h2.talk.segments[$0].isFromClient })
        #expect(requests.lines == ["/0", "/1", "/0", "/1", "/plain", "/new"].map { "GET \($0) → ?" })
        let responses = Recording(
            h2.talk, order: h2.talk.segments.indices.filter { !h2.talk.segments[$0].isFromClient })
        #expect(responses.lines == ["0", "1", "2", "3", "plain", "new"].map { "? → 200 \($0)" })
        #expect(responses.connections.first?.client.port == 40000)
    }

    @Test func aResponseCapturedBeforeItsRequest() {
        var h2 = HTTP2Talk()
        let request = h2.talk.client(h2.client.get(1, "/a"))
        let response = h2.talk.server(h2.server.ok(1, "a"))
        h2.talk.close()
        var order = Array(h2.talk.segments.indices)
        order.swapAt(request, response)
        #expect(Recording(h2.talk, order: order).lines == ["GET /a → 200 a"])
    }

    @Test func cutOffAnywhereNothingIsInvented() {
        let h2 = Self.conversation()
        let whole = Recording(h2.talk).lines
        for (index, segment) in h2.talk.segments.enumerated() {
            for count in 0..<segment.payload.count {
                var talk = h2.talk
                talk.segments[index].payload = Array(segment.payload[..<count])
                let lines = Recording(talk, order: Array(0...index)).lines
                #expect(lines.count <= whole.count)
                for line in lines where !line.hasSuffix("…") && !line.hasSuffix("→ ?") {
                    #expect(whole.contains(line), "cut at byte \(count) of segment \(index)")
                }
            }
        }
    }

    @Test func damagedBytesDoNoHarm() {
        var random = SplitMix64(seed: 9113)
        let h2 = Self.conversation()
        for _ in 0..<2000 {
            var talk = h2.talk
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 3..<talk.segments.count, using: &random)
                guard let byte = talk.segments[index].payload.indices.randomElement(using: &random) else { continue }
                talk.segments[index].payload[byte] = .random(in: 0...255, using: &random)
            }
            let recording = Recording(talk)
            #expect(recording.exchanges.count <= 24)
        }
    }
}
