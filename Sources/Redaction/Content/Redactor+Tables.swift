import Credentials

extension Redactor {
    /// Adds the edits to the columns that a rule names in the first row.
    mutating func tableEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ separator: UInt8, _ side: MessageSide, _ edits: inout Edits
    ) {
        var position = range.lowerBound
        var named: [(column: Int, name: Range<Int>)] = []
        for (column, field) in TableRow(bytes, &position, range.upperBound, separator).fields.enumerated() {
            let name = bytes.trimmed(field.content)
            guard !name.isEmpty, name.count <= Redactor.longestName, rule(forLabel: bytes.part(name), nil, side) != nil
            else { continue }
            named.append((column, name))
        }
        guard !named.isEmpty else { return }
        while position < range.upperBound {
            let row = TableRow(bytes, &position, range.upperBound, separator)
            for (column, name) in named where column < row.fields.count && !row.fields[column].content.isEmpty {
                let field = row.fields[column]
                let content = bytes.trimmed(field.content)
                let value = field.isQuoted ? TableRow.unquoted(bytes, content) : Array(bytes[content])
                let treatment = value.withUnsafeBufferPointer {
                    rule(forLabel: bytes.part(name), $0, side)?.treatment
                }
                guard let treatment else { continue }
                let new = replacement(for: value, treatment)
                edits.replace(content, with: field.isQuoted ? TableRow.quoted(new) : new)
            }
        }
    }
}

/// A row of CSV (RFC 4180) or of fields with another separator.
struct TableRow {
    /// A field, without its quotes.
    struct Field {
        var content: Range<Int>
        var isQuoted: Bool
    }

    private(set) var fields: [Field] = []

    /// Reads the row that begins at `position`, and moves it past the line end.
    init(_ bytes: Bytes, _ position: inout Int, _ end: Int, _ separator: UInt8) {
        while true {
            let start = position
            var isQuoted = false
            if position < end, bytes[position] == 0x22, let close = TableRow.endOfQuotes(bytes, position + 1, end) {
                isQuoted = true
                position = close + 1
            }
            while position < end, bytes[position] != separator, bytes[position] != 0x0a { position += 1 }
            var last = position
            if last > start, bytes[last - 1] == 0x0d { last -= 1 }
            if isQuoted, last - start >= 2, bytes[last - 1] == 0x22 {
                fields.append(Field(content: (start + 1)..<(last - 1), isQuoted: true))
            } else {
                fields.append(Field(content: start..<last, isQuoted: false))
            }
            guard position < end else { return }
            position += 1
            if bytes[position - 1] == 0x0a { return }
        }
    }

    /// The position of the quote that ends a field; nil if there is none within ``longestField``.
    private static func endOfQuotes(_ bytes: Bytes, _ start: Int, _ end: Int) -> Int? {
        var index = start
        let limit = min(end, start + longestField)
        while index < limit {
            if bytes[index] == 0x22 {
                guard index + 1 < limit, bytes[index + 1] == 0x22 else { return index }
                index += 1
            }
            index += 1
        }
        return nil
    }

    /// Maximum bytes of a field in quotes. A quote without its end is part of the field.
    private static let longestField = 1 << 16

    static func unquoted(_ bytes: Bytes, _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            output.append(bytes[index])
            index += bytes[index] == 0x22 && index + 1 < range.upperBound && bytes[index + 1] == 0x22 ? 2 : 1
        }
        return output
    }

    static func quoted(_ value: [UInt8]) -> [UInt8] { value.flatMap { $0 == 0x22 ? [$0, $0] : [$0] } }

    /// The separator of a table that begins with `body`: its first row contains only names, and the next has as many
    /// separators; nil if it does not look like a table.
    static func separator(ofHead body: Bytes) -> UInt8? {
        let head = body.prefix(longestHead)
        guard let lineFeed = head.firstIndex(of: 0x0a) else { return nil }
        let row = head[..<lineFeed]
        guard row.allSatisfy({ isOfName($0) || isSeparator($0) }), let separator = row.first(where: isSeparator) else {
            return nil
        }
        let count = row.count { $0 == separator }
        let next = body[(lineFeed + 1)...].prefix(longestHead).prefix { $0 != 0x0a }
        return next.count { $0 == separator } >= count ? separator : nil
    }

    private static let longestHead = 4096

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == 0x09 || byte == UInt8(ascii: "|")
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte >= 0x80 || byte == 0x20 || byte == 0x0d || byte == 0x22 || byte == 0x5f
            || byte == 0x2d || byte == UInt8(ascii: ".")
    }
}
