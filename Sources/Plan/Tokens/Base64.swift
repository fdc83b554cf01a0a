/// Base64 (RFC 4648).
enum Base64: Hashable {
    /// The alphabet of section 4, padded: credentials of HTTP Basic.
    case standard
    /// The alphabet of URLs of section 5, without padding: JSON Web Tokens.
    case url

    /// The decoded bytes; nil when a byte is not of the alphabet or the length is impossible.
    func decoded(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        var text = text[...]
        if self == .standard {
            guard text.count % 4 == 0 else { return nil }
            for _ in 0..<2 where text.last == UInt8(ascii: "=") { text.removeLast() }
        }
        guard text.count % 4 != 1 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            guard let digit = value(of: byte) else { return nil }
            bits = bits << 6 | UInt32(digit)
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return output
    }

    /// Appends `bytes` encoded.
    func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        let alphabet = self == .url ? Base64.urlAlphabet : Base64.standardAlphabet
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                output.append(alphabet[Int(bits >> UInt32(count)) & 63])
            }
        }
        guard count > 0 else { return }
        output.append(alphabet[Int(bits << UInt32(6 - count)) & 63])
        if self == .standard { output.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (6 - count) / 2)) }
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let urlAlphabet = Array((letters + "-_").utf8)
    private static let standardAlphabet = Array((letters + "+/").utf8)

    private func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-") where self == .url, UInt8(ascii: "+") where self == .standard: 62
        case UInt8(ascii: "_") where self == .url, UInt8(ascii: "/") where self == .standard: 63
        default: nil
        }
    }
}
