import Formats
import Testing

/// The byte order of text in UTF-16, and its conversion as a whole.
@Suite struct UTF16TextTests {
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
            ([0xef, 0xbb, 0xbf, 0x7b], nil, "UTF-8 with a mark"), ([0x5b, 0, 0x22, 0], false, "a bracket"),
            ([0, 0x3c, 0, 0x61], true, "an angle"),
            ([0x22, 0, 0x61, 0], false, "a quote"),
            ([0x61, 0, 0x62, 0], nil, "a letter, which binary numbers look like"),
        ] as [([UInt8], Bool?, String)])
    func byteOrders(bytes: [UInt8], isBigEndian: Bool?, reason: String) {
        #expect(bytes.withUnsafeBytes(UTF16Text.isBigEndian) == isBigEndian, "\(reason)")
    }

    @Test(arguments: [false, true]) func conversionGoesBothWays(isBigEndian: Bool) {
        let text = Array("{\"a\":\"é😀x\u{ffff}\"}".utf8)
        let coded = UTF16Text.encoded(text, isBigEndian: isBigEndian)
        #expect(coded.withUnsafeBytes(UTF16Text.isBigEndian) == isBigEndian)
        #expect(coded.withUnsafeBytes { UTF16Text.decoded($0, isBigEndian: isBigEndian) } == text)
    }

    @Test func halvesOfSurrogatePairsAreNotText() {
        let bytes: [UInt8] = [0x7b, 0, 0x3d, 0xd8, 0x7d, 0]
        #expect(bytes.withUnsafeBytes { UTF16Text.decoded($0, isBigEndian: false) } == nil)
        #expect(bytes.withUnsafeBytes { UTF16Text.units($0, isBigEndian: false) } == [0x7b, 0xd83d, 0x7d])
    }
}
