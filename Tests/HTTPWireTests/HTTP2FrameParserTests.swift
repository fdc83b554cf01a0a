import HTTPWire
import Testing

/// Every case is parsed as a whole and in chunks of one, two, three and seven bytes: where a chunk ends must not
/// matter.
@Suite struct HTTP2FrameParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var why: String
        var hasPreface = false
        var bytes: [UInt8]
        /// One line per frame: kind, stream, then its content.
        var want: [String]
        var testDescription: String { why }
    }

    @Test(arguments: [
        Case(
            why: "the preface, then settings", hasPreface: true,
            bytes: Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
                + frame(4, 0, 0, [0, 1, 0, 0, 0x10, 0, 0, 5, 0, 1, 0, 0]) + frame(4, 1, 0),
            want: ["settings 0 1=4096 5=65536", "settings 0"]),
        Case(why: "data", bytes: frame(0, 1, 1, text("hello")), want: ["data 1 end hello"]),
        Case(why: "no data at all", bytes: frame(0, 1, 1), want: ["data 1 end"]),
        Case(why: "padded data", bytes: frame(0, 9, 1, [3] + text("abc") + [0, 0, 0]), want: ["data 1 end abc"]),
        Case(why: "nothing but padding", bytes: frame(0, 8, 1, [2, 0, 0]), want: ["data 1"]),
        Case(why: "a pad length and nothing else", bytes: frame(0, 8, 1, [0]), want: ["data 1"]),
        Case(
            why: "headers with padding and priority",
            bytes: frame(1, 0x2d, 3, [1] + [0x80, 0, 0, 1, 15] + text("block") + [0]), want: ["headers 3 end block"]),
        Case(
            why: "a block in three frames, one of them empty",
            bytes: frame(1, 1, 1, text("a")) + frame(9, 0, 1) + frame(9, 4, 1, text("bc")),
            want: ["headers 1 end a", "continuation 1", "continuation 1 bc"]),
        Case(
            why: "a promise, padded", bytes: frame(5, 0xc, 1, [1, 0x80, 0, 0, 2] + text("block") + [0]),
            want: ["pushPromise 1 value 2 block"]),
        Case(why: "a reset", bytes: frame(3, 0, 5, [0, 0, 0, 8]), want: ["reset 5 value 8"]),
        Case(
            why: "going away, with debug data", bytes: frame(7, 0, 0, [0, 0, 0, 9, 0, 0, 0, 0] + text("why")),
            want: ["goAway 0 value 9"]),
        Case(
            why: "priority, ping and window update say nothing",
            bytes: frame(2, 0, 3, [0, 0, 0, 0, 1]) + frame(6, 0, 0, [UInt8](repeating: 7, count: 8))
                + frame(8, 0, 0, [0, 0, 1, 0]), want: ["priority 3", "ping 0", "windowUpdate 0"]),
        Case(
            why: "a type nobody knows, and flags that mean nothing",
            bytes: frame(0xfa, 0xff, 7, text("grease")) + frame(0, 0x41, 1, text("x")),
            want: ["? 7", "data 1 end x"]),
        Case(
            why: "the reserved bit is ignored", bytes: frame(0, 1, 0x8000_0001, text("x")), want: ["data 1 end x"]),
    ]) func frames(_ test: Case) {
        for size in [Int.max, 1, 2, 3, 7] {
            let stream = ParsedFrames(test.bytes, hasPreface: test.hasPreface, pieceSize: size)
            #expect(stream.lines == test.want, "pieces of \(size)")
            #expect(!stream.isLost, "pieces of \(size)")
        }
    }

    @Test(arguments: [
        (Array("GET / HTTP/1.1\r\n\r\n".utf8), true, "no preface"),
        (frame(0, 0, 0, [1]), false, "data of no stream"),
        (frame(0, 8, 1, [2, 0]), false, "more padding than there is room for"),
        (frame(1, 0x2c, 1, [1, 0, 0, 0, 0, 0]), false, "padding that reaches into the priority"),
        (frame(1, 0x24, 1, [0, 0, 0, 0]), false, "a priority cut off"),
        (frame(3, 0, 1, [0, 0, 0]), false, "a reset of three bytes"),
        (frame(4, 0, 0, [0, 1, 0, 0, 0]), false, "a setting cut off"),
        (frame(6, 0, 0, [0]), false, "a ping of one byte"),
        (frame(5, 4, 1, [0, 0]), false, "a promise of nothing"),
        (frame(1, 0, 1, [0x82]) + frame(0, 0, 1, [1]), false, "data within a header block"),
        (frame(1, 0, 1, [0x82]) + frame(9, 4, 3, [0x82]), false, "a block that goes on on another stream"),
    ]) func lost(_ bytes: [UInt8], _ hasPreface: Bool, _ why: String) {
        for size in [Int.max, 1, 3] {
            #expect(ParsedFrames(bytes, hasPreface: hasPreface, pieceSize: size).isLost, "\(why), pieces of \(size)")
        }
    }

    @Test func bytesNeverSeenAreSkippedWithinAFrame() {
        var parser = HTTP2FrameParser(hasPreface: false)
        let bytes = frame(0, 1, 1, [UInt8](repeating: 1, count: 100))
        bytes[..<20].withUnsafeBytes { piece in
            var offset = 0
            while true {
                let step = parser.next(piece, from: offset)
                if step.kind == .needsMore { break }
                offset = step.end
            }
        }
        #expect(parser.contentLeft == 89)
        let isWithin = parser.skip(80)
        #expect(isWithin)
        #expect(parser.contentLeft == 9)
        let isStillWithin = parser.skip(10)
        #expect(!isStillWithin)
        #expect(parser.isLost)
    }

    @Test(arguments: [
        (text("rest of a body") + frame(0, 1, 1, text("x")), Int?(14), "a frame that ends with the piece"),
        (
            text("rest") + frame(8, 0, 0, [0, 0, 1, 0]) + frame(0, 0, 1, text("xyz"), isCut: true), 4,
            "two, one cut off"
        ),
        (frame(0, 0, 1, text("xyz"), isCut: true), nil, "one frame cut off proves nothing"),
        ([UInt8](repeating: 0, count: 64), nil, "zeros"),
        (text("some text that is long enough for a header"), nil, "text"),
        (frame(0, 0x40, 1, [1]), nil, "a flag that data does not have"),
        (frame(4, 0, 3), nil, "settings of a stream"),
    ]) func startOfFrames(_ bytes: [UInt8], _ want: Int?, _ why: String) {
        let found = bytes.withUnsafeBytes { HTTP2FrameParser(hasPreface: false).startOfFrames(in: $0) }
        #expect(found == want, "\(why)")
    }

    @Test(arguments: [
        (frame(4, 0, 0, [0, 3, 0, 0, 0, 100]), true, true, "a server's settings"),
        (frame(4, 0, 0, [0, 3, 0, 0, 0, 100]), false, false, "settings in the middle say too little"),
        (frame(1, 5, 9, [0x82, 0x87, 0x84, 0x41, 1, 0x61]), false, true, "a whole request head"),
        (frame(1, 5, 9, [0xc1, 0xc2]), false, false, "a head of nothing but entries not known"),
        (frame(1, 5, 9, [0x82, 0x41, 9, 0x61]), false, false, "a head that does not fit its block"),
        (frame(0, 1, 9, text("x")), false, false, "data alone"),
        (text("\u{0}\u{0}\u{5}hello"), true, false, "another protocol with lengths"),
    ]) func openings(_ bytes: [UInt8], _ isFirst: Bool, _ want: Bool, _ why: String) {
        #expect(bytes.withUnsafeBytes { HTTP2FrameParser.isOpening($0, isFirstOfStream: isFirst) } == want, "\(why)")
    }

    @Test(arguments: [
        ([0x82], HeaderRepresentation.Kind.indexed, 2, "indexed"),
        ([0xff, 0x80, 0x01], .indexed, 255, "an index of three bytes"),
        ([0x41, 1, 0x61], .added, 1, "a known name"),
        ([0x40, 1, 0x61, 2, 0x62, 0x63], .added, 0, "a name spelt out"),
        ([0x10, 1, 0x61, 0], .literal, 0, "never indexed"),
        ([0x3f, 0xe1, 0x1f], .sizeUpdate, 4096, "a size"),
    ]) func representations(_ bytes: [UInt8], _ kind: HeaderRepresentation.Kind, _ index: Int, _ why: String) {
        let found = (bytes + [0x82]).withUnsafeBytes { HeaderRepresentation($0, at: 0) }
        #expect(found?.kind == kind && found?.index == index && found?.end == bytes.count, "\(why)")
        // Truncated at any position, it is not valid.
        for count in 0..<bytes.count {
            #expect(
                bytes[..<count].withUnsafeBytes { HeaderRepresentation($0, at: 0) } == nil, "\(why), \(count) bytes")
        }
    }

    @Test(arguments: [
        ([0x80], "index 0"), ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], "an index that never ends"),
        ([0x40, 0xff, 0xff, 0xff, 0xff, 0x07, 0x61], "a length past the block"),
    ]) func representationsThatAreNone(_ bytes: [UInt8], _ why: String) {
        #expect(bytes.withUnsafeBytes { HeaderRepresentation($0, at: 0) } == nil, "\(why)")
    }
}

