import Formats
import TestSupport
import Testing

/// What is made of each construct, cut, limit and error in documents, forms, dates and binary messages, a line a case.
@Suite struct ExactNotationsTests {
    @Test func notationsAreReadExactly() {
        let entries = [
            Self.documents(), Self.references(), Self.tags(), Self.elements(), Self.elementLimits(), Self.records(),
            Self.parameters(), Self.parts(), Self.heads(), Self.urls(), Self.dates(), Self.days(), Self.cookieDates(),
        ]
        let differences = GoldenTable("notations.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func documents() -> GoldenTable.Entry {
        let texts = [
            "query Q($a: Int = 3) { user(id: 17, name: \"x\") { id } }", "query{a}", "query", "queryx{a}", "query_ {a}",
            "query a",
            "mutation M { add(input: {id: \"a\", tags: [\"x\", \"y\"], n: {deep: 2, z: 3}}, dry: true) { id } }",
            "subscription { s(x: 1) }", "fragment f on T { a(b: 1) }", "{ a }", "{a}", "{", "{}", "{ , a }", "{ 1 }",
            "{_a1(x:1)}", "{\"a\":1}", "  { a }", "", " ", "{ a: b }", "{ a : b(c: 1) { d } }", "{ a:}", "{ a", "{ a: ",
            "{ a(t: \"\"\"x \"y\" z\"\"\") }", "{ a(t: \"\"\"open", "{ a(t: \"\"\"\"\"\") }", "{ a(t: \"\") }",
            "{ a(t: \"x\\\"y\", u: \"z\\", "{ a(t: \"x\ny\") }", "{ a(t: \"open", "{ a # b(c: 1)\n(d: 2) }",
            "{ a # end",
            "{ a(x: -1, y: 1.5e3, z: 0, w: 1_0) }", "{ a(x: $v) @skip(if: $w) { b } }", "{ a(e: ENUM, f: true, g: 5) }",
            "{ a(x: 1) b(y: \"2\") }", "{ a(list: [1, 2, [3]]) }", "{ a(o: {}) b }",
            "{ a(o: {p: {q: 1}, r: 2}, s: 3) }",
            "{ a(1) }", "a(x: 1)", "{ a(x : 1) }", "{ a(x :1, y\n: 2) }", "{ a(o: {p: 1}}, q: 2) }", "{ a } 17 \"b\"",
        ]
        let lines = texts.map { text in
            withBytes(text) { bytes in
                var arguments = GraphQLText(bytes)
                var found: [String] = []
                while let argument = arguments.next() {
                    found.append(
                        "\(bytes[argument.field].readable).\(bytes[argument.name].readable)="
                            + "\(shown(argument.value, of: bytes))\(argument.isString ? " text" : "")")
                }
                return "\(text.utf8.readable): \(GraphQLText.isLikely(bytes, 0..<bytes.count))"
                    + " \(shown(GraphQLText.operation(of: bytes), of: bytes)) \(found.joined(separator: ", "))"
            }
        }
        let firsts =
            "first letters of names "
            + members { [0x7b, $0].withUnsafeBufferPointer { GraphQLText.isLikely($0, 0..<2) } }
        let letters = members { byte in
            [0x7b, 0x61, byte, 0x7d].withUnsafeBufferPointer { GraphQLText.operation(of: $0)?.count == 2 }
        }
        return GoldenTable.Entry("GraphQL", lines: lines + [firsts, "letters of names \(letters)"])
    }

    private static func references() -> GoldenTable.Entry {
        let texts = [
            "&amp;", "&lt;x&gt;", "&quot;&apos;", "&nbsp;", "&yuml;", "&Auml;", "&euro;", "&hyphen;", "&NewLine;",
            "&AMP;",
            "&nope;", "&;", "&#;", "&#x;", "&#65;", "&#x41;", "&#X41;", "&#x4g;", "&#65a;", "&#xd7ff;", "&#xd800;",
            "&#xe000;", "&#x10ffff;", "&#x110000;", "&#1114111;", "&#0065;", "&#000065;", "&#0000065;", "&#00000065;",
            "&amp", "&amp ;", "a&b;c&lt;", "&&amp;", "&amp;amp;", "&", "x&", "&#0;", "é&eacute;",
        ]
        return GoldenTable.Entry(
            "references",
            lines: texts.map { text in
                "\(text): " + withBytes(text) { MarkupText.unescaped($0, 0..<$0.count).readable }
            })
    }

    private static func tags() -> GoldenTable.Entry {
        let texts = [
            "<p>x</p>", "<", "< p>", "<p", "<p ", "<h1 a b=c d=\"e f\" g='h\"'>t<br/>u", "<a b=>", "<a b=", "<a b=\"c",
            "<a =b c=d>", "<a/b=c>", "<a b=c/d>", "<my-tag x>", "<!-- a --><b>",
            "</p><q>",
            "a<b>c<d", "<a\"b\"c>", "<a b='c'd=e>", "<A B=C>", "<_a>", "<a b=c\r\nd>", "<a b=\"\">", "<a><b",
        ]
        let lines = texts.map { text in
            withBytes(text) { bytes in
                var tags = HTMLTags(bytes)
                var found: [String] = []
                while let tag = tags.next() {
                    let attributes = tag.attributes.map { "\(bytes[$0.name].readable)=\(shown($0.value, of: bytes))" }
                    let isA = tags.isNamed(tag.name, "a")
                    found.append(
                        "\(bytes[tag.name].readable)\(isA ? "*" : "") [\(attributes.joined(separator: " "))]"
                            + " then \(shown(tags.text, of: bytes))")
                }
                return "\(text.utf8.readable): \(found.joined(separator: "; ")) end \(tags.position)"
            }
        }
        return GoldenTable.Entry("tags", lines: lines)
    }

    private static func elements() -> GoldenTable.Entry {
        let texts = [
            "<a>1</a>", "<a><b>1</b><b x='y' z=\"\">2</b><c/><b>3</b></a>", "<a/>", "<a b=\"1\"/>", "<a b=\"1\">t</a>",
            "text",
            " <a> 1 2 </a> x", "<a><![CDATA[z<>]]></a>", "<![CDATA[z]]>", "<a><![CDATA[]]></a>", "<a><![CDATA[z",
            "<a><![CDATA[z]",
            "<?xml version=\"1\"?><a>1</a>", "<!DOCTYPE a><a>1</a>", "<!-- <b>2</b> --><a>1</a>", "<!-- open",
            "<a>1<!-- x -->2</a>",
            "<a b=\"c>1</a>", "<a b=", "<a b=\"", "<a b='c' d=\"e'f\">",
            "<a\tb='c'\r\n/>", "< a>",
            "</a><b>1</b>", "<a></b>1", "<a></a></a><c>1</c>", "<x:a y:b='1'>2</x:a>", "<a/b='c'>",
            "<a>\u{b}1\u{c}</a>", "<a><</a>",
            "<a", "<a ", "<a/", "<a b='c'", "<?", "<!", "<r><i>1</i><j>2</j><i><k>3</k><k>4</k></i></r><r>5</r>",
        ]
        let lines = texts.map { text in
            withBytes(text) { bytes in
                var leaves = XMLLeaves(bytes)
                var found: [String] = []
                while let leaf = leaves.next() {
                    let path = leaves.path(attribute: leaf.attribute)
                    let same = [leaves.isAt(path, attribute: leaf.attribute), leaves.isAt(path, attribute: nil)]
                    found.append(
                        "\(path) \(shown(leaf.range, of: bytes))\(leaf.isLiteral ? " literal" : "")"
                            + " in \(shown(leaves.element, of: bytes)) of \(shown(leaves.parent, of: bytes)) \(same)"
                            + " is \(path.value(in: bytes)?.readable ?? "none")")
                }
                return "\(text.utf8.readable): \(found.joined(separator: "; "))"
            }
        }
        let paths = [
            "/", "", "/a", "/a/b", "/a[0]", "/a[2]/b[1]/@c", "/@c", "/a/@c/d", "/a[", "/a[x]", "/a[-1]", "/a[1", "//a",
            "/a/",
        ]
        return GoldenTable.Entry("elements", lines: lines + paths.map { "\($0): \(shown(XMLPath(text: $0)))" })
    }

    private static func elementLimits() -> GoldenTable.Entry {
        func last(_ text: String) -> String {
            withBytes(text) { bytes in
                var leaves = XMLLeaves(bytes)
                var (count, path) = (0, "none")
                while let leaf = leaves.next() {
                    count += 1
                    if count > 1000, count % 1000 > 1 { continue }
                    path =
                        "\(leaves.path(attribute: leaf.attribute).steps.suffix(1).map { "\($0.name.readable)[\($0.index)]" })"
                }
                return "\(count), last \(path)"
            }
        }
        func nested(_ depth: Int) -> String { String(repeating: "<a>", count: depth) + "1" }
        let names = { (count: Int) in
            "<r>" + (0..<count).map { "<e\($0)>1</e\($0)>" }.joined() + "<e\(count - 1)>2</e\(count - 1)>"
        }
        return GoldenTable.Entry(
            "limits of elements",
            lines: [63, 64, 65].map { "depth \($0): \(last(nested($0)))" }
                + [199_999, 200_000, 200_001].map { count in
                    "\(count) values: \(last("<a>" + String(repeating: "1<b/>", count: count)))"
                } + [255, 256, 257].map { "\($0) names: \(last(names($0)))" })
    }

    private static func records() -> GoldenTable.Entry {
        let texts = [
            "", "a", "a,b", "a;b", "a\tb", "a,b;c", "a;b\n1,2;3", "a\tb;c", "x\na,b", "\u{feff}a,b\n1,2", "\u{feff}",
            "\n\r\na\n\nb\r\n",
            "a,\n,b\n,", "\"a\",b", "\"a\"\"b\"", "\"a\nb\",c\nd", "\"a", "x\n\"a\nb", "\"a\"x,b", "\"a\"x\nb",
            "a\"b,c", "a\r,b\r\n", "a,b\r",
            "\r", "\"\",\"\"\n", "\"a\r\nb\"\r\nc", "a,b,\"c\"",
        ]
        let lines = texts.map { text in
            var reader = CSVReader(Array(text.utf8))
            var found: [String] = []
            do throws(CSVReader.OpenQuote) {
                while let row = try reader.next() {
                    found.append("\(reader.line) \(row.map { "'\($0.readable)'" }.joined(separator: "|"))")
                }
            } catch { found.append("open quote in line \(error.line)") }
            return "\(text.utf8.readable): \(found.joined(separator: " / "))"
        }
        return GoldenTable.Entry("records", lines: lines)
    }
}
