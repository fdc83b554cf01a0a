/// A client's style of percent-encoding: which bytes it leaves unencoded, and how it writes the others.
///
/// Clients differ (`@` or `%40`, `+` or `%20`, `%2f` or `%2F`), and some servers are sensitive to the difference.
public struct PercentStyle: Hashable, Sendable {
    /// The bytes 32…127 that are left unencoded: bit `byte − 32` of 96.
    private var keptLow: UInt64
    private var keptHigh: UInt32
    /// Whether hexadecimal digits are lower-case.
    public var isLowercase = false
    /// Whether a space is written `+`.
    public var spaceIsPlus = false

    /// Leaves only the unreserved characters (RFC 3986 section 2.3) unencoded.
    public static let unreserved = PercentStyle()

    /// Creates a style that leaves only the unreserved characters unencoded.
    public init() {
        keptLow = 0
        keptHigh = 0
        for byte in UInt8(32)...127 where PercentStyle.isUnreserved(byte) { keep(byte) }
    }

    /// Whether `byte` is left unencoded.
    public func keeps(_ byte: UInt8) -> Bool {
        switch byte {
        case 32..<96: keptLow & (1 << UInt64(byte - 32)) != 0
        case 96..<128: keptHigh & (1 << UInt32(byte - 96)) != 0
        default: false
        }
    }

    /// Leaves the ASCII byte `byte` unencoded from now on.
    public mutating func keep(_ byte: UInt8) {
        switch byte {
        case 32..<96: keptLow |= 1 << UInt64(byte - 32)
        case 96..<128: keptHigh |= 1 << UInt32(byte - 96)
        default: break
        }
    }

    /// Encodes `byte` from now on.
    public mutating func escape(_ byte: UInt8) {
        switch byte {
        case 32..<96: keptLow &= ~(1 << UInt64(byte - 32))
        case 96..<128: keptHigh &= ~(1 << UInt32(byte - 96))
        default: break
        }
    }

    /// Appends the encoded `value`.
    public func append(_ value: [UInt8], to output: inout [UInt8]) {
        let digits = isLowercase ? PercentStyle.lowercaseDigits : PercentStyle.uppercaseDigits
        for byte in value {
            if keeps(byte) {
                output.append(byte)
            } else if byte == UInt8(ascii: " "), spaceIsPlus {
                output.append(UInt8(ascii: "+"))
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            }
        }
    }

    /// Whether `byte` is an unreserved character (RFC 3986 section 2.3).
    @inlinable
    public static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static let uppercaseDigits = Array("0123456789ABCDEF".utf8)
    private static let lowercaseDigits = Array("0123456789abcdef".utf8)
}
