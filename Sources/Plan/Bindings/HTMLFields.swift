/// The fields that a page hands back with its next request: `input` elements by their name, `meta` elements by theirs.
///
/// Reads tags and quoted attributes, which is enough for what programs write; character references stay as they are.
struct HTMLFields {
    /// A field with both a name and a value.
    struct Field {
        var name: Range<Int>
        var value: Range<Int>
    }

    private let page: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ page: UnsafeBufferPointer<UInt8>) { self.page = page }

    /// The next field; nil after the last.
    mutating func next() -> Field? {
        while let open = page[position...].firstIndex(of: UInt8(ascii: "<")) {
            position = open + 1
            guard take("input") || take("meta") else { continue }
            if let field = attributes() { return field }
        }
        return nil
    }

    /// Steps over a tag's name.
    private mutating func take(_ name: StaticString) -> Bool {
        let end = position + name.utf8CodeUnitCount
        guard end < page.count, HTMLFields.isBlank(page[end]) else { return false }
        for offset in 0..<name.utf8CodeUnitCount
        where HeadFields.lowercase(page[position + offset]) != name.utf8Start[offset] {
            return false
        }
        position = end
        return true
    }

    /// The name and the value among a tag's attributes.
    private mutating func attributes() -> Field? {
        var name: Range<Int>?
        var value: Range<Int>?
        while position < page.count, page[position] != UInt8(ascii: ">") {
            let start = position
            while position < page.count, HTMLFields.isAttributeName(page[position]) { position += 1 }
            let attribute = start..<position
            guard !attribute.isEmpty else {
                position += 1
                continue
            }
            guard position < page.count, page[position] == UInt8(ascii: "=") else { continue }
            position += 1
            guard let content = attributeValue() else { return nil }
            if isNamed(attribute, "name") {
                name = content
            } else if isNamed(attribute, "value") || isNamed(attribute, "content") {
                value = content
            }
        }
        guard let name, let value, !name.isEmpty, !value.isEmpty else { return nil }
        return Field(name: name, value: value)
    }

    private mutating func attributeValue() -> Range<Int>? {
        guard position < page.count else { return nil }
        let quote = page[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let start = position
            while position < page.count, !HTMLFields.isBlank(page[position]), page[position] != UInt8(ascii: ">") {
                position += 1
            }
            return start..<position
        }
        guard let end = page[(position + 1)...].firstIndex(of: quote) else { return nil }
        defer { position = end + 1 }
        return position + 1..<end
    }

    private func isNamed(_ range: Range<Int>, _ name: StaticString) -> Bool {
        range.count == name.utf8CodeUnitCount
            && range.enumerated().allSatisfy { HeadFields.lowercase(page[$1]) == name.utf8Start[$0] }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private static func isAttributeName(_ byte: UInt8) -> Bool {
        !isBlank(byte) && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "/")
            && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
    }
}
