import Formats
import Testing

@Suite struct MarkupTests {
    @Test(arguments: [
        ("a&amp;b", "a&b"), ("&lt;&gt;&quot;&apos;", "<>\"'"), ("&#233;&#xE9;&#Xe9;", "ééé"),
        ("&unknown;", "&unknown;"),
        ("&", "&"), ("&;", "&;"), ("&#xd800;", "&#xd800;"), ("&#99999999999;", "&#99999999999;"),
        ("&amp;amp;", "&amp;"),
    ])
    func referencesAreResolved(text: String, value: String) {
        #expect(withBytes(of: text) { MarkupText.unescaped($0, 0..<$0.count) }.text == value)
    }

    @Test func everyStyleIsReadBack() {
        let value = Array("<a href=\"b\">'c' & d</a>".utf8)
        for style in MarkupStyle.all {
            var output: [UInt8] = []
            style.append(value, to: &output)
            #expect(output.withUnsafeBufferPointer { MarkupText.unescaped($0, 0..<$0.count) } == value)
        }
    }

    @Test(arguments: [
        ("<a><b x='1'>t</b><b>u</b></a>", ["/a/b/@x=1", "/a/b=t", "/a/b[1]=u"], "attributes, and a second of a name"),
        ("<?xml version='1.0'?><!-- <a> --><a><![CDATA[<b>]]></a>", ["/a=<b>"], "what is stepped over, and CDATA"),
        ("<a> x </a", ["/a=x"], "blanks, cut off"), ("<a x=1>y</a>", [], "an attribute without quotes ends it"),
        ("<a/><b/>", [], "nothing in it"), ("no markup", [], "no markup"),
    ])
    func leavesOfXML(text: String, expected: [String], reason: String) {
        let found = withBytes(of: text) { bytes in
            var leaves = XMLLeaves(bytes)
            var found: [String] = []
            while let leaf = leaves.next() {
                let path = leaves.path(attribute: leaf.attribute)
                let value = Array(bytes[leaf.range])
                #expect(path.value(in: bytes) == value)
                found.append("\(path)=\(value.text)")
            }
            return found
        }
        #expect(found == expected, "\(reason)")
    }

    @Test(arguments: [
        ("<input name=a value='b c'>", ["input name:a value:b c"]), ("<p>x</p>", ["p"]),
        ("<a href=/x/y disabled>", ["a href:/x/y disabled:"]), ("< a><b", ["b"]), ("<a b='c", ["a"]), ("x", []),
    ])
    func tagsOfHTML(text: String, expected: [String]) {
        let found = withBytes(of: text) { bytes in
            var tags = HTMLTags(bytes)
            var found: [String] = []
            while let tag = tags.next() {
                let attributes = tag.attributes.map { " \(Array(bytes[$0.name]).text):\(Array(bytes[$0.value]).text)" }
                found.append(Array(bytes[tag.name]).text + attributes.joined())
            }
            return found
        }
        #expect(found == expected)
    }
}
