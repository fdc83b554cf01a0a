/// ASCII bytes and the character classes of HTTP's grammar (RFC 9110 section 5.6).
public enum ASCII {
    /// Horizontal tab.
    @inlinable
    public static var tab: UInt8 { UInt8(ascii: "\t") }
    /// Line feed.
    @inlinable
    public static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    /// Carriage return.
    @inlinable
    public static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
    /// Space.
    @inlinable
    public static var space: UInt8 { UInt8(ascii: " ") }
    /// `:`
    @inlinable
    public static var colon: UInt8 { UInt8(ascii: ":") }
    /// `,`
    @inlinable
    public static var comma: UInt8 { UInt8(ascii: ",") }
    /// `;`
    @inlinable
    public static var semicolon: UInt8 { UInt8(ascii: ";") }

    /// `byte` with A–Z converted to a–z.
    @inlinable
    public static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// Eight bytes with A–Z converted to a–z.
    @inlinable
    public static func lowercased(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let lowBits = word & (0x7f &* ones)
        // The highest bit of a byte is set if it is at least A, or past Z.
        let fromA = lowBits &+ ((0x80 - 0x41) &* ones)
        let pastZ = lowBits &+ ((0x80 - 0x5b) &* ones)
        return word | (fromA & ~pastZ & ~word & (0x80 &* ones)) >> 2
    }

    /// Whether each of eight bytes is a hexadecimal digit.
    @inlinable
    public static func areHexDigits(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high = 0x80 &* ones
        guard word & high == 0 else { return false }
        // The highest bit of a byte is set if it is at least the first of a range, or past its last.
        let isDigit = (word &+ (0x80 - 0x30) &* ones) & ~(word &+ (0x80 - 0x3a) &* ones)
        let lower = word | 0x20 &* ones
        let isLetter = (lower &+ (0x80 - 0x61) &* ones) & ~(lower &+ (0x80 - 0x67) &* ones)
        return (isDigit | isLetter) & high == high
    }

    /// Whether `byte` is 0 to 9.
    @inlinable
    public static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Whether `byte` is A to Z or a to z.
    @inlinable
    public static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    /// Whether `byte` is a letter or a digit.
    @inlinable
    public static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

    /// Whether `byte` is a space or a tab.
    @inlinable
    public static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    /// Whether `byte` may be in a token (RFC 9110 section 5.6.2).
    @inlinable
    public static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// The value of a hexadecimal digit; nil for any other byte.
    @inlinable
    public static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }

    /// Whether two byte sequences are equal, ignoring ASCII case.
    @inlinable
    public static func isEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { lowercased($0) == lowercased($1) }
    }
}
