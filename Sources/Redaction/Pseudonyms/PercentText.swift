/// Percent-encoded text (RFC 3986 section 2.1), and form-encoded where a plus stands for a space.
enum PercentText {
    /// The bytes that `range` stands for; nil when it stands for itself.
    static func decoded(_ bytes: Bytes, _ range: Range<Int>, plusIsSpace: Bool) -> [UInt8]? {
        guard
            bytes[range].contains(where: { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") })
        else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let (byte, length, _) = unit(bytes, index, range.upperBound, plusIsSpace)
            output.append(byte)
            index += length
        }
        return output
    }

    /// `value` written where `range` stood: escaped at the same places when it is as long, else wherever it must be.
    static func encoded(_ value: [UInt8], like bytes: Bytes, _ range: Range<Int>, plusIsSpace: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var (index, position) = (range.lowerBound, 0)
        while index < range.upperBound, position < value.count {
            let (_, length, isLower) = unit(bytes, index, range.upperBound, plusIsSpace)
            append(value[position], to: &output, escapes: length == 3, isLower: isLower, plusIsSpace)
            index += length
            position += 1
        }
        while position < value.count {
            append(value[position], to: &output, escapes: false, isLower: false, plusIsSpace)
            position += 1
        }
        return output
    }

    private static func unit(
        _ bytes: Bytes, _ index: Int, _ end: Int, _ plusIsSpace: Bool
    ) -> (byte: UInt8, length: Int, isLower: Bool) {
        let byte = bytes[index]
        if byte == UInt8(ascii: "%"), index + 2 < end, let high = bytes[index + 1].hexValue,
            let low = bytes[index + 2].hexValue
        {
            return (high << 4 | low, 3, bytes[index + 1].isLower || bytes[index + 2].isLower)
        }
        return (plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte, 1, false)
    }

    private static func append(
        _ byte: UInt8, to output: inout [UInt8], escapes: Bool, isLower: Bool, _ plusIsSpace: Bool
    ) {
        if !escapes, byte == 0x20, plusIsSpace {
            output.append(UInt8(ascii: "+"))
        } else if escapes || byte <= 0x20 || byte >= 0x7f || specials.contains(byte) {
            let digits = isLower ? lowerDigits : upperDigits
            output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        } else {
            output.append(byte)
        }
    }

    /// Bytes that would mean something else, or may not stand in a URL at all.
    private static let specials = Set("%&#+\"<>\\^`{}|".utf8)
    private static let upperDigits = Array("0123456789ABCDEF".utf8)
    private static let lowerDigits = Array("0123456789abcdef".utf8)
}
