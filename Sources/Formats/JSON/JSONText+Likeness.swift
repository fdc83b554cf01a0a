extension JSONText {
    /// `value` encoded for the inside of a string in the style of `range` of `text`: escaped at the same positions if
    /// its characters have the same lengths, and wherever required.
    public static func encoded(
        _ value: [UInt8], like text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var (index, position) = (range.lowerBound, 0)
        while index < range.upperBound, position < value.count {
            let (character, length) = unit(text, at: index, before: range.upperBound)
            var end = min(position + character.count, value.count)
            let isByte = length == 4 && text[index] == UInt8(ascii: "\\")
            // Only escapes of single bytes may divide a character of the value.
            while !isByte, end < value.count, isContinuation(value[end]) { end += 1 }
            let part = value[position..<end]
            if isByte {
                for byte in part { output += "\\x\(Hex.text(byte, width: 2))".utf8 }
            } else if length > 2, text[index] == UInt8(ascii: "\\") {
                for unit in String(decoding: part, as: UTF8.self).utf16 { appendEscape(unit, to: &output) }
            } else if length == 2, character.count == 1, text[index] == UInt8(ascii: "\\"),
                part.first == character.first
            {
                output += text[index..<(index + 2)]
            } else {
                append(part, to: &output)
            }
            index += length
            position += part.count
        }
        append(value[position...], to: &output)
        return output
    }

    /// One character as ``character(_:at:before:)`` reads it, and all bytes of one that is written without an escape.
    private static func unit(
        _ text: UnsafeBufferPointer<UInt8>, at index: Int, before end: Int
    ) -> (value: [UInt8], length: Int) {
        var (value, length) = character(text, at: index, before: end)
        while length == value.count, index + length < end, isContinuation(text[index + length]) {
            value.append(text[index + length])
            length += 1
        }
        return (value, length)
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

    private static func append(_ part: ArraySlice<UInt8>, to output: inout [UInt8]) {
        JSONStyle().append(Array(part), to: &output)
    }

    private static func appendEscape(_ unit: UInt16, to output: inout [UInt8]) {
        output += "\\u".utf8
        output += Hex.text(unit, width: 4).utf8
    }

    /// Whether `text` is a number (RFC 8259 section 6).
    public static func isNumber(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: ASCII.isDigit)
        guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return false }
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: ASCII.isDigit)
            guard !fraction.isEmpty else { return false }
            rest = rest.dropFirst(fraction.count + 1)
        }
        guard let mark = rest.first else { return true }
        guard mark | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(ASCII.isDigit)
    }
}
