import Formats

extension JSONText {
    /// The decoded content of a string; nil if nothing in it is escaped.
    static func decodedIfCoded(_ bytes: Bytes, _ range: Range<Int>) -> [UInt8]? {
        bytes.index(of: UInt8(ascii: "\\"), in: range).map { _ in unescaped(bytes, range) }
    }

    /// `value` escaped for the inside of a string.
    static func escaped(_ value: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        JSONStyle().append(value, to: &output)
        return output
    }
}

extension PercentText {
    /// The decoded bytes of `range`; nil if nothing in it is encoded.
    static func decodedIfCoded(_ bytes: Bytes, _ range: Range<Int>, plusIsSpace: Bool) -> [UInt8]? {
        bytes[range].contains { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") }
            ? decoded(bytes, range, plusIsSpace: plusIsSpace) : nil
    }
}

extension MarkupText {
    /// The decoded bytes of `range`; nil if nothing in it is encoded.
    static func decodedIfCoded(_ bytes: Bytes, _ range: Range<Int>) -> [UInt8]? {
        bytes.index(of: UInt8(ascii: "&"), in: range).map { _ in unescaped(bytes, range) }
    }

    /// `value` with references for the special characters.
    static func encoded(_ value: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        MarkupStyle(escapesApostrophe: true).append(value, to: &output)
        return output
    }
}
