import Formats

/// A person's name in an identifier, with different capitals: `PageAnna`, `ANNA_1`.
enum NameInIdentifier {
    /// The shortest name that is searched for: shorter names occur in other words.
    static let shortest = 4
    /// The longest text that is searched, in bytes.
    private static let textLimit = 256

    /// A name with different capitals.
    struct Form {
        var name: [UInt8]
        var writing: Writing
        var text: [UInt8]
    }

    /// The ways in which `name` may be written with different capitals.
    static func forms(of name: [UInt8]) -> [Form] {
        guard name.count >= shortest, ASCII.isLetter(name[0]) else { return [] }
        var forms: [Form] = []
        for writing in [Writing.capitalized, .upper] {
            let text = writing.applied(to: name)
            if text != name, !forms.contains(where: { $0.text == text }) {
                forms.append(Form(name: name, writing: writing, text: text))
            }
        }
        return forms
    }

    /// Whether `range` may be an identifier with capitals; not a text of several words, where a word with a capital is
    /// more often a word than a name.
    static func mayBe(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        range.count <= textLimit && bytes[range].contains(where: isCapital) && !bytes[range].contains(UInt8(ascii: " "))
    }

    /// Where `name`, which begins with a capital, occurs in `range` as a word: after a lower-case letter or a
    /// non-letter, and before a capital or a non-letter.
    static func ranges(
        of name: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> [Range<Int>] {
        let text = UnsafeBufferPointer(rebasing: bytes[..<range.upperBound])
        var ranges: [Range<Int>] = []
        var position = range.lowerBound
        let isAllCapitals = name.last.map { !isSmall($0) } ?? false
        while let end = ByteSearch.end(of: name, in: text, from: position) {
            position = end
            let before = end - name.count - 1
            if before >= range.lowerBound, isCapital(bytes[before]) || isAllCapitals && ASCII.isLetter(bytes[before]) {
                continue
            }
            if end < range.upperBound, isSmall(bytes[end]) || isAllCapitals && ASCII.isLetter(bytes[end]) { continue }
            ranges.append(end - name.count..<end)
        }
        return ranges
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }
    private static func isSmall(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 || byte >= 0x80 }
}
