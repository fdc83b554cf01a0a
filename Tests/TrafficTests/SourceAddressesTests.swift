import Testing
import Traffic

/// Which local addresses a text stands for.
@Suite struct SourceAddressesTests {

    @Test(arguments: [
        ("127.0.0.2", 1, "127.0.0.2", "127.0.0.2"),
        ("::1", 1, "::1", "::1"),
        ("127.0.0.2-127.0.0.50", 49, "127.0.0.2", "127.0.0.50"),
        ("127.0.0.255-127.0.1.1", 3, "127.0.0.255", "127.0.1.1"),
        ("127.0.0.7-127.0.0.7", 1, "127.0.0.7", "127.0.0.7"),
        ("127.0.0.0/24", 254, "127.0.0.1", "127.0.0.254"),
        ("127.0.0.77/24", 254, "127.0.0.1", "127.0.0.254"),
        ("127.0.0.4/30", 2, "127.0.0.5", "127.0.0.6"),
        ("127.0.0.4/31", 2, "127.0.0.4", "127.0.0.5"),
        ("127.0.0.4/32", 1, "127.0.0.4", "127.0.0.4"),
        ("127.1.0.0/16", 65_534, "127.1.0.1", "127.1.255.254"),
        ("255.255.255.254-255.255.255.255", 2, "255.255.255.254", "255.255.255.255"),
        ("127.1.0.0-127.1.255.255", 65_536, "127.1.0.0", "127.1.255.255"),
    ]) func aTextStandsForItsAddresses(text: String, count: Int, first: String, last: String) throws {
        let source = try SourceAddresses(parsing: text)
        #expect((source.count, source[0], source[count - 1]) == (count, first, last), "\(text)")
        #expect(source[count] == first && source[3 * count - 1] == last, "\(text): they are used in turn")
        #expect(source.text == text)
    }

    @Test(arguments: [
        ("127.0.0.2-", SourceAddresses.Problem.notNumeric), ("-127.0.0.2", .notNumeric), ("::1-::2", .notNumeric),
        ("127.0.0-127.0.1", .notNumeric), ("127.0.0.256-127.0.1.1", .notNumeric), ("127.0.0.2-5", .notNumeric),
        ("127.0.0.+2-127.0.0.3", .notNumeric), ("127.0.0.010-127.0.0.11", .notNumeric), ("127.0.0.0/33", .notNumeric),
        ("127.0.0.0/", .notNumeric),
        ("127.0.0.0/-1", .notNumeric), ("::/120", .notNumeric), ("my-host", .notNumeric),
        ("127.0.0.3-127.0.0.2", .reversed), ("127.0.0.0/8", .tooMany), ("0.0.0.0/0", .tooMany),
        ("127.1.0.0-127.2.0.0", .tooMany),
    ]) func whatIsNoSuchTextIsRefused(text: String, problem: SourceAddresses.Problem) {
        #expect(throws: problem) { try SourceAddresses(parsing: text) }
    }
}
