/// Something that a broken or hostile server does with a request, and what a client may call it.
public struct HostileBehaviour: Sendable, CustomStringConvertible {
    /// What follows the opening.
    public enum Ending: Sendable {
        /// The connection continues.
        case proceed
        /// It is closed, with TLS without a closure alert.
        case close
        /// It is closed, with TLS after a closure alert.
        case farewell
        case reset
        /// Nothing more is said.
        case hang
        /// These bytes again and again, as fast as the client takes them.
        case endless([UInt8])
        /// The same with 20 ms between them.
        case drips([UInt8])
        /// TLS's own messages without end: new keys (RFC 8446 section 4.6.3), tickets (4.6.1), or handshakes (RFC
        /// 5746).
        case newKeys, tickets, handshakes
    }

    public let name: String
    public let opening: [UInt8]
    public let then: Ending

    public var description: String { name }

    public init(_ name: String, _ opening: [UInt8], then: Ending) {
        self.name = name
        self.opening = opening
        self.then = then
    }

    public init(_ name: String, _ opening: String, then: Ending) { self.init(name, Array(opening.utf8), then: then) }
}

/// Behaviours of servers of HTTP/1.1, by what the client has to call them on every transport.
public enum HostileAnswers {
    private static let ok = "HTTP/1.1 200 OK\r\n"
    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func endless(_ text: String) -> HostileBehaviour.Ending { .endless(Array(text.utf8)) }
    private static func drips(_ text: String) -> HostileBehaviour.Ending { .drips(Array(text.utf8)) }

    /// Lengths that are none, contradict themselves, or are too large (RFC 9112 section 6.3, rule 5).
    private static let badLengths: [String] = [
        "-1", "-0", "+5", "abc", "", " ", "1e3", "0x10", "5 5", "5;q=1", "5.0", "5,", ",5", "5,6", "5, 5, 6", "5,x",
        "99999999999999999999999", "18446744073709551615", "18446744073709551616", "9223372036854775808",
        "5\r\nContent-Length: 6", "5\r\ncontent-length: abc", "abc\r\nContent-Length: 5",
        "5\r\nContent-Length: 5\r\nContent-Length: 4", "0\r\nContent-Length: 5", "5\r\nContent-Length: ",
    ]

    private static let badChunks: [String] = [
        "zz\r\nabc", "-1\r\nabc", "\r\nabc", "g\r\n", "ffffffffffffffff\r\nabc", "10000000000000000\r\nabc",
        "fffffffffffffffff\r\nabc", "3\r\nabcX", "3\r\nabcd\r\n0\r\n\r\n", "1\r\na\r\nzz\r\n", "3\r\nabc\r\n;\r\n",
        "3\r\nabc\r\n-3\r\nabc", ";ext\r\nabc", "\u{1}\r\nabc", " 3\r\nabc\r\n0\r\n\r\n", "\t3\r\nabc\r\n0\r\n\r\n",
        "00000000000000003\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\nno field\r\n\r\n",
        "3\r\nabc\r\n0\r\nT: y\r\nno field\r\n\r\n",
    ]

    private static let badStarts: [String] = [
        "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/1.1 000 x\r\n\r\n", "HTTP/1.1 -1 x\r\n\r\n",
        "HTTP/1.1\r\n\r\n", "garbage\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "<html>hello</html>\n\n", "220 mail ready\r\n",
        "{\"cursor\":1}\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTQ/1.1 200 OK\r\n\r\n",
        "HTTP/1.5 200 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/3.1 200 OK\r\n\r\n", "HTTP/3 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n", "Http/1.1 200 OK\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nhttp/1.1 200 OK\r\n\r\n",
        "HTTP/0.9 200 OK\r\n\r\n",
    ]

