import ContentCodings
import Formats
import TestSupport
import Testing
import Traffic

@testable import Interchange

@Suite("Reading JSON as it comes")
struct JSONReaderTests {
    /// The value of `"a"` in the object `json`, read as text, after any preceding members.
    private func value(_ json: [UInt8]) throws -> String? {
        let folder = try TemporaryFolder()
        var reader = JSONReader(try InterchangeSource.opening(folder.write("a.json", json), decodesUTF16: true))
        guard try reader.enter(.object) else { return nil }
        var value: String?
        while let name = try reader.nextName() {
            if name == "a" { value = try reader.text() } else { try reader.skip() }
        }
        return value
    }

    static let documents: [(reason: String, json: String, value: String?)] = [
        ("plain", #"{"a":"b"}"#, "b"), ("blanks everywhere", " {\n\t\"a\" :\r\n \"b\" } ", "b"),
        ("values of every kind are passed over", #"{"x":[1,{"y":[[]]},"]",true,null,-1.5e+3],"z":{},"a":"b"}"#, "b"),
        ("escapes", #"{"a":"\"\\\/\b\f\n\r\t\u00e9"}"#, "\"\\/\u{8}\u{c}\n\r\té"),
        ("a surrogate pair", #"{"a":"\ud83d\ude00"}"#, "😀"),
        ("half a pair", #"{"a":"\ud83dx\ude00"}"#, "\u{fffd}x\u{fffd}"),
        ("half a pair at the end", #"{"a":"\ud83d"}"#, "\u{fffd}"), ("an escaped name", #"{"\u0061":"b"}"#, "b"),
        ("a number as it stands", #"{"a":1.50e3}"#, "1.50e3"), ("the last of two", #"{"a":"b","a":"c"}"#, "c"),
        ("not there", #"{"b":1}"#, nil), ("no text", #"{"a":[1]}"#, nil), ("null", #"{"a":null}"#, nil),
        ("control characters in a string, which should be escaped", "{\"a\":\"b\t\n\u{1}\"}", "b\t\n\u{1}"),
        ("numbers that JSON has no form for", #"{"x":NaN,"y":-Infinity,"z":Infinity,"u":undefined,"a":"b"}"#, "b"),
    ]

    @Test("Values", arguments: documents)
    func values(reason: String, json: String, value: String?) throws {
        #expect(try self.value(Array(json.utf8)) == value, "\(reason)")
    }

    static let broken: [(reason: String, json: String)] = [
        ("no comma", #"{"x":1 "a":"b"}"#), ("no colon", #"{"a" "b"}"#), ("no name", #"{1:2}"#),
        ("no value", #"{"a":}"#), ("a bad escape", #"{"a":"\x"}"#), ("too few digits", #"{"a":"\u12"}"#),
        ("cut off in a string", #"{"a":"b"#),
        ("cut off behind a backslash", #"{"a":"\"#), ("cut off in a number", #"{"a":1"#),
        ("cut off in a word", #"{"a":nu"#),
        ("cut off in an array", #"{"x":[1,"#), ("another word", #"{"x":nil}"#), ("closed by another", #"{"x":[1}"#),
        ("nested too deeply", #"{"x":"# + String(repeating: "[", count: 1000)),
    ]

    @Test("Invalid JSON is reported", arguments: broken)
    func errors(reason: String, json: String) {
        #expect(throws: InterchangeError.self, "\(reason)") { try value(Array(json.utf8)) }
    }

    @Test("Strings longer than the window are complete, and limited to the requested length")
    func longStrings() throws {
        let long = String(repeating: "0123456789\\n", count: 100_000)
        let folder = try TemporaryFolder()
        let path = try folder.write("a.json", Array("[\"\(long)\",\"\(long)\"]".utf8))
        var reader = JSONReader(try InterchangeSource.opening(path))
        #expect(try reader.enter(.array))
        #expect(try reader.nextElement() && reader.peek() == .string)
        let whole = try reader.string(limit: .max)
        #expect(whole.isWhole && whole.text == String(repeating: "0123456789\n", count: 100_000))
        #expect(try reader.nextElement() && reader.peek() == .string)
        let cut = try reader.string(limit: 25)
        #expect(cut.text == "0123456789\n0123456789\n012" && cut.count == 1_100_000)
    }

    static let base64: [(reason: String, text: String, bytes: [UInt8]?)] = [
        ("nothing", "", []), ("one byte", "/w==", [255]), ("two", "//8=", [255, 255]),
        ("three", "////", [255, 255, 255]),
        ("without padding", "_w", [255]), ("lines", "//\r\n//", [255, 255, 255]), ("six bits", "/", nil),
        ("no base64", "a*", nil), ("more behind the padding", "/w==/w==", nil),
    ]

    @Test("Base64", arguments: base64)
    func base64Text(reason: String, text: String, bytes: [UInt8]?) {
        #expect(Base64.lenient(Array(text.utf8)) == bytes, "\(reason)")
    }

    static let times: [(reason: String, text: String, nanoseconds: Int64?)] = [
        ("UTC", "2026-01-31T23:59:59.123Z", 1_769_903_999_123_000_000), ("no zone", "1970-01-01T00:00:00", 0),
        ("a zone", "1970-01-01T02:00:00+02:00", 0), ("a zone in the west", "1969-12-31T19:30:00.5-0430", 500_000_000),
        ("hours alone", "1970-01-01T01:00:00+01", 0), ("nine decimals", "1970-01-01T00:00:00.123456789Z", 123_456_789),
        ("more decimals", "1970-01-01T00:00:00.1234567899Z", 123_456_789),
        ("no seconds", "1970-01-01T00:01Z", 60_000_000_000),
        ("a leap day", "2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
        ("before 1970", "1969-12-31T23:59:59.999999999Z", -1), ("another form", "31.01.2026", nil),
        ("a month too many", "2026-13-01T00:00:00Z", nil), ("more behind it", "1970-01-01T00:00:00Zx", nil),
        ("past what 64 bits hold", "9999-01-01T00:00:00Z", nil), ("nothing", "", nil),
    ]

    @Test("Instants", arguments: times)
    func instants(reason: String, text: String, nanoseconds: Int64?) throws {
        let time = CaptureTime(iso8601: text)
        #expect(time?.nanoseconds == nanoseconds, "\(reason)")
        guard let time else { return }
        let again = try #require(CaptureTime(iso8601: time.iso8601))
        #expect((0..<1000).contains(time.nanoseconds - again.nanoseconds), "\(reason)")
    }
}
