/// A line of the run folder's tables: comma-separated as in RFC 4180, without line breaks in fields.
enum TableLine {
    /// A field in quotes. Control characters become `�`, and what a spreadsheet would take for a formula begins with an
    /// apostrophe, which ``text(of:)`` takes away.
    static func quoted(_ text: String) -> String {
        var field = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
        if let first = field.first, "'=+-@|%".contains(first) { field = "'" + field }
        return "\"\(field.replacing("\"", with: "\"\""))\""
    }

    /// The text of a field that was quoted.
    static func text(of field: ArraySlice<UInt8>) -> String {
        String(decoding: field.first == UInt8(ascii: "'") ? field.dropFirst() : field, as: UTF8.self)
    }

    /// The fields of a line; nil when it was cut off within quotes.
    static func fields(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var fields: [ArraySlice<UInt8>] = []
        var rest = line
        while true {
            if rest.first == UInt8(ascii: "\"") {
                guard let field = takeQuoted(&rest) else { return nil }
                fields.append(field)
            } else {
                let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
                fields.append(rest[..<end])
                rest = rest[end...]
            }
            guard let comma = rest.popFirst() else { return fields }
            guard comma == UInt8(ascii: ",") else { return nil }
        }
    }

    private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        rest.removeFirst()
        var field: [UInt8] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\"")) {
            field += rest[..<end]
            rest = rest[(end + 1)...]
            guard rest.first == UInt8(ascii: "\"") else { return field[...] }
            field.append(UInt8(ascii: "\""))
            rest.removeFirst()
        }
        return nil
    }
}
