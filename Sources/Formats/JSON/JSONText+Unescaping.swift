extension JSONText {
    /// The value of the string with content `range` of `text`, with escapes resolved (RFC 8259 section 7); invalid
    /// escapes become U+FFFD.
    public static func unescaped(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard text[index] == UInt8(ascii: "\\") else {
                output.append(text[index])
                index += 1
                continue
            }
            guard index + 1 < range.upperBound else { break }
            index += 2
            switch text[index - 1] {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "n"): output.append(0x0a)
            case UInt8(ascii: "f"): output.append(0x0c)
            case UInt8(ascii: "r"): output.append(0x0d)
            case UInt8(ascii: "u"):
                output.append(contentsOf: String(scalar(text, &index, range.upperBound)).utf8)
            default: output.append(text[index - 1])
            }
        }
        return output
    }

    /// One character of a string's content, with its escape resolved, and its number of source bytes.
    public static func character(
        _ text: UnsafeBufferPointer<UInt8>, at index: Int, before end: Int
    ) -> (value: [UInt8], length: Int) {
        guard text[index] == UInt8(ascii: "\\"), index + 1 < end else { return ([text[index]], 1) }
        switch text[index + 1] {
        case UInt8(ascii: "b"): return ([0x08], 2)
        case UInt8(ascii: "t"): return ([0x09], 2)
        case UInt8(ascii: "n"): return ([0x0a], 2)
        case UInt8(ascii: "f"): return ([0x0c], 2)
        case UInt8(ascii: "r"): return ([0x0d], 2)
        case UInt8(ascii: "u"):
            // In text that is not JSON, it may begin a word: `C:\users`.
            guard digits(text, index + 2, end) != nil else { return ([text[index]], 1) }
            var next = index + 2
            return (Array(String(scalar(text, &next, end)).utf8), next - index)
        case UInt8(ascii: "x"):
            // An escape of JavaScript, and of Python, Ruby and C, which escape each byte of a character.
            guard let byte = byte(text, index + 2, end) else { return ([text[index + 1]], 2) }
            guard byte >= 0x80 else { return ([byte], 4) }
            return isWrittenInBytes(text, index, end, byte)
                ? ([byte], 4) : (Array(String(Unicode.Scalar(byte)).utf8), 4)
        default: return ([text[index + 1]], 2)
        }
    }

    /// The scalar of the four digits at `index`, combined with a following low surrogate escape.
    private static func scalar(
        _ text: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ end: Int
    ) -> Unicode.Scalar {
        guard let unit = digits(text, index, end) else { return "\u{fffd}" }
        index += 4
        guard unit & 0xfc00 == 0xd800 else { return Unicode.Scalar(unit) ?? "\u{fffd}" }
        guard index + 1 < end, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u"),
            let low = digits(text, index + 2, end), low & 0xfc00 == 0xdc00
        else { return "\u{fffd}" }
        index += 6
        return Unicode.Scalar(0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff) ?? "\u{fffd}"
    }

    /// Whether `byte`, whose escape begins at `index`, is part of a UTF-8 sequence, because a neighbouring escape
    /// continues it.
    private static func isWrittenInBytes(
        _ text: UnsafeBufferPointer<UInt8>, _ index: Int, _ end: Int, _ byte: UInt8
    ) -> Bool {
        func isEscape(_ index: Int, _ values: ClosedRange<UInt8>) -> Bool {
            index >= 0 && index + 4 <= end && text[index] == UInt8(ascii: "\\")
                && text[index + 1] == UInt8(ascii: "x")
                && self.byte(text, index + 2, end).map(values.contains) ?? false
        }
        return byte >= 0xc2 ? isEscape(index + 4, 0x80...0xbf) : isEscape(index - 4, 0x80...0xff)
    }

    private static func byte(_ text: UnsafeBufferPointer<UInt8>, _ index: Int, _ end: Int) -> UInt8? {
        guard index + 2 <= end, let high = ASCII.hexValue(text[index]), let low = ASCII.hexValue(text[index + 1])
        else { return nil }
        return high << 4 | low
    }

    private static func digits(_ text: UnsafeBufferPointer<UInt8>, _ index: Int, _ end: Int) -> UInt32? {
        guard index + 4 <= end else { return nil }
        var value: UInt32 = 0
        for byte in text[index..<index + 4] {
            guard let digit = ASCII.hexValue(byte) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
