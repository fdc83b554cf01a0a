import TestSupport
import Testing
import Traffic

@testable import HTTPWire

/// What the parsers make of messages, as they are and with each of their bytes changed, exactly.
@Suite struct ExactParsingTests {
    private static let requests = [
        "GET / HTTP/1.1\r\n\r\n", "GET /a?b HTTP/1.0\nHost:h\nConnection: keep-alive\n\n",
        "\r\nHEAD /x HTTP/1.1\r\nConnection: Upgrade, close\r\n\r\nGET /y HTTP/1.1\r\n\r\n", "GET /old\r\n",
        "CONNECT h:1 HTTP/1.1\r\nAuthorization: Basic YTpi\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3, 3\r\nExpect: 100-continue\r\n\r\nabcPUT / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2;x=y\r\nab\r\n0\r\nT: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding:\r\n identity\r\nCookie: a=b\r\n\r\n",
        ":method: CONNECT\r\n:authority: a:1\r\nx: y\r\n\r\n",
        ":method: GET\r\n:scheme: https\r\n:path: /p\r\nhost: h\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF / HTTP/1.1\r\n\r\n",
    ]
    private static let responses = [
        "HTTP/1.1 200 OK\r\n\r\nbody", "HTTP/1.0 204\r\n\r\nHTTP/1.1 304 Not\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 C\r\nContent-Length: 1\r\nSet-Cookie: s=1\r\n\r\nx",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nA \n0123456789\n00\n\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n1\r\nz\r\n0\r\n\rT: 1\r\n U: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: br\r\n\r\nrest", "HTTP/2.0 503 Service\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n", ":status: 404\r\nx: y\r\n\r\n",
        "HTTP/1.1 999  x\r\nA: 1\r\n\t2\r\nNo colon\r\n: none\r\nB:\r\n\r\n",
    ]

    /// The same in chunks of any size, or the sizes that differ.
    private static func stream(_ text: String, isRequest: Bool, isStrict: Bool) -> String {
        let methods: [RequestMethod] = [.get, .head, .connect]
        let whole = ParsedStream(text, isRequest: isRequest, isStrict: isStrict, methods: methods)
        let differing = [1, 2, 3].filter {
            ParsedStream(text, isRequest: isRequest, isStrict: isStrict, pieceSize: $0, methods: methods) != whole
        }
        return
            (whole.messages.map {
                "\($0.head.utf8.count)+\($0.body.utf8.count)+\($0.trailers.utf8.count)\($0.isComplete ? "" : "?")"
            } + (whole.isLost ? ["lost"] : []) + differing.map { "but in chunks of \($0)" }).joined(separator: " ")
    }

    private static func outcome(_ text: String, isRequest: Bool) -> String {
        let bytes = Array(text.utf8)
        let framing = bytes.withUnsafeBytes { HeadFraming($0, isRequest: isRequest) }
        let (loose, strict) = (
            stream(text, isRequest: isRequest, isStrict: false), stream(text, isRequest: isRequest, isStrict: true)
        )
        var parts = [loose == strict ? loose : "\(loose) / \(strict)"]
        parts.append(bytes.withUnsafeBytes { "\(StreamOpening($0))" })
        if let framing {
            parts.append(
                plainText(framing) + (framing.endsConnection ? " ends" : "")
                    + (framing.endsWithConnection ? " until close" : "")
                    + (framing.hasUnusableLength ? " unusable" : ""))
        }
        parts.append(
            isRequest
                ? RequestHead(bytes).map { plainText($0) } ?? "no head"
                : ResponseHead(bytes).map { plainText($0) } ?? "no head")
        if isRequest { parts.append(RequestHead.target(of: bytes) ?? "no target") }
        // After lost bytes, at any position.
        let parser = HTTP1Parser(isRequest: isRequest)
        parts.append(
            [0, 1, 9].map { start in
                ("x\n" + text).utf8.withContiguousStorageIfAvailable {
                    parser.startOfMessage(in: UnsafeRawBufferPointer($0), from: start).map { "\($0)" } ?? "-"
                } ?? ""
            }.joined(separator: ","))
        return parts.joined(separator: "\n")
    }

