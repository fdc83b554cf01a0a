/// Iterates over the start tags of an HTML page, and the texts between them.
///
/// Reads tags and attributes, quoted or not, which is enough for generated pages.
public struct HTMLTags {
    /// A tag.
    public struct Tag {
        /// The element's name.
        public var name: Range<Int>
        /// Its attributes, in the order written.
        public var attributes: [Attribute]
    }

    /// An attribute; the value is empty if it has none.
    public struct Attribute {
        /// Its name as written.
        public var name: Range<Int>
        /// Its value without quotes, with unresolved references.
        public var value: Range<Int>
    }

    /// The page.
    public let page: UnsafeBufferPointer<UInt8>
    /// Where the search for the next tag begins.
    public private(set) var position = 0

    /// The tags of `page`, which must outlive this value.
    public init(_ page: UnsafeBufferPointer<UInt8>) { self.page = page }

    /// The next tag; nil after the last.
    public mutating func next() -> Tag? {
        while position < page.count, let open = page[position...].firstIndex(of: UInt8(ascii: "<")) {
            position = open + 1
            let start = position
            while position < page.count, HTMLTags.isTagName(page[position]) { position += 1 }
            guard position > start else { continue }
            return Tag(name: start..<position, attributes: attributes())
        }
        position = page.count
        return nil
    }

    /// Whether `range` is `name`, ignoring ASCII case.
    public func isNamed(_ range: Range<Int>, _ name: StaticString) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count
        where ASCII.lowercased(page[range.lowerBound + offset]) != name.utf8Start[offset] {
            return false
        }
        return true
    }

    /// The text from here to the next tag.
    public var text: Range<Int> { position..<(page[position...].firstIndex(of: UInt8(ascii: "<")) ?? page.count) }

    private mutating func attributes() -> [Attribute] {
        var attributes: [Attribute] = []
        while position < page.count, page[position] != UInt8(ascii: ">") {
            let start = position
            while position < page.count, HTMLTags.isAttributeName(page[position]) { position += 1 }
            let name = start..<position
            guard !name.isEmpty else {
                position += 1
                continue
            }
            var value = position..<position
            if position < page.count, page[position] == UInt8(ascii: "=") {
                position += 1
                guard let content = attributeValue() else { return attributes }
                value = content
            }
            attributes.append(Attribute(name: name, value: value))
        }
        if position < page.count { position += 1 }
        return attributes
    }

    private mutating func attributeValue() -> Range<Int>? {
        guard position < page.count else { return nil }
        let quote = page[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let start = position
            while position < page.count, !HTMLTags.isBlank(page[position]), page[position] != UInt8(ascii: ">") {
                position += 1
            }
            return start..<position
        }
        guard let end = page[(position + 1)...].firstIndex(of: quote) else {
            position = page.count
            return nil
        }
        defer { position = end + 1 }
        return position + 1..<end
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private static func isTagName(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
    }

    private static func isAttributeName(_ byte: UInt8) -> Bool {
        !isBlank(byte) && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "/")
            && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
    }
}
