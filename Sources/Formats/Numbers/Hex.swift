/// Bytes as hexadecimal digits (RFC 4648 section 8).
public enum Hex {
    /// Two lower-case digits per byte.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends two lower-case digits for each byte.
    public static func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        for byte in bytes {
            output.append(digit(byte >> 4))
            output.append(digit(byte & 15))
        }
    }

    /// The lower-case digit of a value below 16.
    @inlinable
    public static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// `number` in at least `width` lower-case digits.
    public static func text(_ number: some BinaryInteger, width: Int) -> String {
        PaddedNumber.text(String(number, radix: 16), width: width)
    }

    /// The bytes of hexadecimal `text`, in either case; nil if it contains anything else or an odd number of digits.
    public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for character in text.utf8 {
            guard let digit = ASCII.hexValue(character) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }
}
