/// Iterates over the member names of a JSON text: some services use ids as names.
public struct JSONNames {
    /// A member's name.
    public struct Name {
        /// Its bytes, without the quotes.
        public var range: Range<Int>
        /// Whether it contains a backslash.
        public var hasEscapes: Bool
        /// The path to its object.
        public var path: JSONPath
        /// The index of the member in its object, from 0.
        public var ordinal: Int
    }

    private struct Frame {
        var isObject: Bool
        var isFirst = true
        var index = -1
        var key: [UInt8] = []
    }

    private var cursor: JSONCursor
    private var stack: [Frame] = []
    private var hasBegun = false

    /// The names in `text`, which must outlive this value.
    public init(_ text: UnsafeBufferPointer<UInt8>) { cursor = JSONCursor(text) }

    /// The next name; nil at the end, at malformed content, and past ``JSONLeaves/depthLimit`` levels.
    public mutating func next() -> Name? {
        if !hasBegun {
            hasBegun = true
            enter()
        }
        while let top = stack.indices.last {
            if cursor.take(stack[top].isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                stack.removeLast()
                continue
            }
            if !stack[top].isFirst, !cursor.take(UInt8(ascii: ",")) { return nil }
            stack[top].isFirst = false
            stack[top].index += 1
            guard stack[top].isObject else {
                guard enter() else { return nil }
                continue
            }
            guard let key = cursor.string(), cursor.take(UInt8(ascii: ":")) else { return nil }
            stack[top].key =
                key.hasEscapes
                ? JSONText.unescaped(cursor.bytes, key.range) : Array(cursor.bytes[key.range])
            let path = JSONPath(stack.dropLast().map { $0.isObject ? .member($0.key) : .element($0.index) })
            let name = Name(range: key.range, hasEscapes: key.hasEscapes, path: path, ordinal: stack[top].index)
            guard enter() else {
                stack.removeAll()
                return name
            }
            return name
        }
        return nil
    }

    /// Enters an object or array, or skips another value.
    @discardableResult
    private mutating func enter() -> Bool {
        switch cursor.next() {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard stack.count < JSONLeaves.depthLimit else { return false }
            let isObject = cursor.bytes[cursor.position] == UInt8(ascii: "{")
            cursor.position += 1
            stack.append(Frame(isObject: isObject))
            return true
        case nil: return false
        default: return cursor.skipValue()
        }
    }

    /// The name of member `ordinal` of the object at `path`, or of the last member if there are fewer; nil if there is
    /// none.
    public static func name(at path: JSONPath, ordinal: Int, in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var found: [UInt8]?
        var names = JSONNames(text)
        while let name = names.next() {
            guard name.path == path else { continue }
            found =
                name.hasEscapes ? JSONText.unescaped(text, name.range) : Array(text[name.range])
            if name.ordinal == ordinal { break }
        }
        return found
    }

    /// Whether any name may be an id. Searches for colons after quotes, and may have false positives.
    public static func mayHoldIDs(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        while let colon = ByteSearch.index(of: UInt8(ascii: ":"), in: text, position..<text.count) {
            position = colon + 1
            guard colon > 0, text[colon - 1] == UInt8(ascii: "\"") else { continue }
            let end = colon - 1
            var start = end
            while start > 0, end - start < nameLimit, text[start - 1] != UInt8(ascii: "\"") { start -= 1 }
            if mayBeID(text, start..<end) || endsInNumber(text, start..<end) { return true }
        }
        return false
    }

    /// Whether a name is a number, or ends in one of two digits or more: `17`, `item-17`.
    public static func endsInNumber(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Bool {
        guard let last = name.last, ASCII.isDigit(text[last]) else { return false }
        return name.count == 1 || ASCII.isDigit(text[last - 1])
    }

    /// The maximum length of a name.
    private static let nameLimit = 128

    /// Whether a name may be an id: long, and with digits. Cheap, and may have false positives.
    public static func mayBeID(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Bool {
        name.count >= 8 && text[name].contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