    /// The positions with each outcome.
    private static func grouped(_ outcomes: [String]) -> String {
        var groups: [(outcome: String, places: [Int])] = []
        for (place, outcome) in outcomes.enumerated() {
            if let index = groups.firstIndex(where: { $0.outcome == outcome }) {
                groups[index].places.append(place)
            } else {
                groups.append((outcome, [place]))
            }
        }
        return groups.map { "\($0.outcome): \($0.places.map { "\($0)" }.joined(separator: " "))" }
            .joined(separator: "\n")
    }

    @Test func messagesAreParsedExactly() {
        var entries: [GoldenTable.Entry] = []
        for (texts, isRequest) in [(Self.requests, true), (Self.responses, false)] {
            for text in texts {
                let name = "\(isRequest ? "request" : "response") \(text.utf8.readable)"
                entries.append(GoldenTable.Entry(name, Self.outcome(text, isRequest: isRequest)))
                let bytes = Array(text.utf8)
                for (change, byte) in [("cut", nil), ("\\n", 10), ("blank", 32), ("colon", 58), ("9", 57)]
                    as [(String, UInt8?)]
                {
                    let outcomes = bytes.indices.map { place in
                        var changed = bytes
                        if let byte { changed[place] = byte } else { changed.removeLast(bytes.count - place) }
                        let other = String(decoding: changed, as: UTF8.self)
                        let (loose, strict) = (
                            Self.stream(other, isRequest: isRequest, isStrict: false),
                            Self.stream(other, isRequest: isRequest, isStrict: true)
                        )
                        let opening = changed.withUnsafeBytes { "\(StreamOpening($0))" }
                        return (loose == strict ? loose : "\(loose) / \(strict)") + " \(opening)"
                    }
                    entries.append(GoldenTable.Entry("\(name) \(change)", Self.grouped(outcomes)))
                }
            }
        }
        let differences = GoldenTable("messages.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    @Test func framesAreParsedExactly() {
        var entries: [GoldenTable.Entry] = []
        for type in [UInt8](0...10) {
            for flags: UInt8 in [0, 1, 4, 8, 0x20, 0x2d, 0x80] {
                var lines: [String] = []
                for stream: UInt8 in [0, 3] {
                    let outcomes = (0...13).map { count in
                        Self.frames(
                            [0, 0, UInt8(count), type, flags, 0, 0, 0, stream] + (0..<UInt8(count)).map { $0 &* 3 &+ 1 }
                        )
                    }
                    lines.append("stream \(stream)\n\(Self.grouped(outcomes))")
                }
                entries.append(GoldenTable.Entry("type \(type) flags \(flags)", lines.joined(separator: "\n")))
            }
        }
        let chain: [UInt8] =
            [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100] + [0, 0, 3, 1, 5, 0, 0, 0, 1, 0x82, 0x41, 0]
            + [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0]
        for byte: UInt8 in [0, 1, 4, 0x21, 0x40, 0x41, 0x80, 0xff] {
            let outcomes = chain.indices.map { place in
                var changed = chain
                changed[place] = byte
                return Self.frames(changed)
            }
            entries.append(GoldenTable.Entry("a byte that is \(byte)", Self.grouped(outcomes)))
        }
        entries.append(
            GoldenTable.Entry("cut", Self.grouped(chain.indices.map { Self.frames(Array(chain.prefix($0))) })))
        for first in stride(from: UInt8(0), through: 255, by: 1) {
            let outcomes: [String] = [
                [first], [first, 0], [first, 1, 0x61], [first, 0x7f, 1, 2], [first, 0xff, 0xff, 0xff, 0xff, 0x0f, 1],
                [first, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
            ].map { block in
                block.withUnsafeBytes { bytes in
                    (HeaderRepresentation(bytes, at: 0).map { "\($0.kind) \($0.index) \($0.end)" } ?? "none")
                        + (HeaderRepresentation.canBeHead(bytes) ? " head" : "")
                }
            }
            entries.append(GoldenTable.Entry("representation \(first)", Self.grouped(outcomes)))
        }
        let differences = GoldenTable("frames.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// The frames of some bytes, whether they look like the beginning of a connection, and where frames begin behind
    /// other bytes.
    private static func frames(_ bytes: [UInt8]) -> String {
        let whole = steps(bytes, pieceSize: .max)
        let differing = [1, 2, 5].filter { steps(bytes, pieceSize: $0) != whole }.map { "but in chunks of \($0)" }
        let opening = bytes.withUnsafeBytes { bytes in
            [true, false].map { HTTP2FrameParser.isOpening(bytes, isFirstOfStream: $0) ? "o" : "-" }.joined()
        }
        let start = ([9, 9, 0] + bytes).withUnsafeBytes { HTTP2FrameParser(hasPreface: false).startOfFrames(in: $0) }
        return "\(whole) \(differing)\(opening) \(start.map { "\($0)" } ?? "-")"
    }

    private static func steps(_ bytes: [UInt8], pieceSize: Int) -> String {
        var parser = HTTP2FrameParser(hasPreface: false)
        var words: [String] = []
        var (data, block) = (0, 0)
        var start = 0
        while start < bytes.count, !parser.isLost {
            let end = start + min(pieceSize, bytes.count - start)
            bytes[start..<end].withUnsafeBytes { piece in
                var offset = 0
                while true {
                    let step = parser.next(piece, from: offset)
                    if step.kind == .needsMore || step.kind == .unparsable { break }
                    offset = step.end
                    switch step.kind {
                    case .frame:
                        let frame = parser.frame
                        words.append("\(frame.stream)\(frame.endsStream ? "e" : "")\(frame.endsBlock ? "b" : "")")
                        (data, block) = (0, 0)
                    case .data: data += step.end - step.start
                    case .block: block += step.end - step.start
                    case .setting: words.append("\(parser.setting)=\(parser.value)")
                    case .frameEnd: words.append("d\(data) b\(block) v\(parser.value)")
                    case .framing, .needsMore, .unparsable: break
                    }
                }
            }
            start = end
        }
        if parser.isLost { return (words + ["lost"]).joined(separator: " ") }
        return (words + [parser.isBetweenFrames ? "." : "left \(parser.contentLeft)"]).joined(separator: " ")
    }

    @Test func proxyHeadersAreReadExactly() {
        let headers: [[UInt8]] =
            [
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET", "PROXY TCP6 ::1 ::2 1 2\r\n", "PROXY UNKNOWN\r\nx",
                "PROXY TCP4 1\nx",
                "PROXY / HTTP/1.1\r\n", "PROXY TCP4 " + String(repeating: "1", count: 95) + "\r\n",
                "PROXY TCP4 " + String(repeating: "1", count: 94) + "\r\n", "GET /", "", "\r\n\r\n",
            ].map { Array($0.utf8) }
            + ([[0x20, 0, 0, 0], [0x21, 0x11, 0, 2, 1, 2, 3], [0x21, 0x11, 1, 0, 1], [0x22, 0, 0, 0]] as [[UInt8]]).map
        {
            [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10] + $0
        }
        let entries = headers.map { bytes in
            var lines = ["length \(bytes.withUnsafeBytes { ProxyHeader.byteCount(in: $0) }.map { "\($0)" } ?? "none")"]
            for size in [1, 5, 13] {
                var header = ProxyHeader()
                var words: [String] = []
                for start in stride(from: 0, to: bytes.count, by: size) {
                    let step = bytes[start..<min(bytes.count, start + size)].withUnsafeBytes { header.read($0) }
                    if step != .unfinished { words.append("\(start): \(step)") }
                    if step != .unfinished, words.count > 2 { break }
                }
                lines.append("by \(size) \(words.joined(separator: "; ")) held \(header.finish().readable)")
            }
            return GoldenTable.Entry(bytes.readable.isEmpty ? "nothing" : bytes.readable, lines.joined(separator: "\n"))
        }
        let differences = GoldenTable("proxy.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
