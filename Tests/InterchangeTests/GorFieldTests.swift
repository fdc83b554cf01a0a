import TestSupport
import Testing
import Traffic

@testable import Interchange

/// Files as written by every released version, editors and faulty programs: read correctly, or counted.
@Suite(".gor as written by programs")
struct GorFieldTests {
    private static let epoch: Int64 = 1_772_445_600_000_000_000
    private static let separator = "\n🐵🙈🙉\n"

    private func record(_ header: String, _ payload: String) -> String {
        "\(header)\n\(payload)\(GorFieldTests.separator)"
    }

    private func request(_ id: String, _ path: String = "/", at offset: Int64 = 0, body: String = "") -> String {
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return record(
            "1 \(id) \(GorFieldTests.epoch + offset) 0", "POST \(path) HTTP/1.1\r\nHost: a\r\n\(length)\r\n\(body)")
    }

    private func response(_ id: String, _ fields: String, kind: Int = 2, status: Int = 200, body: String = "hi")
        -> String
    {
        record(
            "\(kind) \(id) \(fields)", "HTTP/1.1 \(status) OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private func answered(_ id: String, at offset: Int64 = 0) -> String {
        request(id, "/\(id)", at: offset) + response(id, "\(GorFieldTests.epoch + offset + 5_000_000) 0")
    }

    @Test("Line ends that an editor changed between records lose nothing")
    func crlf() throws {
        let text = answered("00000001") + answered("00000002", at: 10) + answered("00000003", at: 20)
        // Only the lines of the format itself, then every line.
        let own = text.replacing(GorFieldTests.separator, with: "\r\n🐵🙈🙉\r\n").replacing(" 0\n", with: " 0\r\n")
        let all = text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")
        for (reason, text) in [("own lines", own), ("all lines", all), ("a blank line first", "\n\n" + text)] {
            let imported = try Imported(text)
            #expect(imported.formats == [.gor] && imported.exchanges.count == 3, "\(reason)")
            #expect(imported.exchanges.allSatisfy { $0.isComplete && $0.status == 200 }, "\(reason)")
            #expect(imported.exchanges.map { $0.response?.body.text } == ["hi", "hi", "hi"], "\(reason)")
            #expect(imported.totals.leftOut.isEmpty, "\(reason)")
        }
        let marked = try Imported([[0xef, 0xbb, 0xbf] + Array(text.utf8)])
        #expect(marked.formats == [.gor] && marked.exchanges.count == 3)
    }

    @Test("Separators are found wherever the window of bytes ends")
    func windows() throws {
        for size in 255_900..<256_200 {
            let body = String(repeating: "x", count: size)
            let imported = try Imported(
                request("00000001", body: body) + response("00000001", "\(GorFieldTests.epoch) 0"))
            #expect(imported.exchanges.count == 1 && imported.totals.leftOut.isEmpty, "a body of \(size) bytes")
            guard imported.exchanges.count == 1 else { return }
        }
    }

    @Test("Separators before the first record are empty records")
    func separatorsFirst() throws {
        let text = request("00000001") + response("00000001", "\(GorFieldTests.epoch) 0")
        for first in [GorFieldTests.separator, "\n" + GorFieldTests.separator + GorFieldTests.separator] {
            let imported = try Imported(first + text)
            #expect(imported.formats == [.gor] && imported.exchanges.count == 1 && imported.totals.leftOut.isEmpty)
        }
    }

    @Test("A truncated head is an incomplete request, a record without a message is counted")
    func halves() throws {
        let answer = response("00000001", "\(GorFieldTests.epoch) 0")
        let cut = try Imported(
            "1 00000001 \(GorFieldTests.epoch)\nGET /a HTTP/1.1\r\nHost: a\r\n" + GorFieldTests.separator + answer)
        #expect(cut.exchanges.map { $0.request?.head.text } == ["GET /a HTTP/1.1\r\nHost: a\r\n"])
        #expect(cut.exchanges.map { [$0.request?.isComplete, $0.response?.isComplete] } == [[false, true]])
        let bad = try Imported(
            "1 00000001 \(GorFieldTests.epoch)\nno request at all" + GorFieldTests.separator + answer)
        #expect(bad.exchanges.map { $0.request == nil } == [true])
        #expect(bad.totals.leftOut == [.badRecord: 1])
    }

    @Test("A message without a separator is a separate message")
    func missingSeparators() throws {
        let glued = """
            1 00000001 \(GorFieldTests.epoch) 0
            POST /one HTTP/1.1\r\nContent-Length: 7\r\n\r\n{"a":1}POST /two HTTP/1.1\r\nContent-Length: 8\r\n\r\n{"b":22}
            """
        let two = try Imported(glued + GorFieldTests.separator + request("00000003", "/three"))
        #expect(two.totals.leftOut.isEmpty)
        #expect(
            two.exchanges.compactMap { $0.request?.head.text.split(separator: " ")[1] }.sorted()
                == ["/one", "/three", "/two"])
        #expect(two.exchanges.compactMap { $0.request?.body.text }.sorted() == ["", #"{"a":1}"#, #"{"b":22}"#])
        // With the second record's first line in between, its response is found.
        let lined = """
            1 00000001 \(GorFieldTests.epoch)
            POST /one HTTP/1.1\r\nContent-Length: 7\r\n\r\n{"a":1}
            1 00000002 \(GorFieldTests.epoch + 9)
            POST /two HTTP/1.1\r\nContent-Length: 7\r\n\r\n{"b":2}
            """
        let found = try Imported(
            lined + GorFieldTests.separator + response("00000002", "\(GorFieldTests.epoch + 50) 0", status: 202)
                + response("00000001", "\(GorFieldTests.epoch + 60) 0", status: 201))
        #expect(found.exchanges.count == 2 && found.totals.leftOut.isEmpty)
        #expect(Set(found.exchanges.compactMap(\.status)) == [201, 202])
        for exchange in found.exchanges {
            let isFirst = exchange.request?.body.text == #"{"a":1}"#
            #expect(exchange.status == (isFirst ? 201 : 202), "each answer goes to its own request")
        }
    }

