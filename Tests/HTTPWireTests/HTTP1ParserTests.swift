import HTTPWire
import Testing

/// Every case is parsed as a whole and in chunks of every size: where a chunk ends must not matter.
@Suite struct HTTP1ParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var why: String
        var isRequest = false
        var methods: [RequestMethod] = []
        var text: String
        /// Body and trailers of each message, and whether it is complete.
        var want: [(body: String, trailers: String, isComplete: Bool)]
        var testDescription: String { why }
    }

    @Test(arguments: [
        Case(
            why: "two pipelined requests without bodies", isRequest: true,
            text: "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
            want: [("", "", true), ("", "", true)]),
        Case(
            why: "a counted body, then another request", isRequest: true,
            text: "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloPUT /x HTTP/1.1\r\ncontent-length:0\r\n\r\n",
            want: [("hello", "", true), ("", "", true)]),
        Case(
            why: "any token is a method", isRequest: true, text: "M-SEARCH!x * HTTP/1.1\r\n\r\n", want: [("", "", true)]
        ),
        Case(
            why: "absolute-form target with a blank in it", isRequest: true,
            text: "GET http://h/a b HTTP/1.1\r\n\r\n", want: [("", "", true)]),
        Case(
            why: "bare LF everywhere, blank lines before the start line", isRequest: true,
            text: "\n\r\nPOST / HTTP/1.0\nContent-Length: 2\n\nok\n\nGET / HTTP/1.0\n\n",
            want: [("ok", "", true), ("", "", true)]),
        Case(
            why: "repeated Content-Length: the first counts", isRequest: true,
            text: "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabcGET / HTTP/1.1\r\n\r\n",
            want: [("abc", "", true), ("", "", true)]),
        Case(
            why: "a list of lengths: its first member counts", isRequest: true,
            text: "POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\nabc", want: [("abc", "", true)]),
        Case(
            why: "Transfer-Encoding wins over Content-Length", isRequest: true,
            text: "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 50\r\n\r\n0\r\n\r\n"
                + "GET /s HTTP/1.1\r\n\r\n", want: [("", "", true), ("", "", true)]),
        Case(
            why: "chunks with extensions, blanks, trailers and upper-case digits",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
                + "A;x=\"y\"\r\n0123456789\r\n1 \r\nz\r\n0 ; q\r\nT: 1\r\nU: 2\r\n\r\n",
            want: [("0123456789z", "T: 1\r\nU: 2\r\n\r\n", true)]),
        Case(
            why: "a CR that ends no line before the trailers",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\rT: 1\r\n\r\n",
            want: [("abc", "T: 1\r\n\r\n", true)]),
        Case(
            why: "chunks ended by bare LF", text: "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n",
            want: [("abc", "", true)]),
        Case(
            why: "final chunk missing", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            want: [("abc", "", false)]),
        Case(
            why: "Content-Length larger than what comes", text: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
            want: [("abc", "", false)]),
        Case(
            why: "obsolete folding of the framing field itself",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n\tchunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            want: [("a", "", true)]),
        Case(
            why: "obsolete folding with a line of blanks only",
            text: "HTTP/1.1 200 OK\r\nA: 1\r\n \r\n\t2\r\nContent-Length: 1\r\n\r\nx", want: [("x", "", true)]),
        Case(
            why: "HEAD, 204 and 304 have no body", methods: [.head, .get, .get],
            text: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n"
                + "HTTP/1.1 304 Not\r\nTransfer-Encoding: chunked\r\n\r\n",
            want: [("", "", true), ("", "", true), ("", "", true)]),
        Case(
            why: "an interim response comes before the final one",
            text:
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200\r\nContent-Length: 1\r\n\r\ny",
            want: [("", "", true), ("", "", true), ("y", "", true)]),
        Case(
            why: "without a length a body ends with the connection", text: "HTTP/1.0 200 OK\r\n\r\nall\r\nof it",
            want: [("all\r\nof it", "", true)]),
        Case(
            why: "a transfer coding that is not chunked ends with the connection",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nabcd",
            want: [("abcd", "", true)]),
        Case(
            why: "the identity coding is none",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nab",
            want: [("ab", "", true)]),
        Case(
            why: "a length that is no number ends with the connection",
            text: "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc", want: [("abc", "", true)]),
        Case(
            why: "a refused CONNECT has a body, an accepted one none", methods: [.connect, .connect],
            text: "HTTP/1.1 407 P\r\nContent-Length: 2\r\n\r\nnoHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
            want: [("no", "", true), ("", "", true)]),
    ]) func messages(_ test: Case) {
        for size in [Int.max] + Array(1...test.text.utf8.count) {
            let stream = ParsedStream(
                test.text, isRequest: test.isRequest, pieceSize: size, methods: test.methods)
            #expect(stream.messages.map(\.body) == test.want.map(\.body), "pieces of \(size)")
            #expect(stream.messages.map(\.trailers) == test.want.map(\.trailers), "pieces of \(size)")
            #expect(stream.messages.map(\.isComplete) == test.want.map(\.isComplete), "pieces of \(size)")
            #expect(!stream.isLost, "pieces of \(size)")
        }
    }

    @Test(arguments: [
        (true, "login=foo&password=bar\r\n", "a body nobody announced"),
        (true, "\u{16}\u{3}\u{1}", "TLS"),
        (true, "GET/ HTTP/1.1\r\n\r\n", "no blank behind the method"),
        (true, String(repeating: "A", count: 64) + " / HTTP/1.1\r\n\r\n", "a method that never ends"),
        (true, "PRI * HTTP/2.0\r\n\r\n", "another version"),
        (false, "HTTP/1.1 2xx OK\r\n\r\n", "a status that is no number"),
        (false, "HTTQ/1.1 200 OK\r\n\r\n", "another protocol"),
        (false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "a chunk size that is none"),
        (false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "a chunk longer than it says"),
        (false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "an empty chunk size"),
        (false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "a size past 64 bits"),
    ]) func lost(_ isRequest: Bool, _ text: String, _ why: String) {
        for size in [Int.max, 1, 3] {
            let stream = ParsedStream(text, isRequest: isRequest, pieceSize: size)
            #expect(stream.isLost || stream.messages.allSatisfy { !$0.isComplete }, "\(why), pieces of \(size)")
            #expect(stream.messages.allSatisfy { !$0.isComplete }, "\(why), pieces of \(size)")
        }
    }

    @Test func simpleRequestIsOneLine() {
        let stream = ParsedStream("GET /HTTP/1.1\nHost: a\n\n", isRequest: true)
        #expect(stream.messages == [ParsedMessage(head: "GET /HTTP/1.1\n", isComplete: true)])
        #expect(stream.isLost, "nothing follows a request without a version")
    }

    @Test(arguments: [
        (true, "rest of a body\r\nGET /a HTTP/1.1\r\n", Int?(16), "a request at the beginning of a line"),
        (true, "GET /a", 0, "a request line cut off"),
        (true, "see GET /a HTTP/1.1\r\n", nil, "a request inside a line is text"),
        (true, "Get it / now\r\nPOST it\r\n", nil, "prose"),
        (false, "}HTTP/1.1 200 OK\r\n", 1, "a response right behind a body"),
        (false, "HTTP/1.1", 0, "a status line cut off"),
        (false, "HTTP/1.1 is a protocol", nil, "prose"),
        (false, "xxHTT", nil, "too little to say"),
    ]) func startOfMessage(_ isRequest: Bool, _ text: String, _ want: Int?, _ why: String) {
        let found = Array(text.utf8).withUnsafeBytes {
            HTTP1Parser(isRequest: isRequest).startOfMessage(in: $0)
        }
        #expect(found == want, "\(why)")
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n", StreamOpening.request), ("HTTP/1.1 200 OK\r\n", .response), ("H", .undecided),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .http2), ("\u{16}\u{3}\u{1}\u{2}", .tls), ("SSH-2.0-x\r\n", .other),
        ("\u{0}", .other), ("REGISTER sip:a SIP/2.0\r\n", .other),
    ]) func openings(_ text: String, _ want: StreamOpening) {
        #expect(Array(text.utf8).withUnsafeBytes { StreamOpening($0) } == want)
    }

    @Test func bytesNeverSeenAreSkippedWithinABody() {
        var parser = HTTP1Parser(isRequest: false)
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n".utf8)
        head.withUnsafeBytes { bytes in
            _ = parser.next(bytes, from: 0)
            _ = parser.begin(head: bytes)
        }
        #expect(parser.skip(4) == .within)
        #expect(parser.skip(6) == .endsMessage)
        #expect(parser.isBetweenMessages)
        #expect(parser.skip(1) == .beyond)
        #expect(parser.isLost)
    }

    /// What a client must not guess, and a listener may.
    @Test(arguments: [
        ("\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", false, "an empty line before the status line"),
        (chunked + " 1\r\na\r\n0\r\n\r\n", false, "a blank before a chunk size"),
        (chunked + "1 \r\na\r\n0\r\n\r\n", true, "a blank after a chunk size"),
        (chunked + "00000000000000001\r\na\r\n0\r\n\r\n", false, "17 digits"),
        (chunked + "0000000000000001\r\na\r\n0000000000000000\r\n\r\n", true, "16 digits"),
        (chunked + "0\r\nno field\r\n\r\n", false, "a trailer without a colon"),
        (chunked + "0\r\nT: y\r\nno field\r\n\r\n", false, "a second trailer without a colon"),
        (chunked + "0\r\nT: y\r\n z\r\nU:\r\n\r\n", true, "a folded and an empty trailer"),
    ]) func aStrictParserDoesNotGuess(_ text: String, _ isFine: Bool, _ why: String) {
        for pieceSize in [1, 2, 3, 7, Int.max] {
            let lenient = ParsedStream(text, isRequest: false, pieceSize: pieceSize)
            #expect(lenient.messages.map(\.isComplete) == [true] && !lenient.isLost, "\(why), pieces of \(pieceSize)")
            let strict = ParsedStream(text, isRequest: false, isStrict: true, pieceSize: pieceSize)
            #expect(strict.isLost != isFine, "\(why), pieces of \(pieceSize)")
            #expect(strict.messages.contains(where: \.isComplete) == isFine, "\(why), pieces of \(pieceSize)")
        }
    }

    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test(arguments: [
        ("chunked", false), ("gzip, chunked", false), ("X-GZIP, CHUNKED", false), ("identity", false), ("", false),
        ("deflate; q=1, chunked", false), ("xchunked", true), ("foo, chunked", true), ("chunked, br", true),
    ]) func transferCodingsThatNobodyKnows(_ value: String, _ isUnknown: Bool) {
        let head = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: \(value)\r\n\r\n".utf8)
        let framing = head.withUnsafeBytes { HeadFraming($0, isRequest: false) }
        #expect(framing?.hasUnknownTransferCoding == isUnknown)
    }
}
