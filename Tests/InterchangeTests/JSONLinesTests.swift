import Formats
import Foundation
import Testing
import Traffic

@testable import Interchange

@Suite("JSON Lines")
struct JSONLinesTests {
    private func line(_ exchange: Exchange, isFull: Bool = false) throws -> [String: Any] {
        var exporter = JSONLinesExporter(isFull: isFull)
        exporter.append(exchange)
        #expect(exporter.bytes.last == UInt8(ascii: "\n") && exporter.bytes.count { $0 == UInt8(ascii: "\n") } == 1)
        return try #require(
            try JSONSerialization.jsonObject(with: Data(exporter.bytes)) as? [String: Any], "one JSON object")
    }

    private func posted(head: [UInt8], body: [UInt8] = [], bodyBytes: UInt64? = nil) -> Exchange {
        exchange(
            message(head, body: body, bodyBytes: bodyBytes), message(from: 9, to: 9))
    }

    static let targets: [(reason: String, target: [UInt8], expected: String)] = [
        ("quotes and backslashes", Array(#"/a"b\c"#.utf8), #"/a"b\c"#),
        ("control characters", Array("/\u{1}\u{8}\u{c}\u{1f}\u{7f}".utf8), "/\u{1}\u{8}\u{c}\u{1f}\u{7f}"),
        ("text beyond ASCII", Array("/ü/😀/\u{2028}".utf8), "/ü/😀/\u{2028}"),
        ("bytes that are no UTF-8", [0x2f, 0xff, 0xc3], "/\u{fffd}\u{fffd}"),
        ("a surrogate half as bytes", [0x2f, 0xed, 0xa0, 0x80], "/\u{fffd}\u{fffd}\u{fffd}"),
    ]

    @Test("Any target stays valid JSON", arguments: targets)
    func escaping(reason: String, target: [UInt8], expected: String) throws {
        let head = Array("GET ".utf8) + target + Array(" HTTP/1.1\r\n\r\n".utf8)
        #expect(try line(posted(head: head))["target"] as? String == expected, "\(reason)")
    }

    @Test("What is missing is null, and every field is there", arguments: [false, true])
    func missing(isFull: Bool) throws {
        let line = try line(exchange(nil, nil, status: nil), isFull: isFull)
        let present = line.filter { !($0.value is NSNull) }.keys.sorted()
        #expect(present == ["complete", "connection", "httpVersion", "scheme", "session", "time"])
        #expect(line.count == (isFull ? 30 : 16))
    }

    @Test("Digests are of the whole body or null")
    func digests() throws {
        let whole = try line(posted(head: [], body: Array("abc".utf8)))
        // The first test vector of FIPS 180-2, appendix B.
        #expect(
            whole["requestBodySHA256"] as? String
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let cut = try line(posted(head: [], body: Array("abc".utf8), bodyBytes: 4))
        #expect(cut["requestBodySHA256"] is NSNull && cut["requestBodyBytes"] as? Int == 4)
    }

    @Test("Bytes that are not text are base64 under a separate name", arguments: 0...20)
    func base64(count: Int) throws {
        let body = [UInt8](repeating: 0xfe, count: count)
        let line = try line(posted(head: [], body: body), isFull: true)
        if count == 0 {
            #expect(line["requestBody"] as? String == "")
        } else {
            let text = try #require(line["requestBodyBase64"] as? String)
            #expect(Data(base64Encoded: text) == Data(body))
            #expect(line["requestBody"] == nil)
        }
    }

    @Test("Times are from the request's first byte")
    func times() throws {
        let exchange = exchange(
            message(from: 100, to: 250), message(from: 300, to: 470))
        let line = try line(exchange)
        #expect(line["time"] as? Int == 100 && line["ttfbNs"] as? Int == 200 && line["durationNs"] as? Int == 370)
    }
}
