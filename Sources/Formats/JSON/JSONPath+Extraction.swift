extension JSONPath {
    /// The string or number at the path, with escapes resolved; nil if there is none.
    ///
    /// Skips values that are not on the path; allocates only the result.
    public func value(in body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var cursor = JSONCursor(body)
        for step in steps {
            let found =
                switch step {
                case .member(let name): JSONPath.enter(member: name, &cursor)
                case .element(let index): JSONPath.enter(element: index, &cursor)
                }
            guard found else { return nil }
        }
        guard let first = cursor.next() else { return nil }
        switch first {
        case UInt8(ascii: "\""):
            guard let text = cursor.string() else { return nil }
            return text.hasEscapes ? JSONText.unescaped(body, text.range) : Array(body[text.range])
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            return cursor.scalar().map { Array(body[$0]) }
        default: return nil
        }
    }

    private static func enter(member name: [UInt8], _ cursor: inout JSONCursor) -> Bool {
        guard cursor.take(UInt8(ascii: "{")) else { return false }
        repeat {
            guard let key = cursor.string(), cursor.take(UInt8(ascii: ":")) else { return false }
            let isFound =
                key.hasEscapes
                ? JSONText.unescaped(cursor.bytes, key.range) == name : cursor.bytes[key.range].elementsEqual(name)
            if isFound { return true }
            guard cursor.skipValue() else { return false }
        } while cursor.take(UInt8(ascii: ","))
        return false
    }

    private static func enter(element index: Int, _ cursor: inout JSONCursor) -> Bool {
        guard cursor.take(UInt8(ascii: "[")), cursor.next() != UInt8(ascii: "]") else { return false }
        var current = 0
        while current < index {
            let start = cursor.position
            guard cursor.skipValue() else { return false }
            guard cursor.take(UInt8(ascii: ",")) else {
                cursor.position = start
                return true
            }
            current += 1
        }
        return true
    }
}
