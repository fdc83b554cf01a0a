import ContentCodings
import Formats
import TestSupport
import Testing
import Traffic

@testable import Interchange

@Suite("JSON Lines, there and back")
struct JSONLinesImportTests {
    /// Exchanges with a little of everything, generated from a seed, by start time.
    private func exchanges(_ count: Int, seed: UInt64) -> [Exchange] {
        var random = SplitMix64(seed: seed)
        func bytes(_ limit: Int) -> [UInt8] {
            let isText = Bool.random(using: &random)
            return (0..<Int.random(in: 0...limit, using: &random)).map { _ in
                isText ? UInt8.random(in: 32..<127, using: &random) : UInt8.random(in: .min ... .max, using: &random)
            }
        }
        func some(from: Int64) -> Exchange.Message {
            let body = bytes(50)
            let excess = Bool.random(using: &random) ? 0 : UInt64.random(in: 0...1 << 40, using: &random)
            return message(
                bytes(80), body: body, trailers: bytes(3), bodyBytes: UInt64(body.count) + excess, from: from,
                to: from + Int64.random(in: 0...1000, using: &random), isComplete: Bool.random(using: &random))
        }
        return (0..<count).map { index in
            let shape = Int.random(in: 0...4, using: &random)
            let time = Int64(index) * 10_000 - 50_000
            let request = shape == 0 ? nil : some(from: time)
            let response = shape == 1 ? nil : some(from: time)
            return Exchange(
                connection: UInt32.random(in: 0...9, using: &random),
                session: UInt32.random(in: 0 ... .max, using: &random),
                version: HTTPVersion.allCases.randomElement(using: &random) ?? .http11,
                scheme: Bool.random(using: &random) ? .http : .https, request: request, response: response,
                status: response == nil ? nil : UInt16.random(in: 100...999, using: &random))
        }
    }

    @Test("Every byte, time, number and loss comes back", arguments: 1...5)
    func roundTrip(seed: UInt64) throws {
        let exchanges = exchanges(200, seed: seed)
        let connections = [
            RecordedConnection(
                number: 3, client: SocketAddress(v4: 0xc000_0201, port: 51000),
                server: SocketAddress(v4: 0xc000_0202, port: 80)),
            RecordedConnection(
                number: 0, client: SocketAddress(high: 0x2001_0db8_0000_0000, low: 1, port: 1),
                server: SocketAddress(high: 0, low: 1, port: 65535)),
        ]
        var loss = CaptureLoss(second: -5)
        (loss.kernelDrops, loss.gapBytes) = (.max, 7)
        (loss.damagedFiles, loss.unreadPackets) = (1, 6)
        (loss.anomalies.clockSteps, loss.anomalies.longestClockStepNs) = (2, -50_000_000)
        (loss.anomalies.clockContradictions, loss.anomalies.latePackets) = (3, 4)
        loss.anomalies.repeatedConnections = 5
        let lines = exported(
            exchanges, connections: connections, losses: [loss], by: JSONLinesExporter(isFull: true))
        let imported = try Imported([lines])
        #expect(imported.formats == [.jsonLines] && imported.totals.leftOut.isEmpty && imported.failure == nil)
        #expect(imported.exchanges == exchanges)
        #expect(Set(imported.batch.connections) == Set(connections))
        #expect(imported.batch.losses == [loss])
        let again = exported(
            imported.exchanges, connections: imported.batch.connections, losses: imported.batch.losses,
            by: JSONLinesExporter(isFull: true))
        #expect(again == lines)
    }

    @Test("Losses follow the exchanges, one line per second in order, and only in the full form")
    func losses() {
        var (first, second) = (CaptureLoss(second: 9), CaptureLoss(second: 2))
        (first.gaps, second.gaps) = (1, 2)
        let rows = [first, second, first, CaptureLoss(second: 1)]
        let full = exported([], losses: rows, by: JSONLinesExporter(isFull: true)).text.split(separator: "\n")
        #expect(full.count == 2)
        #expect(!full[0].contains("clockSteps"), "anomalies are written where there are any")
        #expect(full[0].hasPrefix(#"{"loss":{"second":2,"kernelDrops":0,"#) && full[1].contains(#""gaps":2,"#))
        #expect(exported([], losses: rows, by: JSONLinesExporter()).isEmpty)
    }

