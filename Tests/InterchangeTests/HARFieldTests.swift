import ContentCodings
import Formats
import HTTPWire
import TestSupport
import Testing
import Traffic

@testable import Interchange

/// What exporters write beyond HAR, or leave out: read correctly, or counted.
@Suite("HAR as programs write it")
struct HARFieldTests {
    /// A member of an entry.
    private struct Part {
        var request = ""
        var response = #""status":200,"headers":[],"content":{"size":0}"#
        var entry = ""
        var started = #""2026-03-02T10:00:00.000Z""#

        var json: String {
            #"{"startedDateTime":\#(started),"time":50,\#(entry)"request":{"httpVersion":"HTTP/1.1",\#(request)},"#
                + #""response":{\#(response)},"timings":{"send":1,"wait":40,"receive":9}}"#
        }
    }

    private func file(_ entries: [String]) -> String {
        #"{"log":{"version":"1.2","entries":["# + entries.joined(separator: ",") + "]}}"
    }

    private static let get = #""method":"GET","url":"https://shop.test/x","headers":[]"#

    private func imported(_ parts: Part...) throws -> Imported { try Imported(file(parts.map(\.json))) }

    /// A row of a table: a POST, what it lacks or contains, and the expected request.
    struct Body {
        var reason: String
        var headers: String
        var rest: String
        var body: [UInt8]
        var bodyBytes: UInt64
        var isComplete = true
        /// Fields that the head must have, and those it must not.
        var has: [String] = []
        var hasNot: [String] = []
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    private static let binary = [UInt8](0x80...0xff)
    private static let latin1 = String(String.UnicodeScalarView(binary.map { Unicode.Scalar($0) }))
    private static let base64 = """
        gIGCg4SFhoeIiYqLjI2Oj5CRkpOUlZaXmJmam5ydnp+goaKjpKWmp6ipqqusra6vsLGys7S1tre4ubq7vL2+v8DBwsPExcbHyMnKy8zNzs/Q0dLT1NXW\
        19jZ2tvc3d7f4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8=
        """
    private static let multipart = "multipart/form-data; boundary=--b"

