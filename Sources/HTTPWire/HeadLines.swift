import Formats

/// The lines of a head, ended by CRLF or a bare LF, without their ends; for the value types.
struct HeadLines {
    private let head: [UInt8]
    private var offset = 0

    init(_ head: [UInt8]) { self.head = head }

    /// The next line; nil at the end of the bytes or at the head's empty line.
    mutating func next() -> ArraySlice<UInt8>? {
        guard offset < head.count else { return nil }
        let end = head[offset...].firstIndex(of: ASCII.lineFeed) ?? head.count
        let hasReturn = end > offset && head[end - 1] == ASCII.carriageReturn
        let line = head[offset..<(hasReturn ? end - 1 : end)]
        offset = end + 1
        return line.isEmpty ? nil : line
    }

    /// The fields of all remaining lines, with folded lines (RFC 9112 section 5.2) joined; lines that are not fields
    /// are skipped.
    mutating func fields() -> [HeaderField] { fields(named: nil) }

    /// Like ``fields()``, but only the first field named `wanted` if that is given, in lower case.
    mutating func fields(named wanted: String?) -> [HeaderField] {
        var fields: [HeaderField] = []
        var isWanted = true
        while let line = next() {
            if ASCII.isBlank(line[line.startIndex]), !fields.isEmpty {
                guard isWanted else { continue }
                let rest = HeadLines.text(line)
                if !rest.isEmpty {
                    fields[fields.count - 1].value += fields[fields.count - 1].value.isEmpty ? rest : " " + rest
                }
                continue
            }
            if wanted != nil, !fields.isEmpty { break }
            // The name of an HTTP/2 pseudo-header field begins with a colon.
            guard let colon = line.dropFirst().firstIndex(of: ASCII.colon) else { continue }
            if let wanted {
                isWanted = HeadLines.isNamed(line[..<colon], wanted)
                guard isWanted else { continue }
            }
            let name = HeadLines.text(line[..<colon])
            guard !name.isEmpty else { continue }
            fields.append(HeaderField(name: name, value: HeadLines.text(line[(colon + 1)...])))
        }
        return fields
    }

    private static func isNamed(_ name: ArraySlice<UInt8>, _ wanted: String) -> Bool {
        guard name.count >= wanted.utf8.count else { return false }
        return ASCII.isEqual(trimmed(name), wanted.utf8)
    }

    /// The bytes without surrounding white space as text; invalid UTF-8 is replaced by U+FFFD.
    static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: trimmed(bytes), as: UTF8.self) }

    /// The bytes without surrounding white space, and without trailing carriage returns.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = bytes.firstIndex(where: { !ASCII.isBlank($0) }),
            let last = bytes.lastIndex(where: { !ASCII.isBlank($0) && $0 != ASCII.carriageReturn }), first <= last
        else { return [] }
        return bytes[first...last]
    }
}
