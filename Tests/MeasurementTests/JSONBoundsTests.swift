import Testing

@testable import Measurement

/// Numbers and nesting of a JSON text at their limits, wherever strings are between them.
@Suite struct JSONBoundsTests {
    @Test(
        arguments: [
            ("[100]", true, "the largest integer"), ("[101]", false, "one more"), ("[-100]", true, "the smallest"),
            ("[-101]", false, "one less"), ("[1000.0]", true, "the largest fraction"), ("[1000.5]", false, "more"),
            ("[1e3]", true, "an exponent makes no integer"), ("[1e4]", false, "a large exponent"),
            ("[1E400]", false, "no finite number"), ("[1,101]", false, "behind a comma"),
            ("{\"a\":101}", false, "behind a name"), ("{\"a\": 101}", false, "behind a space"),
            ("[\"101\"]", true, "text is no number"), ("[\"\\\"\",101]", false, "behind an escaped quote"),
            ("[\"\\\"101\"]", true, "an escaped quote does not end a string"),
            ("[\"\\\\\",101,\"\"]", false, "an escaped backslash does not escape the quote"),
            ("[\"\",101]", false, "behind an empty string"), ("[1-2]", false, "no number"),
            ("\"101", true, "a string cut off"),
            ("101", false, "at the end"), ("", true, "nothing"),
        ] as [(String, Bool, String)])
    func numbers(text: String, holds: Bool, reason: String) {
        #expect(JSONBounds.hold(in: Array(text.utf8), integer: 100, value: 1000) == holds, "\(reason): \(text)")
    }

    @Test func longNumbersAreRefused() {
        let digits = String(repeating: "0", count: 63) + "1"
        #expect(JSONBounds.hold(in: Array("[\(digits)]".utf8), integer: 100))
        #expect(!JSONBounds.hold(in: Array("[0\(digits)]".utf8), integer: 100))
    }

    @Test func nestingIsBounded() {
        func nested(_ depth: Int, _ inner: String = "") -> [UInt8] {
            Array((String(repeating: "[{\"a\":", count: depth / 2) + inner).utf8)
        }
        #expect(JSONBounds.isShallow(nested(32)))
        #expect(!JSONBounds.isShallow(nested(32, "[")) && !JSONBounds.isShallow(nested(32, "{")))
        #expect(JSONBounds.isShallow(nested(32, "\"[{\"")), "brackets in a string")
        #expect(JSONBounds.isShallow(nested(32, "1}[]{}")), "what was closed does not count")
        #expect(!JSONBounds.isShallow(nested(32, "1}[[")), "what is opened again does")
    }
}
