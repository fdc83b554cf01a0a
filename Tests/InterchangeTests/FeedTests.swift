import Testing

@testable import Interchange

/// Bytes of files as they arrive: codings detected by their first bytes, and chunks split at any position.
@Suite struct FeedTests {
    /// Returns bytes in chunks of a given size.
    private final class ChunkFeed: ByteFeed {
        private var rest: ArraySlice<UInt8>
        private let size: Int

        init(_ bytes: [UInt8], by size: Int) { (rest, self.size) = (bytes[...], size) }

        func next() -> [UInt8]? {
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
    }

    private static func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xff)] : [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 100], [false, true]) func utf16InAnyChunks(size: Int, isBigEndian: Bool)
        throws
    {
        let text = "{\"a\":\"é😀x😀😀\u{ffff}\"}"
        let feed = UTF16Feed(ChunkFeed(Self.utf16(text, isBigEndian: isBigEndian), by: size), isBigEndian: isBigEndian)
        var bytes: [UInt8] = []
        while let more = try feed.next() {
            #expect(!more.isEmpty)
            bytes += more
        }
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(try feed.next() == nil, "the end stays the end")
    }

    @Test(arguments: 1...5) func halvesBecomeTheReplacementCharacter(size: Int) throws {
        let units: [UInt16] = [0x61, 0xd83d, 0x62, 0xde00, 0x63, 0xd83d]
        let bytes = units.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        let feed = UTF16Feed(ChunkFeed(bytes + [0x64], by: size), isBigEndian: false)
        var text: [UInt8] = []
        while let more = try feed.next() { text += more }
        #expect(
            String(decoding: text, as: UTF8.self) == "a\u{fffd}b\u{fffd}c\u{fffd}", "an odd byte at the end is dropped")
    }

    @Test(
        arguments: [
            ([0xff, 0xfe, 0x7b, 0], false, "a mark"),
            ([0xff, 0xfe, 0, 0x7b], false, "a mark before a character past ASCII"),
            ([0xff, 0xfe, 0, 0], nil, "UTF-32"), ([0xfe, 0xff, 0, 0x7b], true, "the other mark"),
            ([0xfe, 0xff, 0, 0], true, "of a zero"),
            ([0x7b, 0, 0x22, 0], false, "a brace"), ([0, 0x7b, 0, 0x22], true, "a brace"),
            ([0x7b, 0, 0, 1], nil, "no character of ASCII"),
            ([0, 0x7b, 1, 0], nil, "no character of ASCII"), ([0x7b, 0x22, 0x61, 0x22], nil, "UTF-8"),
            ([0xff, 0xfe, 0x7b], nil, "too few"),
            ([0xef, 0xbb, 0xbf, 0x7b], nil, "UTF-8 with a mark"), ([0x5b, 0, 0x22, 0], nil, "a bracket"),
        ] as [([UInt8], Bool?, String)])
    func byteOrders(bytes: [UInt8], isBigEndian: Bool?, reason: String) {
        #expect(bytes.withUnsafeBytes(UTF16Feed.isBigEndian) == isBigEndian, "\(reason)")
    }

    @Test func whatWasReadComesFirst() throws {
        let feed = ReplayedFeed([1, 2], then: ChunkFeed([3, 4, 5], by: 2))
        #expect(try [feed.next(), feed.next(), feed.next(), feed.next()] == [[1, 2], [3, 4], [5], nil])
        #expect(try ReplayedFeed([], then: ChunkFeed([3], by: 2)).next() == [3], "no chunk is empty")
    }
}
