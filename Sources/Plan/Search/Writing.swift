import Formats

/// How a client writes a value differently than the service does: hexadecimal digits in the other letter case, a UUID
/// without hyphens, a name with a capital.
enum Writing: Hashable, Sendable {
    /// All letters in lower case; in upper case.
    case lower
    case upper
    /// The first letter in upper case, the others unchanged.
    case capitalized
    /// A UUID as hexadecimal digits only.
    case bareUUID(isUppercase: Bool)
    /// Thirty-two hexadecimal digits as a UUID (RFC 9562 section 4).
    case hyphenatedUUID(isUppercase: Bool)

    /// `value` in this form; unchanged if it does not have one.
    func applied(to value: [UInt8]) -> [UInt8] {
        switch self {
        case .lower: return value.map(ASCII.lowercased)
        case .upper: return value.map(Writing.uppercased)
        case .capitalized: return value.prefix(1).map(Writing.uppercased) + value.dropFirst()
        case .bareUUID(let isUppercase):
            guard value.withUnsafeBufferPointer({ ClientMade.isUUID($0, 0..<$0.count) }) else { return value }
            return value.compactMap { $0 == UInt8(ascii: "-") ? nil : Writing.cased($0, isUppercase) }
        case .hyphenatedUUID(let isUppercase):
            guard value.count == Writing.bareCount, value.allSatisfy({ ASCII.hexValue($0) != nil }) else {
                return value
            }
            var text: [UInt8] = []
            text.reserveCapacity(ClientMade.uuidCount)
            for (index, byte) in value.enumerated() {
                switch index {
                case 8, 12, 16, 20: text.append(UInt8(ascii: "-"))
                default: break
                }
                text.append(Writing.cased(byte, isUppercase))
            }
            return text
        }
    }

    /// The number of digits of a UUID.
    private static let bareCount = 32

    private static func cased(_ byte: UInt8, _ isUppercase: Bool) -> UInt8 {
        isUppercase ? uppercased(byte) : ASCII.lowercased(byte)
    }

    private static func uppercased(_ byte: UInt8) -> UInt8 { ASCII.isLetter(byte) ? byte & ~0x20 : byte }

    /// The hash that all forms of the hexadecimal digits in `range` share: those of ``alternatives(_:_:)`` and the
    /// present one. Nil if there are no other forms.
    ///
    /// - Parameter isUUID: whether it is a UUID with hyphens.
    static func commonHash(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isUUID: Bool
    ) -> UInt64? {
        guard range.count >= shortest, range.count <= longest else { return nil }
        var hash = ValueHash.seed
        var hasSmall = false
        var hasCapital = false
        for index in range {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): ValueHash.mix(&hash, byte)
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                hasSmall = true
                ValueHash.mix(&hash, byte)
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                hasCapital = true
                ValueHash.mix(&hash, byte | 0x20)
            case UInt8(ascii: "-"): if !isUUID { ValueHash.mix(&hash, byte) }
            default: return nil
            }
        }
        return hasSmall != hasCapital ? hash : nil
    }

    /// The length of the other form, with or without hyphens, of a value of `count` digits and hyphens; nil if it
    /// cannot be a UUID.
    static func otherCount(of count: Int) -> Int? {
        count == bareCount ? ClientMade.uuidCount : count == ClientMade.uuidCount ? bareCount : nil
    }

    /// The lengths of values that have other forms.
    private static let shortest = 16
    private static let longest = 128

    /// How the hexadecimal digits in `range` are written, and the other forms that a service may use: the other letter
    /// case, and for a UUID the form with or without hyphens in both cases. Empty if `range` is not a long hexadecimal
    /// number.
    static func alternatives(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> [(writing: Writing, other: [UInt8])] {
        guard range.count >= shortest, range.count <= longest else { return [] }
        var isUppercase: Bool?
        for byte in bytes[range] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): continue
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                guard isUppercase != true else { return [] }
                isUppercase = false
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                guard isUppercase != false else { return [] }
                isUppercase = true
            default: return []
            }
        }
        guard let isUppercase else { return [] }
        let text = Array(bytes[range])
        let ownCase: Writing = isUppercase ? .upper : .lower
        var found: [(Writing, [UInt8])] = [(ownCase, (isUppercase ? Writing.lower : .upper).applied(to: text))]
        for otherCase in [false, true] {
            if range.count == bareCount, !text.contains(UInt8(ascii: "-")) {
                found.append(
                    (
                        .bareUUID(isUppercase: isUppercase),
                        Writing.hyphenatedUUID(isUppercase: otherCase).applied(to: text)
                    ))
            } else if ClientMade.isUUID(bytes, range) {
                found.append(
                    (
                        .hyphenatedUUID(isUppercase: isUppercase),
                        Writing.bareUUID(isUppercase: otherCase).applied(to: text)
                    ))
            }
        }
        return found
    }
}
