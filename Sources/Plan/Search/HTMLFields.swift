import Formats

/// The values that a page sends back with its next request: named form fields, named `meta` elements, `data-…`
/// attributes, links, and free text.
struct HTMLFields {
    /// Something in a page.
    enum Item {
        /// A field with a name and a value.
        case field(name: Range<Int>, value: Range<Int>)
        /// An option of a `select` element that is not selected.
        case option(name: Range<Int>, value: Range<Int>, text: Range<Int>)
        /// A URL.
        case link(Range<Int>)
        /// Text between tags: a script, or visible text.
        case text(Range<Int>)
    }

    private var tags: HTMLTags
    private var pending: [Item] = []
    /// The name of the enclosing `select` element.
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

    /// Shorter values of attributes outside fields are sent back only if they are ids: `row-17`.
    private static let shortestText = 12

    /// Whether an attribute may contain a number that is an id rather than a size or a position.
    private func mayHoldID(_ attribute: HTMLTags.Attribute) -> Bool {
        attribute.value.count >= 2 && tags.page[attribute.value].contains(where: ASCII.isDigit)
            && tags.page[attribute.value].contains { !ASCII.isDigit($0) }
    }

    /// Whether an attribute concerns the page's appearance.
    private func isAboutLooks(_ attribute: HTMLTags.Attribute) -> Bool {
        switch attribute.name.count {
        case 1: tags.isNamed(attribute.name, "d")
        case 3: tags.isNamed(attribute.name, "alt") || tags.isNamed(attribute.name, "rel")
        case 4: tags.isNamed(attribute.name, "type")
        case 5:
            tags.isNamed(attribute.name, "class") || tags.isNamed(attribute.name, "style")
                || tags.isNamed(attribute.name, "title") || tags.isNamed(attribute.name, "media")
        default: false
        }
    }

    /// Whether an attribute holds JSON, as `hx-headers`, `wire:snapshot` and `:props` do.
    private func isStructured(_ attribute: HTMLTags.Attribute) -> Bool {
        JSONText.isLikely(tags.page, attribute.value)
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
                // `qty[17]`
                if mayHoldID(attribute) { pending.append(.text(attribute.value)) }
            } else if tags.isNamed(attribute.name, "value") || tags.isNamed(attribute.name, "content") {
                value = attribute.value
            } else if tags.isNamed(attribute.name, "selected") {
                isSelected = true
            } else if attribute.value.isEmpty || isAboutLooks(attribute) {
                continue
            } else if tags.isNamed(attribute.name, "href") || tags.isNamed(attribute.name, "action")
                || tags.isNamed(attribute.name, "src") || tags.page[attribute.value.lowerBound] == UInt8(ascii: "/")
            {
                // `formaction`, `hx-post` and similar attributes hold paths too.
                pending.append(.link(attribute.value))
            } else if attribute.name.count > 5,
                tags.isNamed(attribute.name.prefix(5), "data-") || isStructured(attribute)
            {
                pending.append(.field(name: attribute.name, value: attribute.value))
            } else if attribute.value.count >= HTMLFields.shortestText || mayHoldID(attribute) {
                pending.append(.text(attribute.value))
            }
        }
        if tags.isNamed(tag.name, "select") { select = name }
        if tags.isNamed(tag.name, "option") {
            if isSelected {
                name = select
            } else if let select, let value, !select.isEmpty, !value.isEmpty {
                pending.append(.option(name: select, value: value, text: tags.text))
            }
        }
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
