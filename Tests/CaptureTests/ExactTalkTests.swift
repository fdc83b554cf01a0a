import Capture
import Formats
import Foundation
import HTTPWire
import TestSupport
import Testing
import Traffic

/// Disturbed conversations, drawn at random: what is read of them, exactly. The models say what must not happen; this
/// shows any change of what does.
@Suite struct ExactTalkTests {
    /// An exchange with its connection, session, times in microseconds and sizes.
    private static func line(_ exchange: Exchange) -> String {
        func message(_ message: Exchange.Message?) -> String {
            guard let message else { return "-" }
            let time = { (time: CaptureTime) in (time.nanoseconds - 1_700_000_000_000_000_000) / 1000 }
            return
                "\(time(message.firstByte))…\(time(message.lastByte)) \(message.head.count)+\(message.bodyBytes)+\(message.trailers.count)"
        }
        return
            "\(exchange.connection)/\(exchange.session) \(exchange.line.utf8.readable.prefix(120)) [\(message(exchange.request)), "
            + "\(message(exchange.response))]"
    }

    /// The fields of a value that are neither zero nor empty.
    private static func notable(_ value: Any) -> String {
        Mirror(reflecting: value).children.compactMap { child -> String? in
            let inner = Mirror(reflecting: child.value)
            let text = inner.displayStyle == .struct ? notable(child.value) : "\(child.value)"
            return ["0", "", "nil", "[]", "[:]", "false"].contains(text) ? nil : "\(child.label ?? "") \(text)"
        }
        .joined(separator: ", ")
    }

    private static func text(_ recording: Recording) -> String {
        (recording.exchanges.map(line) + ["totals: \(notable(recording.totals))"]
            + recording.lossRows.map { "losses: \(notable($0))" }
            + recording.connections.map { "connection: \(notable($0))" }).joined(separator: "\n")
    }

    private static let weathers: [(String, ModelledTalk.Weather)] = [
        ("lost", .init(lost: 0.1)), ("many lost", .init(lost: 0.4)), ("disorder", .init(lost: 0.2, disorder: 6)),
        ("repeated", .init(lost: 0.2, repeated: 0.5)), ("stale", .init(lost: 0.2, stale: 4)),
        ("all, reset", .init(lost: 0.15, repeated: 0.3, disorder: 5, stale: 3, ending: 1)),
        ("all, open", .init(lost: 0.15, repeated: 0.3, disorder: 5, stale: 3, ending: 2)),
        ("calm, reset", .init(repeated: 0.3, disorder: 4, stale: 3, ending: 1)),
    ]

