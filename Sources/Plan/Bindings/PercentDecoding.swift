/// Undoing percent-encoding (RFC 3986 section 2.1) and form-encoding.
enum PercentDecoding {
    /// The decoded bytes; a `%` that begins no escape stays as it is.
    ///
    /// - Parameter plusIsSpace: as in `application/x-www-form-urlencoded`.
    static func value(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, plusIsSpace: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = text[index]
            if byte == UInt8(ascii: "%"), index + 2 < range.upperBound, let high = hexDigit(text[index + 1]),
                let low = hexDigit(text[index + 2])
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

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
