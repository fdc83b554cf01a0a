import Testing

@testable import Redaction

/// The kinds of fields, bodies and values, which decide how much of a message is searched.
@Suite struct KindTests {
    private static func with<Value>(_ text: String, _ body: (Bytes) -> Value) -> Value {
        Array(text.utf8).withUnsafeBufferPointer(body)
    }

    private static let fields: [FieldKind: [String]] = [
        .authority: ["host", ":authority", "x-forwarded-host"], .links: ["link"],
        .url: [
            ":path", "origin", "referer", "location", "destination", "x-rewrite-url", "x-original-url",
            "x-forwarded-uri", "content-location",
        ],
        .cookie: ["cookie", "cookie2"], .setCookie: ["set-cookie", "set-cookie2"],
        .credentials: ["authorization", "proxy-authorization"],
        .challenge: ["www-authenticate", "proxy-authenticate", "authentication-info", "proxy-authentication-info"],
        .protocols: ["sec-websocket-protocol"], .timing: ["server-timing"],
        .contentPolicy: ["content-security-policy", "content-security-policy-report-only"],
    ]

    @Test func fieldsAreKnownByTheirNames() {
        for (kind, names) in Self.fields {
            for name in names {
                #expect(Self.with(name, FieldKind.init) == kind, "\(name)")
                #expect(Self.with(name.uppercased(), FieldKind.init) == kind, "\(name) in capitals")
                for other in [name + "s", String(name.dropLast()), "x" + name.dropFirst(), name.dropLast() + "?"] {
                    let isAnother = Self.fields.contains { $0.value.contains(other) }
                    if !isAnother { #expect(Self.with(other, FieldKind.init) == .other, "\(other)") }
                }
            }
        }
        for name in ["", "a", "accept", "x-api-key", "content-type", "user-agent"] {
            #expect(Self.with(name, FieldKind.init) == .other, "\(name)")
        }
    }

    @Test(
        arguments: [
            ("multipart/form-data; boundary=ab", "x--ab", .multipart(boundary: Array("ab".utf8)), "parts"),
            ("Multipart/Mixed; boundary=\"a b\"", "--a b", .multipart(boundary: Array("a b".utf8)), "in quotes"),
            ("multipart/form-data; boundary=ab", "x", .text, "a boundary that does not occur: by the body"),
            ("multipart/form-data; boundary=ab", "\r\n--cd\r\n", .multipart(boundary: Array("cd".utf8)), "another"),
            ("multipart/form-data", "--cd--", .multipart(boundary: Array("cd--".utf8)), "none: that of the first line"),
            ("multipart/form-data", "{}", .json, "no boundary: by the body"),
            ("multipart/form-data; boundary=", "<a/>", .markup, "an empty boundary"),
            ("application/x-www-form-urlencoded", "{}", .form, "what the type says comes first"),
            ("APPLICATION/x-www-form-urlencoded; charset=utf-8", "", .form, "with a parameter"),
            ("application/json", "\"a text\"", .json, "a single string"),
            ("text/json", "\"a text\"", .json, "json at the type's end"),
            ("application/vnd.api+json; v=1", " \"a text\"", .json, "json within the type"),
            ("text/plain", "\"a text\"", .text, "a quoted text that is no JSON"),
            (nil, "\"a text\"", .text, "no type"),
            ("text/plain", " \t\r\n{\"a\":1}", .json, "blanks first"),
            ("text/plain", "\u{feff}[1]", .json, "a mark first"),
            ("application/json-seq", "\u{1e}{\"a\":1}\n", .text, "JSON in frames"),
            ("application/grpc-web+json", "\u{0}\u{0}\u{0}\u{0}\u{7}{\"a\":1}", .text, "JSON behind its length"),
            ("application/json", "<a/>", .markup, "what the body shows"), (nil, "", .opaque, "nothing"),
            (nil, " \r\n", .opaque, "blanks alone"), (nil, "a=b&c", .form, "pairs"), (nil, "ab", .text, "no pairs"),
            (nil, "a=b c", .text, "a blank"), (nil, "a=b:c", .text, "a colon"), (nil, "a=\"b\"", .text, "quotes"),
            (nil, "a\u{1b}[0m", .text, "a terminal's colours"), (nil, "a\u{0}b", .binary, "a zero"),
            (nil, "a\u{8}", .binary, "the last control character before blanks"), (nil, "a\u{9}", .text, "a tab"),
            (nil, "a\u{d}b", .text, "a return"), (nil, "a\u{e}", .binary, "the first after them"),
            (nil, "a\u{1f}", .binary, "the last"), (nil, "é", .text, "letters past ASCII"),
            (nil, "a,b\n1,2", .table(separator: 0x2c), "columns"), (nil, "a\tb\r\n1\t2", .table(separator: 9), "tabs"),
            (nil, "a,b", .text, "a single row"), (nil, "a,b\n1;2", .text, "fewer separators in the next row"),
            (nil, "a,(b)\n1,2", .text, "no names"), ("text/csv", "a b\n1,2", .text, "a single column"),
            (nil, "{\u{0}\"\u{0}", .utf16(isBigEndian: false), "units of 16 bits"),
            (nil, "\u{0}<\u{0}a", .utf16(isBigEndian: true), "big-endian"), (nil, "{\u{0}a", .json, "too few units"),
            (nil, String(repeating: "a", count: 1024) + "\u{0}", .text, "only the beginning is looked at"),
            (nil, String(repeating: "a", count: 1023) + "\u{0}", .binary, "the last byte that is"),
        ] as [(String?, String, ContentKind, String)])
    func contentIsTakenFor(type: String?, body: String, kind: ContentKind, reason: String) {
        let found = Self.with(body) { body in
            type.map { Self.with($0) { ContentKind(body, type: $0) } } ?? ContentKind(body, type: nil)
        }
        #expect(found == kind, "\(reason)")
    }

    @Test func theLongestBoundary() {
        for (count, isOne) in [(200, true), (201, false)] {
            let boundary = String(repeating: "b", count: count)
            let kind = Self.with("multipart/mixed; boundary=\(boundary)") { type in
                Self.with("--\(boundary)\r\n") { ContentKind($0, type: type) }
            }
            #expect(kind == (isOne ? .multipart(boundary: Array(boundary.utf8)) : .text))
        }
    }

    /// The last label of an address stays, and in a reserved domain everything after the name.
    @Test(arguments: [
        ("a@b.com", 3, "the dot and what follows"), ("ann@mail.b.de", 10, "the last dot"),
        ("a@b.c", 5, "too short a label"),
        ("a@b.cd", 3, "two letters do"), ("@b.com", 6, "no name"), ("a@@b.com", 8, "two signs"),
        ("a@b@c.com", 9, "two signs"),
        ("a@.com", 6, "no domain"), ("a@b.c0m", 7, "a digit in the label"), ("a.com", 5, "no sign"),
        ("a@com", 5, "no dot"),
        ("a@example.com", 1, "reserved"), ("a@EXAMPLE.org", 1, "in capitals"),
        ("a@x.example.net", 1, "below a reserved one"),
        ("a@notexample.com", 12, "not below it"), ("a@x.test", 1, "a reserved label"), ("a@atest", 7, "no label"),
        ("a@x.latest", 3, "ends like one"), ("a@x.invalid", 1, "invalid"), ("a@x.localhost", 1, "localhost"),
        ("a.b@c.de", 5, "a dot in the name"), ("", 0, "nothing"),
    ]) func addressesKeepTheirEnd(value: String, keptFrom: Int, reason: String) {
        let shape = ValueShape(Array(value.utf8))
        #expect((0..<value.utf8.count).map(shape.isKept) == (0..<value.utf8.count).map { $0 >= keptFrom }, "\(reason)")
    }

    @Test func uuidsKeepTheirVersionAndVariant() {
        let uuid = "0b2f0e9e-8c7a-4a52-9c39-2f4b8e6f1d00"
        let kept = { (text: String) in (0..<text.utf8.count).filter(ValueShape(Array(text.utf8)).isKept) }
        #expect(kept(uuid) == [14, 19])
        #expect(kept(uuid.uppercased()) == [14, 19])
        for other in [
            uuid.replacing("-", with: "0"), uuid + "0", String(uuid.dropLast()), uuid.replacing("f", with: "g"),
            uuid.replacing("4a", with: "4A"), String(uuid.map { $0.isNumber ? "a" : $0 }),
            uuid.replacing("-9c39", with: "9-c39"),
        ] { #expect(kept(other) == [], "\(other)") }
    }

    @Test(arguments: [
        ("abcdef12", true, "eight"), ("abcdef1", false, "seven"), ("ABCDEF12", true, "capitals"),
        ("abcdEF12", false, "both"),
        ("12345678", false, "no letter"), ("abcdefab", false, "no digit"), ("abcdefg1", false, "another letter"),
        ("ab-cd-ef-12", true, "marks between"), ("@`GHafAF09", false, "neighbours in the table"),
    ]) func hexadecimal(value: String, isHexadecimal: Bool, reason: String) {
        #expect(ValueShape(Array(value.utf8)).isHexadecimal == isHexadecimal, "\(reason)")
    }

    @Test(arguments: [
        ("4111111111111111", true), ("4111111111111112", false), ("4111-1111-1111-1111", true),
        ("a4111111111111111", false),
        ("378282246310005", true), ("0", false),
    ]) func cards(value: String, isCard: Bool) { #expect(ValueShape(Array(value.utf8)).isCard == isCard) }
}
