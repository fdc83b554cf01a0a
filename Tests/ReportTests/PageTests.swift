import ContentCodings
import Report
import Testing
import Traffic

@Suite("How a log is shown")
struct PageTests {
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

    @Test("A coded body is shown decoded, a binary one as bytes")
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
