import Formats
import TestSupport
import Testing

/// What every reader and writer of this module makes of the same texts, right and wrong ones, exactly.
@Suite struct ExactReadersTests {
    private static let texts: [String] = [
        "", " ", "{}", "[]", "{\"a\":1}", "{\"a\":{\"b\":[1,2.5,-3e9,true,null]},\"c\":\"d\\\"e\"}",
        "[{\"id\":\"x\"},{\"id\":\"y\"}]",
        "{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\r\n\r\n[2]", ")]}',\n{\"a\":1}", "while(1);{\"a\":1}", "for (;;);[1]",
        "{}&&{\"a\":1}", "{} && x",
        "\u{feff}{\"a\":1}", "{\"a\":", "{\"a\" 1}", "{a:1}", "[1,]", "[1 2]", "{\"a\":1}}",
        "{\"a\":\"\\u00e9\\n\\ud83d\\ude00\\u12\"}",
        "{\"user_id\":17,\"userId\":\"18\",\"n1\":2}", "\"text\"", "12", "-1.5e+10", "01", "1.", "tru", "true",
        "<a/>", "<a b=\"c\">d</a>", "<a><b>1</b><b x='y'>2</b><c><![CDATA[z]]></c></a>",
        "<?xml version=\"1.0\"?><!-- x --><r>t &amp; u</r>",
        "<a b=c>", "<a b=\"c", "<a><b></a>", "</a>", "<", "<a", "<![CDATA[x]]>", "<a b = \"c\"/>t",
        "<r>\n <a>\t1 </a> \n</r>",
        "<form><input type=hidden name=\"csrf\" value='x&quot;y'><INPUT NAME=q></form>",
        "<meta content=\"v\" name=csrf-token>",
        "<a href=/x?y=1&amp;z=2>t</a><!-- <b> -->", "<p>&lt;&#65;&#x42;&Auml;&nope;&</p>",
        "a=b&c=d%20e&f=g+h&=i&j&k=", "a=%zz&b=%4&c=%e9", "%41%5a+%2F", "a;b=c;d", "a,b;c\td",
        "x,y\n1,\"a,\"\"b\"\"\"z\n\n2,3\r\n", "\"open\nquote",
        "a;b\n1;2;3", "a\tb\n\"x\"\t", "\u{feff}h\n1",
        "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nv\r\n--b--\r\n",
        "GET /a HTTP/1.1\r\nHost: h\r\nX-Y :  z \r\n folded\r\n\r\nbody", "X: 1\r\nx: 2\r\n",
        "https://u:p@h:80/a/b%20c/?q=1#f", "/a//b/", "//h/x", "h:80",
        "query Q($a: Int) { user(id: 17, name: \"x\") { id } }", "mutation { add(input: {id: \"a\", n: 2}) }",
        "{ user(id: $x) { id } }",
        "eyJhIjoxfQ==", "eyJhIjoxfQ", "_-8=", "+/8", "aGVsbG8gd29ybGQ", "YQ==", "YQ=", "Y", "YR==", "not base64!",
        "2026-11-30T10:11:12Z",
        "2026-11-30T10:11:12.345678901+02:30", "2024-02-29 23:59:60Z", "2023-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-30", "1970-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "Wed, 21 Oct 2015 07:28:00 GMT",
        "Wednesday, 21-Oct-15 07:28:00 GMT",
        "Wed Oct 21 07:28:00 2015", "21 Oct 69 1:2:3", "21 Oct 70 01:02:03", "31 Feb 2015 00:00:00", "7:28 21 Oct 2015",
        "x", "日本語 text", "a\u{301}",
        "$.a.b[0]", "$", "$.a['b c'][12]", "$..a", "$.a[", "/r/a[2]/@x", "/r", "r", "/r/@", "f1.2[3]", "deadbeef",
        "DEADBEE", "0g",
    ]

