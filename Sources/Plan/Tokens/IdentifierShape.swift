import Formats
import Glibc

/// The shape of a token's identifier, so that fresh ones look the same: letters for letters and digits for digits. The
/// alphabet is taken from the recorded identifier, its only source.
struct IdentifierShape: Sendable {
    /// What is allowed at one position.
    private enum Place: Sendable {
        case kept(UInt8)
        case oneOf([UInt8])

        var bits: Double {
            switch self {
            case .kept: 0
            case .oneOf(let bytes): log2(Double(bytes.count))
            }
        }
    }

    private let places: [Place]

    /// The least random bits of a shape. With fewer, two identifiers could collide, and hexadecimal digits are used
    /// instead.
    private static let fewestBits = 40.0
    /// The longest prefix that names the kind of an identifier (`tok_`).
    private static let longestPrefix = 8

    /// The shape of `recorded`, the content of a JSON string or a number.
    init(_ recorded: ArraySlice<UInt8>, isString: Bool) {
        let digits = Array("0123456789".utf8)
        guard isString else {
            places = [.oneOf(Array(digits[1...]))] + Array(repeating: .oneOf(digits), count: 14)
            return
        }
        let found = recorded.contains(UInt8(ascii: "\\")) ? [] : IdentifierShape.places(of: Array(recorded))
        let bits = found.reduce(0) { $0 + $1.bits }
        let hexadecimal = Place.oneOf(digits + Array("abcdef".utf8))
        places = bits < IdentifierShape.fewestBits ? Array(repeating: hexadecimal, count: 16) : found
    }

    private static func places(of recorded: [UInt8]) -> [Place] {
        var prefix = 0
        if let mark = recorded.firstIndex(of: UInt8(ascii: "_")), mark <= longestPrefix,
            recorded[..<mark].allSatisfy({ kind(of: $0) != nil && kind(of: $0) != .digit })
        {
            prefix = mark
        }
        let isUUID = recorded.count == 36 && recorded.count { $0 == UInt8(ascii: "-") } == 4
        return recorded.enumerated().map { index, byte in
            // A UUID has its version and variant at these positions (RFC 9562 section 4).
            guard let own = kind(of: byte), index >= prefix, !(isUUID && (index == 14 || index == 19)) else {
                return .kept(byte)
            }
            return .oneOf(Set(recorded[prefix...].filter { kind(of: $0) == own }).sorted())
        }
    }

    private enum Kind { case digit, lower, upper }

    private static func kind(of byte: UInt8) -> Kind? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        case UInt8(ascii: "a")...UInt8(ascii: "z"): .lower
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): .upper
        default: nil
        }
    }

    /// Appends a fresh identifier.
    func append(to output: inout [UInt8], using random: inout SplitMix64) {
        for place in places {
            switch place {
            case .kept(let byte): output.append(byte)
            case .oneOf(let bytes): output.append(bytes[Int(random.next() % UInt64(bytes.count))])
            }
        }
    }
}
