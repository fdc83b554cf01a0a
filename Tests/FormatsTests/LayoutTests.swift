import Formats
import Testing

@Suite("JSON and bytes formatted for display")
struct LayoutTests {
    static let layouts: [(reason: String, json: String, text: String?)] = [
        ("an object", #"{"a":1,"b":[true,null]}"#, "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}"),
        (
            "order, digits and escapes stay", #"{"z":1.50e+3,"a":"\"{[,:"}"#,
            "{\n  \"z\": 1.50e+3,\n  \"a\": \"\\\"{[,:\"\n}"
        ),
        ("empty ones stay on their line", #"[{},[ ]]"#, "[\n  {},\n  []\n]"),
        ("blanks that were there go", "[ 1 ,\n2 ]", "[\n  1,\n  2\n]"), ("no object", "17", nil), ("nothing", "", nil),
        ("never closed", "[1", nil), ("closed by another", "[1}", nil), ("more after the end", "[1][2]", nil),
        ("a string without an end", #"["a"#, nil), ("an escape at the end", "[\"\\", nil), ("not JSON", "{a=b;}", nil),
        ("deeper than is shown", String(repeating: "[", count: 300) + "1" + String(repeating: "]", count: 300), nil),
    ]

    @Test("Formatted JSON", arguments: layouts)
    func jsonLayout(reason: String, json: String, text: String?) {
        #expect(JSONLayout.text(Array(json.utf8), limit: 1000) == text, "\(reason)")
    }

    @Test("JSON past the limit or not UTF-8 is not formatted")
    func layoutLimits() {
        #expect(JSONLayout.text(Array("[1]".utf8), limit: 2) == nil)
        #expect(JSONLayout.text([0x5b, 0x22, 0xff, 0x22, 0x5d], limit: 10) == nil)
    }

    @Test("Bytes as a dump")
    func hexDump() {
        #expect(HexDump.text([]) == "")
        #expect(
            HexDump.text(Array(0x3f...0x4f) + [0xff])
                == "00000000  3f 40 41 42 43 44 45 46  47 48 49 4a 4b 4c 4d 4e  |?@ABCDEFGHIJKLMN|\n00000010  4f ff                                             |O.|"
        )
    }
}
