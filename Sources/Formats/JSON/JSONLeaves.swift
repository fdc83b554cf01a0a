/// Iterates over the strings and scalars of a JSON text, each with its path.
public struct JSONLeaves {
    /// A string or scalar.
    public struct Leaf {
        /// Its bytes; a string's without the quotes.
        public var range: Range<Int>
        /// Whether it is a string.
        public var isString: Bool
        /// Whether it contains a backslash.
        public var hasEscapes: Bool
    }

    /// The maximum depth.
    public static let depthLimit = 64
    /// The maximum number of leaves per text.
    public static let leafLimit = 200_000

    private struct Frame {
        var isObject: Bool
        var isFirst = true
        var index = -1
        var key = JSONCursor.Text(range: 0..<0, hasEscapes: false)
    }

    private var cursor: JSONCursor
    private var stack: [Frame] = []
    private var hasBegun = false
    private var visited = 0
    /// Whether a name so far may be an id by ``JSONNames/mayBeID(_:_:)`` or ``JSONNames/endsInNumber(_:_:)``.
    public private(set) var mayNameIDs = false

    /// The leaves of `bytes`, which must outlive this value.
    public init(_ bytes: UnsafeBufferPointer<UInt8>) { cursor = JSONCursor(bytes) }

    /// The next leaf; nil at the end, at malformed content, and at a limit.
    public mutating func next() -> Leaf? {
        guard visited < JSONLeaves.leafLimit else { return nil }
        if !hasBegun {
            hasBegun = true
            if let leaf = enter() { return leaf }
        }
        while !stack.isEmpty {
            switch advance() {
            case .value: if let leaf = enter() { return leaf }
            case .closed: stack.removeLast()
            case .malformed: stack.removeAll()
            }
        }
        return nil
    }

    /// The path of the leaf last returned by ``next()``.
    public var path: JSONPath {
        JSONPath(stack.map { $0.isObject ? .member(name($0.key)) : .element($0.index) })
    }

    /// The name of the innermost member that contains the leaf, as written; nil if there is none.
    public var key: Range<Int>? { stack.last(where: \.isObject)?.key.range }

    /// The name of the member whose object contains the leaf's member; nil if there is none.
    public var parentKey: Range<Int>? {
        guard let own = stack.lastIndex(where: \.isObject) else { return nil }
        return stack[..<own].last(where: \.isObject)?.key.range
    }

    /// The name of the root's member that contains the leaf; nil if the root is not an object.
    public var outermostKey: Range<Int>? { stack.first.flatMap { $0.isObject ? $0.key.range : nil } }

    /// The index of the element that contains the leaf, in an array that is the value of the innermost member; nil if the
    /// member has no array, or there is no member.
    public var position: Int? {
        guard let own = stack.lastIndex(where: \.isObject), own + 1 < stack.count else { return nil }
        return stack[own + 1].index
    }

    /// Whether the path leads through an array.
    public var isInArray: Bool { stack.contains { !$0.isObject } }

    /// The number of objects and arrays that contain the leaf.
    public var depth: Int { stack.count }

    /// The start of the object that contains the leaf, which identifies the object in the text.
    public var objectStart: Int { objectStarts.last ?? -1 }
    /// The same for the enclosing object; nil if there is none.
    public var outerObjectStart: Int? { objectStarts.dropLast().last }
    private var objectStarts: [Int] = []

    /// Whether a scalar is a number, not `true`, `false` or `null`.
    public static func isNumber(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = bytes[range].first else { return false }
        return first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    }

    private enum Step { case value, closed, malformed }

    private mutating func advance() -> Step {
        let top = stack.count - 1
        let closer = stack[top].isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        if cursor.take(closer) {
            if stack[top].isObject { objectStarts.removeLast() }
            return .closed
        }
        if stack[top].isFirst {
            stack[top].isFirst = false
        } else if !cursor.take(UInt8(ascii: ",")) {
            return .malformed
        }
        guard stack[top].isObject else {
            stack[top].index += 1
            return .value
        }
        guard let key = cursor.string(), cursor.take(UInt8(ascii: ":")) else { return .malformed }
        stack[top].key = key
        if JSONNames.mayBeID(cursor.bytes, key.range) || JSONNames.endsInNumber(cursor.bytes, key.range) {
            mayNameIDs = true
        }
        return .value
    }

    /// Enters an object or array, or reads a leaf, which is returned.
    private mutating func enter() -> Leaf? {
        switch cursor.next() {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard stack.count < JSONLeaves.depthLimit else {
                stack.removeAll()
                return nil
            }
            let isObject = cursor.bytes[cursor.position] == UInt8(ascii: "{")
            if isObject { objectStarts.append(cursor.position) }
            cursor.position += 1
            stack.append(Frame(isObject: isObject))
            return nil
        case UInt8(ascii: "\""):
            guard let text = cursor.string() else { break }
            visited += 1
            return Leaf(range: text.range, isString: true, hasEscapes: text.hasEscapes)
        default:
            guard let range = cursor.scalar() else { break }
            visited += 1
            return Leaf(range: range, isString: false, hasEscapes: false)
        }
        stack.removeAll()
        return nil
    }

    private func name(_ key: JSONCursor.Text) -> [UInt8] {
        key.hasEscapes
            ? JSONText.unescaped(cursor.bytes, key.range) : Array(cursor.bytes[key.range])
    }
}
