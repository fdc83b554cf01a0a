/// What a page hands back with its next request: form fields by their name, `meta` elements by theirs, `data-…`
/// attributes by theirs, links, and free text.
struct HTMLFields {
    /// Something in a page.
    enum Item {
        /// A field with both a name and a value.
        case field(name: Range<Int>, value: Range<Int>)
        /// A URL.
        case link(Range<Int>)
        /// Text between tags: a script, or what a person reads.
        case text(Range<Int>)
    }

    private var tags: HTMLTags
    private var pending: [Item] = []
    /// The name of the `select` element around.
    private var select: Range<Int>?

    init(_ page: UnsafeBufferPointer<UInt8>) { tags = HTMLTags(page) }

    /// The next item; nil after the last.
    mutating func next() -> Item? {
        while pending.isEmpty {
            guard let tag = tags.next() else { return nil }
            take(tag)
        }
        return pending.removeFirst()
    }

    private mutating func take(_ tag: HTMLTags.Tag) {
        var name: Range<Int>?
        var value: Range<Int>?
        var isSelected = false
        for attribute in tag.attributes {
            if tags.isNamed(attribute.name, "name") || tags.isNamed(attribute.name, "property")
                || tags.isNamed(attribute.name, "http-equiv")
            {
                name = name ?? attribute.value
            } else if tags.isNamed(attribute.name, "value") || tags.isNamed(attribute.name, "content") {
                value = attribute.value
            } else if tags.isNamed(attribute.name, "selected") {
                isSelected = true
            } else if tags.isNamed(attribute.name, "href") || tags.isNamed(attribute.name, "action")
                || tags.isNamed(attribute.name, "src")
            {
                if !attribute.value.isEmpty { pending.append(.link(attribute.value)) }
            } else if attribute.name.count > 5, !attribute.value.isEmpty,
                tags.isNamed(attribute.name.prefix(5), "data-")
            {
                pending.append(.field(name: attribute.name, value: attribute.value))
            }
        }
        if tags.isNamed(tag.name, "select") { select = name }
        if tags.isNamed(tag.name, "option"), isSelected { name = select }
        if let name, let value, !name.isEmpty, !value.isEmpty { pending.append(.field(name: name, value: value)) }
        let text = tags.text
        guard !text.isEmpty else { return }
        if tags.isNamed(tag.name, "textarea"), let name, !name.isEmpty {
            pending.append(.field(name: name, value: text))
        } else if tags.page[text].contains(where: { $0 > 0x20 }) {
            pending.append(.text(text))
        }
    }
}
