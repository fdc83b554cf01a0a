/// Iterates over the fields of a head: names and values, with folded lines (RFC 9112 section 5.2) joined.
struct HeadLines {
    /// The ranges of a field.
    struct Field {
        var name: Range<Int>
        /// The value without surrounding white space; empty for a line without a colon, which is all name.
        var value: Range<Int>
        /// All of its lines, with their line ends.
        var lines: Range<Int>
    }

    private let bytes: Bytes
    private var position: Int

    /// The fields of `bytes` from `start` on.
    init(_ bytes: Bytes, from start: Int = 0) {
        self.bytes = bytes
        position = start
    }

    /// The next field; nil at the end. Empty lines are skipped.
    mutating func next() -> Field? {
        while position < bytes.count {
            let start = position
            var end = lineEnd(from: start)
            while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end = lineEnd(from: end) }
            position = end
            let line = bytes.trimmed(start..<end)
            guard !line.isEmpty else { continue }
            // The name of an HTTP/2 pseudo-header field begins with a colon.
            guard let colon = bytes.index(of: UInt8(ascii: ":"), in: (line.lowerBound + 1)..<line.upperBound) else {
                return Field(name: line, value: line.upperBound..<line.upperBound, lines: start..<end)
            }
            return Field(
                name: bytes.trimmed(line.lowerBound..<colon), value: bytes.trimmed((colon + 1)..<line.upperBound),
                lines: start..<end)
        }
        return nil
    }

    private func lineEnd(from start: Int) -> Int {
        bytes.index(of: 0x0a, in: start..<bytes.count).map { $0 + 1 } ?? bytes.count
    }
}

/// The facts about a message in its head.
struct HeadFacts {
    /// The start line without its line end; empty for HTTP/2.
    private(set) var startLine = 0..<0
    /// Where the fields begin.
    private(set) var fieldsStart = 0
    /// The request target, in a request.
    private(set) var target = 0..<0
    private(set) var contentType: Range<Int>?
    private(set) var contentLength: Range<Int>?
    /// The values of all Content-Encoding fields, joined.
    private(set) var contentEncoding: String?
    /// The transfer codings except chunked (RFC 9112 section 7), joined.
    private(set) var transferCodings: String?

    init(_ head: Bytes) {
        if head.first != UInt8(ascii: ":") { readStartLine(head) }
        var fields = HeadLines(head, from: fieldsStart)
        while let field = fields.next() {
            let name = head.part(field.name)
            switch name.count {
            case 12 where name.has("content-type", at: 0, before: 12): contentType = field.value
            case 14 where name.has("content-length", at: 0, before: 14): contentLength = field.value
            case 16 where name.has("content-encoding", at: 0, before: 16):
                let value = String(decoding: head[field.value], as: UTF8.self)
                contentEncoding = contentEncoding.map { $0 + ", " + value } ?? value
            case 17 where name.has("transfer-encoding", at: 0, before: 17):
                let codings = String(decoding: head[field.value], as: UTF8.self).lowercased().split(separator: ",")
                    .map { $0.filter { !$0.isWhitespace } }.filter {
                        $0 != "chunked" && $0 != "identity" && !$0.isEmpty
                    }
                let value = codings.joined(separator: ", ")
                if !value.isEmpty { transferCodings = transferCodings.map { $0 + ", " + value } ?? value }
            case 5 where name.has(":path", at: 0, before: 5): target = field.value
            default: break
            }
        }
    }

    /// The path of the request target, without query and fragment.
    func path(in head: Bytes) -> [UInt8] {
        let all = head[target]
        guard all.first != UInt8(ascii: "/") else { return Array(all.prefix { $0 != UInt8(ascii: "?") }) }
        let authority = head.find("://", in: target).map { $0 + 3 } ?? target.lowerBound
        let slash = head.index(of: UInt8(ascii: "/"), in: authority..<target.upperBound) ?? target.upperBound
        return Array(head[slash..<target.upperBound].prefix { $0 != UInt8(ascii: "?") })
    }

    private mutating func readStartLine(_ head: Bytes) {
        let end = head.index(of: 0x0a, in: 0..<head.count).map { $0 + 1 } ?? head.count
        startLine = head.trimmed(0..<end)
        fieldsStart = end
        guard let space = head.index(of: 0x20, in: startLine) else { return }
        var rest = head.trimmed(space..<startLine.upperBound)
        // The version is searched from the end: some clients send targets with spaces.
        if let last = head[rest].lastIndex(of: 0x20), head.has("http/", at: last + 1, before: rest.upperBound) {
            rest = head.trimmed(rest.lowerBound..<last)
        }
        target = rest
    }
}
