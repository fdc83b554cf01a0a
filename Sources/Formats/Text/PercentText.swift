/// Percent-encoded text (RFC 3986 section 2.1), and form-encoded text.
public enum PercentText {
    /// The bytes that `range` of `text` stands for; a `%` that begins no escape stays as it is.
    ///
    /// - Parameter plusIsSpace: as in `application/x-www-form-urlencoded`.
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
