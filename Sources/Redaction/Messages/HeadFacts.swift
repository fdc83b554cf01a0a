/// The fields of a head one by one: names and values, lines that are folded (RFC 9112 section 5.2) as one.
struct HeadLines {
    /// A field's places.
    struct Field {
        var name: Range<Int>
        /// The value without blanks around it; empty in a line that has no colon, which is all name then.
        var value: Range<Int>
        /// All of its lines, with their ends.
        var lines: Range<Int>
    }

    private let bytes: Bytes
    private var position: Int

    /// The fields of `bytes` from `start` on.
    init(_ bytes: Bytes, from start: Int = 0) {
        self.bytes = bytes
        position = start
    }

    /// The next field; nil at the end. Empty lines are passed.
    mutating func next() -> Field? {
        while position < bytes.count {
            let start = position
            var end = lineEnd(from: start)
            while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end = lineEnd(from: end) }
            position = end
            let line = bytes.trimmed(start..<end)
            guard !line.isEmpty else { continue }
            // A pseudo-header field of HTTP/2 begins with a colon that is part of its name.
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

/// What a head says about its message.
struct HeadFacts {
    /// The start line without its end; empty in HTTP/2's form.
    private(set) var startLine = 0..<0
    /// Where the fields begin.
    private(set) var fieldsStart = 0
    /// The request target, in a request.
    private(set) var target = 0..<0
    private(set) var contentType: Range<Int>?
    private(set) var contentLength: Range<Int>?
    /// The values of all Content-Encoding fields, joined.
    private(set) var contentEncoding: String?
    /// The transfer codings but for chunked (RFC 9112 section 7), joined.
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
        // The version is found from the end: real clients send targets with blanks.
        if let last = head[rest].lastIndex(of: 0x20), head.has("http/", at: last + 1, before: rest.upperBound) {
            rest = head.trimmed(rest.lowerBound..<last)
        }
        target = rest
    }
}
