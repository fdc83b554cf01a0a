import HTTPWire
import Testing
import Traffic

@Suite struct HeadTests {
    struct RequestCase: Sendable {
        var head: String
        var method: String
        var target: String
        var authority: String?
        var version: HTTPVersion
        var why: String
    }

    @Test(arguments: [
        RequestCase(
            head: "GET /a?b=c HTTP/1.1\r\nHost: example.com\r\n\r\n", method: "GET", target: "/a?b=c",
            authority: "example.com", version: .http11, why: "the plain case"),
        RequestCase(
            head: "OPTIONS * HTTP/1.0\nhost:h:8080\n\n", method: "OPTIONS", target: "*", authority: "h:8080",
            version: .http10, why: "bare LF, lower-case name, no blank after the colon"),
        RequestCase(
            head: "GET /two words HTTP/1.1\r\n\r\n", method: "GET", target: "/two words", authority: nil,
            version: .http11, why: "a blank in the target stays in it"),
        RequestCase(
            head: "GET /HTTP/1.1\n", method: "GET", target: "/HTTP/1.1", authority: nil, version: .http10,
            why: "HTTP/0.9: no version"),
        RequestCase(
            head: ":method: POST\r\n:scheme: https\r\n:authority: a.b\r\n:path: /x\r\nhost: other\r\n\r\n",
            method: "POST", target: "/x", authority: "a.b", version: .http2, why: "HTTP/2's fields as lines"),
        RequestCase(
            head: ":method: CONNECT\r\n:authority: a.b:443\r\n\r\n", method: "CONNECT", target: "a.b:443",
            authority: "a.b:443", version: .http2, why: "HTTP/2's CONNECT has no path"),
    ]) func requestHead(_ test: RequestCase) throws {
        let head = try #require(RequestHead(Array(test.head.utf8)), "\(test.why)")
        #expect(head.method == test.method)
        #expect(head.target == test.target)
        #expect(head.authority == test.authority)
        #expect(head.version == test.version)
        var bare = head
        bare.fields = []
        #expect(RequestHead(withoutFields: Array(test.head.utf8)) == bare)
        #expect(RequestHead.target(of: Array(test.head.utf8)) == head.target)
    }

    @Test(arguments: [
        ("Content-Length: 5", UInt64(5)), ("CONTENT-LENGTH:5", 5), ("cOnTeNt-lEnGtH : 5", 5),
        ("content-length:\r\n 5", 5),
        ("Content-Lengt: 5", nil), ("Content-Length5", nil), ("Content\rLength: 5", nil), ("CoNtent-Lengtx: 5", nil),
        ("\u{3}ontent-Length: 5", nil), ("content-le[gth: 5", nil), ("Content-Lengths: 5", nil),
    ]) func namesOfFieldsAreComparedLetterByLetter(_ line: String, _ length: UInt64?) throws {
        let framing = try #require(
            Array("GET / HTTP/1.1\r\n\(line)\r\n\r\n".utf8).withUnsafeBytes { HeadFraming($0, isRequest: true) })
        #expect(framing.contentLength == length, "\(line.debugDescription)")
    }

    @Test func foldedLinesAreJoined() throws {
        let head = try #require(RequestHead(Array("GET / HTTP/1.1\r\nA: 1,\r\n\t 2\r\nB: x \r\n\r\n".utf8)))
        #expect(head.fields == [HeaderField(name: "A", value: "1, 2"), HeaderField(name: "B", value: "x")])
        #expect(head.first("b") == "x")
    }

    @Test(arguments: [
        "", "\r\n", "HTTP/1.1 200 OK\r\n\r\n", "GET\r\n\r\n", "G(T / HTTP/1.1\r\n\r\n", ":path: /\r\n\r\n",
    ])
    func notARequest(_ text: String) {
        #expect(RequestHead(Array(text.utf8)) == nil)
    }

    @Test func responseHead() throws {
        let text = "HTTP/1.1 404 Not Found\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n"
        let head = try #require(ResponseHead(Array(text.utf8)))
        #expect(head.status == 404)
        #expect(head.reason == "Not Found")
        #expect(head.all("SET-COOKIE") == ["a=1", "b=2"])
    }

    @Test(arguments: [("HTTP/1.0 200\r\n\r\n", UInt16(200)), (":status: 204\r\nx: y\r\n\r\n", 204)])
    func responseHeadWithoutReason(_ text: String, _ status: UInt16) throws {
        let head = try #require(ResponseHead(Array(text.utf8)))
        #expect(head.status == status)
        #expect(head.reason.isEmpty)
    }

    @Test(arguments: ["HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", ""])
    func notAResponse(_ text: String) {
        #expect(ResponseHead(Array(text.utf8)) == nil)
    }
}
