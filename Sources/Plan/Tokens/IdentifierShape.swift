/// What a token's identifier looks like, so that a fresh one looks the same.
struct IdentifierShape: Sendable {
    private let recorded: [UInt8]
    private let isNumber: Bool
    private let isHexadecimal: Bool

    /// Identifiers that are shorter could meet one another by chance.
    private static let shortestText = 12
    private static let shortestNumber = 12

    /// The shape of `recorded`, the inside of a JSON string or a number.
    init(_ recorded: ArraySlice<UInt8>, isString: Bool) {
        isNumber = !isString
        if isNumber {
            self.recorded = Array(repeating: UInt8(ascii: "0"), count: IdentifierShape.shortestNumber)
            isHexadecimal = false
        } else if recorded.count < IdentifierShape.shortestText || recorded.contains(UInt8(ascii: "\\")) {
            self.recorded = Array(repeating: UInt8(ascii: "a"), count: 16)
            isHexadecimal = true
        } else {
            self.recorded = Array(recorded)
            isHexadecimal = recorded.allSatisfy {
                PercentDecoding.hexDigit($0) != nil || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
        }
    }

    /// Appends an identifier: digits for digits, letters for letters, the rest as it is.
    func append(to output: inout [UInt8], using random: inout SplitMix64) {
        let isUUID = isHexadecimal && recorded.count == 36
        for (index, byte) in recorded.enumerated() {
            // A UUID tells its version and variant at these places (RFC 9562 section 4).
            if isUUID, index == 14 || index == 19 {
                output.append(byte)
                continue
            }
            let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            if isHexadecimal, isLower || isUpper || isDigit {
                let isUpperHex = recorded.contains { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }
                output.append((isUpperHex ? IdentifierShape.upperHex : IdentifierShape.lowerHex).randomElement(&random))
            } else if isDigit {
                let first: UInt8 = isNumber && index == 0 ? 1 : 0
                output.append(UInt8.random(in: UInt8(ascii: "0") + first...UInt8(ascii: "9"), using: &random))
            } else if isLower {
                output.append(UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z"), using: &random))
            } else if isUpper {
                output.append(UInt8.random(in: UInt8(ascii: "A")...UInt8(ascii: "Z"), using: &random))
            } else {
                output.append(byte)
            }
        }
    }

    private static let lowerHex = Array("0123456789abcdef".utf8)
    private static let upperHex = Array("0123456789ABCDEF".utf8)
}

extension [UInt8] {
    fileprivate func randomElement(_ random: inout SplitMix64) -> UInt8 { self[Int(random.next() % UInt64(count))] }
}