    @Test("The halves of one exchange between which the separator is missing, or a part of it, belong together")
    func missingSeparatorBetweenHalves() throws {
        let ends = ["", "\n", "\r\n", "\n🐵", "🐵🙈🙉\n", "\n🐵🙈🙉"]
        let (asked, answer) = (request("00000001", body: "abc"), response("00000001", "\(GorFieldTests.epoch + 9) 0"))
        for (first, second) in [(asked, answer), (answer, asked)] {
            for end in ends {
                let glued = first.dropLast(GorFieldTests.separator.count) + end + second
                let imported = try Imported(String(glued) + answered("00000002", at: 50))
                #expect(imported.totals.leftOut.isEmpty, "\(end.debugDescription)")
                #expect(imported.exchanges.map(\.status) == [200, 200], "\(end.debugDescription)")
                #expect(imported.exchanges.allSatisfy { $0.isComplete }, "\(end.debugDescription)")
                #expect(Set(imported.exchanges.map { $0.request?.body.text }) == ["abc", ""])
            }
        }
    }

    @Test("A head's own last line end is not taken for the separator's")
    func separatorsWithoutTheirFirstLineEnd() throws {
        let head = "1 00000001 \(GorFieldTests.epoch) 0\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n🐵🙈🙉\n"
        let imported = try Imported(head + response("00000001", "\(GorFieldTests.epoch + 9) 0"))
        #expect(imported.exchanges.map(\.isComplete) == [true] && imported.totals.leftOut.isEmpty)
    }

