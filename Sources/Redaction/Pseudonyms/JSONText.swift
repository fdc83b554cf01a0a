/// The inside of JSON strings (RFC 8259 section 7).
enum JSONText {
    /// The bytes that the inside of a string stands for; nil when it stands for itself.
    static func decoded(_ bytes: Bytes, _ range: Range<Int>) -> [UInt8]? {
        guard bytes.index(of: UInt8(ascii: "\\"), in: range) != nil else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let (unit, length) = unit(bytes, index, range.upperBound)
            output += unit
            index += length
        }
        return output
    }

    /// `value` written where `range` stood: escaped at the same places when its characters are as long.
    static func encoded(_ value: [UInt8], like bytes: Bytes, _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var (index, position) = (range.lowerBound, 0)
        while index < range.upperBound, position < value.count {
            let (unit, length) = unit(bytes, index, range.upperBound)
            let part = value[position..<min(position + unit.count, value.count)]
            if length > 2, bytes[index] == UInt8(ascii: "\\") {
                appendEscaped(part, to: &output)
            } else if length == 2, unit.count == 1, bytes[index] == UInt8(ascii: "\\"), part.first == unit.first {
                output += bytes[index..<(index + 2)]
            } else {
                append(part, to: &output)
            }
            index += length
            position += part.count
        }
        append(value[position...], to: &output)
        return output
    }

    /// `value` as the inside of a string.
    static func escaped(_ value: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        append(value[...], to: &output)
        return output
    }

    /// One character and how many bytes it is written in.
    static func unit(_ bytes: Bytes, _ index: Int, _ end: Int) -> (value: [UInt8], length: Int) {
        guard bytes[index] == UInt8(ascii: "\\"), index + 1 < end else { return ([bytes[index]], 1) }
        switch bytes[index + 1] {
        case UInt8(ascii: "n"): return ([0x0a], 2)
        case UInt8(ascii: "t"): return ([0x09], 2)
        case UInt8(ascii: "r"): return ([0x0d], 2)
        case UInt8(ascii: "b"): return ([0x08], 2)
        case UInt8(ascii: "f"): return ([0x0c], 2)
        case UInt8(ascii: "u"):
            guard let first = hexadecimal(bytes, index + 2, end) else { return ([bytes[index]], 1) }
            if first & 0xfc00 == 0xd800, index + 7 < end, bytes[index + 6] == UInt8(ascii: "\\"),
                bytes[index + 7] == UInt8(ascii: "u"), let second = hexadecimal(bytes, index + 8, end),
                second & 0xfc00 == 0xdc00,
                let scalar = Unicode.Scalar(0x10000 + (first & 0x3ff) << 10 + (second & 0x3ff))
            {
                return (Array(String(Character(scalar)).utf8), 12)
            }
            let scalar = Unicode.Scalar(first) ?? "\u{fffd}"
            return (Array(String(Character(scalar)).utf8), 6)
        default: return ([bytes[index + 1]], 2)
        }
    }

    private static func hexadecimal(_ bytes: Bytes, _ start: Int, _ end: Int) -> UInt32? {
        guard start + 4 <= end else { return nil }
        var value: UInt32 = 0
        for index in start..<(start + 4) {
            guard let digit = bytes[index].hexValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func append(_ part: ArraySlice<UInt8>, to output: inout [UInt8]) {
        for byte in part {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case ..<0x20: appendEscape(UInt32(byte), to: &output)
            default: output.append(byte)
            }
        }
    }

    private static func appendEscaped(_ part: ArraySlice<UInt8>, to output: inout [UInt8]) {
        for unit in String(decoding: part, as: UTF8.self).utf16 { appendEscape(UInt32(unit), to: &output) }
    }

    private static func appendEscape(_ unit: UInt32, to output: inout [UInt8]) {
        output += "\\u".utf8
        for shift in [12, 8, 4, 0] as [UInt32] { output.append(digits[Int(unit >> shift) & 15]) }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