private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

private func frame(
    _ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8] = [], isCut: Bool = false
) -> [UInt8] {
    let length = [payload.count >> 16, payload.count >> 8 & 0xff, payload.count & 0xff].map { UInt8($0) }
    let number = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> UInt32($0)) }
    return length + [type, flags] + number + payload.dropLast(isCut ? 1 : 0)
}

/// The frames that a parser finds in some bytes, as text.
private struct ParsedFrames {
    var lines: [String] = []
    var isLost = false

    init(_ bytes: [UInt8], hasPreface: Bool, pieceSize: Int) {
        var parser = HTTP2FrameParser(hasPreface: hasPreface)
        var line = ""
        var content = ""
        var start = 0
        while start < bytes.count, !parser.isLost {
            let end = min(bytes.count, start + min(pieceSize, bytes.count))
            bytes[start..<end].withUnsafeBytes { piece in
                var offset = 0
                while true {
                    let step = parser.next(piece, from: offset)
                    if step.kind == .needsMore || step.kind == .unparsable { break }
                    offset = step.end
                    switch step.kind {
                    case .frame:
                        let frame = parser.frame
                        line = "\(frame.kind.map { "\($0)" } ?? "?") \(frame.stream)" + (frame.endsStream ? " end" : "")
                        content = ""
                    case .setting: line += " \(parser.setting)=\(parser.value)"
                    case .data, .block: content += String(decoding: piece[step.start..<step.end], as: UTF8.self)
                    case .frameEnd:
                        let hasValue = [.reset, .goAway, .pushPromise].contains(parser.frame.kind)
                        lines.append(
                            line + (hasValue ? " value \(parser.value)" : "") + (content.isEmpty ? "" : " ") + content)
                    default: break
                    }
                }
            }
            start = end
        }
        isLost = parser.isLost
    }
}
