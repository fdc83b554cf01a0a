import Credentials

extension Redactor {
    /// Adds the edits to Set-Cookie: the first pair is the cookie; attributes unknown to RFC 6265 may contain anything.
    /// Several cookies may be joined by commas.
    mutating func setCookieEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ edits: inout Edits
    ) {
        let end = bytes.index(of: UInt8(ascii: ";"), in: range) ?? range.upperBound
        pairEdits(bytes, range.lowerBound..<end, separator: 0, .cookie, side, plusIsSpace: false, depth: 0, &edits)
        var start = end
        while start < range.upperBound {
            let next = bytes.index(of: UInt8(ascii: ";"), in: (start + 1)..<range.upperBound) ?? range.upperBound
            var attribute = bytes.trimmed((start + 1)..<next)
            start = next
            if let comma = Redactor.startOfJoined(bytes, attribute) {
                let cookie = bytes.trimmed((comma + 1)..<attribute.upperBound)
                pairEdits(bytes, cookie, separator: 0, .cookie, side, plusIsSpace: false, depth: 0, &edits)
                attribute = attribute.lowerBound..<comma
            }
            attributeEdits(bytes, attribute, side, &edits)
        }
    }

    /// The comma before another cookie, `name=value`; nil if there is none. A date contains a comma too, but no name.
    private static func startOfJoined(_ bytes: Bytes, _ attribute: Range<Int>) -> Int? {
        var position = attribute.lowerBound
        while let comma = bytes.index(of: UInt8(ascii: ","), in: position..<attribute.upperBound) {
            position = comma + 1
            let start = bytes.trimmed(position..<attribute.upperBound).lowerBound
            let end = bytes[start..<attribute.upperBound].firstIndex { $0.isBlank || $0 == 0x2c || $0 == 0x3d }
            if let end, end > start, bytes[end] == 0x3d { return comma }
        }
        return nil
    }

    private mutating func attributeEdits(
        _ bytes: Bytes, _ attribute: Range<Int>, _ side: MessageSide, _ edits: inout Edits
    ) {
        guard let equals = bytes.index(of: UInt8(ascii: "="), in: attribute) else { return }
        let name = bytes[bytes.trimmed(attribute.lowerBound..<equals)].map(\.lowercased)
        let value = bytes.trimmed((equals + 1)..<attribute.upperBound)
        if name.elementsEqual("path".utf8) {
            urlEdits(bytes, value, side, depth: 0, &edits)
        } else if !Redactor.isMeant(Array(bytes[value]), for: name) {
            pairEdits(bytes, attribute, separator: 0, .cookie, side, plusIsSpace: false, depth: 0, &edits)
        }
    }

    /// Whether the attribute `name` is defined and `value` is of the kind that it has.
    private static func isMeant(_ value: [UInt8], for name: [UInt8]) -> Bool {
        cookieAttributes.contains(name) || wordAttributes.contains(name) && PlainValue.isPlain(value)
    }

    private static let cookieAttributes = Set(["domain", "expires", "max-age"].map { Array($0.utf8) })
    /// Attributes whose values are words or numbers.
    private static let wordAttributes = Set(
        ["secure", "httponly", "samesite", "priority", "partitioned", "version"].map { Array($0.utf8) })
}
