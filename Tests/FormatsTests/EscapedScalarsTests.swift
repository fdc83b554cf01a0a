import Formats
import Testing

@Suite struct EscapedScalarsTests {
    @Test(
        "A delimiter is found whatever follows it",
        arguments: [
            ("a,b", "a;b", "by itself"), ("a,\u{301}b", "a;\u{301}b", "with a combining mark"),
            ("a,\u{200D}b", "a;\u{200D}b", "with a joiner"), ("\r\n", "\r|", "as half of a CR LF"),
            ("", "", "nothing"), ("é日本", "é日本", "other text stays"),
        ])
    func scalars(text: String, expected: String, reason: String) {
        let result = text.replacingScalars { $0 == "," ? ";" : $0 == "\n" ? "|" : nil }
        #expect(Array(result.unicodeScalars) == Array(expected.unicodeScalars), "\(reason)")
    }
}
