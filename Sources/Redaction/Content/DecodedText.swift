import Formats

/// Text decoded from an encoding that writes some bytes as several, with the source position of each byte.
struct DecodedText {
    /// The decoded bytes.
    private(set) var bytes: [UInt8] = []
    /// The source position of each byte, and the end of the source.
    private var starts: [Int] = []

    /// The encodings that are decoded wherever they occur.
    enum Coding: CaseIterable {
        /// Percent-encoding, whichever bytes the encoder leaves unencoded.
        case percent
        /// The same with a plus for a space.
        case form
        /// The escapes of JSON and JavaScript: `\"`, `\/`, `\u0026`.
        case escapes
        /// The references of HTML and XML: `&amp;`, `&#39;`, `&#x27;`.
        case references

        /// The byte that every encoded sequence contains.
        fileprivate var mark: UInt8 {
            switch self {
            case .percent: UInt8(ascii: "%")
            case .form: UInt8(ascii: "+")
            case .escapes: UInt8(ascii: "\\")
            case .references: UInt8(ascii: "&")
            }
        }
    }

    /// Decodes `range`; nil if nothing in it is encoded.
    init?(_ source: Bytes, _ range: Range<Int>, _ coding: Coding) {
        guard source.index(of: coding.mark, in: range) != nil else { return nil }
        bytes.reserveCapacity(range.count)
        starts.reserveCapacity(range.count + 1)
        var index = range.lowerBound
        while index < range.upperBound {
            index += append(source, index, range.upperBound, coding)
        }
        starts.append(range.upperBound)
        guard bytes.count < range.count || coding == .form else { return nil }
    }

    /// The source range of the decoded bytes in `place`.
    func source(of place: Range<Int>) -> Range<Int> { starts[place.lowerBound]..<starts[place.upperBound] }

    /// Appends the decoded byte at `index`, and returns the number of source bytes.
    private mutating func append(_ source: Bytes, _ index: Int, _ end: Int, _ coding: Coding) -> Int {
        let byte = source[index]
        switch coding {
        case .percent, .form:
            if byte == UInt8(ascii: "%"), index + 2 < end, let high = source[index + 1].hexValue,
                let low = source[index + 2].hexValue
            {
                return append(high << 4 | low, index, 3)
            }
            return append(byte == UInt8(ascii: "+") && coding == .form ? 0x20 : byte, index, 1)
        case .escapes:
            guard byte == UInt8(ascii: "\\") else { return append(byte, index, 1) }
            let unit = JSONText.character(source, at: index, before: end)
            return append(unit.value, index, unit.length)
        case .references:
            if byte == UInt8(ascii: "&"), let reference = MarkupText.reference(source, index + 1, end) {
                return append(Array(String(reference.scalar).utf8), index, reference.end - index)
            }
            return append(byte, index, 1)
        }
    }

    @inline(__always)
    private mutating func append(_ byte: UInt8, _ index: Int, _ length: Int) -> Int {
        bytes.append(byte)
        starts.append(index)
        return length
    }

    private mutating func append(_ unit: [UInt8], _ index: Int, _ length: Int) -> Int {
        for byte in unit {
            bytes.append(byte)
            starts.append(index)
        }
        return length
    }

    /// `value` encoded in the same style as `place`.
    static func encoded(_ value: [UInt8], like source: Bytes, _ place: Range<Int>, _ coding: Coding) -> [UInt8] {
        switch coding {
        case .percent: PercentText.encoded(value, like: source, place, plusIsSpace: false)
        case .form: PercentText.encoded(value, like: source, place, plusIsSpace: true)
        case .escapes: JSONText.encoded(value, like: source, place)
        case .references: MarkupText.encoded(value)
        }
    }
}
