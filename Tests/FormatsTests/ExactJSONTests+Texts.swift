import Formats
import TestSupport

extension ExactJSONTests {
    private static let texts = [
        "{\"a\":{\"b\":[{\"c\":1},{\"d\\u0065\":2}],\"c\":3},\"x\":{}}", "[{\"a\":1},{\"a\":2,\"b\":[[3]]}]",
        "{\"a\":1,\"b\":{\"c\":[2,{\"d\":\"x\\n\"}],\"e\":{\"f\":true}},\"item-17\":[[\"y\"]],\"k\":0}",
        "{\"12345678\":0,\"b\":1}", "{\"id\":\"abc\",\"n\":-1.5}", "[1,[2,{\"k\":3}],[]]", "\"s\"", "17", "{}", "[]",
        "[ ]",
        "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":[1 2],\"b\":3}", "{a:1}", "{\"a\":{\"b\":1],\"c\":1}", "{\"a\":}",
        "[1,,2]", "{\"a\":1,}", "[1", "{\"a\":\"\\ud83d\\ude00\"}", "{\"\":{\"\":5}}", "[\"x\\\\\"]", "[null,true]",
    ]

    static func names() -> GoldenTable.Entry {
        var lines: [String] = []
        for text in texts {
            withBytes(text) { bytes in
                var names = JSONNames(bytes)
                var found: [String] = []
                while let name = names.next() {
                    found.append("\(name.path) \(name.ordinal) \(shown(name.range, of: bytes)) \(name.hasEscapes)")
                }
                lines.append("\(text): \(found.joined(separator: ", "))")
            }
        }
        for (text, path) in [(texts[0], "$.a"), (texts[0], "$.a.b[1]"), (texts[1], "$[1]"), (texts[0], "$.z")] {
            let found = (0...3).map { ordinal in
                withBytes(text) { bytes in
                    JSONPath(text: path).flatMap { JSONNames.name(at: $0, ordinal: ordinal, in: bytes)?.readable }
                        ?? "none"
                }
            }
            lines.append("\(path) of \(text): \(found.joined(separator: " "))")
        }
        return GoldenTable.Entry("names", lines: lines)
    }

    static func leaves() -> GoldenTable.Entry {
        var lines: [String] = []
        for text in texts {
            withBytes(text) { bytes in
                var leaves = JSONLeaves(bytes)
                while let leaf = leaves.next() {
                    lines.append(
                        "\(text): \(leaves.path) \(shown(leaf.range, of: bytes))"
                            + "\(leaf.isString ? " text" : "")\(leaf.hasEscapes ? " with escapes" : "")"
                            + " key \(shown(leaves.key, of: bytes)) in \(shown(leaves.parentKey, of: bytes))"
                            + " of \(shown(leaves.outermostKey, of: bytes)), depth \(leaves.depth)"
                            + "\(leaves.isInArray ? ", listed" : ""), objects \(leaves.objectStart)"
                            + " \(shown(leaves.outerObjectStart))\(leaves.mayNameIDs ? ", ids" : "")")
                }
                lines.append("\(text): end, \(leaves.mayNameIDs) \(leaves.next() == nil)")
            }
        }
        return GoldenTable.Entry("leaves", lines: lines)
    }

    static func paths() -> GoldenTable.Entry {
        let texts = [
            "$", "", "a", "$.", "$.a", "$.a.", "$.a.b", "$[0]", "$[*]", "$[-1]", "$[x]", "$[", "$[0", "$[\"a b\"]",
            "$[\"a\\\"]\"]", "$[\"a\"", "$[\"a\"x", "$[\"\"]", "$[\"a\\\\\"]", "$.a[1][2].b", "$x", "$..a",
            "$.a[\"b.c\"][3]", "$[1 ]", "$[\"\\u00e9\"].é", "$.@x.$y.a:b", "$[\"a\\\\\\\"b\"].c",
        ]
        let lines = texts.map { text in
            let path = JSONPath(text: text)
            return "\(text): \(shown(path)) \(path?.descriptionWithoutPositions ?? "none") \(path?.steps.count ?? 0)"
        }
        return GoldenTable.Entry("paths", lines: lines)
    }

