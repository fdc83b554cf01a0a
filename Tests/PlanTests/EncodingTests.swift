import Formats
import Testing

@testable import Plan

@Suite struct EncodingTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        var coding: Sink.Coding
        var recorded: String
        var value: String
        /// Another value in the same client's encoding.
        var other: String
        var written: String
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(reason: "raw stays raw", coding: .raw, recorded: "abc", value: "abc", other: "a b", written: "a b"),
        Case(
            reason: "unescaped in a path, but a slash would part it", coding: .percent, recorded: "abc", value: "abc",
            other: "a/b", written: "a%2Fb"),
        Case(
            reason: "a client that leaves @", coding: .percent, recorded: "a@b", value: "a@b", other: "c@d e",
            written: "c@d%20e"),
        Case(
            reason: "a client that escapes @ in lower case", coding: .percent, recorded: "a%40b%2f", value: "a@b/",
            other: "c@d/", written: "c%40d%2f"),
        Case(
            reason: "plus for blank", coding: .form, recorded: "a+b%2B", value: "a b+", other: "x +", written: "x+%2B"),
        Case(
            reason: "percent for blank in a form", coding: .form, recorded: "a%20b", value: "a b", other: "x y",
            written: "x%20y"),
        Case(
            reason: "JSON escapes what it must", coding: .json, recorded: "abc", value: "abc", other: "a\"\\\n\u{1}",
            written: #"a\"\\\n\u0001"#),
        Case(
            reason: "a client that escapes slashes", coding: .json, recorded: #"a\/b"#, value: "a/b", other: "/",
            written: #"\/"#),
        Case(
            reason: "a client that escapes beyond ASCII", coding: .json, recorded: #"\u00e9"#, value: "é", other: "ü😀",
            written: #"\u00fc\ud83d\ude00"#),
    ])
    func habitsAreKept(test: Case) throws {
        let recorded = Array(test.recorded.utf8)
        let encoding = try #require(
            recorded.withUnsafeBufferPointer { bytes in
                #expect(test.coding.decoded(bytes, 0..<bytes.count).text == test.value)
                return ValueEncoding.reproducing(
                    bytes, 0..<bytes.count, value: Array(test.value.utf8), coding: test.coding, isLine: false)
            })
        var written: [UInt8] = []
        #expect(encoding.append(Array(test.other.utf8), to: &written))
        #expect(written.text == test.written)
    }

    @Test func aLineTakesNoControlCharacters() {
        var written: [UInt8] = []
        #expect(!ValueEncoding.line.append(Array("a\r\nX-Evil: 1".utf8), to: &written))
        #expect(written.isEmpty)
        #expect(ValueEncoding.raw.append(Array("a\r\nb".utf8), to: &written))
    }

    @Test func whatNoHabitWritesIsLeftAlone() {
        let mixed = Array("%2f%2F".utf8)
        let encoding = mixed.withUnsafeBufferPointer {
            ValueEncoding.reproducing($0, 0..<$0.count, value: Array("//".utf8), coding: .percent, isLine: true)
        }
        #expect(encoding == nil)
    }
}
