/// Base64 (RFC 4648) as it stands in recorded text: alphabet and padding are kept.
struct Base64Text {
    /// Whether `-` and `_` stand for 62 and 63 (section 5).
    var isURL: Bool
    /// Padding characters at the end.
    var padding: Int
    /// The decoded bytes.
    var bytes: [UInt8]

    /// The decoding of `text`; nil when it is not all of one alphabet or its length is impossible.
    init?(_ text: Bytes) {
        var count = text.count
        padding = 0
        while padding < 2, count > 0, text[count - 1] == UInt8(ascii: "=") {
            padding += 1
            count -= 1
        }
        guard count > 1, count % 4 != 1, padding == 0 || (count + padding) % 4 == 0 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(count * 3 / 4)
        var (bits, width): (UInt32, UInt32) = (0, 0)
        var (marksOfURL, marksOfStandard) = (false, false)
        for index in 0..<count {
            let byte = text[index]
            guard let digit = Base64Text.value(of: byte) else { return nil }
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") { marksOfURL = true }
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") { marksOfStandard = true }
            bits = bits << 6 | UInt32(digit)
            width += 6
            if width >= 8 {
                width -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> width))
            }
        }
        guard !(marksOfURL && marksOfStandard) else { return nil }
        isURL = marksOfURL || (padding == 0 && count % 4 != 0)
        bytes = output
    }

    /// `bytes` in the same alphabet, padded as this one was.
    func encoded(_ bytes: [UInt8]) -> [UInt8] {
        Base64Text.encode(bytes, isURL: isURL, isPadded: padding > 0 || !isURL)
    }

    static func encode(_ bytes: [UInt8], isURL: Bool, isPadded: Bool = false) -> [UInt8] {
        let alphabet = isURL ? urlAlphabet : standardAlphabet
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        var (bits, width): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            width += 8
            while width >= 6 {
                width -= 6
                output.append(alphabet[Int(bits >> width) & 63])
            }
        }
        if width > 0 { output.append(alphabet[Int(bits << (6 - width)) & 63]) }
        if isPadded { while output.count % 4 != 0 { output.append(UInt8(ascii: "=")) } }
        return output
    }

    /// What a character of either alphabet stands for.
    static func value(of byte: UInt8) -> UInt8? {
        let value = values[Int(byte)]
        return value < 64 ? value : nil
    }

    static func character(_ value: UInt8, isURL: Bool) -> UInt8 {
        (isURL ? urlAlphabet : standardAlphabet)[Int(value)]
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let urlAlphabet = Array((letters + "-_").utf8)
    private static let standardAlphabet = Array((letters + "+/").utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for alphabet in [standardAlphabet, urlAlphabet] {
            for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        }
        return values
    }()
}
