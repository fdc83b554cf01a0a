import Formats

/// One of the values that a page offers in a `select` element.
struct Choice {
    /// The element's name.
    var name: String
    /// Which of its options it is, counted from 0, and from the end, where the last one is -1.
    var ordinal: Int
    var ordinalFromEnd: Int
    /// What a person reads there.
    var text: [UInt8]

    /// The text of an option in `range` of a page, without the blanks around it.
    static func text(_ page: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var text = MarkupText.unescaped(page, range)[...]
        while let first = text.first, first <= 0x20 { text.removeFirst() }
        while let last = text.last, last <= 0x20 { text.removeLast() }
        return Array(text)
    }
}

/// What a person reads at the option that is meant: it differs from clone to clone where the client had written it.
public struct ChoiceText: Hashable, Sendable {
    /// As recorded.
    var recorded: [UInt8]
    /// With places for the clone's values.
    var template: Template

    /// The text for a clone with `values`; as recorded without. Nil when a value is missing.
    func text(_ values: CloneValues?) -> [UInt8]? {
        guard let values else { return recorded }
        var text: [UInt8] = []
        return template.append(to: &text, values: values) ? text : nil
    }

    /// The value of the last option of the `select` element `name` of a page that says so: the others may be older.
    func value(ofSelect name: String, in page: UnsafeBufferPointer<UInt8>, values: CloneValues?) -> [UInt8]? {
        guard let wanted = text(values) else { return nil }
        var found: Range<Int>?
        var fields = HTMLFields(page)
        while let item = fields.next() {
            guard case .option(let own, let value, let text) = item, page[own].elementsEqual(name.utf8),
                Choice.text(page, text) == wanted
            else { continue }
            found = value
        }
        return found.map { MarkupText.unescaped(page, $0) }
    }
}
