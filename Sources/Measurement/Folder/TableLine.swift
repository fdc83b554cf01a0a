import Formats

/// A line of the run folder's tables: comma-separated as in RFC 4180, but without line breaks in fields.
enum TableLine {
    /// A quoted field. Control characters become `�`, and a text that a spreadsheet would take for a formula gets an
    /// apostrophe in front, which ``text(of:)`` removes.
    static func quoted(_ text: String) -> String {
        let field = text.replacingScalars { scalar in
            if scalar == "\"" { return "\"\"" }
            return scalar.properties.generalCategory == .control ? "\u{FFFD}" : nil
        }
        let isFormula = text.unicodeScalars.first.map { "'=+-@|%".unicodeScalars.contains($0) } ?? false
        return "\"\(isFormula ? "'" : "")\(field)\""
    }

    /// The text of a quoted field.
    static func text(of field: ArraySlice<UInt8>) -> String {
        String(decoding: field.first == UInt8(ascii: "'") ? field.dropFirst() : field, as: UTF8.self)
    }

    /// The fields of a line; nil when it is truncated within quotes.
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
