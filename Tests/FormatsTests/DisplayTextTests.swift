import Testing

@testable import Formats

@Suite("Text made safe and fitted")
struct DisplayTextTests {
    @Test(
        "What steers a terminal or hides is made visible",
        arguments: [
            ("GET /items", "GET /items", "plain text stays"),
            ("é 日本 ✓", "é 日本 ✓", "letters of all scripts stay"),
            ("\u{1B}[31mred", "\u{FFFD}[31mred", "an escape sequence"),
            ("\u{9B}31m", "\u{FFFD}31m", "a C1 control sequence introducer"),
            ("a\u{202E}gpj.exe", "a\u{FFFD}gpj.exe", "a direction override"),
            ("a\u{200B}b\u{FEFF}", "a\u{FFFD}b\u{FFFD}", "what nobody sees"),
            ("one\ntwo\tthree\r\n", "one two three  ", "line ends and tabs are spaces"),
            ("\0\u{7F}", "\u{FFFD}\u{FFFD}", "NUL and DEL"),
        ])
    func displayable(text: String, shown: String, reason: String) {
        #expect(text.displayable == shown, "\(reason)")
    }

    @Test(
        "Cutting keeps to columns, not characters",
        arguments: [
            ("abcdef", 6, "abcdef", "fits"), ("abcdefg", 6, "abcde…", "one too many"),
            ("日本語文字", 6, "日本…", "wide characters take two"), ("abc", 0, "", "no room at all"),
        ])
    func cut(text: String, width: Int, cut: String, reason: String) {
        #expect(text.cut(to: width) == cut, "\(reason)")
        #expect(text.cut(to: width).displayWidth <= width)
    }

    @Test(
        "Lines break between words, long words anywhere",
        arguments: [
            ("one two three", 7, ["one two", "three"], "between words"),
            ("abcdefghij k", 4, ["abcd", "efgh", "ij k"], "a word that is too long"),
            ("", 10, [""], "nothing is one empty line"),
            ("日本語", 1, ["日", "本", "語"], "too narrow for any character still ends"),
        ] as [(String, Int, [String], String)])
    func wrapped(text: String, width: Int, lines: [String], reason: String) {
        #expect(text.wrapped(to: width) == lines, "\(reason)")
    }
}
