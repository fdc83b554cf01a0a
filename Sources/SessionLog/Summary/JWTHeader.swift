/// What a JSON Web Token says of itself before its claims (RFC 7515 section 4).
public enum JWTHeader {
    /// The `alg` of a token in compact form: three base64url parts, the first of which is a JSON object; nil for anything else,
    /// `?` when it names none.
    public static func algorithm(of token: some StringProtocol) -> String? {
        // `{"` in base64.
        guard token.hasPrefix("eyJ"), token.utf8.count <= 16 << 10 else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.allSatisfy(isBase64URL) }) else { return nil }
        let header = String(decoding: decode(parts[0].utf8), as: UTF8.self)
        guard let name = header.firstRange(of: "\"alg\"") else { return "?" }
        let value = header[name.upperBound...].drop { $0 == " " || $0 == ":" }
        guard value.first == "\"" else { return "?" }
        let algorithm = value.dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return algorithm.isEmpty ? "?" : String(algorithm.prefix(16))
    }

    private static func decode(_ text: some Sequence<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var bits = 0
        for character in text {
            group = group << 6 | UInt32(value(character))
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
        }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        default: 63
        }
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
