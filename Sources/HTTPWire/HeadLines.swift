import Formats

/// The lines of a head, taken apart for the value types: ended by CRLF or a bare LF, without their ends.
struct HeadLines {
    private let head: [UInt8]
    private var offset = 0

    init(_ head: [UInt8]) { self.head = head }

    /// The next line, nil when the bytes or the head's empty line are reached.
    mutating func next() -> ArraySlice<UInt8>? {
        guard offset < head.count else { return nil }
        let end = head[offset...].firstIndex(of: ASCII.lineFeed) ?? head.count
        var line = head[offset..<end]
        if line.last == ASCII.carriageReturn { line.removeLast() }
        offset = end + 1
        return line.isEmpty ? nil : line
    }

    /// The fields of all lines left, folded lines (RFC 9112 section 5.2) joined; lines that are no field are left out.
    mutating func fields() -> [HeaderField] { fields(named: nil) }

    /// As ``fields()``, but only the first one called `wanted` where that is given, in lower case.
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
            // A pseudo-header field of HTTP/2 begins with a colon that is part of its name.
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

    /// The bytes without surrounding blanks as text; what is not UTF-8 is replaced by U+FFFD.
    static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: trimmed(bytes), as: UTF8.self) }

    /// The bytes without surrounding blanks, and without carriage returns at the end.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = bytes.firstIndex(where: { !ASCII.isBlank($0) }),
            let last = bytes.lastIndex(where: { !ASCII.isBlank($0) && $0 != ASCII.carriageReturn }), first <= last
        else { return [] }
        return bytes[first...last]
    }
}
