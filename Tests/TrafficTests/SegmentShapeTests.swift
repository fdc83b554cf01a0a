import Credentials
import Testing

@testable import Traffic

/// The shape of a single path segment, at the edges of each rule.
@Suite struct SegmentShapeTests {
    private static func shape(_ text: String) -> SegmentShape {
        Array(text.utf8).withUnsafeBufferPointer { SegmentShape($0) }
    }

    @Test(
        arguments: [
            ("", .name, "nothing"), ("users", .name, "a word"), ("42", .value, "a number"), ("-", .name, "a mark"),
            ("12.34", .value, "a decimal number of four digits"), ("1.2.3.4", .name, "a version"),
            ("12.3", .name, "a version"),
            (String(repeating: "x", count: 128), .name, "the longest name"),
            (String(repeating: "x", count: 129), .value, "longer"),
            ("2026-01-31", .value, "a date"), ("2026-01", .value, "a month"), ("4-5", .numbered, "too short a date"),
            ("20260131T1200", .value, "a date with a time"), ("2026-W05", .value, "a week"),
            ("2026-01-31T12:00:00Z", .value, "in full"),
            ("2026-01-31T12:00:00+01:00", .value, "with a zone"), ("20260131TZW", .numbered, "three marks are no date"),
            ("0b2f0e9e-8c7a-4a52-9c39-2f4b8e6f1d00", .value, "a UUID"),
            ("{0b2f0e9e-8c7a-4a52-9c39-2f4b8e6f1d00}", .value, "in braces"),
            ("sha256:9f86d0818", .value, "a digest"), ("sha256:9f86d081", .value, "of eight digits"),
            ("sha256:9f86d08", .name, "too short a digest"),
            ("x:9f86d0818", .name, "too short a word"), ("abcdefgh:9f86d0818", .value, "eight letters"),
            ("abcdefghi:9f86d0818", .name, "nine"), ("sha256:9f86d081g", .name, "no digit"),
            ("sha-56:9f86d0818", .name, "no word"),
            ("ann@example.com", .value, "an address"), ("@example.com", .name, "no name"),
            ("ann@example", .name, "no dot"),
            ("ann@example.", .name, "a dot at the end"), ("cus_Nf3xY7pQ2a", .value, "a prefix and a random part"),
            ("cus_Nf3xY7pQ", .value, "eight after the mark"), ("42.json", .value, "a numbered file"),
            ("1718000000-3.log", .value, "of two numbers"), ("42.j", .name, "too short a kind"),
            ("42.jsonld", .name, "too long a kind"),
            ("42.7z", .name, "a kind begins with a letter"), ("a.json", .name, "a named file"),
            (".json", .name, "no stem"),
            ("v1", .name, "a version"), ("V2", .name, "in capitals"), ("v2beta1", .name, "a beta"),
            ("1.0", .name, "of two parts"),
            ("v1.41", .name, "with a word"), ("v1-2", .name, "with a mark"), ("v1a2b3", .random, "two words are none"),
            ("v1234567890", .numbered, "too long"), ("vx", .name, "no digit"),
            ("9f86d081884c7d65", .value, "sixteen digits"),
            ("9f86d081884c7d6", .random, "fifteen"), ("abcdefabcdefabcd", .random, "letters alone"),
            ("xaxaxaxaxaxaxaxaxa12", .value, "twenty with two digits"), ("xaxaxaxaxaxaxaxax12", .numbered, "nineteen"),
            ("xaxaxaxaxaxaxaxaxax1", .numbered, "one digit"), ("ORD-000123", .numbered, "a word and a number"),
            ("IMG_2041.jpg", .numbered, "a picture"),
            ("a1", .name, "too short for a number"), ("ab1", .numbered, "three"), ("a1b2c3d4", .random, "alternating"),
            ("aZ3kQ9", .random, "of both cases"), ("a1b2", .numbered, "four"),
            ("GetUserProfile", .name, "a name of words"),
            ("deadbeef", .random, "eight hexadecimal letters"), ("deadbee", .name, "seven"),
            ("de1db", .numbered, "five with a digit"),
            ("de1dbe", .random, "six"), ("DE1dbe", .random, "of both cases"), ("eyJhbGciOiJI", .value, "a token"),
            ("10b18dff98f8.gz", .random, "a random file"), ("web-7d9f-x2k4q", .random, "a pod"),
            ("web-page-12", .numbered, "words"),
        ] as [(String, SegmentShape, String)])
    func shapes(text: String, shape: SegmentShape, reason: String) {
        #expect(Self.shape(text) == shape, "\(text): \(reason)")
    }

    @Test(
        arguments: [
            ("users", true), ("g", true), ("facades", true), (String(repeating: "z", count: 24), true),
            (String(repeating: "z", count: 25), false), ("", false), ("decade", false), ("deadbeef", false),
            ("Users", false), ("users1", false), ("user-name", false), ("us{rs", false), ("us`rs", false),
        ])
    func aPlainWordIsANameThatContainsNoSecret(text: String, isPlain: Bool) {
        var text = text
        text.withUTF8 { bytes in
            #expect(SegmentShape.isPlainWord(bytes) == isPlain)
            guard isPlain else { return }
            #expect(SegmentShape(bytes) == .name)
            #expect(SegmentGroup(.name, bytes) == nil)
            for before in ["reset", "webhooks", "token"] {
                var preceding = PathSecret.Preceding()
                Array(before.utf8).withUnsafeBytes { name in
                    preceding.append(name)
                    #expect(PathSecret.range(in: UnsafeRawBufferPointer(bytes), after: preceding) == nil)
                }
            }
        }
    }
}
