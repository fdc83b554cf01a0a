import ContentCodings
import Foundation
import Testing
import Traffic

@testable import Interchange

@Suite("HAR, there and back")
struct HARRoundTripTests {
    private static let base: Int64 = 1_700_000_000_000_000_123

    private static func time(_ nanoseconds: Int64) -> Int64 { base + nanoseconds }

    static let cases: [(reason: String, exchange: Exchange)] = [
        (
            "a post with text",
            exchange(
                message(
                    "POST /a?b=%20c HTTP/1.1\r\nHost: a.test\r\nContent-Type: a/b\r\n\r\n",
                    body: Array("ü\u{0}\"".utf8), from: base, to: time(1)),
                message(
                    "HTTP/1.1 201 Very Created\r\nX: y\r\nX: z\r\n\r\n", body: Array("{}".utf8), from: time(7),
                    to: time(1_000_000_007)), status: 201)
        ),
        (
            "binary bodies",
            exchange(
                message("PUT / HTTP/1.0\r\nHost: a\r\n\r\n", body: [0xff, 0], from: base, to: base),
                message("HTTP/1.0 200 OK\r\n\r\n", body: [0xfe, 0xfd, 1], from: time(5), to: time(5)), version: .http10)
        ),
        ("no response", exchange(message("GET / HTTP/1.1\r\nHost: a\r\n\r\n", from: base, to: base), nil, status: nil)),
        (
            "bodies that were cut",
            exchange(
                message("POST / HTTP/1.1\r\nHost: a\r\n\r\n", body: [65], bodyBytes: 70, from: base, to: base),
                message("HTTP/1.1 200 OK\r\n\r\n", body: [66], bodyBytes: 1 << 40, from: base, to: base))
        ),
        (
            "bytes that were lost",
            exchange(
                message("GET / HTTP/1.1\r\nHost: a\r\n\r\n", from: base, to: base, isComplete: false),
                message("HTTP/1.1 200 OK\r\n\r\n", body: [66], from: base, to: base, isComplete: false))
        ),
        (
            "HTTP/2 over TLS",
            exchange(
                message(
                    ":method: GET\r\n:scheme: https\r\n:authority: a:8443\r\n:path: /x\r\ncookie: a=b; c=d\r\n\r\n",
                    from: base, to: base),
                message(":status: 503\r\nretry-after: 1\r\n\r\n", from: base, to: base), status: 503, version: .http2,
                scheme: .https)
        ),
        (
            "a coding nobody knows",
            exchange(
                message("GET / HTTP/1.1\r\nHost: a\r\n\r\n", from: base, to: base),
                message("HTTP/1.1 200 OK\r\nContent-Encoding: x\r\n\r\n", body: [1, 2, 0xff], from: base, to: base))
        ),
    ]

    @Test("What HAR can represent comes back exactly", arguments: cases)
    func roundTrip(reason: String, exchange: Exchange) throws {
        let file = exported([exchange], by: HARExporter(version: "1"))
        #expect(HARRules(try JSONSerialization.jsonObject(with: Data(file))).problems.isEmpty)
        let imported = try Imported([file])
        #expect(imported.failure == nil && imported.exchanges == [exchange], "\(reason)")
    }

    @Test("The rules for exports detect violations")
    func brokenRules() throws {
        let file = exported([HARRoundTripTests.cases[0].exchange], by: HARExporter(version: "1")).text
        let breaks = [
            (#""version":"1.2""#, #""version":"1.1""#, "log.version"),
            (#""cache":{}"#, #""cache":0"#, "entries[0].cache"), (#""time":"#, #""times":"#, "entries[0].time"),
            (#""redirectURL""#, #""redirect""#, "entries[0].response.redirectURL"),
            (#""headersSize":"#, #""headersSize":-"#, "entries[0].request.headersSize"),
        ]
        for (old, new, problem) in breaks {
            try #require(file.contains(old))
            let broken = try JSONSerialization.jsonObject(
                with: Data(file.replacingOccurrences(of: old, with: new).utf8))
            #expect(HARRules(broken).problems.contains(problem), "\(problem)")
        }
    }

    @Test("Codings are undone")
    func decoded() throws {
        let coded = try ContentCoding([.gzip]).encoded(Array("hello".utf8))
        let exchange = exchange(
            message(),
            message("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(coded.count)\r\n\r\n", body: coded))
        let file = exported([exchange], by: HARExporter(version: "1"))
        #expect(
            file.text.contains(#""content":{"size":5,"compression":\#(5 - coded.count),"mimeType":"","text":"hello"}"#))
        let response = try #require(try Imported([file]).exchanges.first?.response)
        #expect(response.body.text == "hello" && response.head.text == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    }

    @Test("Addresses, connections and sessions come back, and responses alone are counted")
    func places() throws {
        let connection = RecordedConnection(
            number: 4, client: SocketAddress(v4: 0x7f00_0001, port: 5), server: SocketAddress(v4: 0x7f00_0002, port: 80)
        )
        var exporter = HARExporter(version: "1")
        exporter.note([connection])
        exporter.append(exchange(message("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), message(), number: 4))
        exporter.append(exchange(nil, message(), number: 4))
        exporter.finish()
        #expect(exporter.leftOut == [.withoutRequest: 1])
        let imported = try Imported([exporter.bytes])
        #expect(imported.batch.connections.first?.client == connection.client)
        #expect(imported.batch.connections.first?.server.host == "127.0.0.2")
        #expect(imported.exchanges.count == 1)
    }

    @Test("A file without exchanges is a file")
    func empty() throws {
        let imported = try Imported([exported([], by: HARExporter(version: "1"))])
        #expect(imported.failure == nil && imported.exchanges.isEmpty && imported.formats == [.har])
    }
}
