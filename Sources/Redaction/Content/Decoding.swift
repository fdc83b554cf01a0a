import Formats

extension JSONText {
    /// What the inside of a string represents; nil when nothing in it is coded.
    static func decodedIfCoded(_ bytes: Bytes, _ range: Range<Int>) -> [UInt8]? {
        bytes.index(of: UInt8(ascii: "\\"), in: range).map { _ in unescaped(bytes, range) }
    }

    /// `value` as the inside of a string.
    static func escaped(_ value: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        JSONStyle().append(value, to: &output)
        return output
    }
}

extension PercentText {
    /// What `range` represents; nil when nothing in it is coded.
    static func decodedIfCoded(_ bytes: Bytes, _ range: Range<Int>, plusIsSpace: Bool) -> [UInt8]? {
        bytes[range].contains { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") }
            ? decoded(bytes, range, plusIsSpace: plusIsSpace) : nil
    }
}

extension MarkupText {
    /// What `range` represents; nil when nothing in it is coded.
    static func decodedIfCoded(_ bytes: Bytes, _ range: Range<Int>) -> [UInt8]? {
        bytes.index(of: UInt8(ascii: "&"), in: range).map { _ in unescaped(bytes, range) }
    }

    /// `value` with references where signs would mean something.
    static func encoded(_ value: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        MarkupStyle(escapesApostrophe: true).append(value, to: &output)
        return output
    }
}