    static func values() -> GoldenTable.Entry {
        let paths = [
            "$", "$[0]", "$[1]", "$[1].b[4][0]", "$.a", "$.a.b[0].c", "$.b.c[1].d", "$.x", "$.n", "$[\"\"][\"\"]",
        ]
        let lines = texts.map { text in
            let found = paths.map { path in
                withBytes(text) { JSONPath(text: path)?.value(in: $0)?.readable ?? "none" }
            }
            return "\(text): \(found.joined(separator: " "))"
        }
        return GoldenTable.Entry("values at \(paths.joined(separator: " "))", lines: lines)
    }

    static func layouts() -> GoldenTable.Entry {
        let own = [
            "{ }", "[1,2]", "{\"a\":[{},[],{\"b\":1}]}", "[{]}", "[", "]", "{}{}", "[1]x", "[\"a\\\"b\"]", "[\"a",
            "[\"\\", "[A]", "[E+-.]", "[\t1,\r\n2]", "{\"a\":{\"b\":{\n}}}", "[\u{b}]", "[\"\u{e9}\"]",
        ]
        let isBroken: Set<String> = [
            "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":[1 2],\"b\":3}", "{a:1}", "{\"a\":}", "[1,,2]", "{\"a\":1,}",
        ]
        let lines = (texts.filter { !isBroken.contains($0) } + own).map { text in
            let bytes = Array(text.utf8)
            return "\(text.utf8.readable): \(JSONLayout.text(bytes, limit: bytes.count)?.utf8.readable ?? "none")"
                + " \(JSONLayout.text(bytes, limit: bytes.count - 1) == nil)"
        }
        let broken = JSONLayout.text([0x5b, 0x22, 0xff, 0x22, 0x5d], limit: 9)
        return GoldenTable.Entry("layouts", lines: lines + ["not UTF-8: \(shown(broken))"])
    }

    /// The texts of bodies, with prefixes and lines.
    static func bodies() -> GoldenTable.Entry {
        let prefixes = [
            "", "\u{feff}", ")]}'", ")]}',", ")]}'\n", "while(1);", "while (1);", "for(;;);", "for (;;);", "{}&&",
            "{} &&", "\u{feff})]}',", ")", "w", "{}", "while(1)", ")]}'',",
        ]
        let bodies = [
            "{\"a\":1}\n[2]", "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}\r\n\r\n {\"b\":2} \r\n", "\u{1e}{}\n\u{1e}{}\n",
            "{}\n\u{1e}[]", "{}\nx", "{}\n", "{\n}\n{}", "{}x\n{}", "{\"a\":1} {\n{}", "[\n1]\n[2]", "1\n2", "{1}",
            "{ }",
            "[x]", "[ ]", "[1]", "[-1]", "[\"a\"]", "[{}]", "[[]]", "[true]", "[false]", "[null]", "[}", "{]", "[", "{",
            "{}", "[] []", "\"a\"", "{\"a\":1}}", "  ", "{}\n{\n",
        ]
        func line(_ text: String) -> String {
            withBytes(text) { bytes in
                let ranges = JSONTexts.ranges(in: bytes)
                let lines = [0, 1, 9].map { JSONTexts.text(ofLine: $0, in: bytes).map { "'\($0.readable)'" } ?? "none" }
                return "\(text.utf8.readable): prefix \(JSONTexts.prefixCount(of: bytes)), \(ranges.count) texts "
                    + "\(lines.joined(separator: " ")), \(JSONTexts.isJSON(bytes) ? "JSON" : "other")"
            }
        }
        return GoldenTable.Entry(
            "bodies", lines: prefixes.map { line($0 + "{\"a\":1}") } + prefixes.map(line) + bodies.map(line))
    }
}
