import Capture
import Testing
import Traffic

/// HTTP/2 crafted to consume memory.
@Suite struct HTTP2BoundsTests {
    private static func options(_ change: (inout CaptureLimits) -> Void) -> CaptureOptions {
        var options = CaptureOptions()
        change(&options.limits)
        return options
    }

    @Test func streamsThatNobodyAnswers() {
        var h2 = HTTP2Talk()
        for index in 0..<100 { h2.talk.client(h2.client.get(UInt32(1 + 2 * index), "/\(index)")) }
        let recording = Recording(h2.talk, options: Self.options { $0.maxStreamsPerConnection = 10 })
        #expect(recording.lines == (0..<100).map { "GET /\($0) → ?" })
        #expect(recording.losses.evictions == 90)
    }

    @Test func rapidResetsAreRecordedAndForgotten() {
        var h2 = HTTP2Talk()
        for index in 0..<200 {
            let stream = UInt32(1 + 2 * index)
            h2.talk.client(h2.client.get(stream, "/\(index)") + Frames.reset(stream))
        }
        h2.visit(401, "/last", "x")
        let recording = Recording(h2.talk, options: Self.options { $0.maxStreamsPerConnection = 2 })
        #expect(recording.exchanges.count == 201)
        #expect(recording.lines.contains("GET /last → 200 x"))
        #expect(recording.losses.evictions == 0)
    }

    @Test func aHeaderBlockThatNeverEnds() {
        var h2 = HTTP2Talk()
        h2.talk.client(Frames.frame(1, 1, 1, h2.client.block(Frames.request("GET", "/a"))))
        for _ in 0..<100 {
            h2.talk.client(Frames.frame(9, 0, 1, Frames.literal("x", "0123456789")) + Frames.frame(9, 0, 1))
        }
        h2.talk.client(Frames.frame(9, 4, 1))
        h2.talk.client(Frames.frame(1, 5, 3, [0x82, 0x86, 0x84]))
        h2.talk.server(Frames.frame(1, 5, 3, [0x88]))
        let recording = Recording(h2.talk, options: Self.options { $0.maxHeaderBlockBytes = 500 })
        #expect(recording.lines == ["GET / → 200"])
        #expect(recording.losses.unparsedMessages == 1)
    }

    @Test func aHeadThatUnfoldsToFarMore() {
        var h2 = HTTP2Talk()
        // An entry of 4,000 bytes, referred to a thousand times.
        h2.talk.client(
            Frames.frame(
                1, 5, 1,
                [0x82, 0x86, 0x84] + Frames.literal("x", String(repeating: "a", count: 4000), isAdded: true)
                    + [UInt8](repeating: 0xbe, count: 1000)))
        h2.talk.client(Frames.frame(1, 5, 3, [0x82, 0x86, 0x84, 0xbe]))
        let recording = Recording(h2.talk)
        // The table is nevertheless the same as the sender's.
        #expect(recording.exchanges.count == 1)
        #expect(recording.exchanges.first?.request.map { $0.head.count > 4000 && $0.head.count < 4100 } == true)
        #expect(recording.losses.unparsedMessages == 1)
    }

    /// Heads that each stay below the limit but refer to the same entry many times add up to far more than was sent.
    @Test func manyHeadsThatUnfold() {
        var h2 = HTTP2Talk()
        let entry = Frames.literal("x", String(repeating: "a", count: 4000), isAdded: true)
        h2.talk.client(Frames.frame(1, 5, 1, [0x82, 0x86, 0x84] + entry))
        for number in 1..<200 {
            let block = [0x82, 0x86, 0x84] + [UInt8](repeating: 0xbe, count: 60)
            h2.talk.client(Frames.frame(1, 5, UInt32(2 * number + 1), block))
        }
        let recording = Recording(h2.talk)
        #expect(recording.losses.unparsedMessages == 199)
        #expect(recording.exchanges.reduce(0) { $0 + ($1.request?.head.count ?? 0) } < 10_000)
    }

