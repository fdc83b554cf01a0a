import TestSupport
import Testing
import Traffic

@testable import Interchange

@Suite(".gor")
struct GorTests {
    private static let id = "0123456789abcdef01234567"

    private func record(_ header: String, _ payload: String) -> String { "\(header)\n\(payload)\n🐵🙈🙉\n" }

    private func get(_ path: String = "/", id: String = id, time: Int64 = 1000, latency: String = " 50") -> String {
        record("1 \(id) \(time)\(latency)", "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
    }

    private func ok(_ kind: Int = 2, id: String = id, time: Int64 = 2000, latency: String = " 70", body: String = "hi")
        -> String
    {
        record(
            "\(kind) \(id) \(time)\(latency)", "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    @Test("Records with one id are an exchange, with their times")
    func pair() throws {
        let imported = try Imported(get() + ok())
        let exchange = try #require(imported.exchanges.first)
        #expect(imported.formats == [.gor] && imported.exchanges.count == 1 && imported.totals.leftOut.isEmpty)
        #expect(exchange.request?.firstByte.nanoseconds == 1000 && exchange.request?.lastByte.nanoseconds == 1050)
        #expect(exchange.response?.firstByte.nanoseconds == 2000 && exchange.response?.lastByte.nanoseconds == 2070)
        #expect(exchange.response?.body.text == "hi" && exchange.status == 200 && exchange.isComplete)
    }

    @Test("Order, missing halves and missing latencies do not matter")
    func variants() throws {
        #expect(try Imported(ok() + get()).exchanges.map(\.status) == [200], "the response first")
        #expect(
            try Imported(get(latency: "") + ok(latency: " -1")).exchanges.first?.ended.nanoseconds == 2000,
            "no latencies")
        #expect(try Imported(get()).exchanges.map(\.status) == [nil], "no response")
        #expect(try Imported(ok()).exchanges.map(\.status) == [200], "no request")
        #expect(try Imported(get("/1") + get("/2") + ok()).exchanges.map(\.status) == [nil, 200], "an id used twice")
        #expect(try Imported(String((get() + ok()).dropLast(6))).exchanges.map(\.status) == [200], "no last separator")
        #expect(
            try Imported([Array(get().utf8), Array(ok().utf8)]).exchanges.map(\.status) == [200], "halves in two files")
    }

    @Test("A replayed response replaces a missing original one")
    func replayed() throws {
        let alone = try #require(try Imported(get() + ok(3, time: 99_000, latency: " 500")).exchanges.first)
        #expect(alone.status == 200 && alone.ended.nanoseconds == 1550)
        let both = try Imported(get() + ok(3, body: "replayed") + ok(body: "original")).exchanges
        #expect(both.map { $0.response?.body.text } == ["original"])
    }

    @Test("Invalid records are left out and counted")
    func badRecords() throws {
        let imported = try Imported(get() + record("x", "y") + record("9 \(GorTests.id) 5", "z") + "\n\n" + ok())
        #expect(imported.exchanges.map(\.status) == [200])
        #expect(imported.totals.leftOut == [.badRecord: 2])
        let noHTTP = try Imported(record("1 \(GorTests.id) 5", "\u{1}\u{2}"))
        #expect(noHTTP.exchanges.isEmpty && noHTTP.totals.leftOut == [.badRecord: 1])
    }

    static let payloads: [(reason: String, response: String, body: String, bytes: UInt64, isComplete: Bool)] = [
        ("chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", "ab", 2, true),
        ("cut in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab", "ab", 2, false),
        ("cut in the body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "ab", 9, false),
        ("until the connection ends", "HTTP/1.1 200 OK\r\n\r\nab", "ab", 2, true),
        (
            "an interim response before it",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "a", 1, true
        ),
        ("no body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", 0, true),
    ]

    @Test("Payloads are parsed as on the wire", arguments: payloads)
    func payloadParts(reason: String, response: String, body: String, bytes: UInt64, isComplete: Bool) throws {
        let found = try #require(
            try Imported(get() + record("2 \(GorTests.id) 2000 0", response)).exchanges.first?.response)
        #expect(found.body.text == body && found.bodyBytes == bytes && found.isComplete == isComplete, "\(reason)")
        #expect(found.head.text.hasPrefix("HTTP/1.1 200"), "\(reason)")
    }

    @Test("The answer to HEAD has no body")
    func head() throws {
        let text =
            record("1 \(GorTests.id) 1", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            + record("2 \(GorTests.id) 2", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        #expect(try Imported(text).exchanges.first?.isComplete == true)
    }

    @Test("What .gor can represent comes back, by time")
    func roundTrip() throws {
        let first = exchange(
            message("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", body: [255, 0], from: 1000, to: 1100),
            message(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", body: [1, 2, 3],
                trailers: Array("A: b\r\n\r\n".utf8), from: 9000, to: 9500))
        let second = exchange(message("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n", from: 2000, to: 2000), nil, status: nil)
        let file = exported([first, second], by: GorExporter())
        let lines = file.text.split(separator: "\n").filter { $0.contains("0000000000") }
        #expect(
            lines.map { $0.prefix(1) } == ["1", "1", "2"], "the response is behind the request that began before it")
        var imported = try Imported([file]).exchanges.sorted { $0.began < $1.began }
        for index in imported.indices { (imported[index].connection, imported[index].session) = (1, 1) }
        #expect(imported == [first, second])
    }

    @Test("HTTP/2 is written as HTTP/1.1, and what would end a record is left out")
    func cannotCarry() throws {
        let http2 = exchange(
            message(":method: POST\r\n:scheme: https\r\n:authority: a\r\n:path: /x\r\naccept: b\r\n\r\n", body: [65]),
            message(":status: 204\r\n\r\n", from: 3000, to: 3000), status: 204, version: .http2, scheme: .https)
        let file = exported([http2], by: GorExporter()).text
        #expect(file.contains("\nPOST /x HTTP/1.1\r\nHost: a\r\naccept: b\r\nContent-Length: 1\r\n\r\nA\n🐵"))
        #expect(file.contains("\nHTTP/1.1 204 \r\n\r\n\n🐵"))
        var exporter = GorExporter()
        exporter.append(exchange(message(body: Array("a\n🐵🙈🙉\nb".utf8)), nil, status: nil))
        exporter.append(exchange(nil, message()))
        exporter.finish()
        #expect(exporter.bytes.isEmpty && exporter.leftOut == [.holdsSeparator: 1, .withoutRequest: 1])
    }
}
