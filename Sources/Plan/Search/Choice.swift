import Formats

/// A value that a page offers in a `select` element.
struct Choice {
    /// The element's name.
    var name: String
    /// The option's index, counted from 0; the other counts from the end, where the last option is -1.
    var ordinal: Int
    var ordinalFromEnd: Int
    /// The text shown to the user.
    var text: [UInt8]

    /// The text of the option in `range` of a page, trimmed of whitespace.
    static func text(_ page: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var text = MarkupText.unescaped(page, range)[...]
        while let first = text.first, first <= 0x20 { text.removeFirst() }
        while let last = text.last, last <= 0x20 { text.removeLast() }
        return Array(text)
    }
}

/// The text of an option that identifies the choice; it differs from clone to clone where the client wrote it earlier.
public struct ChoiceText: Hashable, Sendable {
    /// The recorded text.
    var recorded: [UInt8]
    /// The text with places for the clone's values.
    var template: Template

    /// The text for a clone with `values`, or the recorded text without them; nil when a value is missing.
    func text(_ values: CloneValues?) -> [UInt8]? {
        guard let values else { return recorded }
        var text: [UInt8] = []
        return template.append(to: &text, values: values) ? text : nil
    }

    /// The value of the last option of the `select` element `name` with this text: earlier ones may be older.
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
