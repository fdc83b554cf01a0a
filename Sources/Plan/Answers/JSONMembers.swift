import Formats

/// Visits the texts and numbers of a JSON object and of the objects in it, but not those in arrays.
struct JSONMembers {
    /// A text or a number.
    struct Leaf {
        /// The names that lead to it.
        var names: [Range<Int>]
        /// A hash of these names.
        var path: UInt64
        /// Its bytes as written, not empty.
        var value: Range<Int>
        var hasEscapes: Bool
    }

    private var cursor: JSONCursor
    private var names: [Range<Int>] = []
    private let depth: Int
    private var left: Int

    /// Calls `visit` with each text or number. Empty texts, `null`, `true` and `false` are left out, and so are members
    /// with escapes in their names.
    ///
    /// - Parameters:
    ///   - seed: the hash to which names are added.
    ///   - depth: how deep objects are visited.
    ///   - limit: the most values visited.
    static func forEach(
        in bytes: UnsafeBufferPointer<UInt8>, seed: UInt64, depth: Int, limit: Int, _ visit: (Leaf) -> Void
    ) {
        var members = JSONMembers(cursor: JSONCursor(bytes), depth: depth, left: limit)
        _ = members.object(seed, visit)
    }

    private init(cursor: JSONCursor, depth: Int, left: Int) {
        self.cursor = cursor
        self.depth = depth
        self.left = left
    }

    /// - Returns: whether the object ended, and more may be visited.
    private mutating func object(_ outer: UInt64, _ visit: (Leaf) -> Void) -> Bool {
        guard cursor.take(UInt8(ascii: "{")) else { return false }
        if cursor.take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let name = cursor.string(), cursor.take(UInt8(ascii: ":")), let first = cursor.next() else {
                return false
            }
            var path = outer
            ValueHash.mix(&path, cursor.bytes[name.range])
            ValueHash.mix(&path, UInt8(ascii: "."))
            names.append(name.range)
            defer { names.removeLast() }
            switch first {
            case UInt8(ascii: "{") where names.count < depth && !name.hasEscapes:
                guard object(path, visit) else { return false }
            case UInt8(ascii: "\""):
                guard let text = cursor.string() else { return false }
                if !name.hasEscapes { offer(text.range, hasEscapes: text.hasEscapes, path, visit) }
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                guard let number = cursor.scalar() else { return false }
                if !name.hasEscapes { offer(number, hasEscapes: false, path, visit) }
            default: guard cursor.skipValue() else { return false }
            }
            guard left > 0 else { return false }
        } while cursor.take(UInt8(ascii: ","))
        return cursor.take(UInt8(ascii: "}"))
    }

    private mutating func offer(_ value: Range<Int>, hasEscapes: Bool, _ path: UInt64, _ visit: (Leaf) -> Void) {
        guard !value.isEmpty else { return }
        left -= 1
        visit(Leaf(names: names, path: path, value: value, hasEscapes: hasEscapes))
    }
}
