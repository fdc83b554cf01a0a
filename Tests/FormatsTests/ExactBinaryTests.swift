import Formats
import TestSupport
import Testing

/// What is made of each form, cut and limit of binary messages, base64 and integers, and what searches find at each
/// place of the words they compare, a line a case.
@Suite struct ExactBinaryTests {
    @Test func bytesAreReadExactly() {
        let entries = [
            Self.messages(), Self.messagePaths(), Self.frames(), Self.base64(), Self.searches(), Self.integers(),
            Self.numbers(),
        ]
        let differences = GoldenTable("binary.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func messages() -> GoldenTable.Entry {
        let whole: [UInt8] = [
            8, 0x96, 1, 0x12, 2, 0x61, 0x62, 0x1a, 3, 8, 1, 0x10, 0x0d, 1, 0, 0, 0, 0x11, 2, 0, 0, 0, 0, 0, 0, 0,
        ]
        func nested(_ depth: Int) -> [UInt8] {
            (0..<depth).reduce([8, 1]) { inner, _ in [0x0a, UInt8(inner.count)] + inner }
        }
        var cases = (0...whole.count).map { Array(whole.prefix($0)) }
        cases += [
            [0, 1], [8], [8, 0x80], [8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
            [8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1], [0xf8, 0xff, 0xff, 0xff, 0x0f, 1],
            [0x80, 0x80, 0x80, 0x80, 0x10, 1], [0x0b], [0x0c], [0x0e], [0x0f], [0x0a, 0], [0x0a, 0, 8, 1],
            [0x0a, 0x81, 0, 0x61],
            [0x0a, 1, 0x1f], [0x0a, 1, 0x20], [0x0a, 1, 0x7e], [0x0a, 1, 0x7f], [0x0a, 2, 0xc3, 0xa9],
            [0x0a, 2, 0xc3, 0x61], [0x0a, 2, 8, 1],
            [0x0a, 2, 8, 0x81], [0x0a, 5, 0x0d, 1, 2, 3, 4], [0x0a, 5, 0x0d, 1, 2, 3],
            [0x0a, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8],
            [0x0a, 8, 9, 1, 2, 3, 4, 5, 6, 7], [0x0a, 4, 0x12, 2, 1, 1], [0x0a, 4, 0x12, 3, 1, 1], [0x0a, 2, 0, 1],
            [0x0a, 2, 0x0b, 1],
            [0x0a, 4, 8, 1, 0x12, 0], nested(1), nested(2), [0x12] + [UInt8(nested(12).count)] + nested(12),
        ]
        let lines = cases.map { bytes in
            bytes.withUnsafeBufferPointer { raw in
                var fields = ProtobufFields(raw, 0..<raw.count)
                var found: [String] = []
                while let field = fields.next() {
                    found.append("\(field.number) \(field.kind) \(field.entry) \(field.content)")
                }
                return "\(Hex.text(bytes)): \(found.joined(separator: ", "))"
            }
        }
        return GoldenTable.Entry("messages", lines: lines)
    }

    private static func messagePaths() -> GoldenTable.Entry {
        var writer = ProtobufWriter()
        writer.add(1, "ab")
        writer.add(1, "cd")
        writer.add(2, -1 as Int64)
        writer.add(3, 1.5)
        writer.add(16) { inner in
            inner.add(1, "ef")
            inner.add(1) { $0.add(2, 300 as Int64) }
        }
        let message = writer.bytes
        let frame = [0, 0, 0, 0, UInt8(message.count)] + message
        let texts = [
            "1", "1[0]", "1[1]", "1[2]", "1[9]", "2", "3", "4", "16", "16.1", "16.1[1]", "16.1[1].2", "16.1.2", "16.2",
            "1.1", "", "0", "-1",
            "a", "1.", "1[", "1[]", "1[a]", "1[-1]", "1[1", "1x",
        ]
        var lines = ["written \(Hex.text(message))"]
        for text in texts {
            for number in [nil, 0, 1] as [Int?] {
                guard let path = ProtobufPath(message: number, text: text) else {
                    lines.append("\(text): none")
                    break
                }
                let found = [message, frame, frame + frame, Array(Base64.encoded(frame)), []].map { body in
                    body.withUnsafeBufferPointer { path.value(in: $0)?.readable ?? "none" }
                }
                lines.append(
                    "\(path.text(hidesPositions: false)) or \(path.text(hidesPositions: true)): \(found.joined(separator: " "))"
                )
            }
        }
        return GoldenTable.Entry("paths of messages", lines: lines)
    }

    private static func frames() -> GoldenTable.Entry {
        let cases: [[UInt8]] = [
            [], [0], [0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 7], [0, 0, 0, 0, 1, 7, 8],
            [1, 0, 0, 0, 1, 7],
            [2, 0, 0, 0, 1, 7], [0, 0, 0, 1, 0, 7], [0, 0, 1, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 2, 7],
            [0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 5, 0, 0, 0, 0, 1, 6],
            [0, 0xff, 0xff, 0xff, 0xff, 1], Array("AAAAAAE=".utf8), Array("AAAAAAEH".utf8),
            Array("AAAAAAEHAAAAAAEI".utf8), Array("AAAAAAE=Bw==".utf8),
            Array("+AAA".utf8), Array("/AAA".utf8), Array("AAAAA".utf8), Array("=AAA".utf8), Array("AA-A".utf8),
        ]
        let lines = cases.map { bytes in
            bytes.withUnsafeBufferPointer { raw in
                "\(bytes): \(GRPCFrames.ranges(in: raw).map { "\($0.entry) \($0.message)" }) \(GRPCFrames.areLikely(raw))"
                    + " \(shown(GRPCFrames.decoded(raw)))"
            }
        }
        return GoldenTable.Entry("frames", lines: lines)
    }

    private static func base64() -> GoldenTable.Entry {
        func line(_ text: String) -> String {
            withBytes(text) { bytes in
                let all = 0..<bytes.count
                let forms: [Base64] = [.standard, .url, .unpaddedStandard, .paddedURL]
                return "\(text): \(shown(Base64.detected(bytes, all))) "
                    + forms.map { $0.decoded(bytes)?.readable ?? "none" }.joined(separator: " ")
                    + ", parsed \(Base64.parsed(bytes).map { "\($0.form) \($0.bytes.readable)" } ?? "none")"
                    + ", lenient \(Base64.lenient(bytes)?.readable ?? "none")"
                    + ", text \(Base64.text(bytes, all).map { "\($0.form) \($0.text.readable)" } ?? "none")"
            }
        }
        let texts = [
            "aGVsbG8gd29ybGQ=", "aGVsbG8gd29ybGQ", "YWJjZGVmZ2g=", "YWJjZGVm", "YWJjZGU=", "YWJjZA==", "YWJjZA=",
            "YWJjZA===", "YWJjZGVmZ",
            "-_-_", "+/+/", "+_+_", "-/=", "+A==", "-A==", "+A", "-A", "AA", "=", "==", "A===", "YW Jj\nZGVm", "YW=Jj",
            "YWJj ZA= =", "Y", "YW!j",
            "YWJjYWJjYWJjYWJjAAEC", "AAECYWJjYWJjYWJj", "YWJjYWJjYWJjAAEC", "YWJjYWJjYWIf", "YWJjYWJjYWJ/",
            "YWJjYWJjYQkK", "YWJjYWJjYQsN", "YQ==YWJj",
        ]
        var lines = (beginnings("aHR0cDovL2g/YT1i") + texts).map(line)
        lines += [65_532, 65_536, 65_540].map { count in
            "text of \(count): "
                + withBytes(String(repeating: "YWJj", count: count / 4)) {
                    "\(Base64.text($0, 0..<$0.count)?.text.count ?? 0)"
                }
        }
        lines += [[], [0], [0xff, 0xfe], [1, 2, 3], [0xfb, 0xef, 0xbe, 0xff]].map { (bytes: [UInt8]) in
            "\(bytes): "
                + [Base64.standard, .url, .unpaddedStandard, .paddedURL].map { $0.encoded(bytes).readable }.joined(
                    separator: " ")
        }
        lines.append(
            "digits "
                + (UInt8(0)...65).map { "\(Base64.standard.character($0))/\(Base64.url.character($0))" }.joined(
                    separator: " "))
        lines.append("either " + members { Base64.anyValue(of: $0) != nil })
        lines.append("values " + "AZaz09+/-_".utf8.map { shown(Base64.anyValue(of: $0)) }.joined(separator: " "))
        return GoldenTable.Entry("base64", lines: lines)
    }

    private static func searches() -> GoldenTable.Entry {
        var lines = (0...18).map { count in
            let plain = String(repeating: "a", count: count)
            return withBytes("x\(plain)x\(plain)b") { bytes in
                let found = [0, 1, 2].map {
                    shown(ByteSearch.index(of: UInt8(ascii: "x"), in: bytes, $0..<bytes.count))
                }
                let end = shown(ByteSearch.index(of: UInt8(ascii: "b"), in: bytes, 0..<bytes.count - 1))
                let other = withBytes("x\(plain)y\(plain)b") { other in
                    ByteSearch.areEqual(bytes, 0..<bytes.count, other, 0..<other.count)
                }
                let halves = ByteSearch.areEqual(bytes, 0..<count + 1, bytes, count + 1..<2 * count + 2)
                return "\(count): \(found.joined(separator: " ")) \(end) \(other) \(halves)"
            }
        }
        for (pattern, text, start) in [
            ("", "abc", 0), ("a", "", 0), ("a", "a", 0), ("ab", "ab", 0), ("ab", "aab", 0), ("ab", "ab", 1),
            ("ab", "abab", 1), ("ab", "a", 0),
            ("abc", "ababc", 0), ("abc", "ababd", 0), ("b", "ab", 2), ("aa", "aba", 0), ("bc", "abc", 1),
        ] {
            lines.append(
                "'\(pattern)' in '\(text)' from \(start): "
                    + withBytes(text) { shown(ByteSearch.end(of: Array(pattern.utf8), in: $0, from: start)) })
        }
        let words = AnyCaseWords("json", "+x")
        for text in [
            "", "j", "json", "JSON", "jso", "ajSoNb", "jjson", "json5", "+X", "+", "x+x", "jsom", "js", "\u{80}json",
            "{son", "jqon",
        ] {
            lines.append(
                "words in '\(text.utf8.readable)': \(words.occur(in: Array(text.utf8))) \(words.occur(in: AnyCollection(text.utf8)))"
            )
        }
        let standing = ["application/json", "text/html", "a/xml", "text/javascript", "text/plain"].map { type in
            [AnyCaseWords.json, .html, .xml, .javascript].map { $0.occur(in: Array(type.utf8)) ? "1" : "0" }.joined()
        }
        return GoldenTable.Entry("searches", lines: lines + ["types \(standing.joined(separator: " "))"])
    }

    private static func integers() -> GoldenTable.Entry {
        let values: [UInt64] = [
            0, 1, 127, 128, 16_383, 16_384, 1 << 21, 1 << 28, 1 << 35, 1 << 42, 1 << 49, 1 << 56, 1 << 63 - 1, 1 << 63,
            .max,
        ]
        var lines = values.map { value in
            var bytes: [UInt8] = []
            bytes.appendVarint(value)
            let size = bytes.count
            bytes.appendZigzag(Int64(bitPattern: value))
            bytes.appendLittleEndian(UInt32(truncatingIfNeeded: value))
            return "\(value): \(Hex.text(bytes.prefix(size))) \(Hex.text(bytes.dropFirst(size)))"
        }
        let cases: [[UInt8]] = [
            [], [0], [0x7f], [0x80], [0x80, 0], [0x80, 1], [0xff, 0x7f], [UInt8](repeating: 0x80, count: 9) + [0],
            [UInt8](repeating: 0x80, count: 9) + [1],
            [UInt8](repeating: 0x80, count: 9) + [2], [UInt8](repeating: 0xff, count: 9) + [0x81],
            [UInt8](repeating: 0x80, count: 10) + [1], [1, 2, 3, 4, 5, 6, 7, 8, 9],
            [UInt8](repeating: 0xff, count: 8) + [0x7f], [1, 2], [1, 2, 3],
        ]
        lines += cases.map { bytes in
            var slice = bytes[...]
            let popped = shown(slice.popVarint())
            return bytes.withUnsafeBytes { raw in
                var (first, second, third) = (ByteCursor(raw), ByteCursor(raw), ByteCursor(raw))
                let number = shown(first.varint())
                let signed = shown(second.zigzag())
                let fixed =
                    "\(shown(third.integer(UInt16.self))) \(shown(third.integer(UInt8.self))) \(shown(third.integer(UInt64.self)))"
                return
                    "\(Hex.text(bytes)): \(popped) left \(slice.count), \(number) at \(first.position) \(first.isAtEnd), \(signed), \(fixed) at \(third.position)"
            }
        }
        return GoldenTable.Entry("integers", lines: lines)
    }

    /// Digits, groups and words at each edge.
    private static func numbers() -> GoldenTable.Entry {
        var lines: [String] = []
        for value in [
            0, 0.004, 0.005, 0.0051, 0.5, 0.95, 0.999, 1.005, 9.995, 99.5, 999.9995, 1e9, 999_999_999_999_999, 1e15,
            1e300, .infinity, .nan,
        ] as [Double] {
            lines.append(
                "\(value): "
                    + [0, 1, 2, 3, 9].map { "\(value.formatted(decimals: $0)) \((-value).formatted(decimals: $0))" }
                    .joined(separator: " "))
        }
        for text in [
            "", "1", "123", "1234", "12345", "123456", "1234567", "-123", "-1234", "−1234.5678", "1234.5", "12a4",
            "--1234", ".1234",
        ] {
            lines.append("'\(text)': \(DigitGroups.text(text))")
        }
        for (count, noun) in [
            (0, "box"), (1, "box"), (2, "box"), (2, "class"), (2, "buzz"), (2, "match"), (2, "dish"), (2, "entry"),
            (2, "key"), (2, "y"), (2, "request"),
            (2, "day of rest"), (2, "entry in a log with a time"), (2, "byte without a way with"), (-1, "byte"),
            (1000, "byte"), (2, "boy"), (2, "guy"),
        ] { lines.append(Plural.text(count, noun) + ", " + Plural.word(count, noun, "many")) }
        for text in ["", "0", "00", "fF", "0g", "g0", "0a1", "A1b2"] {
            lines.append("hexadecimal '\(text)': \(shown(Hex.bytes(text)))")
        }
        for number in [-17, -1, 0, 9, 10, 255, 65_536] {
            lines.append(
                "\(number): \(PaddedNumber.text(number, width: 3)) \(Hex.text(number, width: 3)) \(number.grouped)")
        }
        for (left, right) in [
            (Int64.max, 1), (.max, 0), (.min, -1), (.min, 0), (.min, 1), (.max, -1), (5, 7), (-5, -7),
        ] as [(Int64, Int64)] {
            lines.append("\(left) and \(right): \(left.addingClamped(right)) \(left.subtractingClamped(right))")
        }
        for seconds in [0, 1, -1, 9_223_372_036, 9_223_372_037, -9_223_372_036, -9_223_372_037] as [Int64] {
            lines.append("\(seconds) s: \(shown(Nanoseconds.fromSeconds(seconds)))")
        }
        for ns in [-1_000_000_001, -1_000_000_000, -999_999_999, -1, 0, 999_999_999, 1_000_000_000, .min, .max]
            as [Int64]
        {
            lines.append(
                "\(ns) ns: \(Nanoseconds.wholeSeconds(ns)) \(Nanoseconds.inMilliseconds(ns)) \(ISO8601.text(nanosecondsSinceEpoch: ns))"
            )
        }
        let known = ["capture", "replay", "report", "compare", "run", "ab", String(repeating: "x", count: 70)]
        for name in [
            "", "r", "ru", "rn", "runs", "cun", "replya", "repot", "reprot", "compere", "captur", "captxxx", "xyz",
            "RUN", "ba", String(repeating: "x", count: 66),
        ] {
            lines.append("'\(name)': \(NearestName.of(name, among: known) ?? "none")")
        }
        return GoldenTable.Entry("numbers and names", lines: lines)
    }
}
