/// The strings and scalars of a JSON text, one after the other, each with its path.
public struct JSONLeaves {
    /// A string or scalar.
    public struct Leaf {
        /// Its bytes; a string's without the quotes.
        public var range: Range<Int>
        /// Whether it is a string.
        public var isString: Bool
        /// Whether a backslash is in it.
        public var hasEscapes: Bool
    }

    /// The deepest nesting that is followed.
    public static let depthLimit = 64
    /// The most leaves of one text that are visited.
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

    /// The leaves of `bytes`, which must outlive them.
    public init(_ bytes: UnsafeBufferPointer<UInt8>) { cursor = JSONCursor(bytes) }

    /// The next leaf; nil at the end, at what is malformed, and at a limit.
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

    /// The path of the leaf that ``next()`` gave last.
    public var path: JSONPath {
        JSONPath(stack.map { $0.isObject ? .member(name($0.key)) : .element($0.index) })
    }

    /// The name of the innermost member that the leaf belongs to, as written; nil when there is none.
    public var key: Range<Int>? { stack.last(where: \.isObject)?.key.range }

    /// The name of the member that holds the object whose member the leaf is; nil when there is none.
    public var parentKey: Range<Int>? {
        guard let own = stack.lastIndex(where: \.isObject) else { return nil }
        return stack[..<own].last(where: \.isObject)?.key.range
    }

    /// The name of the root's member that the leaf belongs to; nil when the root is no object.
    public var outermostKey: Range<Int>? { stack.first.flatMap { $0.isObject ? $0.key.range : nil } }

    /// Whether the path leads through an array.
    public var isInArray: Bool { stack.contains { !$0.isObject } }

    /// How many objects and arrays the leaf is in.
    public var depth: Int { stack.count }

    /// Tells the object that the leaf is a member of from every other in the text.
    public var objectStart: Int { objectStarts.last ?? -1 }
    /// The same of the object around that one; nil where there is none.
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
        return .value
    }

    /// Steps into an object or array, or over a leaf, which is returned.
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
