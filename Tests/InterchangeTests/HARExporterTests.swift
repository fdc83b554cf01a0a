import Testing
import Traffic

@testable import Interchange

/// What exporters write that the format does not foresee.
@Suite struct HARExporterTests {
    private static func imported(_ request: String = "", _ response: String = "", entry: String = "") throws -> Imported
    {
        try Imported(
            #"""
            {"log":{"entries":[{\#(entry)"startedDateTime":"2026-03-02T10:00:00.000Z","time":5,
            "request":{"method":"GET","url":"http://a.test/x"\#(request)}\#(response)}]}}
            """#)
    }

    private static let answered = #","response":{"status":200,"headers":[],"content":{"size":2,"text":"ok"}}"#

    @Test(
        "A field with several values is repeated",
        arguments: [
            (#"[{"name":"Host","value":"a.test"},{"name":"X","value":["a","b"]}]"#, "X: a\r\nX: b\r\n"),
            (#"{"Host":"a.test","X":["a","b"]}"#, "X: a\r\nX: b\r\n"),
            (#"{"Host":"a.test","X":["a"],"Y":5}"#, "X: a\r\nY: 5\r\n"),
            (#"[{"name":"Host","value":"a.test"},{"name":"X","value":null},{"name":"Y"}]"#, "X: \r\nY: \r\n"),
            (#"[{"name":"Host","value":"a.test"},{"name":"X","value":[]}]"#, ""),
        ])
    func repeatedFields(headers: String, want: String) throws {
        let imported = try Self.imported(#","headers":\#(headers)"#, Self.answered)
        let head = imported.exchanges.first?.request?.head.text
        #expect(head == "GET /x HTTP/1.1\r\nHost: a.test\r\n\(want)\r\n", "\(headers)")
    }

    @Test(
        "A request without a response is counted",
        arguments: [
            ("", 1), (#","response":null"#, 1), (#","response":{"status":0,"headers":[],"content":{"size":0}}"#, 1),
            (#","response":{"status":-1}"#, 1), (#","response":{"status":200}"#, 0), (answered, 0),
        ])
    func unanswered(response: String, count: Int) throws {
        let imported = try Self.imported(#","headers":[]"#, response)
        #expect(imported.totals.exchanges == 1)
        #expect(imported.totals.unanswered == UInt64(count), "\(response)")
        #expect((imported.exchanges.first?.response == nil) == (count == 1), "\(response)")
    }

    @Test("Messages of a WebSocket are counted as left out", arguments: [0, 1, 3])
    func webSocketMessages(count: Int) throws {
        let message = #"{"type":"send","time":1.5,"opcode":1,"data":"hi"}"#
        let messages = Array(repeating: message, count: count).joined(separator: ",")
        let response = #","response":{"status":101,"headers":[],"content":{"size":0}}"#
        let imported = try Self.imported(
            #","headers":[]"#, response, entry: #""_webSocketMessages":[\#(messages)],"#)
        #expect(imported.exchanges.count == 1)
        #expect(imported.totals.leftOut[.webSocketMessage] == (count > 0 ? UInt64(count) : nil))
    }
}