    @Test func tablesLargerThanAreKept() {
        var h2 = HTTP2Talk()
        h2.client.resizeTable(to: 1 << 20)
        let value = String(repeating: "v", count: 900)
        for index in 0..<20 { h2.talk.client(h2.client.get(UInt32(1 + 2 * index), "/a", [("x-\(index)", value)])) }
        // One field that is still in the table, one that was evicted.
        h2.talk.client(h2.client.get(101, "/new", [("x-19", value)]))
        h2.talk.client(h2.client.get(103, "/old", [("x-0", value)]))
        let recording = Recording(h2.talk, options: Self.options { $0.maxHeaderTableBytes = 8192 })
        let heads = recording.exchanges.compactMap { $0.request.map { String(decoding: $0.head, as: UTF8.self) } }
        #expect(heads.count + Int(recording.losses.unparsedMessages) == 22)
        #expect(!heads.contains { $0.contains(":path: /old") })
        #expect(heads.allSatisfy { $0.contains(value) })
    }

    @Test func tablesThatGrowPastTheBoundOnAll() {
        var h2 = HTTP2Talk()
        let get: [UInt8] = [0x82, 0x86, 0x84]
        h2.talk.client(Frames.frame(1, 5, 1, [0x3f, 0xe1, 0xff, 0x03] + get))
        for index in 0..<20 {
            let field = Frames.literal("x-\(index)", String(repeating: "v", count: 900), isAdded: true)
            h2.talk.client(Frames.frame(1, 5, UInt32(3 + 2 * index), get + field))
        }
        // The newest entry is kept, the oldest is not.
        h2.talk.client(Frames.frame(1, 5, 101, get + [0xbe]) + Frames.frame(1, 5, 103, get + [0xbe + 19]))
        let recording = Recording(h2.talk, options: Self.options { $0.maxHeaderTableBytesInTotal = 2 * 4096 })
        #expect(recording.exchanges.count == 22)
        let last = recording.exchanges.last?.request.map { String(decoding: $0.head, as: UTF8.self) }
        #expect(last?.contains("x-19: vvv") == true)
        #expect(recording.losses.evictions == 1)
        #expect(recording.losses.unparsedMessages == 1)
    }

    @Test func tablesOfAllConnectionsTogether() {
        var talks = [HTTP2Talk]()
        for index in 0..<4 {
            var h2 = HTTP2Talk(clientPort: UInt16(40000 + index))
            h2.visit(1, "/\(index)", "x")
            talks.append(h2)
        }
        let recording = Recording(
            talks.map(\.talk), options: Self.options { $0.maxHeaderTableBytesInTotal = 3 * 8192 })
        #expect(recording.exchanges.count == 3)
        #expect(recording.losses.evictions == 1)
        #expect(recording.losses.opaqueConnections == 1)
    }

    @Test func bodiesAreCutLikeAnyOther() {
        var h2 = HTTP2Talk()
        h2.visit(1, "/a", "0123456789")
        let recording = Recording(h2.talk, options: Self.options { $0.maxBodyBytes = 4 })
        #expect(recording.lines == ["GET /a → 200 0123"])
        #expect(recording.exchanges.first?.response?.bodyBytes == 10)
    }

    @Test func withoutMemoryThereIsNoExchangeAndNoHarm() {
        var h2 = HTTP2Talk()
        for index in 0..<10 { h2.talk.client(h2.client.post(UInt32(1 + 2 * index), "/\(index)", "body")) }
        let recording = Recording(h2.talk, options: Self.options { $0.maxBufferedBytes = 2048 })
        #expect(recording.exchanges.count <= 10)
        #expect(recording.losses.evictions > 0)
    }

    @Test func settingsAndPingsCostNothing() {
        var h2 = HTTP2Talk()
        let flood = (0..<200).flatMap {
            Frames.settings([(1, UInt32($0)), (5, 1)]) + Frames.frame(6, 0, 0, Wire.u32(0) + Wire.u32(0))
        }
        h2.talk.client(flood)
        h2.visit(1, "/a", "x")
        #expect(Recording(h2.talk).lines == ["GET /a → 200 x"])
    }
}