    @Test func disturbedTalksAreExact() {
        var entries: [GoldenTable.Entry] = []
        for (name, weather) in Self.weathers {
            for seed in UInt64(1000)..<1008 {
                var talk = Talk()
                talk.segments = ModelledTalk(seed: seed, weather).packets
                var options = CaptureOptions()
                // Holes are given up at once, soon, or by time.
                if seed % 4 == 0 { options.limits.holePatiencePackets = 3 }
                if seed % 4 == 1 { options.limits.holePatience = .milliseconds(4) }
                if seed % 4 == 2 { options.limits.closingTime = .milliseconds(2) }
                entries.append(GoldenTable.Entry("\(name) \(seed)", Self.text(Recording(talk, options: options))))
            }
        }
        let differences = GoldenTable("talks.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// Several connections between the same ports, one after the other and at once, with segments lost, repeated and
    /// from elsewhere.
    @Test func portsUsedAgainAreExact() {
        var entries: [GoldenTable.Entry] = []
        for seed in UInt64(0)..<24 {
            var random = SplitMix64(seed: seed)
            var all: [(Talk, TestSegment)] = []
            for number in 0..<4 {
                var talk = Talk(
                    clientNext: UInt32.random(in: 0...(.max), using: &random),
                    serverNext: UInt32.random(in: 0...(.max), using: &random))
                talk.microseconds = Int64(number) * Int64.random(in: 2000...9000, using: &random)
                talk.open()
                for visit in 0..<2 { talk.visit("/\(number)/\(visit)", "of \(number)") }
                if seed % 3 == 0 { talk.close() }
                if seed % 3 == 1 { talk.send(fromClient: seed % 2 == 0, flags: TestSegment.reset | TestSegment.ack) }
                for segment in talk.segments {
                    let draw = Double.random(in: 0..<1, using: &random)
                    if draw < 0.1 { continue }
                    all.append((talk, segment))
                    guard draw > 0.9 else { continue }
                    var again = segment
                    again.microseconds += Int64.random(in: 0...4000, using: &random)
                    all.append((talk, again))
                }
            }
            all.sort { $0.1.microseconds < $1.1.microseconds }
            var assembled = Talk()
            assembled.segments = all.map(\.1)
            entries.append(GoldenTable.Entry("ports \(seed)", Self.text(Recording(assembled))))
        }
        let differences = GoldenTable("ports.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static var http2: HTTP2Talk {
        var talk = HTTP2Talk()
        talk.visit(1, "/a", "first")
        talk.talk.client(talk.client.post(3, "/b", "sent"))
        talk.talk.client(talk.client.get(5, "/c", [("cookie", "a=1"), ("cookie", "b=2"), ("content-length", "0")]))
        talk.talk.server(
            talk.server.headers(5, [(":status", "103"), ("link", "</x>")])
                + talk.server.ok(5, "third", [("content-length", "5"), ("x-y", "z")]))
        talk.talk.server(
            talk.server.headers(3, [(":status", "200")]) + Frames.data(3, "par", ends: false)
                + Frames.frame(8, 0, 0, Wire.u32(1000))
                + Frames.data(3, "t", ends: false) + talk.server.headers(3, [("grpc-status", "0")], ends: true))
        talk.talk.client(Frames.frame(2, 0, 7, Wire.u32(3) + [9]) + talk.client.get(7, "/d"))
        talk.talk.server(Frames.reset(7))
        talk.talk.client(talk.client.get(9, "/e"))
        talk.talk.server(Frames.frame(0, 0x09, 9, [3] + Array("padded".utf8) + [0, 0, 0]))
        talk.talk.server(Frames.frame(7, 0, 0, Wire.u32(9) + Wire.u32(0)))
        talk.talk.close()
        return talk
    }

    /// Each byte of the frames of HTTP/2 changed, several bytes lost, and the beginning missing.
    @Test func changedFramesAreExact() {
        let talk = Self.http2.talk
        var entries = [GoldenTable.Entry("whole", Self.text(Recording(talk)))]
        for (index, segment) in talk.segments.enumerated() where !segment.payload.isEmpty {
            for place in segment.payload.indices where place < 14 || place % 5 == 0 {
                var changed = talk
                changed.segments[index].payload[place] ^= [1, 4, 8, 0x20, 0x80][(index + place) % 5]
                let recording = Recording(changed)
                entries.append(
                    GoldenTable.Entry(
                        "segment \(index), byte \(place)",
                        recording.lines.map { $0.utf8.readable }.joined(separator: " | ")
                            + " | \(Self.notable(recording.losses))"))
            }
            let rest = talk.segments.indices.filter { $0 != index }
            entries.append(GoldenTable.Entry("without \(index)", Self.text(Recording(talk, order: Array(rest)))))
            entries.append(
                GoldenTable.Entry(
                    "from \(index)", Self.text(Recording(talk, order: Array(index..<talk.segments.count)))))
        }
        for size in [1, 7, 30] {
            entries.append(GoldenTable.Entry("by \(size)", Self.text(Recording(talk.cut(to: size)))))
        }
        let differences = GoldenTable("frames.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// The same for the records of TLS, with each kind of cipher.
    @Test func changedRecordsAreExact() throws {
        var entries: [GoldenTable.Entry] = []
        try TLSTests.withKeyLog { options in
            for suite in TLSKeys.Suite.allCases {
                var talk = SealedTalk(suite)
                talk.visit("/a", "first")
                talk.client(get("/b"))
                talk.server("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
                talk.server("def")
                talk.visit("/c", "third")
                talk.talk.close()
                entries.append(GoldenTable.Entry("\(suite)", Self.text(Recording(talk.talk, options: options))))
                for (index, segment) in talk.talk.segments.enumerated() where !segment.payload.isEmpty {
                    let isHello = index < 6
                    let places = segment.payload.indices.filter { isHello ? $0 % 3 == 0 : $0 < 6 || $0 % 17 == 0 }
                    var marks = ""
                    for place in places {
                        var changed = talk.talk
                        changed.segments[index].payload[place] ^= [1, 2, 8, 0x40][(index + place) % 4]
                        let recording = Recording(changed, options: options)
                        let lines = recording.exchanges.map { $0.isComplete ? "c" : $0.response == nil ? "q" : "i" }
                            .joined()
                        marks +=
                            "\(lines)\(recording.losses.gaps)\(recording.losses.unparsedMessages)\(recording.losses.opaqueConnections) "
                    }
                    entries.append(GoldenTable.Entry("\(suite), segment \(index)", marks))
                    let rest = talk.talk.segments.indices.filter { $0 != index }
                    let without = Recording(talk.talk, order: Array(rest), options: options)
                    entries.append(
                        GoldenTable.Entry(
                            "\(suite) without \(index)",
                            without.lines.joined(separator: " | ") + " | \(Self.notable(without.losses))"))
                }
            }
        }
        let differences = GoldenTable("records.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// Requests and responses as they may be framed, rightly and wrongly.
    @Test func framingIsExact() {
        let requests = [
            get("/a"), "GET /a HTTP/1.0\r\n\r\n", "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
            "GET /a HTTP/1.1\nHost: h\n\n",
            "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "HEAD /a HTTP/1.1\r\n\r\n",
            "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n",
            "POST /a HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\nabc",
            "POST /a HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "POST /a HTTP/1.1\r\nContent-Length: x\r\n\r\nabc", "POST /a HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc",
            "POST /a HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 9\r\n\r\n1\r\na\r\n0\r\n\r\n",
            "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nabc\r\n0\r\n\r\n", "\r\n\r\n" + get("/a"),
            "CONNECT h:1 HTTP/1.1\r\n\r\n",
            "GET /a HTTP/1.1\r\nConnection: close\r\n\r\n",
            "GET /a HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab", "FOO /a HTTP/1.1\r\n\r\n",
            "GET /a\r\n\r\n", "nonsense\r\n\r\n",
            "GET /a HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
        ]
        let answers = [
            ok("x"), "HTTP/1.1 200 OK\r\n\r\nuntil the end", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
            "HTTP/1.1 204 No\r\n\r\n",
            "HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n" + ok("x"),
            "HTTP/1.1 101 Switching\r\n\r\nraw",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nT: v\r\n\r\n",
            "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx", "HTTP/1.1 20 OK\r\n\r\n",
            "HTTP/1.1 200 OK\nContent-Length: 1\n\nx", "nonsense\r\n\r\n",
        ]
        var entries: [GoldenTable.Entry] = []
        for (number, request) in requests.enumerated() {
            for (place, answer) in answers.enumerated() where number == 0 || place == 0 || (number + place) % 4 == 0 {
                var talk = Talk.opened()
                talk.client(request)
                talk.server(answer)
                talk.visit("/next", "then")
                talk.close()
                let recording = Recording(talk)
                let pieces = Recording(talk.cut(to: 5))
                entries.append(
                    GoldenTable.Entry(
                        "request \(number), answer \(place)",
                        recording.exchanges.map(Self.line).joined(separator: "\n")
                            + "\n\(Self.notable(recording.losses))"
                            + (pieces.lines == recording.lines
                                ? "" : "\nin pieces: \(pieces.lines.joined(separator: " | ").utf8.readable)")))
            }
        }
        let differences = GoldenTable("framing.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
