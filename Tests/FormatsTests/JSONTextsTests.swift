import Formats
import Testing

@Suite struct JSONTextsTests {
    private static func texts(_ body: String) -> [String] {
        Array(body.utf8).withUnsafeBufferPointer { bytes in
            JSONTexts.ranges(in: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
        }
    }

    @Test(arguments: [
        (#"{"a":1}"#, [#"{"a":1}"#], "one text"), ("\u{feff}{\"a\":1}", [#"{"a":1}"#], "behind a byte order mark"),
        (")]}',\n{\"a\":1}", ["\n{\"a\":1}"], "behind Angular's guard"), ("for(;;);[1]", ["[1]"], "behind a loop"),
        ("{\"a\":1}\n{\"b\":2}\n", [#"{"a":1}"#, #"{"b":2}"#], "lines"),
        ("{\"a\":1}\r\n\r\n{\"b\":2}", [#"{"a":1}"#, #"{"b":2}"#], "lines with empty ones between"),
        ("\u{1e}{\"a\":1}\n\u{1e}{\"b\":2}\n", [#"{"a":1}"#, #"{"b":2}"#], "RFC 7464's sequences"),
        ("{\n\"a\": {\"b\": 1}\n}\n", ["{\n\"a\": {\"b\": 1}\n}\n"], "one text over several lines"),
        ("[{\"a\":1},\n{\"b\":2}]", ["[{\"a\":1},\n{\"b\":2}]"], "a list over several lines"),
    ])
    func textsAreDistinguished(body: String, expected: [String], reason: String) {
        #expect(JSONTextsTests.texts(body) == expected, "\(reason)")
    }

    @Test(arguments: [
        (#"{"a":1}"#, true), ("{\"a\":1}\n{\"b\":2}\n", true), ("[1, 2", false), ("{ items { id } }", false),
        (#"{"a":1} x"#, false), ("", false), (")]}'\n{\"a\":[]}", true),
    ])
    func whatParsesIsJSON(body: String, expected: Bool) {
        #expect(Array(body.utf8).withUnsafeBufferPointer { JSONTexts.isJSON($0) } == expected)
    }

    @Test func namesAreCountedInTheirObject() {
        let text = Array(#"{"a":[{"b1":1,"b2":{"c":{}}}],"d":"x"}"#.utf8)
        text.withUnsafeBufferPointer { text in
            var found: [String] = []
            var names = JSONNames(text)
            while let name = names.next() {
                let own = String(decoding: text[name.range], as: UTF8.self)
                found.append("\(name.path) \(own) \(name.ordinal)")
                #expect(JSONNames.name(at: name.path, ordinal: name.ordinal, in: text) == Array(own.utf8))
            }
            #expect(found == ["$ a 0", "$.a[0] b1 0", "$.a[0] b2 1", "$.a[0].b2 c 0", "$ d 1"])
            #expect(
                JSONNames.name(at: JSONPath([]), ordinal: 9, in: text) == Array("d".utf8),
                "the last where there are fewer")
        }
    }

    @Test(arguments: [#"{"a":{"#, #"{"a"1}"#, #"{"a":1,,}"#, "[[[", #"{"a":tru"#, #"{"\"#])
    func damagedTextsEnd(text: String) {
        Array(text.utf8).withUnsafeBufferPointer { text in
            var names = JSONNames(text)
            var count = 0
            while names.next() != nil { count += 1 }
            #expect(count <= 1)
        }
    }
}
