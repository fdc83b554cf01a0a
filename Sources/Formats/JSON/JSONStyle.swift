/// A client's style of escaping JSON strings: what it escapes in addition to the requirements of RFC 8259 section 7.
public struct JSONStyle: Hashable, Sendable {
    /// Whether `/` is written `\/`.
    public var escapesSlash: Bool
    /// Whether everything outside ASCII is written as `\u` escapes.
    public var escapesNonASCII: Bool
    /// Whether hexadecimal digits are upper-case.
    public var isUppercase: Bool

    /// A style; without arguments, the one with the fewest escapes.
    public init(escapesSlash: Bool = false, escapesNonASCII: Bool = false, isUppercase: Bool = false) {
        self.escapesSlash = escapesSlash
        self.escapesNonASCII = escapesNonASCII
        self.isUppercase = isUppercase
    }

    /// Appends the content of the string with the UTF-8 value `value`.
    public func append(_ value: [UInt8], to output: inout [UInt8]) {
        guard !escapesNonASCII || value.allSatisfy({ $0 < 0x80 }) else {
            for scalar in String(decoding: value, as: UTF8.self).unicodeScalars {
                if scalar.isASCII {
                    append(UInt8(scalar.value), to: &output)
                } else {
                    for unit in String(scalar).utf16 { appendEscape(unit, to: &output) }
                }
            }
            return
        }
        for byte in value { append(byte, to: &output) }
    }

    private func append(_ byte: UInt8, to output: inout [UInt8]) {
        let short: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
        case UInt8(ascii: "/") where escapesSlash: short = byte
        case 0x08: short = UInt8(ascii: "b")
        case 0x09: short = UInt8(ascii: "t")
        case 0x0a: short = UInt8(ascii: "n")
        case 0x0c: short = UInt8(ascii: "f")
        case 0x0d: short = UInt8(ascii: "r")
        case 0..<0x20: return appendEscape(UInt16(byte), to: &output)
        default: return output.append(byte)
        }
        output.append(UInt8(ascii: "\\"))
        output.append(short)
    }

    private func appendEscape(_ unit: UInt16, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        output.append(UInt8(ascii: "u"))
        for shift in [UInt16(12), 8, 4, 0] {
            let digit = UInt8((unit >> shift) & 15)
            let letter = isUppercase ? UInt8(ascii: "A") : UInt8(ascii: "a")
            output.append(digit < 10 ? UInt8(ascii: "0") + digit : letter + digit - 10)
        }
    }
}
