/// A position in a JSON text (RFC 8259) that moves forward value by value without building objects.
///
/// Malformed content ends the walk. Never reads out of bounds, and never recurses.
public struct JSONCursor {
    /// The content of a string, without its quotes.
    public struct Text {
        /// Its bytes.
        public var range: Range<Int>
        /// Whether it contains a backslash.
        public var hasEscapes: Bool
    }

    /// The text.
    public let bytes: UnsafeBufferPointer<UInt8>
    /// The current offset in the text.
    public var position = 0

    /// A cursor at the beginning of `bytes`, which must outlive it.
    public init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The next byte after white space; nil at the end.
    public mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    /// Skips `byte` if it is next after white space.
    public mutating func take(_ byte: UInt8) -> Bool {
        guard next() == byte else { return false }
        position += 1
        return true
    }

    /// Reads a string; nil if there is none next or it does not end.
    public mutating func string() -> Text? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        var hasEscapes = false
        while position < bytes.count {
            skipPlain()
            guard position < bytes.count else { break }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return Text(range: start..<position - 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position += 2
            default: position += 1
            }
        }
        position = bytes.count
        return nil
    }

    /// Skips bytes of a string that are neither a quote nor a backslash, eight at a time.
    private mutating func skipPlain() {
        let raw = UnsafeRawBufferPointer(bytes)
        let ones: UInt64 = 0x0101_0101_0101_0101
        while bytes.count - position >= 8 {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            // An equal byte becomes zero, and the lowest zero byte borrows from its highest bit.
            let quotes = word ^ (UInt64(UInt8(ascii: "\"")) &* ones)
            let slashes = word ^ (UInt64(UInt8(ascii: "\\")) &* ones)
            let found = ((quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes) & (ones << 7)
            guard found == 0 else {
                position += found.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
    }

    /// Reads a number, `true`, `false` or `null`; nil if there is none next.
    public mutating func scalar() -> Range<Int>? {
        guard next() != nil else { return nil }
        let start = position
        while position < bytes.count, JSONCursor.isScalar(bytes[position]) { position += 1 }
        return position > start ? start..<position : nil
    }

    /// Skips a whole value; false if it does not end.
    public mutating func skipValue() -> Bool {
        var depth = 0
        repeat {
            guard let byte = next() else { return false }
            switch byte {
            case UInt8(ascii: "\""): guard skipString() else { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
                guard depth >= 0 else { return false }
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { return false }
                position += 1
            default:
                let start = position
                while position < bytes.count, JSONCursor.isScalar(bytes[position]) { position += 1 }
                guard position > start else { return false }
            }
        } while depth > 0
        return true
    }

    /// Skips the string that begins at the position; false if it does not end.
    private mutating func skipString() -> Bool {
        position += 1
        while position < bytes.count {
            skipPlain()
            guard position < bytes.count else { break }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return true
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        position = bytes.count
        return false
    }

    @inline(__always)
    private static func isScalar(_ byte: UInt8) -> Bool {
        let bits = byte < 64 ? scalarBits.low : byte < 128 ? scalarBits.high : 0
        return bits >> UInt64(byte & 63) & 1 == 1
    }

    /// `+-.` and digits in `low`; letters in `high`.
    private static var scalarBits: (low: UInt64, high: UInt64) { (0x03ff_6800_0000_0000, 0x07ff_fffe_07ff_fffe) }
}