    @Test("A separator within a body is a part of it, and what follows it no record")
    func separatorsWithinBodies() throws {
        let inner = "\(GorFieldTests.separator)1 00000009 \(GorFieldTests.epoch) 0\nGET /inner HTTP/1.1\r\n\r\n"
        let long = inner + String(repeating: GorFieldTests.separator, count: 20_000)
        for body in ["🐵🙈🙉", GorFieldTests.separator, inner, inner + inner, "x" + inner + "y", long] {
            let chunks = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
            let chunked = record(
                "2 00000001 \(GorFieldTests.epoch + 9) 0",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)")
            for answer in [response("00000001", "\(GorFieldTests.epoch + 9) 0", body: body), chunked] {
                let imported = try Imported(request("00000001", body: body) + answer + answered("00000002", at: 50))
                #expect(imported.totals.leftOut.isEmpty, "\(body.prefix(40).debugDescription)")
                #expect(imported.exchanges.count == 2 && imported.exchanges.allSatisfy { $0.isComplete })
                let first = imported.exchanges.first
                #expect(first?.request?.body.text == body && first?.response?.body.text == body)
            }
        }
        // A message that was cut off ends at its separator all the same.
        let cut = record("1 00000001 \(GorFieldTests.epoch) 0", "POST /a HTTP/1.1\r\nContent-Length: 300\r\n\r\nabc")
        let imported = try Imported(cut + answered("00000002", at: 50) + answered("00000003", at: 60))
        #expect(
            imported.exchanges.count == 3 && imported.exchanges.filter { $0.request?.isComplete == false }.count == 1)
    }

    @Test("Files of other programs with short ids are recognised by their times and messages")
    func shortIds() throws {
        #expect(try Imported(answered("1") + answered("a2", at: 50)).exchanges.map(\.isComplete) == [true, true])
        let text = "1 2 \(GorFieldTests.epoch) 0\nno message"
        #expect(try Imported(text).failure != nil)
    }

    @Test("Bytes after a message are counted, never silently dropped")
    func bytesBehind() throws {
        let header = "1 00000001 \(GorFieldTests.epoch) 0"
        let imported = try Imported(
            record(header, "POST /a HTTP/1.1\r\nContent-Length: 7\r\n\r\n{\"a\":1},\"token\":1}")
                + record(
                    "2 00000001 \(GorFieldTests.epoch + 9) 0", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n0123456789")
        )
        #expect(imported.exchanges.count == 1 && imported.exchanges.first?.request?.body.text == #"{"a":1}"#)
        #expect(imported.totals.leftOut == [.bytesBehindMessage: 2])
        let many = try Imported(
            record(header, String(repeating: "POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", count: 300)))
        #expect(many.exchanges.count == 257 && many.totals.leftOut == [.bytesBehindMessage: 1], "bounded")
    }

    @Test("An interim response in a separate record is not the response", arguments: [100, 102, 103])
    func interim(status: Int) throws {
        let early = record("2 00000001 \(GorFieldTests.epoch + 1) 0", "HTTP/1.1 \(status) X\r\n\r\n")
        let final = response("00000001", "\(GorFieldTests.epoch + 5) 0", status: 201)
        for (reason, text) in [
            ("in order", request("00000001") + early + final), ("twice", request("00000001") + early + early + final),
            ("late", request("00000001") + final + early),
        ] {
            let imported = try Imported(text)
            #expect(imported.exchanges.map(\.status) == [201] && imported.totals.leftOut.isEmpty, "\(reason)")
        }
        let switching = try Imported(
            request("00000001") + record("2 00000001 \(GorFieldTests.epoch + 1) 0", "HTTP/1.1 101 X\r\n\r\n"))
        #expect(switching.exchanges.map(\.status) == [101])
    }

    @Test("A replayed response in addition to the original is skipped in every order, and counted")
    func replayedNextToOriginal() throws {
        let parts = [
            request("00000001"), response("00000001", "\(GorFieldTests.epoch + 5) 0", body: "original"),
            response("00000001", "\(GorFieldTests.epoch + 8) 9000000", kind: 3, status: 503, body: "replayed"),
        ]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let imported = try Imported(order.map { parts[$0] }.joined() + answered("00000002", at: 100))
            #expect(imported.exchanges.count == 2, "\(order)")
            #expect(imported.exchanges.first { $0.status != 503 }?.response?.body.text == "original", "\(order)")
            #expect(imported.exchanges.allSatisfy { $0.isComplete && $0.status == 200 }, "\(order)")
            #expect(imported.totals.leftOut == [.replayedResponse: 1], "\(order)")
        }
    }

    /// The fields after the id as written by each version, and how long after its request the response ended.
    static let times: [(reason: String, kind: Int, fields: String, took: Int64)] = [
        ("documented", 2, "\(epoch + 5_000_000) 1000", 5_001_000),
        ("without a latency", 2, "\(epoch + 5_000_000)", 5_000_000),
        ("a latency of -1", 2, "\(epoch + 5_000_000) -1", 5_000_000),
        ("0.10 to 0.16: the span alone", 2, "7000000", 7_000_000),
        ("a negative span", 2, "-7", 0), ("replayed, documented", 3, "\(epoch + 60_000_000_000) 9000000", 9_000_000),
        ("replayed, 0.16.1 to 2.0: fields swapped", 3, "9000000 \(epoch + 1_000_000)", 9_000_000),
        ("replayed, the round trip alone", 3, "9000000", 9_000_000),
        ("replayed, with the time as its latency", 3, "\(epoch) \(epoch)", 0),
        ("the time as its latency", 2, "\(epoch + 5_000_000) \(epoch)", 5_000_000),
    ]

    @Test("Times of every version", arguments: times)
    func versions(reason: String, kind: Int, fields: String, took: Int64) throws {
        let imported = try Imported(request("00000001") + response("00000001", fields, kind: kind))
        let exchange = try #require(imported.exchanges.first)
        #expect(exchange.began.nanoseconds == GorFieldTests.epoch, "\(reason)")
        #expect(exchange.ended.nanoseconds - exchange.began.nanoseconds == took, "\(reason)")
    }

    @Test("A response with only a duration needs its request")
    func orphanedSpan() throws {
        let imported = try Imported(answered("00000001") + response("00000002", "7000000"))
        #expect(imported.exchanges.count == 1 && imported.totals.leftOut == [.badRecord: 1])
    }
}
