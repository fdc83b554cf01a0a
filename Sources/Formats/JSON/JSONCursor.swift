/// A place in a JSON text (RFC 8259), moved forward value by value without building anything.
///
/// What is malformed ends the walk; nothing is ever read past the bytes, and no step recurses.
public struct JSONCursor {
    /// A string's inside, without its quotes.
    public struct Text {
        /// Its bytes.
        public var range: Range<Int>
        /// Whether a backslash is in it.
        public var hasEscapes: Bool
    }

    /// The text.
    public let bytes: UnsafeBufferPointer<UInt8>
    /// Where it is in the text.
    public var position = 0

    /// The beginning of `bytes`, which must outlive the cursor.
    public init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The byte here after blanks; nil at the end.
    public mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    /// Steps over `byte` if it comes next after blanks.
    public mutating func take(_ byte: UInt8) -> Bool {
        guard next() == byte else { return false }
        position += 1
        return true
    }

    /// Steps over a string; nil when none comes next or it does not end.
    public mutating func string() -> Text? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        var hasEscapes = false
        while position < bytes.count {
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

    /// Steps over a number, `true`, `false` or `null`; nil when none comes next.
    public mutating func scalar() -> Range<Int>? {
        guard next() != nil else { return nil }
        let start = position
        while position < bytes.count, JSONCursor.isScalar(bytes[position]) { position += 1 }
        return position > start ? start..<position : nil
    }

    /// Steps over a whole value; false when it does not end.
    public mutating func skipValue() -> Bool {
        var depth = 0
        repeat {
            guard let byte = next() else { return false }
            switch byte {
            case UInt8(ascii: "\""): guard string() != nil else { return false }
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
            default: guard scalar() != nil else { return false }
            }
        } while depth > 0
        return true
    }

    private static func isScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
