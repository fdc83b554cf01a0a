import Formats
import HTTPWire
import TestSupport
import Testing
import Traffic

@testable import Interchange

/// What files of each format become, with each of their values changed, and what is written of exchanges, exactly.
@Suite struct ExactFilesTests {
    /// What can be in an exchange, with numbers that differ.
    private static let exchanges: [Exchange] = [
        exchange(
            message(
                "POST /a?b=c HTTP/1.1\r\nHost: h:8080\r\nContent-Type: application/x-www-form-urlencoded\r\nCookie: s=1; t=2\r\n\r\n",
                body: Array("a=1&b=%20".utf8), from: 1_767_225_600_000_001_000, to: 1_767_225_600_003_000_000),
            message(
                "HTTP/1.1 201 Created\r\nSet-Cookie: u=3; Path=/; Secure\r\nLocation: /n\r\nContent-Type: text/plain\r\n\r\n",
                body: Array("tëxt".utf8), trailers: Array("T: 1\r\n".utf8), from: 1_767_225_600_010_000_000,
                to: 1_767_225_600_020_000_000), status: 201, number: 7),
        exchange(
            message(
                ":method: GET\r\n:scheme: https\r\n:authority: b.test\r\n:path: /x\r\naccept: */*\r\n\r\n",
                from: 1_767_225_601_000_000_000, to: 1_767_225_601_000_000_000),
            message(
                ":status: 404\r\ncontent-encoding: br\r\n\r\n", body: [0, 0xff], bodyBytes: 9,
                from: 1_767_225_601_500_000_000, to: 1_767_225_601_500_000_001, isComplete: false), status: 404,
            version: .http2, scheme: .https, number: 8),
        exchange(
            message("GET / HTTP/1.0\r\n\r\n", from: 1_767_225_602_000_000_000, to: 1_767_225_602_000_000_000), nil,
            status: nil, version: .http10, number: 7),
        exchange(
            nil,
            message("HTTP/1.1 200 OK\r\n\r\n", from: 1_767_225_603_000_000_000, to: 1_767_225_603_000_000_002)),
        exchange(
            message(
                "PUT /🐵🙈🙉 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", body: Array("\n🐵🙈🙉\n".utf8),
                from: 1_767_225_604_000_000_000, to: 1_767_225_604_000_000_000),
            message(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", body: [65], trailers: Array("T: 2\r\n".utf8),
                from: 1_767_225_604_000_000_000, to: 1_767_225_605_000_000_000)),
    ]

    private static let connections = [
        RecordedConnection(
            number: 7, client: SocketAddress(v4: 0xc000_0201, port: 51000),
            server: SocketAddress(v4: 0xc000_0202, port: 80)),
        RecordedConnection(
            number: 8, client: SocketAddress(high: 0x2001_0db8_0000_0000, low: 1, port: 1),
            server: SocketAddress(high: 0, low: 1, port: 65535)),
    ]

    private static func losses() -> [CaptureLoss] {
        var loss = CaptureLoss(second: 1_767_225_601)
        (loss.kernelDrops, loss.gapBytes, loss.unreadPackets) = (3, 7, 6)
        (loss.anomalies.clockSteps, loss.anomalies.longestClockStepNs) = (2, -50_000_000)
        return [loss, CaptureLoss(second: 5), loss]
    }

    private static let har =
        #"{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[{"startedDateTime":"2026-01-01T00:00:00.123+01:00","#
        + #""time":30.5,"connection":"17","serverIPAddress":"192.0.2.7","_session":"5","timings":{"blocked":5,"dns":1,"connect":4,"ssl":3,"send":2,"#
        + #""wait":20,"receive":9},"request":{"method":"POST","url":"https://u:p@a.test:8443/x%20y?z=1#f","httpVersion":"HTTP/1.1","#
        + #""headers":[{"name":"Host","value":"a.test"},{"name":"X-A","value":"1"}],"cookies":[{"name":"c","value":"d"}],"#
        + #""queryString":[{"name":"z","value":"1"}],"bodySize":7,"postData":{"mimeType":"application/x-www-form-urlencoded","#
        + #""params":[{"name":"a b","value":"c&d"},{"name":"f","fileName":"g"}]}},"response":{"status":200,"statusText":"Fine","#
        + #""httpVersion":"h2","headers":[{"name":"Content-Encoding","value":"gzip"},{"name":"Content-Length","value":"99"}],"#
        + #""redirectURL":"","bodySize":12,"content":{"size":3,"mimeType":"text/plain","text":"YWJj","encoding":"base64"}},"#
        + #""cache":{}},{"startedDateTime":"2026-01-01T00:00:01Z","time":7,"timings":{"send":1,"wait":2,"receive":3},"#
        + #""request":{"method":"GET","url":"http://b.test/","httpVersion":"HTTP/1.0","headers":[],"bodySize":0},"#
        + #""response":{"status":304,"statusText":"","httpVersion":"HTTP/1.0","headers":[],"content":{"size":0},"#
        + #""_fetchedViaServiceWorker":false},"_fromCache":"memory"}]}}"#

