import Credentials
import Testing

/// Values that need no masking, and secrets of paths, at the edges of each rule.
@Suite struct PlainValueTests {
    @Test(arguments: [
        ("", true, "nothing"), ("3600", true, "a number"), ("2026-11-30T10:00:00Z", true, "a date"),
        ("Bearer", true, "a word"),
        ("urn:ietf:params:oauth:grant-type:jwt-bearer", true, "words"),
        ("AWS4-HMAC-SHA256", true, "words with numbers"),
        ("abcd1234", true, "four digits after a word"), ("abcd12345", false, "five"), ("1234abcd", true, "four before"),
        ("12345abcd", false, "five"), ("12ab34", true, "both"), ("a1b", false, "letters behind the digits"),
        (String(repeating: "a", count: 24), true, "the longest word"),
        (String(repeating: "a", count: 25), false, "a longer one"),
        (String(repeating: "1", count: 24), true, "the most digits"),
        (String(repeating: "1", count: 25), false, "one more"),
        ("123456789012 123456789012", true, "the most, in two runs"), ("123456789012 1234567890123", false, "one more"),
        (String(repeating: "a-", count: 64), true, "128 bytes"),
        (String(repeating: "a-", count: 64) + "a", false, "129"),
        ("a b~!", true, "all that can be printed"), ("a\u{7f}", false, "what cannot"),
        ("a\u{1f}", false, "a control character"),
        ("é", false, "past ASCII"),
    ]) func plain(value: String, isPlain: Bool, reason: String) {
        #expect(PlainValue.isPlain(Array(value.utf8)) == isPlain, "\(reason)")
    }

    @Test(arguments: [
        ("404", true), ("NOT_FOUND", true), ("12345", true), ("123456", false), ("123-456", false), ("a1-2b34", true),
    ])
    func short(value: String, isShort: Bool) { #expect(PlainValue.isShort(Array(value.utf8)) == isShort) }

    private static func secret(in path: [String]) -> String? {
        var before = PathSecret.Preceding()
        var found: String?
        // The bytes must outlive the segments that point to them.
        let segments = path.map { text in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, text.utf8.count), alignment: 1)
            copy.copyBytes(from: text.utf8)
            return copy
        }
        defer { for segment in segments { segment.deallocate() } }
        for (segment, text) in zip(segments, path) {
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(segment)[..<text.utf8.count])
            found = PathSecret.range(in: bytes, after: before).map { String(decoding: bytes[$0], as: UTF8.self) }
            before.append(bytes)
        }
        return found
    }

    @Test(
        arguments: [
            (["reset-password", "x7Kq"], "x7Kq", "the shortest"), (["reset", "x7K"], nil, "shorter"),
            (["verify", "123456"], "123456", "a code of six digits"),
            (["verify", "12345"], nil, "five digits are a number"),
            (["invite", "welcome"], nil, "a word"), (["signin", "a1b2c3"], "a1b2c3", "letters and digits"),
            (["bot123:AAEabcd"], "AAEabcd", "a bot's token"), (["bot123:AAEabc"], "AAEabc", "the shortest"),
            (["bot123:AAEab"], nil, "too short"), (["bot:AAEabcdef"], nil, "no number"),
            (["bot1:AAEabcdef"], "AAEabcdef", "a digit"),
            (["bot1x:AAEabcdef"], nil, "no number"), (["rob123:AAEabcdef"], nil, "another word"),
            (["eyJhbGciOiJI"], "eyJhbGciOiJI", "a web token of twelve"), (["eyJhbGciOiJ"], nil, "eleven"),
            (["eyJhbGciOi.x-_9"], "eyJhbGciOi.x-_9", "its letters"), (["eyJhbGciOi+xx"], nil, "others"),
            (["webhooks", "1", "T0A1B2c3D4E5f6G7"], "T0A1B2c3D4E5f6G7", "a key of sixteen behind a number"),
            (["hooks", "1", "2", "T0A1B2c3D4E5f6G7"], "T0A1B2c3D4E5f6G7", "three further on"),
            (["hooks", "1", "2", "3", "T0A1B2c3D4E5f6G7"], nil, "four further on"),
            (["services", "T0A1B2c3D4E5f6G"], nil, "fifteen"), (["hooks", "mywordsareplain-here"], nil, "words"),
            (["token", "a1b2c3d4e5"], "a1b2c3d4e5", "behind what says so"), (["tokens", "summary"], nil, "a word"),
            (["items", "a1b2c3d4e5"], nil, "behind what does not"), (["T0A1B2c3D4E5f6G7"], nil, "behind nothing"),
        ] as [([String], String?, String)])
    func secretsOfPaths(path: [String], secret: String?, reason: String) {
        #expect(Self.secret(in: path) == secret, "\(reason)")
    }
}
