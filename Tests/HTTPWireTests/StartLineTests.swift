import Testing
import Traffic

@testable import HTTPWire

/// The protocol detected from the first bytes of a stream, at the edges of each rule.
@Suite struct StartLineTests {
    private static func opening(_ bytes: [UInt8]) -> StreamOpening { bytes.withUnsafeBytes { StreamOpening($0) } }
    private static func request(_ line: [UInt8]) -> StartLine.Request? {
        line.withUnsafeBytes { StartLine.request($0) }
    }
    private static func status(_ line: String) -> UInt16? {
        Array(line.utf8).withUnsafeBytes { StartLine.status($0)?.status }
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\n", .request, "a request"), ("G", .request, "one letter"), ("GET", .request, "a method"),
            ("GET ", .request, "a method and a blank"), ("GET /\r\n", .request, "HTTP/0.9"),
            ("PUT /\r\n", .other, "not by PUT"),
            ("GET x\r\n", .other, "HTTP/0.9 has a path"), ("\r\n", .other, "an empty line"),
            (" GET", .other, "a blank first"),
            ("GET\u{1}", .other, "a method ends with a blank"), ("", .undecided, "nothing"),
            ("H", .undecided, "perhaps HTTP/"), ("HTTP", .undecided, "perhaps HTTP/ still"),
            ("HTTX", .request, "a method"),
            ("HTTP/", .response, "a status line, as far as it is there"), ("HTTP/1.", .response, "seven bytes"),
            ("HTTP/1.1", .response, "eight"), ("HTTP/x.1", .other, "no version"), ("HTTP/1x1", .other, "no dot"),
            ("HTTP/1.1 200", .response, "a status"), ("HTTP/1.1 2x0", .other, "no status"),
            ("HTTP/1.1x200", .other, "no blank"),
            ("HTTP/2.0 200 OK\r\n", .response, "a later version"),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .http2, "HTTP/2"),
            ("PRI * HTTP/2.", .request, "not all of it"),
        ] as [(String, StreamOpening, String)])
    func openings(text: String, expected: StreamOpening, reason: String) {
        #expect(Self.opening(Array(text.utf8)) == expected, "\(reason)")
    }

    @Test func methodsHaveABound() {
        for (length, isOne) in [(1, true), (32, true), (33, false)] {
            let method = [UInt8](repeating: UInt8(ascii: "M"), count: length)
            #expect((Self.request(method + Array(" /a HTTP/1.1".utf8)) != nil) == isOne, "\(length)")
            #expect((Self.opening(method) == .request) == isOne, "\(length) without an end")
            #expect((Self.opening(method + [0x20]) == .request) == isOne, "\(length) with an end")
        }
    }

    /// The path of a request without a version contains only bytes allowed in a URL.
    @Test(arguments: UInt8.min...UInt8.max) func pathsWithoutAVersion(byte: UInt8) {
        // A space at the end is not part of the path.
        let line = Array("GET /a".utf8) + [byte] + Array("b".utf8)
        #expect((Self.request(line)?.isSimple == true) == (byte > 0x20 && byte < 0x7f))
    }

    @Test(arguments: [
        ("GET /a HTTP/1.1", HTTPVersion.http11, false), ("GET /a HTTP/1.0", .http10, false),
        ("GET /a HTTP/1.9", .http11, false),
        ("GET /a HTTP/0.9", .http10, false), ("GET a HTTP/1.1", .http11, false), ("GET /a HTTP/1.1  ", .http11, false),
        ("GET\t/a\tHTTP/1.1", .http11, false), ("PATCH /a b HTTP/1.1", .http11, false), ("HEAD /", .http10, true),
        ("POST /a?b=c", .http10, true), ("GET /HTTP/1.1", .http10, true),
    ]) func requests(line: String, version: HTTPVersion, isSimple: Bool) throws {
        let request = try #require(Self.request(Array(line.utf8)))
        #expect(request.version == version && request.isSimple == isSimple)
    }

    @Test(arguments: [
        "", "GET", "GET ", "GET  HTTP/1.1", "/a HTTP/1.1", "G/T /a HTTP/1.1", "DELETE /a", "GET /a HTTP/2.0", "GET a",
        "GET /a HTTP/1.x", "GET /a HTTP/x.1", "GET /a HTTP/11", "GET /a b",
    ]) func whatIsNotARequest(line: String) { #expect(Self.request(Array(line.utf8)) == nil) }

    @Test(arguments: [
        ("HTTP/1.1 200", 200), ("HTTP/1.1 100 Continue", 100), ("HTTP/1.1  204 X", 204), ("HTTP/1.0\t404\tX", 404),
        ("HTTP/1.1 999 X", 999), ("HTTP/2.0 200 X", 200), ("HTTP/1.1 200X", 200), ("HTTP/1.1 099 X", nil),
        ("HTTP/1.1 20", nil), ("HTTP/1.1 2000", nil), ("HTTP/1.1 20x X", nil), ("HTTP/1.1x200", nil),
        ("HTTP/1.1    ", nil),
        ("HTTP/x.1 200", nil), ("HTTQ/1.1 200", nil), ("HTTP/1.1    20", nil),
    ]) func statuses(line: String, status: UInt16?) { #expect(Self.status(line) == status) }

    /// A ClientHello in SSL 2.0 format: a two-byte record length, and inner lengths that add up to it.
    private static func oldHello(
        ciphers: Int = 3, session: Int = 0, challenge: Int = 16, length: Int? = nil, missing: Int = 0
    ) -> [UInt8] {
        let total = length ?? 9 + ciphers + session + challenge
        let parts = [ciphers, session, challenge].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
        let hello = [0x80 | UInt8(total >> 8), UInt8(total & 0xff), 1, 3, 1] + parts
        return (hello + [UInt8](repeating: 7, count: ciphers + session + challenge)).dropLast(missing)
    }

    @Test func helloesOfTLS() {
        #expect(Self.opening([0x16]) == .tls && Self.opening([0x16, 3]) == .tls && Self.opening([0x16, 2]) == .other)
        for (hello, isOne) in [
            (Self.oldHello(), true), (Self.oldHello(challenge: 32), true),
            (Self.oldHello(ciphers: 300, session: 16), true),
            (Self.oldHello(challenge: 15), false), (Self.oldHello(challenge: 33), false),
            (Self.oldHello(length: 27), false),
            (Self.oldHello(length: 29), false), (Self.oldHello(missing: 1), false), (Self.oldHello() + [1, 2], true),
            ([0x80, 9, 1, 3, 1, 0, 0, 0, 0, 0, 0], false), ([0x00] + Self.oldHello().dropFirst(), false),
            (Self.oldHello().prefix(2) + [2] + Self.oldHello().dropFirst(3), false),
            (Self.oldHello().prefix(3) + [2] + Self.oldHello().dropFirst(4), false),
        ] { #expect((Self.opening(Array(hello)) == .tls) == isOne, "\(hello.prefix(12))") }
    }
}