    private static func described(_ bytes: [UInt8]) -> [String] {
        guard let imported = try? Imported([bytes]) else { return ["no file"] }
        let failure = imported.failure.map { "\($0)" } ?? ""
        // Without the file's folder.
        let reason = failure.split(separator: " ").map { $0.contains("/file0") ? "file0" : $0 }.joined(separator: " ")
        var lines = ["\(imported.formats) \(reason)", plainText(imported.totals)]
        lines += imported.exchanges.map { plainText($0) }
        lines += imported.batch.connections.map { "\($0.number) \($0.client) \($0.server)" }
        return lines + imported.batch.losses.map { plainText($0) }
    }

    /// The lines that a changed file has and the file itself does not.
    private static func changes(_ bytes: [UInt8], from base: [String]) -> String {
        let lines = described(bytes)
        let new = lines.filter { !base.contains($0) }
        return new.isEmpty && lines.count == base.count
            ? "the same" : (["\(lines.count) lines"] + new).joined(separator: "\n")
    }

    /// Where values begin and end in a JSON text: what follows a colon or is in a list.
    private static func values(_ text: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var cursor = 0
        while let colon = text[cursor...].firstIndex(of: UInt8(ascii: ":")) {
            cursor = colon + 1
            guard text[colon - 1] == UInt8(ascii: "\""), cursor < text.count else { continue }
            let end: Int? =
                text[colon..<text.count].withUnsafeBufferPointer { rest in
                    var value = JSONCursor(UnsafeBufferPointer(rebasing: rest[1...]))
                    return value.skipValue() ? colon + 1 + value.position : nil
                }
            if let end { ranges.append(colon + 1..<end) }
        }
        return ranges
    }

    private static func entries(_ name: String, _ file: [UInt8], _ others: [String]) -> [GoldenTable.Entry] {
        let base = described(file)
        var entries = [GoldenTable.Entry(name, base.joined(separator: "\n"))]
        for range in values(file) {
            let key = file[..<range.lowerBound].suffix(24).readable
            for other in others {
                let changed = file[..<range.lowerBound] + Array(other.utf8) + file[range.upperBound...]
                entries.append(
                    GoldenTable.Entry(
                        "\(name) \(range.lowerBound) \(key)\(other)", changes(Array(changed), from: base)))
            }
        }
        return entries
    }

    @Test func harFilesAreReadExactly() {
        let entries = Self.entries("har", Array(Self.har.utf8), ["null", "-1", "\"x\"", "[]", "{\"a\":1}", "tru"])
        let differences = GoldenTable("har.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    @Test func jsonLinesAreReadExactly() {
        let full = exported(
            Array(Self.exchanges.prefix(2)), connections: Self.connections, losses: Self.losses(),
            by: JSONLinesExporter(isFull: true))
        let entries = Self.entries("jsonl", full, ["null", "-1", "\"x\"", "0", "true"])
        let differences = GoldenTable("lines.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    @Test func gorFilesAreReadExactly() {
        let id = "0123456789abcdef01234567"
        let file = Array(
            ("1 \(id) 1000 50\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi\n🐵🙈🙉\n"
                + "2 \(id) 2000 70\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx\n🐵🙈🙉\n"
                + "3 \(id) 3000 90\nHTTP/1.1 500 No\r\n\r\n\n🐵🙈🙉\n").utf8)
        let base = Self.described(file)
        var entries = [GoldenTable.Entry("gor", base.joined(separator: "\n"))]
        for (name, byte) in [("blank", 32), ("9", 57), ("\\n", 10), ("cut", nil)] as [(String, UInt8?)] {
            var places: [String: [Int]] = [:]
            for place in file.indices where file[place] < 0x80 {
                var changed = file
                if let byte { changed[place] = byte } else { changed.removeLast(file.count - place) }
                places[Self.changes(changed, from: base), default: []].append(place)
            }
            entries += places.sorted { $0.value[0] < $1.value[0] }.map { outcome, places in
                GoldenTable.Entry("\(name) at \(places.map { "\($0)" }.joined(separator: " "))", outcome)
            }
        }
        let differences = GoldenTable("gor.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    @Test func exchangesAreWrittenExactly() {
        var entries: [GoldenTable.Entry] = []
        func write(_ name: String, _ exporter: some ExchangeExporter) {
            var exporter = exporter
            exporter.note(Self.connections)
            exporter.note(Self.losses())
            for (index, exchange) in Self.exchanges.enumerated() {
                exporter.append(exchange)
                entries.append(GoldenTable.Entry("\(name) \(index)", exporter.bytes.readable))
                exporter.removeAll()
            }
            exporter.finish()
            entries.append(
                GoldenTable.Entry("\(name) end", "\(exporter.bytes.readable)\n\(plainText(exporter.leftOut))"))
        }
        write("har", HARExporter(version: "1"))
        write("gor", GorExporter())
        write("jsonl", JSONLinesExporter())
        write("full jsonl", JSONLinesExporter(isFull: true))
        let differences = GoldenTable("written.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
