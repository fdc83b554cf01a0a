import Testing

@testable import ContentCodings

/// Text in UTF-16, in chunks that cut anything anywhere.
@Suite struct UTF16DecoderTests {
    private static func decoded(_ bytes: [UInt8], by size: Int, isBigEndian: Bool) -> String {
        var decoder = UTF16Decoder(isBigEndian: isBigEndian)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            text += decoder.text(Array(bytes[start..<min(bytes.count, start + size)]), isLast: false)
        }
        return String(decoding: text + decoder.text([], isLast: true), as: UTF8.self)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 100], [false, true]) func chunksMayEndAnywhere(size: Int, isBigEndian: Bool)
    {
        let text = "{\"a\":\"é😀x😀😀\u{ffff}\"}"
        let bytes = text.utf16.flatMap {
            isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xff)] : [UInt8($0 & 0xff), UInt8($0 >> 8)]
        }
        #expect(Self.decoded(bytes, by: size, isBigEndian: isBigEndian) == text)
    }

    @Test(arguments: 1...5) func halvesBecomeTheReplacementCharacter(size: Int) {
        let units: [UInt16] = [0x61, 0xd83d, 0x62, 0xde00, 0x63, 0xd83d]
        let bytes = units.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        #expect(
            Self.decoded(bytes + [0x64], by: size, isBigEndian: false) == "a\u{fffd}b\u{fffd}c\u{fffd}",
            "an odd byte at the end is dropped")
    }
}