    @Test("The short form becomes exchanges without bodies that export the same again")
    func shortForm() throws {
        let exchange = exchange(
            message("POST /a?b=c HTTP/1.1\r\nHost: shop.test\r\n\r\n", body: [1, 2]),
            message("HTTP/1.1 201 Created\r\n\r\n", body: [3], from: 5000, to: 9000), status: 201)
        let imported = try Imported([exported([exchange], by: JSONLinesExporter())])
        let found = try #require(imported.exchanges.first)
        #expect(found.request?.body == [] && found.request?.bodyBytes == 2 && found.response?.bodyBytes == 1)
        #expect(found.began == exchange.began && found.ended == exchange.ended && found.status == 201)
        #expect(found.request?.head.text.hasPrefix("POST /a?b=c HTTP/1.1\r\nHost: shop.test\r\n") == true)
        let twice = try Imported([exported([found], by: JSONLinesExporter())])
        #expect(twice.exchanges == imported.exchanges)
    }

    static let contradictions: [(reason: String, name: String, value: String, isComplete: Bool)] = [
        ("as it was written", "responseComplete", "true", true),
        ("another size", "responseBodyBytes", "999", false), ("a smaller size", "responseBodyBytes", "1", false),
        ("another body", "responseBody", #""changed body""#, false),
        ("another body of this length", "responseBody", #""ho""#, false),
        ("another digest", "responseBodySHA256", "\"\(String(repeating: "0", count: 64))\"", false),
        ("a digest that is none", "responseBodySHA256", #""x""#, false),
        ("no digest", "responseBodySHA256", "null", true),
    ]

    @Test("A body that does not match its size or digest is incomplete", arguments: contradictions)
    func contradiction(reason: String, name: String, value: String, isComplete: Bool) throws {
        let whole = exchange(
            message("GET /a HTTP/1.1\r\n\r\n"),
            message("HTTP/1.1 200 OK\r\n\r\n", body: Array("hi".utf8), from: 5, to: 9), status: 200)
        let line = exported([whole], by: JSONLinesExporter(isFull: true)).text
        let start = try #require(line.firstRange(of: "\"\(name)\":")).upperBound
        let end = try #require(line[start...].firstIndex { $0 == "," || $0 == "}" })
        let imported = try Imported(line[..<start] + value + line[end...])
        #expect(imported.exchanges.count == 1)
        #expect(imported.exchanges.first?.response?.isComplete == isComplete, "\(reason)")
        #expect(imported.exchanges.first?.request?.isComplete == true, "\(reason)")
        #expect(imported.totals.incompleteResponses == (isComplete ? 0 : 1), "\(reason)")
    }

    @Test("Invalid lines are left out and counted")
    func badLines() throws {
        let good = exported([exchange(message(), nil, status: nil)], by: JSONLinesExporter(isFull: true)).text
        let imported = try Imported(
            good + "{\"x\":\n" + good + "nonsense\n" + good + "{\"method\":\"GET\"}\n[1]\n" + good + "{\"time\":1")
        #expect(imported.exchanges.count == 4 && imported.failure == nil)
        #expect(imported.totals.leftOut == [.badLine: 5])
    }

    @Test("The numbers of a second file continue those of the first")
    func severalFiles() throws {
        let lines = exported([exchange(message(), nil, status: nil, number: 7)], by: JSONLinesExporter(isFull: true))
        let imported = try Imported([lines, lines])
        #expect(imported.exchanges.map(\.connection) == [7, 14] && imported.exchanges.map(\.session) == [7, 14])
    }

    static let others: [(reason: String, line: String)] = [
        ("an application's log, in seconds", #"{"time":1772445600.123,"level":"info","msg":"started"}"#),
        ("with a status and a method", #"{"time":1772445601,"status":200,"method":"GET","request":"GET / HTTP/1.1"}"#),
        ("in milliseconds", #"{"time":1772445601000,"status":200,"method":"GET","target":"/"}"#),
        ("in microseconds", #"{"time":1772445601000000,"status":200,"method":"GET","target":"/"}"#),
        ("without any message", #"{"time":1772445601000000000,"session":"a","connection":"b"}"#),
        ("a method without a target", #"{"time":1772445601000000000,"method":"GET"}"#),
        (
            "a span below zero",
            #"{"time":1772445601000000000,"status":200,"method":"GET","target":"/","durationNs":-5}"#
        ),
        ("a first byte before all", #"{"time":1772445601000000000,"status":200,"ttfbNs":-3,"durationNs":5}"#),
        ("a first byte after the last", #"{"time":1772445601000000000,"status":200,"ttfbNs":50,"durationNs":5}"#),
        ("an end past all time", #"{"time":9223372036854775807,"status":200,"durationNs":9223372036854775807}"#),
    ]

    @Test("Lines of other programs become no exchanges of 1970, and none that end before they begin", arguments: others)
    func otherPrograms(reason: String, line: String) throws {
        let imported = try Imported(line + "\n")
        #expect(imported.exchanges.isEmpty && imported.totals.leftOut == [.badLine: 1], "\(reason)")
    }

    @Test("Lines that begin with other fields are not JSON Lines of this program")
    func otherFields() throws {
        for text in [#"{"ts":"x","level":"info"}"#, #"{"startedDateTime":"2026-03-02T10:00:00.000Z","time":50}"#] {
            let imported = try Imported(text)
            #expect(imported.exchanges.isEmpty && imported.failure != nil, "\(text)")
        }
    }

    @Test("A line written by hand needs a time in nanoseconds and a method and target, or a status")
    func byHand() throws {
        let lines = [
            #"{"time":1772445601000000000,"method":"GET","target":"/a","authority":"a.test"}"#,
            #"{"time":1772445601000000000,"status":204}"#,
        ]
        let imported = try Imported(lines.joined(separator: "\n"))
        #expect(imported.exchanges.map(\.status) == [nil, 204] && imported.totals.leftOut.isEmpty)
    }

    @Test("Zstandard and gzip are recognised, in one frame or several, and truncation is reported")
    func compressed() throws {
        let lines = exported(exchanges(200, seed: 9), by: JSONLinesExporter(isFull: true))
        let half = lines.count / 2
        let frames =
            try ContentCoding([.zstd]).encoded(Array(lines[..<half]))
            + ContentCoding([.zstd]).encoded(
                Array(lines[half...]))
        for (reason, bytes) in [
            ("zstd", try ContentCoding([.zstd]).encoded(lines)), ("two frames", frames),
            ("gzip", try ContentCoding([.gzip]).encoded(lines)),
            ("zstd in gzip", try ContentCoding([.zstd, .gzip]).encoded(lines)),
            ("a frame to skip first", [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3] + frames),
        ] {
            let imported = try Imported([bytes])
            #expect(imported.formats == [.jsonLines] && imported.exchanges.count == 200, "\(reason)")
            #expect(imported.failure == nil && imported.totals.leftOut.isEmpty, "\(reason)")
        }
        let cut = try Imported([Array(frames.dropLast(10))])
        guard case .readFailed = cut.failure else {
            Issue.record("a cut file is read as if it were whole: \(String(describing: cut.failure))")
            return
        }
    }

    @Test("A push comes back as one, and bodies of the short form are missing")
    func pushAndShortBodies() throws {
        var push = exchange(message(), message("HTTP/1.1 200 OK\r\n\r\n", body: [1, 2], from: 3000, to: 3000))
        push.isPush = true
        #expect(try Imported([exported([push], by: JSONLinesExporter(isFull: true))]).exchanges.first?.isPush == true)
        let short = try Imported([exported([push], by: JSONLinesExporter())])
        #expect(short.exchanges.first?.isPush == true)
        #expect(
            short.exchanges.first?.request?.isComplete == true && short.exchanges.first?.response?.isComplete == false)
        #expect(short.totals.incompleteRequests == 0 && short.totals.incompleteResponses == 1)
    }
}
