import Formats
import TestSupport
import Testing

/// What is made of each escape, cut, limit and error in JSON, a line a case.
@Suite struct ExactJSONTests {
    @Test func jsonIsReadAndWrittenExactly() {
        let entries = [
            Self.escapes(), Self.buffers(), Self.classes(), Self.strings(), Self.limits(), Self.names(), Self.leaves(),
            Self.paths(), Self.values(), Self.layouts(), Self.bodies(),
        ]
        let differences = GoldenTable("json.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// Escapes in strings: the value, its characters one by one, and other values written in the same style.
    private static func escapes() -> GoldenTable.Entry {
        let units = [
            "\\b", "\\t", "\\n", "\\f", "\\r", "\\/", "\\\\", "\\\"", "\\a", "\\", "\\u", "\\u0", "\\u00e", "\\u0041",
            "\\u00E9", "\\u00g1", "\\u20ac", "\\ud7ff", "\\ud800", "\\udbff", "\\udc00", "\\ue000", "\\ud83d\\ude00",
            "\\ud800\\udc00", "\\udbff\\udfff", "\\ud83d\\ud83d", "\\ud83d\\u0041", "\\ud83d\\ue000", "\\ud83d\\ude0",
            "\\ud83d\\", "\\ud83d\\u", "\\ud83dxude00", "\\ud83d\\xde00", "\\x", "\\x4", "\\x41", "\\x7f", "\\x80",
            "\\xe9", "\\xc1", "\\xc2", "\\xc1\\x80", "\\xc2\\x80", "\\xc3\\xa9", "\\xc3\\xbf", "\\xc3\\xc0",
            "\\xc3\\x7f", "\\xc3a9", "\\xa9", "\\x41\\xa9", "\\x80\\xa9", "\\xe2\\x82\\xac", "\\xzz", "C:\\users",
            "a\\u00e9b", "é", "/",
        ]
        let lines = units.flatMap { unit in
            [unit, unit + "0", unit + "zz"].map { text in
                withBytes(text) { bytes in
                    let all = 0..<bytes.count
                    var characters: [String] = []
                    var index = 0
                    while index < bytes.count {
                        let (value, length) = JSONText.character(bytes, at: index, before: bytes.count)
                        characters.append("\(value.readable)/\(length)")
                        index += max(1, length)
                    }
                    let written = ["A", "é", "😀", "/b", "\u{1}\"", "\n"].map {
                        JSONText.encoded(Array($0.utf8), like: bytes, all).readable
                    }
                    return
                        "\(text) is '\(JSONText.unescaped(bytes, all).readable)' of \(characters.joined(separator: " "))"
                        + ", and others like it are \(written.joined(separator: " "))"
                }
            }
        }
        return GoldenTable.Entry("escapes", lines: lines)
    }

    /// What the writer of compact JSON writes.
    private static func buffers() -> GoldenTable.Entry {
        var lines: [String] = []
        var buffer = JSONBuffer()
        func written(_ body: (inout JSONBuffer) -> Void) -> String {
            buffer.removeAll()
            buffer.object(nil, body)
            return buffer.bytes.readable
        }
        for byte in UInt8(0)...127 {
            let text = written { $0.member("s", "a" + String(Unicode.Scalar(byte)) + "b") }
            if text != "{\"s\":\"a\(String(Unicode.Scalar(byte)))b\"}" { lines.append("byte \(byte): \(text)") }
        }
        for count in 0...4 {
            lines.append(written { $0.member("base64", base64: [UInt8](repeating: 0xfb, count: count)) })
        }
        let texts: [[UInt8]?] = [
            nil, [], [0x61], [0x22, 0x0a], [0xc3, 0xa9], [0xc3], [0xff, 0x61], [0xed, 0xa0, 0x80], [0x7f], [0x80],
        ]
        for bytes in texts {
            lines.append(
                written {
                    $0.member("text", "base64", bytes: bytes)
                    $0.member("hexadecimal", hexadecimal: bytes)
                })
        }
        let times: [Int64] = [
            0, 1, 10, 999, 1000, 999_999, 1_000_000, 1_000_001, 1_500_000, 1_000_000_000, -1, -1_000_000, -2_500_000,
            .max, .min,
        ]
        lines += times.map { time in "\(time) ns: " + written { $0.member("ms", milliseconds: time) } }
        buffer.removeAll()
        buffer.line {
            $0.member("none", nil as Int?)
            $0.member("number", -5)
            $0.member("no text", nil as String?)
            $0.member("true", true)
            $0.member("false", false)
            $0.member("neither", nil as Bool?)
            $0.object("empty") { _ in }
            $0.array("list") {
                $0.object { $0.member("x", 1) }
                $0.object { $0.array("y") { _ in } }
                $0.raw(",[7],")
                $0.object { _ in }
            }
            $0.member("after", 9)
            $0.object("first") { $0.member("text", "") }
            $0.object("second") { $0.member("number", 2) }
        }
        lines.append(buffer.bytes.readable)
        buffer.line { $0.member("next line", 2) }
        buffer.line { _ in }
        lines.append(buffer.bytes.suffix(20).readable)
        return GoldenTable.Entry("written", lines: lines)
    }

    /// Which bytes are part of what, and which texts are numbers.
    private static func classes() -> GoldenTable.Entry {
        func cursor(_ byte: UInt8, _ body: (inout JSONCursor) -> Bool) -> Bool {
            [byte].withUnsafeBufferPointer { bytes in
                var cursor = JSONCursor(bytes)
                return body(&cursor)
            }
        }
        var lines = [
            "scalars " + members { cursor($0) { $0.scalar() != nil } },
            "values " + members { cursor($0) { $0.skipValue() } },
            "blank " + members { cursor($0) { $0.next() == nil } },
            "laid out " + members { JSONLayout.text([0x5b, $0, 0x5d], limit: 3) != nil },
            "plain in a path " + members { !JSONPath([.member([$0])]).description.contains("[") },
        ]
        let numbers = [
            "", "-", "-0", "0", "00", "-01", "1.", "1.0", ".5", "1e", "1e5", "1E+5", "1e-5", "1e+", "1x", "10",
            "1.5e3x", "1f5", "1.5.5",
        ]
        lines.append("numbers " + numbers.filter { JSONText.isNumber(Array($0.utf8)) }.joined(separator: " "))
        lines.append("other texts " + numbers.filter { !JSONText.isNumber(Array($0.utf8)) }.joined(separator: " "))
        return GoldenTable.Entry("classes", lines: lines)
    }

    /// Strings whose end or escape is at each place of the words of eight bytes that are searched.
    private static func strings() -> GoldenTable.Entry {
        let lines = (0...17).map { count in
            let plain = String(repeating: "a", count: count)
            return ["\"\(plain)\"", "\"\(plain)\\\"b\"", "\"\(plain)\\", "\"\(plain)", " \"\(plain)é\"x"].map { text in
                withBytes(text) { bytes in
                    var (reader, skipper) = (JSONCursor(bytes), JSONCursor(bytes))
                    let found = reader.string()
                    let isSkipped = skipper.skipValue()
                    return "\(shown(found?.range)) \(found?.hasEscapes ?? false) \(reader.position)"
                        + " \(isSkipped) \(skipper.position)"
                }
            }.joined(separator: "; ")
        }
        return GoldenTable.Entry("strings of 0 to 17 letters", lines: lines)
    }

    /// What is read at each limit, and past it.
    private static func limits() -> GoldenTable.Entry {
        func leaves(_ text: String) -> Int {
            withBytes(text) { bytes in
                var leaves = JSONLeaves(bytes)
                var count = 0
                while leaves.next() != nil { count += 1 }
                return count
            }
        }
        func names(_ text: String) -> Int {
            withBytes(text) { bytes in
                var names = JSONNames(bytes)
                var count = 0
                while names.next() != nil { count += 1 }
                return count
            }
        }
        func nested(_ open: String, _ close: String, _ depth: Int) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        var lines = [63, 64, 65].map { depth in
            "depth \(depth): \(leaves(nested("[", "]", depth))) \(leaves(nested("{\"a\":", "}", depth)))"
                + " leaves, \(names(nested("{\"a\":", "}", depth))) names"
        }
        lines += [199_999, 200_000, 200_001].map { count in
            let list = "[" + String(repeating: "1,", count: count - 1) + "1]"
            return "\(count) leaves: \(leaves(list)) \(leaves(list.replacing("1", with: "\"\"")))"
        }
        lines += [9_999, 10_000, 10_001].map { count in
            "\(count) lines: "
                + withBytes(String(repeating: "{}\n", count: count)) { "\(JSONTexts.ranges(in: $0).count)" }
        }
        lines += [255, 256, 257].map { depth in
            "laid out at depth \(depth): \(JSONLayout.text(Array(nested("[", "]", depth).utf8), limit: .max) != nil)"
        }
        lines += [126, 127, 128, 129].map { count in
            "a digit before \(count) letters: "
                + withBytes("{\"1\(String(repeating: "a", count: count))\":1}") { "\(JSONNames.mayHoldIDs($0))" }
        }
        lines += ["", "1", "a", "a1", "11", "a11", "-17", "1a", "abcdef7", "abcdef7g", "abcdefgh", "17abcdefgh"].map {
            name in
            withBytes(name) { bytes in
                let all = 0..<bytes.count
                let held = withBytes("{\"\(name)\":1}") { JSONNames.mayHoldIDs($0) }
                return "name '\(name)': \(JSONNames.mayBeID(bytes, all)) \(JSONNames.endsInNumber(bytes, all)) \(held)"
            }
        }
        return GoldenTable.Entry("limits", lines: lines)
    }
}