    private static func with<Result>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        Array(text.utf8).withUnsafeBufferPointer(body)
    }

    private static func json(_ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
        let all = 0..<bytes.count
        var lines = [
            "json \(JSONTexts.prefixCount(of: bytes)) \(JSONTexts.ranges(in: bytes)) \(JSONTexts.isJSON(bytes)) likely "
                + "\(JSONText.isLikely(bytes, all)) number \(JSONText.isNumber(Array(bytes))) \(JSONLeaves.isNumber(bytes, all)) "
                + "ids \(JSONNames.mayHoldIDs(bytes)) \(JSONNames.endsInNumber(bytes, all)) \(JSONNames.mayBeID(bytes, all))",
            "layout \(JSONLayout.text(Array(bytes), limit: 1000)?.utf8.readable ?? "none") \(JSONLayout.text(Array(bytes), limit: bytes.count - 1) == nil)",
            "unescaped \(JSONText.unescaped(bytes, all).readable)",
        ]
        var cursor = JSONCursor(bytes)
        lines.append("skip \(cursor.skipValue()) \(cursor.position) \(cursor.next().map { "\($0)" } ?? "end")")
        var leaves = JSONLeaves(bytes)
        var found: [String] = []
        while let leaf = leaves.next(), found.count < 50 { found.append("\(leaves.path): \(plainText(leaf))") }
        lines.append("leaves " + found.joined(separator: " "))
        var names = JSONNames(bytes)
        found = []
        while let name = names.next(), found.count < 50 { found.append(plainText(name)) }
        lines.append("names " + found.joined(separator: " "))
        return lines
    }

    private static func markup(_ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
        var leaves = XMLLeaves(bytes)
        var found: [String] = []
        while let leaf = leaves.next(), found.count < 50 {
            let path = leaves.path(attribute: leaf.attribute)
            let isThere = leaves.isAt(path, attribute: leaf.attribute)
            found.append(
                "\(path) \(leaf.range) \(leaf.isLiteral) \(isThere) \(path.value(in: bytes)?.readable ?? "none")")
        }
        var lines = ["xml " + found.joined(separator: "; ")]
        var tags = HTMLTags(bytes)
        found = []
        while let tag = tags.next(), found.count < 50 { found.append(plainText(tag)) }
        lines.append("html " + found.joined(separator: "; "))
        lines.append("text \(MarkupText.unescaped(bytes, 0..<bytes.count).readable)")
        return lines
    }

    private static func others(_ text: String, _ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
        let all = 0..<bytes.count
        let values = [
            "percent \(PercentText.decoded(bytes, all, plusIsSpace: true).readable) \(PercentText.decoded(bytes, all, plusIsSpace: false).readable) "
                + PercentText.encoded(Array("a b/\u{e9}%+x".utf8), like: bytes, all, plusIsSpace: true).readable,
            "graphql \(GraphQLText.isLikely(bytes, all)) \(GraphQLText.operation(of: bytes).map { "\($0)" } ?? "none")",
            "base64 \(Base64.detected(bytes, all).map { "\($0)" } ?? "none") \(Base64.parsed(bytes).map { "\($0.form) \($0.bytes.readable)" } ?? "none") "
                + "\(Base64.lenient(bytes)?.readable ?? "none") \(Base64.text(bytes, all).map { "\($0.form) \($0.text.readable)" } ?? "none") "
                + [Base64.standard, .url].map {
                    "\($0.decoded(Array(bytes))?.readable ?? "none") \($0.encoded(Array(bytes)).readable)"
                }
                .joined(separator: " "),
            "dates \(ISO8601(text).map { plainText($0) } ?? "none") \(CookieDate.seconds(Array(bytes)).map { "\($0)" } ?? "none")",
            "paths \(JSONPath(text: text).map { "\($0)" } ?? "none") \(XMLPath(text: text).map { "\($0)" } ?? "none")",
            "hex \(Hex.bytes(text).map { "\($0)" } ?? "none") \(Hex.text(bytes)) utf8 \(isUTF8(UnsafeRawBufferPointer(bytes)))",
            "quoted \(JSONText.quoted(Array(bytes)).utf8.readable)",
            "url \(plainText(URLParts(bytes, all))) \(URLParts(bytes, all).segments(bytes))",
            "sums \(CRC32.of(UnsafeRawBufferPointer(bytes))) \(CRC32C.of(UnsafeRawBufferPointer(bytes))) \(SnappyLiterals.block(Array(bytes)).readable)",
            "frames \(GRPCFrames.ranges(in: bytes).map { "\($0.entry) \($0.message)" }) \(GRPCFrames.decoded(bytes).map { $0.readable } ?? "none")",
        ]
        return values + lists(bytes) + styles(Array(bytes))
    }

    /// What the readers of lists find, up to 50 elements each.
    private static func lists(_ bytes: UnsafeBufferPointer<UInt8>) -> [String] {
        let all = 0..<bytes.count
        var lines: [String] = []
        var pairs = ParameterList(bytes, all)
        var found: [String] = []
        while let pair = pairs.next(), found.count < 50 { found.append(plainText(pair)) }
        lines.append("pairs " + found.joined(separator: " "))
        var fields = HeadFields(bytes)
        found = []
        while let field = fields.next(), found.count < 50 { found.append(plainText(field)) }
        lines.append("fields " + found.joined(separator: " "))
        var table = CSVReader(Array(bytes))
        found = []
        do throws(CSVReader.OpenQuote) {
            while let row = try table.next(), found.count < 50 {
                found.append("\(table.line) \(row.map { "'\($0.readable)'" }.joined(separator: "|"))")
            }
        } catch { found.append("open quote in line \(error.line)") }
        lines.append("rows " + found.joined(separator: " / "))
        var parts = MultipartParts(bytes)
        found = []
        while let part = parts.next(), found.count < 50 { found.append(plainText(part)) }
        lines.append("parts " + found.joined(separator: " "))
        var messages = ProtobufFields(bytes, all)
        found = []
        while let field = messages.next(), found.count < 50 { found.append(plainText(field)) }
        lines.append("protobuf " + found.joined(separator: " "))
        return lines
    }

    /// The bytes as the writers escape them.
    private static func styles(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for (name, style) in [("percent", PercentStyle.unreserved)] {
            var output: [UInt8] = []
            style.append(bytes, to: &output)
            lines.append("\(name) style \(output.readable)")
        }
        for style in [MarkupStyle(), MarkupStyle(escapesGreater: false, escapesQuote: false, escapesApostrophe: true)] {
            var output: [UInt8] = []
            style.append(bytes, to: &output)
            lines.append("markup style \(output.readable)")
        }
        for style in [
            JSONStyle(), JSONStyle(escapesSlash: true, escapesNonASCII: true, isUppercase: true),
            JSONStyle(escapesNonASCII: true),
        ] {
            var output: [UInt8] = []
            style.append(bytes, to: &output)
            lines.append("json style \(output.readable)")
        }
        return lines
    }

    @Test func readersAreExact() {
        let entries = Self.texts.map { text in
            GoldenTable.Entry(
                "'\(text.utf8.readable)'",
                Self.with(text) { Self.json($0) + Self.markup($0) + Self.others(text, $0) }.joined(separator: "\n"))
        }
        let differences = GoldenTable("readers.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    @Test func everyByteIsExact() {
        let entries =
            Self.byteSets() + Self.binaryNumbers() + Self.numbers()
            + Self.distancesAndColumns()
        let differences = GoldenTable("bytes.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// Which bytes belong to each class.
    private static func byteSets() -> [GoldenTable.Entry] {
        var entries: [GoldenTable.Entry] = []
        func set(_ name: String, _ holds: (UInt8) -> Bool) {
            let members = (0...UInt8.max).filter(holds)
            entries.append(GoldenTable.Entry(name, members.map { "\($0)" }.joined(separator: " ")))
        }
        set("digits", ASCII.isDigit)
        set("letters", ASCII.isLetter)
        set("alphanumeric", ASCII.isAlphanumeric)
        set("blank", ASCII.isBlank)
        set("token", ASCII.isToken)
        set("unreserved", PercentStyle.isUnreserved)
        set("kept", PercentStyle.unreserved.keeps)
        set("lowercased") { ASCII.lowercased($0) != $0 }
        set("hexadecimal") { ASCII.hexValue($0) != nil }
        set("base64") { Base64.standard.value(of: $0) != nil }
        set("base64url") { Base64.url.value(of: $0) != nil }
        for byte in [UInt8(31), 32, 64, 95, 96, 127, 128] {
            var style = PercentStyle()
            style.keep(byte)
            set("kept with \(byte)", style.keeps)
            style.escape(byte)
            style.escape(UInt8(ascii: "a"))
            set("kept without \(byte)", style.keeps)
        }
        return entries
    }

    /// Binary numbers, written and read.
    private static func binaryNumbers() -> [GoldenTable.Entry] {
        var entries: [GoldenTable.Entry] = []
        for form in [BinaryNumber.varint, .fourBytes, .eightBytes] {
            for number in [0, 1, 127, 128, 300, 1 << 14, UInt64(UInt32.max), 1 << 32, .max] {
                var output: [UInt8] = []
                let isWritten = form.append(number, to: &output)
                let read = output.withUnsafeBufferPointer { form.value($0, 0..<$0.count) }
                entries.append(
                    GoldenTable.Entry("\(form) \(number)", "\(isWritten) \(output) \(read.map { "\($0)" } ?? "none")"))
            }
            for bytes in [
                [], [0x80], [0, 0], [0x80, 0], [0x81, 1], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7, 8],
                [UInt8](repeating: 0xff, count: 10),
            ] as [[UInt8]] {
                let read = bytes.withUnsafeBufferPointer { form.value($0, 0..<$0.count) }
                entries.append(GoldenTable.Entry("\(form) of \(bytes)", "\(read.map { "\($0)" } ?? "none")"))
            }
        }
        return entries
    }

    /// The texts of numbers and times.
    private static func numbers() -> [GoldenTable.Entry] {
        var entries: [GoldenTable.Entry] = []
        for number in [
            -1_000_000_000_001, -1_000_000_001, -1, 0, 1, 999, 1000, 999_999_999, 1_000_000_000, 1_500_000_001,
            1_700_000_000_123_456_789,
        ] as [Int64] {
            let date = UTCDateTime(nanosecondsSinceEpoch: number)
            entries.append(
                GoldenTable.Entry(
                    "number \(number)",
                    "\(Nanoseconds.inSeconds(number)) \(Nanoseconds.inMilliseconds(number)) \(Nanoseconds.wholeSeconds(number)) "
                        + "\(Nanoseconds.fromSeconds(number).map { "\($0)" } ?? "none") \(plainText(date)) \(date.fractionText(decimals: 3)) "
                        + "\(ISO8601.text(nanosecondsSinceEpoch: number)) \(Plural.text(number, "byte")) \(PaddedNumber.text(number, width: 5)) "
                        + "\(DigitGroups.text(String(number))) \(Hex.text(UInt64(bitPattern: number), width: 4)) \((Double(number) / 1000).formatted(decimals: 2))"
                ))
        }
        return entries
    }

    /// The distances of texts, and texts in columns.
    private static func distancesAndColumns() -> [GoldenTable.Entry] {
        var entries: [GoldenTable.Entry] = []
        for (left, right) in [
            ("", ""), ("a", ""), ("kitten", "sitting"), ("p95", "p99"), ("abc", "acb"), ("same", "same"), ("ab", "ba"),
        ] {
            entries.append(
                GoldenTable.Entry(
                    "distance '\(left)' '\(right)'",
                    "\(EditDistance.between(left, right, longest: 10)) \(EditDistance.between(left, right, longest: 2))"
                ))
        }
        for width in [0, 1, 2, 5, 9, 30] {
            for text in ["", "abc", "a b c d e f g", "日本語", "long-word-without-blanks and more", "e\u{301}x"] {
                entries.append(
                    GoldenTable.Entry(
                        "width \(width) '\(text)'",
                        "'\(text.padded(to: width))' '\(text.leftPadded(to: width))' '\(text.cut(to: width))' \(text.wrapped(to: max(1, width)))"
                    ))
            }
            let values: [Double?] = [1, nil, 3, 2, 10, 0, -1, 5]
            entries.append(
                GoldenTable.Entry(
                    "spark \(width)",
                    "\(plainText(SparkLine(values, width: width))) '\(SparkLine.peaks(of: [0, 1, 5, 0, 9, 2, 2], width: width))'"
                ))
        }
        return entries
    }
}
