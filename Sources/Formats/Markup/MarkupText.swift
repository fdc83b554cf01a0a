/// Text of HTML and XML with its character references: numbers, and the names that programs write.
public enum MarkupText {
    /// The value of `range` of `text`, references resolved; what is no known reference stays as it is.
    public static func unescaped(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            if text[index] == UInt8(ascii: "&"), let (scalar, end) = reference(text, index + 1, range.upperBound) {
                output.append(contentsOf: String(scalar).utf8)
                index = end
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return output
    }

    /// The longest reference that is looked at, without its marks.
    private static let longest = 8

    /// What the reference whose `&` is before `start` represents, and where it ends; nil when there is none before
    /// `limit`.
    public static func reference(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int
    ) -> (scalar: Unicode.Scalar, end: Int)? {
        let window = text[start..<min(limit, start + longest + 1)]
        guard let end = window.firstIndex(of: UInt8(ascii: ";")), end > start else { return nil }
        let name = text[start..<end]
        guard name.first == UInt8(ascii: "#") else {
            return names.first { name.elementsEqual($0.name.utf8) }.map { ($0.scalar, end + 1) }
        }
        let isHexadecimal = name.dropFirst().first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
        let digits = name.dropFirst(isHexadecimal ? 2 : 1)
        let number = UInt32(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10)
        return number.flatMap(Unicode.Scalar.init).map { ($0, end + 1) }
    }

    private static let names: [(name: String, scalar: Unicode.Scalar)] = [
        ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("nbsp", "\u{a0}"), ("sol", "/"),
        ("equals", "="), ("plus", "+"), ("colon", ":"),
    ]
}
