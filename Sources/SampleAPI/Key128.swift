import Formats

/// A 128-bit key of a stored value, random or a digest, and so uniformly distributed that its bits need no further
/// hashing.
struct Key128: Hashable, BitwiseCopyable, Sendable {
    var high: UInt64
    var low: UInt64

    /// Reserved: random keys and digests are never zero.
    static let zero = Key128(high: 0, low: 0)

    /// A random key that cannot be guessed.
    static func random() -> Key128 {
        var source = SystemRandomNumberGenerator()
        return Key128(high: source.next(), low: source.next())
    }

    /// `prefix` and 32 lower-case hexadecimal digits.
    func text(prefix: String) -> String {
        let start = prefix.utf8.count
        return String(unsafeUninitializedCapacity: start + 32) { bytes in
            _ = bytes.update(from: prefix.utf8)
            for position in 0..<32 {
                let half = position < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - position % 16 * 4)) & 15
                bytes[start + position] = Hex.digit(digit)
            }
            return start + 32
        }
    }

    /// Reads what `text(prefix:)` wrote; nil for anything else.
    init?(text: some StringProtocol, prefix: String) {
        guard text.hasPrefix(prefix), text.utf8.count == prefix.utf8.count + 32 else { return nil }
        self = .zero
        for (index, byte) in text.utf8.dropFirst(prefix.utf8.count).enumerated() {
            guard let digit = ASCII.hexValue(byte), byte == Hex.digit(digit) else { return nil }
            if index < 16 {
                high = high << 4 | UInt64(digit)
            } else {
                low = low << 4 | UInt64(digit)
            }
        }
    }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
