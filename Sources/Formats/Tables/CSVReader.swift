/// Iterates over the records of comma-separated values.
///
/// RFC 4180; the separator is a comma, a semicolon or a tab, whichever the first line contains. A byte order mark is
/// skipped.
public struct CSVReader: Sendable {
    /// A quoted field that does not end.
    public struct OpenQuote: Error, Hashable {
        /// The line in which the field begins, from 1.
        public var line: Int
    }

    private let bytes: [UInt8]
    private var position = 0
    private var nextLine = 1
    private let separator: UInt8
    /// The line in which the last record began, from 1.
    public private(set) var line = 0

    /// The records of `bytes`.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
        let header = bytes.prefix { $0 != 0x0a }
        separator =
            [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")].first { header.contains($0) }
            ?? UInt8(ascii: ",")
    }

    /// The fields of the next record; nil at the end. Empty lines are left out.
    ///
    /// - Throws: `OpenQuote` if the text ends within quotes.
    public mutating func next() throws(OpenQuote) -> [[UInt8]]? {
        while position < bytes.count, bytes[position] == 0x0a || bytes[position] == 0x0d {
            if bytes[position] == 0x0a { nextLine += 1 }
            position += 1
        }
        guard position < bytes.count else { return nil }
        line = nextLine
        var fields: [[UInt8]] = []
        while true {
            fields.append(try field())
            guard position < bytes.count else { return fields }
            let mark = bytes[position]
            position += 1
            if mark == separator { continue }
            if mark == 0x0a { nextLine += 1 }
            return fields
        }
    }

    /// Reads a field, up to the separator or line end after it.
    private mutating func field() throws(OpenQuote) -> [UInt8] {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let end = bytes[position...].firstIndex { $0 == separator || $0 == 0x0a } ?? bytes.count
            defer { position = end }
            let isLast = end == bytes.count || bytes[end] == 0x0a
            return Array(
                isLast && end > position && bytes[end - 1] == 0x0d ? bytes[position..<end - 1] : bytes[position..<end])
        }
        let began = nextLine
        position += 1
        var field: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 0x0a { nextLine += 1 }
            guard byte == UInt8(ascii: "\"") else {
                field.append(byte)
                continue
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                field.append(byte)
                position += 1
                continue
            }
            // Text between the closing quote and the separator is not part of the value.
            while position < bytes.count, bytes[position] != separator, bytes[position] != 0x0a { position += 1 }
            return field
        }
        throw OpenQuote(line: began)
    }
}
