/// Percent-encoded text (RFC 3986 section 2.1), and form-encoded text.
public enum PercentText {
    /// Decodes `range` of `text`; a `%` that does not begin an escape is unchanged.
    ///
    /// - Parameter plusIsSpace: whether `+` is a space, as in `application/x-www-form-urlencoded`.
    public static func decoded(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, plusIsSpace: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = text[index]
            if byte == UInt8(ascii: "%"), index + 2 < range.upperBound, let high = ASCII.hexValue(text[index + 1]),
                let low = ASCII.hexValue(text[index + 2])
            {
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return output
    }
}

extension PercentText {
    /// `value` encoded in the style of `range` of `text`: escaped at the same positions if it has the same length, and
    /// wherever required.
    ///
    /// - Parameter plusIsSpace: whether `+` is a space, as in `application/x-www-form-urlencoded`.
    public static func encoded(
        _ value: [UInt8], like text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, plusIsSpace: Bool
    ) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var (index, position) = (range.lowerBound, 0)
        while index < range.upperBound, position < value.count {
            let isEscape =
                text[index] == UInt8(ascii: "%") && index + 2 < range.upperBound
                && ASCII.hexValue(text[index + 1]) != nil && ASCII.hexValue(text[index + 2]) != nil
            let isLower = isEscape && (isLowerLetter(text[index + 1]) || isLowerLetter(text[index + 2]))
            append(value[position], to: &output, escapes: isEscape, isLower: isLower, plusIsSpace)
            index += isEscape ? 3 : 1
            position += 1
        }
        for byte in value[position...] { append(byte, to: &output, escapes: false, isLower: false, plusIsSpace) }
        return output
    }

    private static func append(
        _ byte: UInt8, to output: inout [UInt8], escapes: Bool, isLower: Bool, _ plusIsSpace: Bool
    ) {
        if !escapes, byte == 0x20, plusIsSpace {
            output.append(UInt8(ascii: "+"))
        } else if escapes || byte <= 0x20 || byte >= 0x7f || specials.contains(byte) {
            output.append(UInt8(ascii: "%"))
            let digits = Hex.text(byte, width: 2)
            output += isLower ? Array(digits.utf8) : Array(digits.uppercased().utf8)
        } else {
            output.append(byte)
        }
    }

    private static func isLowerLetter(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }

    /// Bytes with a special meaning, or not allowed in a URL.
    private static let specials = Set("%&#+\"<>\\^`{}|".utf8)
}
