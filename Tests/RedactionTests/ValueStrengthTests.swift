import Testing

@testable import Redaction

/// Which values are searched for wherever they may be: those that cannot be there by chance.
@Suite struct ValueStrengthTests {
    @Test(arguments: [
        ("12345678", false, "a date, a zip code"), ("123456789", true, "nine digits"),
        ("a1b2c3d", false, "too short"), ("a1b2c3d4", true, "letters and digits"),
        ("abcdefghijklmnopqrs", false, "a word of 19 letters"), ("abcdefghijklmnopqrst", true, "no word has 20"),
        ("AbCdefghijklmn", true, "14 letters of both cases"), ("AbCdefghijklm", false, "13 of them"),
        ("Abcdefghijklmn", false, "a name"), ("ABCDEFGHIJKLMN", false, "a constant"),
        ("ann@corp.example", true, "an address"), ("one two three four", false, "words"),
        ("one two three, fours", true, "20 bytes"), ("AbC-defghijk", true, "12 of both cases, and a mark"),
        ("AbC-defghij", false, "11 of them"), ("2026-11-21T10", false, "a date"), ("2026-11-x1T10abc", false, "a date"),
        ("2026x11-21T10", true, "no date"), ("https://a.example/b1", false, "a place"),
        ("http://a.example/b1", false, "a place"), ("/orders/123456789", false, "a path"),
        ("application/json2", false, "a type"), ("text/x-17-abc", false, "a type"), ("texts/x-17-abc", true, "no type"),
        ("a1b2c3d4\u{7f}", false, "no text"), ("a1b2c3d4\u{1f}", false, "no text"), ("a1b2 c3d4", true, "with a blank"),
    ]) func valuesAreStrongOrWeak(value: String, isStrong: Bool, reason: String) {
        #expect((ValueStrength(Array(value.utf8)) == .strong) == isStrong, "\(value): \(reason)")
    }

    @Test func veryLongValuesAreNotSearchedFor() {
        for (count, isStrong) in [(16 << 10, true), ((16 << 10) + 1, false)] {
            let value = [UInt8](repeating: UInt8(ascii: "7"), count: count)
            #expect((ValueStrength(value) == .strong) == isStrong, "\(count) bytes")
        }
    }
}
