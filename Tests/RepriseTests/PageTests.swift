import ContentCodings
import SessionLog
import Testing
import Traffic

@testable import reprise

@Suite("How a log is shown")
struct PageTests {
    static let layouts: [(reason: String, json: String, text: String?)] = [
        ("an object", #"{"a":1,"b":[true,null]}"#, "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}"),
        (
            "order, digits and escapes stay", #"{"z":1.50e+3,"a":"\"{[,:"}"#,
            "{\n  \"z\": 1.50e+3,\n  \"a\": \"\\\"{[,:\"\n}"
        ),
        ("empty ones stay on their line", #"[{},[ ]]"#, "[\n  {},\n  []\n]"),
        ("blanks that were there go", "[ 1 ,\n2 ]", "[\n  1,\n  2\n]"), ("no object", "17", nil), ("nothing", "", nil),
        ("never closed", "[1", nil), ("closed by another", "[1}", nil), ("more after the end", "[1][2]", nil),
        ("a string without an end", #"["a"#, nil), ("an escape at the end", "[\"\\", nil), ("not JSON", "{a=b;}", nil),
        ("deeper than is shown", String(repeating: "[", count: 300) + "1" + String(repeating: "]", count: 300), nil),
    ]

    @Test("JSON laid out", arguments: layouts)
    func jsonLayout(reason: String, json: String, text: String?) {
        #expect(JSONLayout.text(Array(json.utf8), limit: 1000) == text, "\(reason)")
    }

    @Test("JSON past the limit or not UTF-8 is left alone")
    func layoutLimits() {
        #expect(JSONLayout.text(Array("[1]".utf8), limit: 2) == nil)
        #expect(JSONLayout.text([0x5b, 0x22, 0xff, 0x22, 0x5d], limit: 10) == nil)
    }

    static let instants: [(reason: String, nanoseconds: Int64, text: String)] = [
        ("the epoch", 0, "1970-01-01 00:00:00.000"), ("just before it", -1, "1969-12-31 23:59:59.999"),
        ("a leap day", 1_709_164_800_000_000_000, "2024-02-29 00:00:00.000"),
        ("the day after", 1_709_251_199_999_999_999, "2024-02-29 23:59:59.999"),
        ("no leap day in 2100", 4_107_542_400_000_000_000, "2100-03-01 00:00:00.000"),
        ("a year's end", 1_704_067_199_500_000_000, "2023-12-31 23:59:59.500"),
    ]

    @Test("Instants", arguments: instants)
    func clockText(reason: String, nanoseconds: Int64, text: String) {
        #expect(ClockText.utc(nanoseconds) == text, "\(reason)")
    }

    static let spans: [(seconds: Double, text: String)] = [
        (0.0012, "1.20 ms"), (0.35, "350 ms"), (41.94, "41.9 s"), (150, "2 min 30 s"), (7260, "2 h 01 min"),
        (200_000, "2 days 7 h"),
    ]

    @Test("Spans", arguments: spans)
    func spanText(seconds: Double, text: String) { #expect(ClockText.span(seconds) == text) }

    @Test("Durations and sizes on the command line show their defaults as a user writes them")
    func argumentTypes() {
        #expect(Duration.seconds(90).defaultValueDescription == "90s")
        #expect(Duration.seconds(7200).defaultValueDescription == "2h")
        #expect(Duration.zero.defaultValueDescription == "0s")
        #expect(ByteCount(64 << 10).defaultValueDescription == "64KiB")
        #expect(ByteCount(1000).defaultValueDescription == "1000")
        #expect(Duration(argument: "1h30m") == .seconds(5400))
        #expect(ByteCount(argument: "2GiB") == ByteCount(2 << 30))
        #expect(Duration(argument: "fast") == nil && ByteCount(argument: "-1") == nil)
    }

    @Test("Bytes as a dump")
    func hexDump() {
        #expect(HexDump.text([]) == "")
        #expect(
            HexDump.text(Array(0x3f...0x4f) + [0xff])
                == "00000000  3f 40 41 42 43 44 45 46  47 48 49 4a 4b 4c 4d 4e  |?@ABCDEFGHIJKLMN|\n00000010  4f ff                                             |O.|"
        )
    }

    @Test("A coded body is shown decoded, one that is no text as bytes")
    func bodies() throws {
        func page(_ fields: String, _ body: [UInt8]) -> String {
            let response = Exchange.Message(
                head: Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8), body: body,
                firstByte: CaptureTime(nanoseconds: 0), lastByte: CaptureTime(nanoseconds: 0))
            let exchange = Exchange(connection: 1, session: 1, request: nil, response: response, status: 200)
            return ExchangePage(exchange, number: 1, connection: nil).text
        }
        let coded = try ContentCoding([.gzip]).encoded(Array(#"{"price":1.10}"#.utf8))
        let decoded = page("Content-Encoding: gzip\r\n", coded)
        #expect(decoded.contains("{\n  \"price\": 1.10\n}\n\n(gzip, \(coded.count) B as sent, 14 B decoded)"))
        #expect(page("Content-Type: image/png\r\n", [0, 1, 2]).contains("00000000  00 01 02 "))
        #expect(page("", Array("plain".utf8)).hasSuffix("\n\nplain\n"))
    }
}
