/// The properties of a value that its pseudonym keeps.
struct ValueShape {
    /// Whether all its letters are hexadecimal digits of one case, and it is too long for that to be a coincidence.
    let isHexadecimal: Bool
    /// Whether it is a payment card's number.
    let isCard: Bool
    private let isUUID: Bool
    /// The position from which everything stays: the last label of an e-mail address, or a whole reserved domain.
    private let keptFrom: Int

    init(_ value: [UInt8]) {
        var (digits, lower, upper, letters) = (0, 0, 0, 0)
        for byte in value {
            if byte.isDigit { digits += 1 }
            if byte.isLetter { letters += 1 }
            if byte &- 0x61 < 6 { lower += 1 }
            if byte &- 0x41 < 6 { upper += 1 }
        }
        isHexadecimal = letters > 0 && digits > 0 && digits + letters >= 8 && (lower == letters || upper == letters)
        isUUID = value.count == 36 && [8, 13, 18, 23].allSatisfy { value[$0] == UInt8(ascii: "-") } && isHexadecimal
        isCard = letters == 0 && CardNumber.isOne(value)
        keptFrom = ValueShape.endOfAddress(value)
    }

    /// Whether the byte at `index` stays: the version and variant of a UUID (RFC 9562 section 4), the end of an
    /// address.
    func isKept(_ index: Int) -> Bool {
        index >= keptFrom || isUUID && (index == 14 || index == 19)
    }

    private static func endOfAddress(_ value: [UInt8]) -> Int {
        guard let at = value.firstIndex(of: UInt8(ascii: "@")), at > 0, !value[(at + 1)...].contains(UInt8(ascii: "@")),
            let dot = value.lastIndex(of: UInt8(ascii: ".")), dot > at + 1, dot + 2 < value.count,
            value[(dot + 1)...].allSatisfy(\.isLetter)
        else { return value.count }
        let domain = value[(at + 1)...].map(\.lowercased)
        let isReserved = reservedDomains.contains { reserved in
            domain == reserved
                || domain.count > reserved.count && domain.suffix(reserved.count) == reserved[...]
                    && domain[domain.count - reserved.count - 1] == UInt8(ascii: ".")
        }
        return isReserved ? at : dot
    }

    /// Domains that no one owns (RFC 2606, RFC 6761).
    private static let reservedDomains = [
        "example.com", "example.org", "example.net", "example", "test", "invalid", "localhost",
    ].map { Array($0.utf8) }
}