    static let bodies: [Body] = [
        Body(
            reason: "announced by the head, not in the file", headers: #"["Content-Length","45"]"#,
            rest: #","bodySize":-1"#, body: [], bodyBytes: 45, isComplete: false, has: ["Content-Length: 45"]),
        Body(
            reason: "announced by bodySize alone", headers: "", rest: #","bodySize":45"#, body: [], bodyBytes: 45,
            isComplete: false),
        Body(
            reason: "in a file beside", headers: "", rest: #","bodySize":300,"postData":{"_file":"ff.json"}"#, body: [],
            bodyBytes: 300, isComplete: false),
        Body(
            reason: "chunked, of unknown length", headers: #"["Transfer-Encoding","chunked"]"#,
            rest: #","bodySize":-1"#,
            body: [], bodyBytes: 0, isComplete: false),
        Body(reason: "none", headers: "", rest: #","bodySize":0,"postData":{"text":null}"#, body: [], bodyBytes: 0),
        Body(
            reason: "cut by the exporter", headers: #"["Content-Length","9"]"#,
            rest: #","bodySize":9,"postData":{"text":"abc"}"#, body: text("abc"), bodyBytes: 9, isComplete: false),
        Body(
            reason: "base64 in _content", headers: #"["Content-Length","128"]"#,
            rest: #","_content":{"size":128,"encoding":"base64","text":"\#(base64)"}"#, body: binary, bodyBytes: 128),
        Body(
            reason: "a character for each byte", headers: #"["Content-Length","128"]"#,
            rest: #","bodySize":128,"postData":{"text":"\#(latin1)"}"#, body: binary, bodyBytes: 128),
        Body(
            reason: "text in Latin-1, as its length says",
            headers: #"["Content-Length","4"],["Content-Type","text/plain; charset=iso-8859-1"]"#,
            rest: #","bodySize":4,"postData":{"text":"blåb"}"#, body: [0x62, 0x6c, 0xe5, 0x62], bodyBytes: 4),
        Body(
            reason: "UTF-8, as its length says", headers: #"["Content-Length","5"]"#,
            rest: #","postData":{"text":"blåb"}"#, body: text("blåb"), bodyBytes: 5, has: ["Content-Length: 5"]),
        Body(
            reason: "a length counted otherwise is mended", headers: #"["Content-Length","2"]"#,
            rest: #","postData":{"text":"blåb"}"#, body: text("blåb"), bodyBytes: 5, has: ["Content-Length: 5"]),
        Body(
            reason: "bytes that were replaced", headers: #"["Content-Length","4"]"#,
            rest: #","postData":{"text":"a\ufffdbc"}"#, body: text("a\u{fffd}bc"), bodyBytes: 6, isComplete: false),
        Body(
            reason: "two lengths, one right", headers: #"["Content-Length","4"],["Content-Length","5"]"#,
            rest: #","bodySize":4,"postData":{"text":"ABCD"}"#, body: text("ABCD"), bodyBytes: 4,
            has: ["Content-Length: 4"], hasNot: ["Content-Length: 5"]),
        Body(
            reason: "decoded under a head that says gzip",
            headers: #"["Content-Encoding","gzip"],["Content-Length","40"]"#,
            rest: #","bodySize":16,"postData":{"text":"{\"decoded\":true}"}"#, body: text(#"{"decoded":true}"#),
            bodyBytes: 16, has: ["Content-Length: 16"], hasNot: ["Content-Encoding"]),
        Body(
            reason: "still in chunks", headers: #"["Transfer-Encoding","chunked"]"#,
            rest: #","bodySize":15,"postData":{"text":"5\r\nhello\r\n0\r\n\r\n"}"#, body: text("hello"), bodyBytes: 5),
        Body(
            reason: "out of its chunks", headers: #"["Transfer-Encoding","chunked"]"#,
            rest: #","postData":{"text":"{\"a\":1}"}"#, body: text(#"{"a":1}"#), bodyBytes: 7),
        Body(
            reason: "a form's fields, with the type in the head",
            headers: #"["Content-Type","application/x-www-form-urlencoded"],["Content-Length","17"]"#,
            rest: #","postData":{"params":[{"name":"user","value":"u1"},{"name":"pass","value":"p&q"}]}"#,
            body: text("user=u1&pass=p%26q"), bodyBytes: 18, has: ["Content-Length: 18"]),
        Body(
            reason: "a form's fields without any type", headers: "",
            rest: #","postData":{"params":[{"name":"a","value":"b"}]}"#, body: text("a=b"), bodyBytes: 3,
            has: ["Content-Type: application/x-www-form-urlencoded"]),
        Body(
            reason: "fields as they were sent", headers: "",
            rest: #","postData":{"mimeType":"application/x-www-form-urlencoded","params":["#
                + #"{"name":"user","value":"u%201"},{"name":"pass","value":"p%26q"}]}"#,
            body: text("user=u%201&pass=p%26q"), bodyBytes: 21),
        Body(
            reason: "fields decoded, as the length says", headers: #"["Content-Length","7"]"#,
            rest:
                #","postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a","value":"%41"}]}"#,
            body: text("a=%2541"), bodyBytes: 7),
        Body(
            reason: "a text as a parameter", headers: "",
            rest: #","postData":{"mimeType":"application/json","params":[{"name":"{\"a\":1}","value":""}]}"#,
            body: text(#"{"a":1}"#), bodyBytes: 7),
        Body(
            reason: "the parts of a form", headers: #"["Content-Type","\#(multipart)"],["Content-Length","412"]"#,
            rest: #","bodySize":412,"postData":{"mimeType":"\#(multipart)","params":[{"name":"id","value":"77"},"#
                + #"{"name":"f","value":"hello","fileName":"a.txt","contentType":"text/plain"}]}"#,
            body: text(
                "----b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n77\r\n----b\r\nContent-Disposition: "
                    + "form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n----b--\r\n"
            ),
            bodyBytes: 167, has: ["Content-Length: 167", "Content-Type: multipart/form-data; boundary=--b"]),
        Body(
            reason: "a file name that would end its field", headers: #"["Content-Type","\#(multipart)"]"#,
            rest: #","postData":{"mimeType":"\#(multipart)","params":[{"name":"id","value":"77"},"#
                + #"{"name":"f","value":"hello","fileName":"a\"\u0301\r\n.txt","contentType":"text/plain"}]}"#,
            body: text(
                "----b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n77\r\n----b\r\nContent-Disposition: "
                    + "form-data; name=\"f\"; filename=\"a%22\u{301}%0D%0A.txt\"\r\nContent-Type: text/plain\r\n\r\n"
                    + "hello\r\n----b--\r\n"),
            bodyBytes: 178),
        Body(
            reason: "a file that was uploaded and not exported",
            headers: #"["Content-Type","\#(multipart)"],["Content-Length","412"]"#,
            rest: #","postData":{"params":[{"name":"f","fileName":"a.png","contentType":"image/png"}]}"#, body: [],
            bodyBytes: 412, isComplete: false),
        Body(
            reason: "the parts of a form without a boundary", headers: "",
            rest: #","postData":{"mimeType":"multipart/form-data","params":[{"name":"a","value":"b"}]}"#,
            body: text(
                "------FormBoundaryOfRecordedFields\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n"
                    + "------FormBoundaryOfRecordedFields--\r\n"),
            bodyBytes: 121, has: ["Content-Type: multipart/form-data; boundary=----FormBoundaryOfRecordedFields"]),
    ]

    @Test("Request bodies: exact, rebuilt, or incomplete and counted", arguments: bodies.indices)
    func requestBody(index: Int) throws {
        let row = HARFieldTests.bodies[index]
        let headers = row.headers.replacing("[\"", with: #"{"name":""#).replacing(#"","#, with: #"","value":"#)
            .replacing("\"]", with: "\"}")
        let imported = try imported(
            Part(request: #""method":"POST","url":"https://shop.test/x","headers":[\#(headers)]\#(row.rest)"#))
        let request = try #require(imported.exchanges.first?.request)
        let head = request.head.text
        #expect(request.body == row.body, "\(row.reason): \(request.body.text)")
        #expect(request.bodyBytes == row.bodyBytes && request.isComplete == row.isComplete, "\(row.reason)")
        #expect(imported.totals.incompleteRequests == (row.isComplete ? 0 : 1), "\(row.reason)")
        for field in row.has { #expect(head.contains("\r\n\(field)\r\n"), "\(row.reason): \(head)") }
        for field in row.hasNot { #expect(!head.contains("\r\n\(field)"), "\(row.reason): \(head)") }
    }

    static let responses: [(reason: String, rest: String, body: String, bytes: UInt64, isComplete: Bool)] = [
        ("not exported", #""status":200,"headers":[],"content":{"size":2048}"#, "", 2048, false),
        ("announced by the head", #""status":302,"headers":{"Content-Length":"9"},"content":{"size":0}"#, "", 9, false),
        ("in a file beside", #""status":200,"headers":[],"content":{"size":5,"_file":"a"}"#, "", 5, false),
        ("cut", #""status":200,"headers":[],"content":{"size":9,"text":"abc"}"#, "abc", 9, false),
        (
            "an empty text in place of the body",
            #""status":200,"headers":{"Content-Length":"9"},"content":{"size":0,"text":""}"#, "", 9, false
        ),
        ("none", #""status":200,"headers":{"Content-Length":"0"},"content":{"size":0,"text":""}"#, "", 0, true),
        ("an answer without one", #""status":304,"headers":[],"content":{"size":9,"text":"cached"}"#, "", 0, true),
        ("of unknown size", #""status":200,"headers":[],"content":{"size":-1},"bodySize":-1"#, "", 0, false),
        ("of unknown size, coded", #""status":200,"headers":[],"content":{"size":-1},"bodySize":500"#, "", 500, false),
        ("a redirect's, of unknown size", #""status":302,"headers":[],"content":{"size":-1}"#, "", 0, false),
        (
            "of no bytes by the other size", #""status":200,"headers":[],"content":{"size":-1},"bodySize":0"#, "", 0,
            true
        ),
        (
            "of no bytes by the head", #""status":200,"headers":{"Content-Length":"0"},"content":{"size":-1}"#, "", 0,
            true
        ),
        ("an answer without one, of unknown size", #""status":204,"headers":[],"content":{"size":-1}"#, "", 0, true),
        ("an empty text of unknown size", #""status":200,"headers":[],"content":{"size":-1,"text":""}"#, "", 0, true),
        (
            "of chunks, without a size", #""status":200,"headers":{"Transfer-Encoding":"chunked"},"content":{}"#, "", 0,
            false
        ),
        (
            "coded, without a size", #""status":200,"headers":{"Content-Encoding":"br"},"bodySize":-1"#, "", 0, false
        ),
        (
            "of chunks, empty", #""status":200,"headers":{"Transfer-Encoding":"chunked"},"content":{"size":0}"#, "", 0,
            true
        ),
        ("not mentioned", #""status":200,"headers":[]"#, "", 0, true),
        (
            "a length before decoding",
            #""status":200,"headers":{"Content-Encoding":"br","Content-Length":"9"},"content":{"size":3,"text":"abc"}"#,
            "abc", 3, true
        ),
    ]

    @Test("Missing response bodies are incomplete", arguments: responses)
    func responseBody(reason: String, rest: String, body: String, bytes: UInt64, isComplete: Bool) throws {
        let imported = try imported(Part(request: HARFieldTests.get, response: rest))
        let response = try #require(imported.exchanges.first?.response)
        #expect(response.body.text == body && response.bodyBytes == bytes, "\(reason)")
        #expect(response.isComplete == isComplete, "\(reason)")
        #expect(imported.totals.incompleteResponses == (isComplete ? 0 : 1), "\(reason)")
    }

    @Test(
        "A body that is still coded keeps its head, one that is not loses the coding",
        arguments: ContentCoding.Step.allCases)
    func codedResponse(step: ContentCoding.Step) throws {
        let content = Array(String(repeating: #"{"token":"abcdefgh12345678"}"#, count: 10).utf8)
        let coding = ContentCoding([step])
        let coded = try coding.encoded(content)
        var buffer = JSONBuffer()
        buffer.member("text", base64: coded)
        let name = coding.fieldValue
        let head = #""headers":{"Content-Encoding":"\#(name)","Content-Length":"\#(coded.count)"}"#
        // Some give the size on the wire as that of the content.
        for size in [content.count, -1, coded.count] {
            let kept = try imported(
                Part(
                    request: HARFieldTests.get,
                    response:
                        #""status":200,\#(head),"content":{"size":\#(size),"encoding":"base64",\#(buffer.bytes.text)}"#)
            ).exchanges.first?.response
            #expect(kept?.body == coded && kept?.head.text.contains("Content-Encoding: \(name)") == true, "\(name)")
        }
        buffer.removeAll()
        buffer.member("text", base64: content)
        let plain = try imported(
            Part(
                request: HARFieldTests.get,
                response:
                    #""status":200,\#(head),"content":{"size":\#(content.count),"encoding":"base64",\#(buffer.bytes.text)}"#
            )
        ).exchanges.first?.response
        #expect(plain?.body == content && plain?.isComplete == true)
        #expect(plain?.head.text == "HTTP/1.1 200 \r\nContent-Length: \(content.count)\r\n\r\n", "\(name)")
    }

    static let origins: [(reason: String, entry: String, response: String, problem: ImportProblem?)] = [
        ("disk", #""_fromCache":"disk","#, "", .fromCache), ("memory", #""_fromCache":"memory","#, "", .fromCache),
        ("a flag", #""_fromDiskCache":true,"#, "", .fromCache),
        ("WebKit", #""_fetchType":"Memory Cache","#, "", .fromCache),
        ("no bytes, no connection", "", #","_transferSize":0"#, .fromCache),
        ("a service worker", #""_fromServiceWorker":true,"#, "", .fromServiceWorker),
        ("as the response says", "", #","_fetchedViaServiceWorker":true"#, .fromServiceWorker),
        ("not from a cache", #""_fromCache":false,"_fromServiceWorker":false,"_fetchType":"Network Load","#, "", nil),
        ("on a connection", #""connection":"11","#, #","_transferSize":0"#, nil),
        ("with bytes", "", #","_transferSize":120"#, nil),
    ]

    @Test("What never reached the server is left out and counted", arguments: origins)
    func origin(reason: String, entry: String, response: String, problem: ImportProblem?) throws {
        let imported = try imported(
            Part(
                request: HARFieldTests.get,
                response: #""status":200,"headers":[],"content":{"size":2,"text":"js"}\#(response)"#, entry: entry))
        #expect(imported.exchanges.count == (problem == nil ? 1 : 0), "\(reason)")
        #expect(imported.totals.leftOut == (problem.map { [$0: 1] } ?? [:]), "\(reason)")
    }

    static let urls: [(reason: String, url: String, target: String)] = [
        ("letters and quotes", #"/søk?q=rød sko&f={\"a\":1}"#, "/s%C3%B8k?q=r%C3%B8d%20sko&f=%7B%22a%22:1%7D"),
        ("a blank", "/a b/c|d", "/a%20b/c%7Cd"), ("a tab", #"/tab\there"#, "/tab%09here"),
        ("escapes that are there", "/a%20b?c=ü%2F", "/a%20b?c=%C3%BC%2F"),
        ("a path that no browser sends", "/a{b}/c^d`e|f?g={h}", "/a%7Bb%7D/c%5Ed%60e%7Cf?g=%7Bh%7D"),
        ("a path with what browsers send", "/a|b;c=[1]!$&'()*+,:@", "/a|b;c=[1]!$&'()*+,:@"),
        ("as a browser sent it", "/a?b={c}|d&e[]=%zz", "/a?b={c}|d&e[]=%zz"),
    ]

    @Test("URLs written for display are encoded, others are unchanged", arguments: urls)
    func url(reason: String, url: String, target: String) throws {
        let request = #""method":"GET","url":"https://shop.test\#(url)","headers":[]"#
        let head = try imported(Part(request: request)).exchanges.first?.request?.head.text
        #expect(head?.hasPrefix("GET \(target) HTTP/1.1\r\n") == true, "\(reason): \(head ?? "")")
    }

    @Test("Values that are only in queryString or cookies are added to the request and the response")
    func valuesApart() throws {
        let exchange = try #require(
            try imported(
                Part(
                    request: HARFieldTests.get
                        + #","queryString":[{"name":"q","value":"a b&c"}],"cookies":[{"name":"s","value":"1"}]"#,
                    response:
                        #""status":200,"headers":[],"cookies":[{"name":"t","value":"2","path":"/","httpOnly":true,"#
                        + #""expires":"2026-03-02T11:00:00Z"},{"name":"u","value":"","expires":"1970-01-01T00:00:00Z"}],"#
                        + #""content":{}"#)
            ).exchanges.first)
        #expect(
            exchange.request?.head.text
                == "GET /x?q=a+b%26c HTTP/1.1\r\nHost: shop.test\r\nCookie: s=1\r\n\r\n")
        #expect(
            exchange.response?.head.text
                == "HTTP/1.1 200 \r\nSet-Cookie: t=2; Path=/; Max-Age=3600; HttpOnly\r\n"
                + "Set-Cookie: u=; Max-Age=0\r\n\r\n")
    }

    @Test("Repeated fields that were joined by line feeds are split")
    func joinedFields() throws {
        let exchange = try #require(
            try imported(
                Part(
                    request:
                        #""method":"GET","url":"https://shop.test/","headers":[{"name":"Cookie","value":"a=1\nb=2"}]"#,
                    response:
                        #""status":200,"headers":[{"name":"Link","value":"<a>\n<b>"},{"name":"X","value":"y\r\n z"},"#
                        + #"{"name":"Content-Length","value":"0\n0"}],"content":{}"#)
            ).exchanges.first)
        #expect(exchange.request?.head.text.contains("\r\nCookie: a=1; b=2\r\n") == true)
        #expect(
            exchange.response?.head.text
                == "HTTP/1.1 200 \r\nLink: <a>\r\nLink: <b>\r\nX: y z\r\nContent-Length: 0\r\n\r\n")
    }

    /// The same instant, 10:00 UTC on 2 March 2026, unless `hours` is given.
    static let dates: [(text: String, hours: Int64?)] = [
        (#""2026-03-02T18:00:00+08:00""#, 0), (#""2026-03-02T18:00:00.000+0800""#, 0), (#""2026-03-02T10:00:00""#, 0),
        (#""2026-03-02T10:00Z""#, 0), (#""2026-03-02 10:00:00.0 +0000""#, 0),
        (#""Mon, 02 Mar 2026 10:00:00 GMT""#, 0), ("1772445600000", 0), (#""1772445600000""#, 0), ("1772445600", 0),
        ("1772445600.0", 0), ("1772445600000000", 0), (#""2026-03-02T10:00:00.000Z[UTC]""#, 0),
        (#""2026-3-2T10:00:00Z""#, 0), (#""+002026-03-02T10:00:00Z""#, 0), (#""2026-03-02T10:00:00.000 AM""#, 0),
        (#""2026-03-02T10:00:00.000 PM""#, 12), (#""2026-03-02 12:00:00 AM""#, -10),
        (#""2026-03-02T10:00:00.000UTC""#, 0), (#""2026-03-02T11:00:00.000GMT+01:00""#, 0),
        (#""Mon Mar 02 2026 11:00:00 GMT+0100 (Central European Standard Time)""#, 0), (#""2026/03/02 10:00:00""#, 0),
        ("null", nil), ("{}", nil), (#""""#, nil), (#""yesterday""#, nil), (#""2026-02-31T10:00:00Z x""#, nil),
        (#""12:00""#, nil), ("-5", nil), ("1e300", nil), ("5", nil), ("86400", nil), ("1000000", nil),
    ]

    @Test("Dates in every form", arguments: dates)
    func date(text: String, hours: Int64?) throws {
        let imported = try imported(Part(request: HARFieldTests.get, started: text))
        let began = imported.exchanges.first?.began.nanoseconds
        #expect(began == hours.map { (1_772_445_600 + $0 * 3600) * 1_000_000_000 }, "\(text)")
        #expect(imported.totals.leftOut == (hours == nil ? [.withoutTime: 1] : [:]), "\(text)")
    }

    static let brokenEntries: [(reason: String, entry: String, left: Int)] = [
        ("NaN as a time", #"{"startedDateTime":"2026-03-02T10:00:00Z","time":NaN,"request":{\#(get)}}"#, 0),
        ("an odd escape", #"{"startedDateTime":"2026-03-02T10:00:00Z","x":"a\x41}]","request":{\#(get)}}"#, 1),
        ("a comma too few", #"{"startedDateTime":"2026-03-02T10:00:00Z" "request":{\#(get)}}"#, 1),
        ("another word", #"{"startedDateTime":"2026-03-02T10:00:00Z","x":[nil,"}"],"request":{\#(get)}}"#, 1),
        ("another quote", #"{'startedDateTime':1,"request":{\#(get)}}"#, 1),
    ]

    @Test("An invalid entry costs at most itself", arguments: brokenEntries)
    func brokenEntry(reason: String, entry: String, left: Int) throws {
        let good = Part(request: HARFieldTests.get).json
        let imported = try Imported(file([good, entry, good]))
        #expect(imported.failure == nil && imported.exchanges.count == 3 - left, "\(reason)")
        #expect(imported.totals.leftOut == (left > 0 ? [.badEntry: 1] : [:]), "\(reason)")
    }

    @Test("Control characters in a text are kept")
    func controlCharacters() throws {
        let imported = try imported(
            Part(
                request: HARFieldTests.get, response: "\"status\":200,\"headers\":[],\"content\":{\"text\":\"A\tB\n\"}")
        )
        #expect(imported.failure == nil && imported.exchanges.first?.response?.body.text == "A\tB\n")
    }

    @Test("A log that is not the first member, a byte order mark and UTF-16 are accepted")
    func recognised() throws {
        let entry = Part(request: HARFieldTests.get.replacing("/x", with: "/😀")).json
        let text = #"{"$schema":"x","comment":{"log":1},"log":{"creator":{},"entries":[\#(entry)]},"behind":1}"#
        let units = Array(text.utf16)
        let files: [(String, [UInt8])] = [
            ("UTF-8", Array(text.utf8)), ("with a mark", [0xef, 0xbb, 0xbf] + Array(text.utf8)),
            ("UTF-16, little-endian", [0xff, 0xfe] + units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
            ("UTF-16, big-endian", [0xfe, 0xff] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }),
            ("UTF-16 without a mark", units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
        ]
        for (reason, bytes) in files {
            let imported = try Imported([bytes])
            #expect(imported.formats == [.har] && imported.failure == nil, "\(reason)")
            let head = imported.exchanges.first?.request?.head.text
            #expect(head?.hasPrefix("GET /%F0%9F%98%80 ") == true, "\(reason): \(head ?? "none")")
        }
    }
}
