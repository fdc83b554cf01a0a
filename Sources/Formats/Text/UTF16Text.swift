/// Text of 16-bit units (RFC 2781).
public enum UTF16Text {
    /// Whether the units of `bytes` are big-endian; nil if they are not UTF-16. Detected by the byte order mark, or by
    /// a zero byte next to an ASCII character that structured text begins with: a brace, a bracket, an angle or a quote.
    public static func isBigEndian(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        guard bytes.count >= 4 else { return nil }
        switch (bytes[0], bytes[1]) {
        // Followed by two zero bytes, it is the mark of UTF-32.
        case (0xff, 0xfe): return bytes[2] != 0 || bytes[3] != 0 ? false : nil
        case (0xfe, 0xff): return true
        case (let first, 0) where bytes[3] == 0 && isOpening(first): return false
        case (0, let second) where bytes[2] == 0 && isOpening(second): return true
        default: return nil
        }
    }

    private static func isOpening(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "<") || byte == 0x22
    }

    /// The units of `bytes`; an odd byte at the end is ignored.
    public static func units(_ bytes: UnsafeRawBufferPointer, isBigEndian: Bool) -> [UInt16] {
        stride(from: 0, to: bytes.count - bytes.count % 2, by: 2).map {
            let unit = bytes.loadUnaligned(fromByteOffset: $0, as: UInt16.self)
            return isBigEndian ? UInt16(bigEndian: unit) : UInt16(littleEndian: unit)
        }
    }

    /// The text of `bytes` in UTF-8; nil if it contains half of a surrogate pair.
    public static func decoded(_ bytes: UnsafeRawBufferPointer, isBigEndian: Bool) -> [UInt8]? {
        let units = units(bytes, isBigEndian: isBigEndian)
        let text = String(decoding: units, as: UTF16.self)
        return text.utf16.elementsEqual(units) ? Array(text.utf8) : nil
    }

    /// UTF-8 `text` in UTF-16.
    public static func encoded(_ text: [UInt8], isBigEndian: Bool) -> [UInt8] {
        String(decoding: text, as: UTF8.self).utf16.flatMap { unit -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xff))
            return isBigEndian ? [high, low] : [low, high]
        }
    }
}
