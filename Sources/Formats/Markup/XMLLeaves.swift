/// Iterates over the texts and attributes of an XML document, each with its path.
///
/// Reads tags, attributes, CDATA sections and references, and skips comments, declarations and instructions, which is
/// enough for data exchange. Never reads out of bounds, and never recurses.
public struct XMLLeaves {
    /// A text or an attribute.
    public struct Leaf {
        /// Its bytes, without surrounding white space.
        public var range: Range<Int>
        /// The attribute's name; nil for text.
        public var attribute: Range<Int>?
        /// Whether references are literal text (CDATA).
        public var isLiteral: Bool
    }

    /// The maximum depth.
    public static let depthLimit = 64
    /// The maximum number of leaves per document.
    public static let leafLimit = 200_000

    private struct Element {
        var name: Range<Int>
        var index: Int
        /// The number of children begun for each name; the most recent name is last.
        var children: [(name: Range<Int>, count: Int)] = []
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var stack: [Element] = []
    private var roots: [(name: Range<Int>, count: Int)] = []
    private var visited = 0
    private var isInTag = false

    /// The leaves of `bytes`, which must outlive this value.
    public init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The path of the leaf last returned by ``next()``.
    public func path(attribute: Range<Int>?) -> XMLPath {
        XMLPath(
            steps: stack.map { XMLPath.Step(name: Array(bytes[$0.name]), index: $0.index) },
            attribute: attribute.map { Array(bytes[$0]) })
    }

    /// Whether `path` is that of the leaf last returned by ``next()``.
    public func isAt(_ path: XMLPath, attribute: Range<Int>?) -> Bool {
        guard path.steps.count == stack.count else { return false }
        if let attribute {
            guard let own = path.attribute, bytes[attribute].elementsEqual(own) else { return false }
        } else if path.attribute != nil {
            return false
        }
        return zip(path.steps, stack).allSatisfy { $0.index == $1.index && bytes[$1.name].elementsEqual($0.name) }
    }

    /// The name of the element that contains the leaf.
    public var element: Range<Int>? { stack.last?.name }
    /// The name of the parent of that element.
    public var parent: Range<Int>? { stack.count > 1 ? stack[stack.count - 2].name : nil }

    /// The next leaf; nil at the end, at malformed content, and at a limit.
    public mutating func next() -> Leaf? {
        guard visited < XMLLeaves.leafLimit else { return nil }
        while position < bytes.count {
            if isInTag {
                if let leaf = attribute() { return leaf }
                continue
            }
            if bytes[position] == UInt8(ascii: "<") {
                if let leaf = markup() { return leaf }
            } else {
                let end = bytes[position...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
                let range = trimmed(position..<end)
                position = end
                if !range.isEmpty, !stack.isEmpty { return leaf(range, nil, false) }
            }
        }
        return nil
    }

    private mutating func leaf(_ range: Range<Int>, _ attribute: Range<Int>?, _ isLiteral: Bool) -> Leaf {
        visited += 1
        return Leaf(range: range, attribute: attribute, isLiteral: isLiteral)
    }

    private mutating func markup() -> Leaf? {
        if starts("<![CDATA[") {
            let start = position + 9
            let end = ByteSearch.end(of: Array("]]>".utf8), in: bytes, from: start)
            position = end ?? bytes.count
            let range = start..<(end.map { $0 - 3 } ?? bytes.count)
            return range.isEmpty || stack.isEmpty ? nil : leaf(range, nil, true)
        }
        if starts("<!--") {
            position = ByteSearch.end(of: Array("-->".utf8), in: bytes, from: position + 4) ?? bytes.count
        } else if starts("<?") || starts("<!") {
            skip()
        } else if starts("</") {
            if !stack.isEmpty { stack.removeLast() }
            skip()
        } else {
            open()
        }
        return nil
    }

    private mutating func skip() {
        position = bytes[position...].firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? bytes.count
    }

    private mutating func open() {
        position += 1
        let start = position
        while position < bytes.count, XMLLeaves.isName(bytes[position]) { position += 1 }
        guard position > start, stack.count < XMLLeaves.depthLimit else {
            position = bytes.count
            return
        }
        let name = start..<position
        let index = stack.isEmpty ? count(name, among: &roots) : count(name, among: &stack[stack.count - 1].children)
        stack.append(Element(name: name, index: index))
        isInTag = true
    }

    private func count(_ name: Range<Int>, among children: inout [(name: Range<Int>, count: Int)]) -> Int {
        // Children usually come in runs with the same name.
        let known = children.lastIndex { bytes[$0.name].elementsEqual(bytes[name]) }
        guard let known else {
            if children.count < 256 { children.append((name, 1)) }
            return 0
        }
        children[known].count += 1
        return children[known].count - 1
    }

    /// Reads one attribute or the end of the tag.
    private mutating func attribute() -> Leaf? {
        while position < bytes.count, XMLLeaves.isBlank(bytes[position]) { position += 1 }
        guard position < bytes.count else { return nil }
        if starts("/>") {
            stack.removeLast()
            position += 2
            isInTag = false
            return nil
        }
        if bytes[position] == UInt8(ascii: ">") {
            position += 1
            isInTag = false
            return nil
        }
        let start = position
        while position < bytes.count, XMLLeaves.isName(bytes[position]) { position += 1 }
        let name = start..<position
        guard !name.isEmpty, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            position += 1
            return nil
        }
        let quote = bytes[position + 1]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let end = bytes[(position + 2)...].firstIndex(of: quote)
        else {
            position = bytes.count
            return nil
        }
        let value = position + 2..<end
        position = end + 1
        return value.isEmpty ? nil : leaf(value, name, false)
    }

    private func starts(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] { return false }
        return true
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, XMLLeaves.isBlank(bytes[start]) { start += 1 }
        while end > start, XMLLeaves.isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private static func isName(_ byte: UInt8) -> Bool {
        !isBlank(byte) && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "/")
            && byte != UInt8(ascii: "<") && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
    }
}