    /// Heads that no head may be, or that are too long.
    private static let badHeads: [(String, String)] = [
        ("a chunk size as C writes it", chunked + "0x3\r\nabc\r\n0\r\n\r\n"),
        ("a NUL in a field", ok + "X: a\0b\r\nContent-Length: 1\r\n\r\na"),
        ("a NUL in a name", ok + "X\0: a\r\nContent-Length: 1\r\n\r\na"),
        ("a NUL in the status line", "HTTP/1.1 200 O\0K\r\nContent-Length: 1\r\n\r\na"),
        ("a line without a colon", ok + "no field\r\nContent-Length: 1\r\n\r\na"),
        ("a megabyte of a cookie", ok + "Set-Cookie: a=\(String(repeating: "v", count: 1 << 20))\r\n\r\n"),
        (
            "20,000 cookies",
            ok + (0..<20_000).map { "Set-Cookie: c\($0)=v\r\n" }.joined() + "Content-Length: 1\r\n\r\na"
        ),
        ("a field of 200 KB", ok + "X: \(String(repeating: "v", count: 200_000))\r\nContent-Length: 1\r\n\r\na"),
        ("a transfer coding that nobody knows", ok + "Transfer-Encoding: xchunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
        (
            "a transfer coding that nobody knows before chunks",
            ok + "Transfer-Encoding: foo, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
        ),
        ("a folded line before any field", ok + " X: y\r\nContent-Length: 1\r\n\r\na"),
        ("the length in a folded line", ok + "Content-Length:\r\n 5x\r\n\r\nabcde"),
    ]

    /// Responses that cannot be understood.
    public static let framing: [HostileBehaviour] =
        badLengths.flatMap { length -> [HostileBehaviour] in
            let head = ok + "Content-Length: \(length)\r\n\r\nabcde"
            return [
                HostileBehaviour("length \(length.debugDescription), closed", head, then: .close),
                HostileBehaviour("length \(length.debugDescription), open", head, then: .hang),
                HostileBehaviour("length \(length.debugDescription), then more", head, then: drips("x")),
            ]
        }
        + badChunks.flatMap { chunk -> [HostileBehaviour] in
            [
                HostileBehaviour("chunk \(chunk.debugDescription), closed", chunked + chunk, then: .close),
                HostileBehaviour("chunk \(chunk.debugDescription), open", chunked + chunk, then: .hang),
            ]
        }
        + badStarts.map { HostileBehaviour("start \($0.debugDescription)", $0, then: .hang) }
        + [
            HostileBehaviour("fields without end", ok, then: endless("X: y\r\n")),
            HostileBehaviour("a field without end", ok + "X: ", then: endless("y")),
            HostileBehaviour("interim responses without end", "", then: endless("HTTP/1.1 103 E\r\nLink: x\r\n\r\n")),
            HostileBehaviour("100 without end", "", then: endless("HTTP/1.1 100 Continue\r\n\r\n")),
            HostileBehaviour("blank lines without end", "", then: endless("\r\n")),
            HostileBehaviour("cookies without end", ok, then: endless("Set-Cookie: sid=1; Path=/\r\n")),
            HostileBehaviour("zeros of a chunk size without end", chunked, then: endless("0")),
            HostileBehaviour(
                "300 KB of fields", ok + String(repeating: "X: \(String(repeating: "y", count: 1000))\r\n", count: 320),
                then: .hang),
        ] + badHeads.map { HostileBehaviour($0.0, $0.1, then: .hang) }

    /// Responses that libcurl and our own sockets give up in different ways: it passes over extensions of any length.
    public static let extensions: [HostileBehaviour] = [
        HostileBehaviour("a chunk extension without end", chunked + "5;", then: endless("a")),
        HostileBehaviour("a chunk extension that drips", chunked + "5;a=", then: drips("a")),
    ]

    /// Whole responses of another status than was recorded, and some of them with what must not be there.
    public static let unexpected: [HostileBehaviour] = [
        ("a way back to itself", "HTTP/1.1 302 Found\r\nLocation: /h/0\r\nContent-Length: 0\r\n\r\n"),
        ("a way to another host", "HTTP/1.1 301 Moved\r\nLocation: http://evil.test/\r\nContent-Length: 0\r\n\r\n"),
        (
            "a challenge",
            "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\nContent-Length: 0\r\n\r\n"
        ),
        ("a proxy's challenge", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"),
        ("no content, with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"),
        ("an upgrade wanted", "HTTP/1.1 426 Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n"),
        (
            "a switch that nobody asked for",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\u{1}\u{1}a"
        ),
        ("the highest status", "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n"),
    ]
    .map { HostileBehaviour($0.0, $0.1, then: .proceed) }

    /// Responses that never end.
    public static let timeout: [HostileBehaviour] =
        [
            ("nothing", ""), ("half a status line", "HTTP/1."), ("half a head", ok + "X: y"),
            ("a head alone", ok + "Content-Length: 5\r\n\r\n"),
            ("half a body", ok + "Content-Length: 5\r\n\r\nab"), ("half a chunk", chunked + "5\r\nab"),
            ("half a chunk size", chunked + "5"),
            ("no last chunk", chunked + "2\r\nab\r\n"), ("half of the trailers", chunked + "0\r\nT: y\r\n"),
            ("a body without length", ok + "\r\nabc"),
            ("an interim response alone", "HTTP/1.1 103 E\r\n\r\n"),
            ("the largest length", ok + "Content-Length: 9223372036854775807\r\n\r\nabc"),
        ]
        .map { HostileBehaviour("\($0.0), then silence", $0.1, then: .hang) }
        + [
            HostileBehaviour("a dripping head", ok, then: drips("X: y\r\n")),
            HostileBehaviour("a dripping body", ok + "Content-Length: 100000\r\n\r\n", then: drips("x")),
            HostileBehaviour("dripping chunks", chunked, then: drips("1\r\nx\r\n")),
            HostileBehaviour("dripping trailers", chunked + "0\r\n", then: drips("T: y\r\n")),
            HostileBehaviour("dripping interim responses", "", then: drips("HTTP/1.1 103 E\r\n\r\n")),
        ]

    /// The same, as fast as the client takes them.
    public static let floods: [HostileBehaviour] = [
        HostileBehaviour("chunks of a byte without end", chunked, then: endless("1\r\nx\r\n")),
        HostileBehaviour(
            "large chunks without end", chunked, then: endless("4000\r\n\(String(repeating: "z", count: 16384))\r\n")),
        HostileBehaviour("trailers without end", chunked + "0\r\n", then: endless("T: y\r\n")),
        HostileBehaviour("a body without end", ok + "\r\n", then: endless("{\"cursor\":1}")),
        HostileBehaviour(
            "the largest length, filled", ok + "Content-Length: 9223372036854775807\r\n\r\n", then: endless("abcdefgh")),
    ]

    /// Responses whose connection is closed too early.
    public static let closed: [HostileBehaviour] = [
        ("at once", ""), ("within the head", ok + "X: y"), ("behind the head", ok + "Content-Length: 5\r\n\r\n"),
        ("within the body", ok + "Content-Length: 5\r\n\r\nab"), ("within a chunk", chunked + "5\r\nab"),
        ("within a chunk size", chunked + "5"), ("before the last chunk", chunked + "2\r\nab\r\n"),
        ("within the trailers", chunked + "0\r\nT: y\r\n"), ("behind an interim response", "HTTP/1.1 103 E\r\n\r\n"),
    ]
    .map { HostileBehaviour("closed \($0.0)", $0.1, then: .close) }

    /// Responses whose connection is reset.
    public static let reset: [HostileBehaviour] = [
        ("at once", ""), ("within the head", ok + "X: y"), ("within the body", ok + "Content-Length: 5\r\n\r\nab"),
        ("within a chunk", chunked + "5\r\nab"),
    ]
    .map { HostileBehaviour("reset \($0.0)", $0.1, then: .reset) }

    /// Responses that look odd and are whole.
    public static let answered: [HostileBehaviour] = [
        ("a length twice", ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde"),
        ("a list of one length", ok + "Content-Length: 5, 5\r\n\r\nabcde"),
        ("leading zeros", ok + "Content-Length: 005\r\n\r\nabcde"),
        ("chunk extensions", chunked + "5;a=b\r\nabcde\r\n0;c\r\n\r\n"), ("trailers", chunked + "0\r\nT: y\r\n\r\n"),
        (
            "a length beside chunks",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
        ),
        (
            "interim responses",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\nLink: x\r\n\r\n" + ok + "Content-Length: 1\r\n\r\na"
        ),
        (
            "a large cookie",
            ok + "Set-Cookie: a=\(String(repeating: "v", count: 60_000))\r\nContent-Length: 2\r\n\r\n{}"
        ),
        ("HTTP/2.0 in a status line", "HTTP/2.0 200 OK\r\nContent-Length: 1\r\n\r\na"),
        ("no reason", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na"),
        ("16 digits of a chunk size", chunked + "0000000000000001\r\na\r\n0\r\n\r\n"),
        ("a folded trailer", chunked + "1\r\na\r\n0\r\nT: y\r\n z\r\n\r\n"),
        ("CHUNKED", ok + "Transfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n"),
        ("line feeds alone", "HTTP/1.1 200 OK\nContent-Length: 1\n\na"),
        ("a folded field", ok + "X: a\r\n  b\r\nContent-Length: 1\r\n\r\na"),
        ("a blank before a colon", ok + "X : a\r\nContent-Length: 1\r\n\r\na"),
        ("an extension of 8 KB", chunked + "1;a=\(String(repeating: "b", count: 8000))\r\na\r\n0\r\n\r\n"),
        (
            "1,000 cookies",
            ok + (0..<1000).map { "Set-Cookie: c\($0)=\($0)\r\n" }.joined() + "Content-Length: 1\r\n\r\na"
        ),
        ("a coding that it is not in", ok + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde"),
    ]
    .map { HostileBehaviour($0.0, $0.1, then: .proceed) }

    /// All of them with a name of their own, for a server that is asked for one.
    public static let all = framing + timeout + floods + closed + reset + answered + unexpected + extensions
}

/// Behaviours of servers that are spoken with in HTTP/2 (RFC 9113), when they have read the client's preface.
public enum HostileFrames {
    private static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        let length = payload.count
        let head: [UInt8] = [
            UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags,
            UInt8(stream >> 24 & 127), UInt8(stream >> 16 & 255), UInt8(stream >> 8 & 255), UInt8(stream & 255),
        ]
        return head + payload
    }

    private static let hello = frame(4, 0, 0, []) + frame(4, 1, 0, [])
    private static let okHead = frame(1, 4, 1, [0x88])
    private static let field: [UInt8] = [0x00, 0x01, 0x78, 0x01, 0x79]

    /// Ones that never end, as fast as the client takes them, or after which libcurl waits for what never comes.
    public static let floods: [HostileBehaviour] = [
        HostileBehaviour("empty DATA", hello + okHead, then: .endless(frame(0, 0, 1, []))),
        HostileBehaviour(
            "DATA", hello + okHead, then: .endless(frame(0, 0, 1, [UInt8](repeating: 0x78, count: 16384)))),
        HostileBehaviour("PING", hello, then: .endless(frame(6, 0, 0, Array("12345678".utf8)))),
        HostileBehaviour("SETTINGS", hello, then: .endless(frame(4, 0, 0, [0, 1, 0, 0, 16, 0]))),
        HostileBehaviour("WINDOW_UPDATE", hello, then: .endless(frame(8, 0, 0, [0, 0, 0, 1]))),
        HostileBehaviour("PRIORITY", hello, then: .endless(frame(2, 0, 1, [0, 0, 0, 3, 1]))),
        HostileBehaviour("unknown frames", hello, then: .endless(frame(0x77, 0, 0, [1, 2, 3]))),
        HostileBehaviour("interim HEADERS", hello, then: .endless(frame(1, 4, 1, [0x08, 0x03] + Array("103".utf8)))),
        HostileBehaviour(
            "HEADERS", hello + okHead, then: .endless(frame(1, 4, 1, [UInt8]((0..<100).map { _ in field }.joined())))),
        HostileBehaviour(
            "CONTINUATION", hello + frame(1, 0, 1, [0x88]),
            then: .endless(frame(9, 0, 1, [0, 1, 0x78, 0x7f, 0x80, 0x7d] + [UInt8](repeating: 0x62, count: 16000)))),
        HostileBehaviour("empty CONTINUATION", hello + frame(1, 0, 1, [0x88]), then: .endless(frame(9, 0, 1, []))),
        HostileBehaviour(
            "DATA of nothing but padding", hello + okHead,
            then: .endless(frame(0, 8, 1, [255] + [UInt8](repeating: 0, count: 255)))),
        HostileBehaviour("GOAWAY", hello, then: .endless(frame(7, 0, 0, [0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]))),
        HostileBehaviour("acknowledged PING", hello, then: .endless(frame(6, 1, 0, Array("12345678".utf8)))),
        HostileBehaviour("padding longer than its frame", hello + okHead + frame(0, 8, 1, [200, 1, 2]), then: .hang),
        HostileBehaviour("no stream allowed", frame(4, 0, 0, [0, 3, 0, 0, 0, 0]) + frame(4, 1, 0, []), then: .hang),
        HostileBehaviour("a PING now and then", hello, then: .drips(frame(6, 0, 0, Array("12345678".utf8)))),
        HostileBehaviour("DATA of a byte now and then", hello + okHead, then: .drips(frame(0, 0, 1, [0x78]))),
    ]

    /// Ones that cannot be understood, or refuse.
    public static let broken: [HostileBehaviour] = [
        HostileBehaviour("garbage", [UInt8](repeating: 0xaa, count: 5000), then: .hang),
        HostileBehaviour(
            "a frame that is too large", [0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 100_000),
            then: .hang),
        HostileBehaviour(
            "a status that is none", hello + frame(1, 5, 1, [0x08, 0x03] + Array("abc".utf8)), then: .hang),
        HostileBehaviour("no status", hello + frame(1, 5, 1, field), then: .hang),
        HostileBehaviour("a refused stream", hello + frame(3, 0, 1, [0, 0, 0, 2]), then: .hang),
        HostileBehaviour("DATA before HEADERS", hello + frame(0, 1, 1, [0x78]), then: .hang),
        HostileBehaviour("a stream that nobody opened", hello + frame(1, 5, 2, [0x88]), then: .hang),
        HostileBehaviour("a bad header block", hello + frame(1, 5, 1, [0xff, 0xff, 0xff, 0xff, 0xff]), then: .hang),
        HostileBehaviour("HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", then: .hang),
        // A field of 4,000 bytes in the dynamic table, named 16,000 times: 64 MB in a block of 20 KB (RFC 7541 section
        // 7.3).
        HostileBehaviour(
            "a header block that swells",
            hello
                + frame(
                    1, 0, 1,
                    [0x88, 0x40, 0x01, 0x78, 0x7f, 0xa1, 0x1e] + [UInt8](repeating: 0x61, count: 4000)
                        + [UInt8](repeating: 0xbe, count: 12_000))
                + frame(9, 4, 1, [UInt8](repeating: 0xbe, count: 16_000)), then: .hang),
        HostileBehaviour("RST_STREAM of other streams", hello, then: .endless(frame(3, 0, 3, [0, 0, 0, 8]))),
        HostileBehaviour("acknowledged SETTINGS", hello, then: .endless(frame(4, 1, 0, []))),
        HostileBehaviour("GOAWAY at once", hello + frame(7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]), then: .close),
        HostileBehaviour("a window that is too large", hello + frame(8, 0, 0, [0x7f, 0xff, 0xff, 0xff]), then: .hang),
        HostileBehaviour("SETTINGS of five bytes", frame(4, 0, 0, [0, 1, 0, 0, 16]), then: .hang),
        HostileBehaviour("HEADERS of stream 0", hello + frame(1, 5, 0, [0x88]), then: .hang),
        HostileBehaviour(
            "a length that is not kept",
            hello + frame(1, 4, 1, [0x88, 0x0f, 0x0d, 0x01, 0x35]) + frame(0, 1, 1, [1, 2, 3]), then: .hang),
        HostileBehaviour(
            "a field name in capitals", hello + frame(1, 5, 1, [0x88, 0x00, 0x01, 0x58, 0x01, 0x79]), then: .hang),
        HostileBehaviour("a stream ended by an error", hello + okHead + frame(3, 0, 1, [0, 0, 0, 2]), then: .hang),
        HostileBehaviour(
            "a promise", hello + frame(5, 4, 1, [0, 0, 0, 2, 0x88]), then: .hang),
    ]
}

/// Behaviours of servers that are to begin TLS, when they have read the client's first record.
public enum HostileHandshakes {
    /// Ones that never end, as fast as the client takes them.
    public static let floods: [HostileBehaviour] = [
        HostileBehaviour("HelloRequest", "", then: .endless([0x16, 3, 3, 0, 4, 0, 0, 0, 0])),
        HostileBehaviour("a long handshake message", [0x16, 3, 3, 0x40, 0, 2, 0xff, 0xff, 0xff], then: .endless([0])),
        HostileBehaviour("a handshake that drips", [0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc], then: .drips([0])),
        HostileBehaviour("empty records", "", then: .endless([0x16, 3, 3, 0, 0])),
        HostileBehaviour("warnings", "", then: .endless([0x15, 3, 3, 0, 2, 1, 90])),
        HostileBehaviour("silence", "", then: .hang),
    ]

    /// Messages of TLS itself behind the handshake, in the place of an answer.
    public static let endless: [HostileBehaviour] = [
        HostileBehaviour("new keys", "", then: .newKeys), HostileBehaviour("tickets", "", then: .tickets),
        HostileBehaviour("new keys within a head", "HTTP/1.1 200 OK\r\n", then: .newKeys),
    ]
}
