import HTTPWire
import TestSupport
import Testing
import Traffic

@testable import Interchange

@Suite("HAR")
struct HARTests {
    /// A file of `entries`.
    private func file(_ entries: String...) -> String {
        #"{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"pages":[],"entries":["#
            + entries.joined(separator: ",") + "]}}"
    }

    private func entry(
        url: String = "http://a.test/x?y=1#z", method: String = "GET", version: String = "HTTP/1.1",
        headers: String = "[]", post: String = "", status: Int = 200, responseHeaders: String = "[]",
        content: String = "{}", rest: String = ""
    ) -> String {
        #"{"startedDateTime":"2026-01-01T00:00:00.000Z","time":30,"timings":{"send":1,"wait":20,"receive":9}"#
            + #","request":{"method":"\#(method)","url":"\#(url)","httpVersion":"\#(version)","headers":\#(headers)"#
            + #"\#(post)},"response":{"status":\#(status),"statusText":"OK","httpVersion":"\#(version)","#
            + #""headers":\#(responseHeaders),"content":\#(content)}\#(rest)}"#
    }

    private func heads(_ entry: String) throws -> (request: String, response: String?) {
        let exchange = try #require(try Imported(file(entry)).exchanges.first)
        return (try #require(exchange.request).head.text, exchange.response?.head.text)
    }

    @Test("An entry becomes an exchange as it was on the wire")
    func plain() throws {
        let imported = try Imported(
            "\u{feff}"
                + file(
                    entry(
                        headers: #"[{"name":"Host","value":"a.test"},{"name":"Accept","value":"*/*"}]"#,
                        rest: #","x":[{}]"#)))
        let exchange = try #require(imported.exchanges.first)
        #expect(imported.formats == [.har] && imported.failure == nil)
        #expect(exchange.request?.head.text == "GET /x?y=1 HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\n\r\n")
        #expect(exchange.response?.head.text == "HTTP/1.1 200 OK\r\n\r\n")
        let began: Int64 = 1_767_225_600_000_000_000
        #expect(exchange.began.nanoseconds == began && exchange.request?.lastByte.nanoseconds == began + 1_000_000)
        #expect(exchange.response?.firstByte.nanoseconds == began + 21_000_000)
        #expect(exchange.ended.nanoseconds == began + 30_000_000)
    }

    @Test("Concatenated files are read as one; other content after them is ignored")
    func joined() throws {
        let (first, second) = (file(entry(url: "http://a.test/1")), file(entry(url: "http://a.test/2")))
        for (reason, between, after) in [("a line end", "\n", ""), ("nothing", "", "\n"), ("padding", " ", "\0\0")] {
            let imported = try Imported(first + between + second + after)
            #expect(imported.failure == nil && imported.totals.leftOut.isEmpty, "\(reason)")
            #expect(
                imported.exchanges.compactMap { $0.request?.head.text.split(separator: " ")[1] } == ["/1", "/2"],
                "\(reason)")
        }
    }

    static let headers: [(reason: String, json: String)] = [
        ("objects", #"[{"name":"A","value":"b"}]"#), ("pairs", #"[["A","b"]]"#), ("one object", #"{"A":"b"}"#),
        ("more members", #"[{"comment":{"x":1},"value":"b","name":"A"}]"#),
        ("names that are none are left out", #"[{"name":"A","value":"b"},{"name":"x y","value":"c"},{"value":"d"}]"#),
        ("pseudo-header fields are no fields", #"[{"name":":path","value":"/x"},{"name":"A","value":"b"}]"#),
    ]

    @Test("Header fields in every form", arguments: headers)
    func headerForms(reason: String, json: String) throws {
        let head = try heads(entry(headers: json)).request
        #expect(head == "GET /x?y=1 HTTP/1.1\r\nHost: a.test\r\nA: b\r\n\r\n", "\(reason)")
    }

    @Test("Nothing in a value can begin a new line")
    func injection() throws {
        let both = try heads(
            entry(
                url: "http://a.test/x y\\r\\nEvil: 1", headers: #"[{"name":"A","value":"b\r\nEvil: 1"}]"#,
                responseHeaders: #"[{"name":"Set-Cookie","value":"a=1\nb=2"},{"name":"B","value":"c\nEvil: 1"}]"#))
        #expect(!both.request.contains("\nEvil"))
        #expect(
            both.response == "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nB: c\r\nB: Evil: 1\r\n\r\n")
    }

    static let versions: [(name: String, version: HTTPVersion)] = [
        ("HTTP/1.0", .http10), ("http/1.1", .http11), ("", .http11), ("h2", .http2), ("http/2.0", .http2),
        ("HTTP/2", .http2), ("h3", .http2), ("unknown", .http11),
    ]

    @Test("HTTP versions under all their names", arguments: versions)
    func versionNames(name: String, version: HTTPVersion) throws {
        let exchange = try #require(
            try Imported(
                file(
                    entry(
                        version: name, headers: #"[{"name":":authority","value":"b.test"},{"name":"X-A","value":"1"}]"#)
                )
            )
            .exchanges.first)
        #expect(exchange.version == version)
        if version == .http2 {
            #expect(
                exchange.request?.head.text
                    == ":method: GET\r\n:scheme: http\r\n:authority: b.test\r\n:path: /x?y=1\r\nx-a: 1\r\n\r\n")
            #expect(exchange.response?.head.text == ":status: 200\r\n\r\n")
        }
    }

    static let bodies: [(reason: String, post: String, body: String, bytes: UInt64)] = [
        ("text", #","postData":{"mimeType":"a/b","text":"ü"}"#, "ü", 2),
        ("base64, as some write it", #","postData":{"text":"/w==","encoding":"base64"}"#, "\u{fffd}", 1),
        ("base64, as this program writes it", #","postData":{"text":"","_textBase64":"QUI="}"#, "AB", 2),
        (
            "a form's fields alone",
            #","postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a b","value":"c&d"}]}"#,
            "a+b=c%26d", 9
        ),
        (
            "text is preferred to fields",
            #","postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a"}],"text":"a"}"#, "a", 1
        ),
        ("not kept", #","bodySize":17"#, "", 17), ("none", #","bodySize":-1"#, "", 0),
    ]

    @Test("Request bodies", arguments: bodies)
    func requestBodies(reason: String, post: String, body: String, bytes: UInt64) throws {
        let request = try #require(try Imported(file(entry(method: "POST", post: post))).exchanges.first?.request)
        #expect(request.body.text == body && request.bodyBytes == bytes, "\(reason)")
    }

    static let damagedBodies: [(reason: String, post: String, content: String)] = [
        ("an object in place of the text", #","postData":{"mimeType":"a/json","text":{"a":1}}"#, #"{"text":{"a":1}}"#),
        ("a list in place of the text", #","postData":{"text":[1,2]}"#, #"{"size":0,"text":["a"]}"#),
        (
            "no base64", #","postData":{"text":"@@@@","encoding":"base64"}"#,
            #"{"size":3,"text":"@@@@","encoding":"base64"}"#
        ),
    ]

    @Test("A body that contradicts the file's own description is incomplete", arguments: damagedBodies)
    func damagedBody(reason: String, post: String, content: String) throws {
        let imported = try Imported(file(entry(method: "POST", post: post, content: content)))
        let exchange = try #require(imported.exchanges.first)
        #expect(exchange.request?.isComplete == false, "\(reason)")
        #expect(exchange.response?.isComplete == false, "\(reason)")
        #expect(imported.totals.incompleteRequests == 1 && imported.totals.incompleteResponses == 1, "\(reason)")
    }

    @Test("A decoded body has a head that does not call it encoded")
    func decodedContent() throws {
        let coded = #"[{"name":"Content-Encoding","value":"gzip"},{"name":"Content-Length","value":"99"}]"#
        let text = try heads(entry(responseHeaders: coded, content: #"{"size":3,"text":"abc"}"#)).response
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
        let raw = try heads(
            entry(responseHeaders: coded, content: #"{"text":"H4sI","encoding":"base64"}"#)
        ).response
        #expect(raw?.contains("gzip") == true, "the exporter left it encoded")
        let missing = try heads(entry(responseHeaders: coded, content: #"{"size":300}"#)).response
        #expect(missing?.contains("gzip") == true, "there is no body to describe")
    }

    @Test("A missing response is nil, and entries that are not HTTP are left out")
    func withoutResponse() throws {
        let imported = try Imported(
            file(
                entry(status: 0), entry(url: "data:text/plain,x"), entry(method: "A B"), entry(url: "chrome://x/"),
                "17", "{}"))
        #expect(
            imported.exchanges.count == 1 && imported.exchanges[0].response == nil
                && imported.exchanges[0].status == nil)
        #expect(imported.totals.leftOut == [.notHTTP: 3, .withoutTime: 2])
    }

    @Test("Sending begins once there is a connection")
    func connectTime() throws {
        let timed = entry().replacingTimings(
            #"{"blocked":5,"dns":1,"connect":4,"ssl":3,"send":0,"wait":1,"receive":1}"#)
        let exchange = try #require(try Imported(file(timed)).exchanges.first)
        #expect(exchange.began.nanoseconds == 1_767_225_600_010_000_000)
        let bare = try #require(try Imported(file(entry().replacingTimings("{}"))).exchanges.first)
        #expect(bare.ended.nanoseconds == 1_767_225_600_030_000_000)
    }

    @Test("A truncated file keeps the entries before its end")
    func cutOff() throws {
        let whole = file(entry(), entry(), entry())
        for length in stride(from: 60, to: whole.utf8.count - 4, by: 7) {
            let imported = try Imported([Array(whole.utf8.prefix(length))])
            #expect(imported.failure != nil)
        }
        #expect(try Imported([Array(whole.utf8.prefix(whole.utf8.count - 20))]).exchanges.count == 2)
    }

    @Test("JSON that is not a HAR is reported as such")
    func notHAR() throws {
        #expect(try Imported(#"{"log":{"entries":{}}}"#).failure != nil)
        #expect(try Imported(#"{"log":7}"#).failure != nil)
    }
}

extension String {
    /// The entry with other timings.
    fileprivate func replacingTimings(_ timings: String) -> String {
        guard let start = firstRange(of: #"{"send":1,"wait":20,"receive":9}"#) else { return self }
        return replacingCharacters(in: start, with: timings)
    }

    private func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
