/// Text of 16-bit units (RFC 2781).
enum UTF16Text {
    /// Whether the units of `body` are big-endian, by its byte order mark or by the zero byte next to an ASCII
    /// character that structured text begins with; nil if it is not UTF-16.
    static func byteOrder(of body: Bytes) -> Bool? {
        guard body.count >= 4 else { return nil }
        if body[0] == 0xff, body[1] == 0xfe { return false }
        if body[0] == 0xfe, body[1] == 0xff { return true }
        if body[1] == 0, body[3] == 0, isOpening(body[0]) { return false }
        if body[0] == 0, body[2] == 0, isOpening(body[1]) { return true }
        return nil
    }

    private static func isOpening(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "<") || byte == 0x22
    }

    /// The text of `bytes`, an even number, in UTF-8; nil if it contains half of a surrogate pair.
    static func decoded(_ bytes: Bytes, isBigEndian: Bool) -> [UInt8]? {
        let units = stride(from: 0, to: bytes.count, by: 2).map { index -> UInt16 in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        let text = String(decoding: units, as: UTF16.self)
        return text.utf16.elementsEqual(units) ? Array(text.utf8) : nil
    }

    /// UTF-8 `text` in UTF-16.
    static func encoded(_ text: [UInt8], isBigEndian: Bool) -> [UInt8] {
        String(decoding: text, as: UTF8.self).utf16.flatMap { unit -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xff))
            return isBigEndian ? [high, low] : [low, high]
        }
    }
}
