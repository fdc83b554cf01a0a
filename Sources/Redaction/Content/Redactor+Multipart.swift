import Credentials
import Formats

extension Redactor {
    /// Adds the edits to `multipart/…` (RFC 2046 section 5.1): each part by its name and its content, and what is
    /// before, between and after the parts by its content.
    mutating func multipartEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ boundary: [UInt8], _ side: MessageSide, depth: Int,
        _ edits: inout Edits
    ) {
        let delimiter = Array("--".utf8) + boundary
        let text = bytes.part(0..<range.upperBound)
        var start = range.lowerBound
        var isPart = false
        while let next = ByteSearch.end(of: delimiter, in: text, from: start) {
            let end = Redactor.withoutLineEnd(bytes, start..<(next - delimiter.count))
            if isPart {
                partEdits(bytes, start..<end, side, depth, &edits)
            } else {
                looseEdits(bytes, start..<end, side, depth, &edits)
            }
            start = next
            // The end marker is followed by an epilogue. Some senders send more parts after it.
            isPart = !bytes.has("--", at: start, before: range.upperBound)
            if !isPart { start += 2 }
        }
        if isPart {
            partEdits(bytes, start..<range.upperBound, side, depth, &edits)
        } else {
            looseEdits(bytes, start..<range.upperBound, side, depth, &edits)
        }
    }

    /// Adds the edits to content outside of parts, of which nothing is known.
    private mutating func looseEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ depth: Int, _ edits: inout Edits
    ) {
        let content = bytes.trimmed(range)
        guard !content.isEmpty else { return }
        contentEdits(
            bytes, content, ContentKind(bytes.part(content), type: nil), side, depth: depth + 1, &edits)
    }

    private static func withoutLineEnd(_ bytes: Bytes, _ range: Range<Int>) -> Int {
        var end = range.upperBound
        if end > range.lowerBound, bytes[end - 1] == 0x0a { end -= 1 }
        if end > range.lowerBound, bytes[end - 1] == 0x0d { end -= 1 }
        return end
    }

    private mutating func partEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ depth: Int, _ edits: inout Edits
    ) {
        guard let headEnd = endOfHead(bytes, range) else {
            return looseEdits(bytes, range, side, depth, &edits)
        }
        let head = bytes.part(range.lowerBound..<headEnd)
        for edit in fieldEdits(head, from: 0, side).list {
            let (start, end) = (edit.range.lowerBound, edit.range.upperBound)
            edits.replace((range.lowerBound + start)..<(range.lowerBound + end), with: edit.bytes)
        }
        let content = headEnd..<range.upperBound
        guard !content.isEmpty else { return }
        let facts = PartFacts(head)
        let treatment = facts.name.flatMap { name in
            name.withUnsafeBufferPointer { tables.rule(for: $0, bytes.part(content), at: .form, of: side)?.treatment }
        }
        if let treatment, treatment.action != .keep {
            edits.replace(content, with: replacement(for: Array(bytes[content]), treatment))
            return
        }
        if facts.isBase64, let changed = redactedLines(bytes.part(content), type: facts.type, side, depth: depth + 1) {
            edits.replace(content, with: changed)
            return
        }
        let kind = ContentKind(bytes.part(content), type: facts.type)
        if case .form = kind, facts.type == nil, let changed = nested(bytes.part(content), side, depth: depth + 1) {
            edits.replace(content, with: changed)
        } else if let changed = redactedContent(bytes.part(content), kind, side, depth: depth + 1) {
            edits.replace(content, with: changed)
        }
    }

    /// The redacted content of a part in base64, in lines of the same length (RFC 2045 section 6.8); nil if nothing
    /// changes.
    private mutating func redactedLines(
        _ coded: Bytes, type: Bytes?, _ side: MessageSide, depth: Int
    ) -> [UInt8]? {
        let joined = coded.filter { !$0.isBlank }
        guard let text = joined.withUnsafeBufferPointer({ Base64.parsed($0) }) else { return nil }
        let changed = text.bytes.withUnsafeBufferPointer { bytes in
            redactedContent(bytes, ContentKind(bytes, type: type), side, depth: depth)
        }
        guard let changed else { return nil }
        let output = text.form.encoded(changed)
        let lineLength = coded.prefix { !$0.isBlank }.count
        guard lineLength > 0, lineLength < joined.count else { return output }
        return Array(
            stride(from: 0, to: output.count, by: lineLength).map { output[$0..<min($0 + lineLength, output.count)] }
                .joined(separator: Array("\r\n".utf8)))
    }

    private func endOfHead(_ bytes: Bytes, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while let lineFeed = bytes.index(of: 0x0a, in: index..<range.upperBound) {
            let next = lineFeed + 1
            if next < range.upperBound, bytes[next] == 0x0a { return next + 1 }
            if next + 1 < range.upperBound, bytes[next] == 0x0d, bytes[next + 1] == 0x0a { return next + 2 }
            index = next
        }
        return nil
    }
}

/// What the head of a part says about its content.
private struct PartFacts {
    private(set) var type: Bytes?
    private(set) var name: [UInt8]?
    private(set) var isBase64 = false

    init(_ head: Bytes) {
        var fields = HeadLines(head)
        while let field = fields.next() {
            let own = head.part(field.name)
            if own.has("content-type", at: 0, before: own.count) {
                type = head.part(field.value)
            } else if own.has("content-disposition", at: 0, before: own.count) {
                let disposition = head.part(field.value)
                name =
                    FieldParameter.value(of: "name", in: disposition).map { Array($0) }
                    ?? FieldParameter.value(of: "name*", in: disposition).map { PartFacts.plainName($0) }
            } else if own.has("content-transfer-encoding", at: 0, before: own.count) {
                isBase64 = head.has("base64", at: field.value.lowerBound, before: field.value.upperBound)
            }
        }
    }

    /// The value after the character set and language of an extended parameter: `UTF-8''pass%77ord` (RFC 8187).
    private static func plainName(_ value: Bytes) -> [UInt8] {
        let quote = value.lastIndex(of: UInt8(ascii: "'")).map { $0 + 1 } ?? 0
        return PercentText.decoded(value, quote..<value.count, plusIsSpace: false)
    }
}

/// The boundary of a multipart body.
enum MultipartBoundary {
    private static let longest = 200

    /// The boundary that `body` is divided by: the one that `type` names or, if it does not occur, the one in the first
    /// line; nil if there is neither.
    static func found(in body: Bytes, type: Bytes) -> [UInt8]? {
        if let value = FieldParameter.value(of: "boundary", in: type), !value.isEmpty, value.count <= longest,
            ByteSearch.end(of: Array("--".utf8) + value, in: body) != nil
        {
            return Array(value)
        }
        let start = body.trimmed(0..<body.count).lowerBound
        guard body.has("--", at: start, before: body.count) else { return nil }
        let line = body[(start + 2)...].prefix(longest + 1).prefix { !$0.isBlank }
        return line.isEmpty || line.count > longest ? nil : Array(line)
    }
}

/// Parameters of a field such as Content-Disposition (RFC 6266) and Content-Type: `form-data; name="a"; filename=b`.
enum FieldParameter {
    /// The value of `name`, which is in lower case, without its quotes; nil if there is none.
    static func value(of name: StaticString, in field: Bytes) -> Bytes? {
        var position = field.index(of: UInt8(ascii: ";"), in: 0..<field.count) ?? field.count
        while position < field.count {
            let end = endOfParameter(field, position + 1)
            let parameter = field.trimmed((position + 1)..<end)
            position = end
            guard let equals = field.index(of: UInt8(ascii: "="), in: parameter) else { continue }
            let own = field.trimmed(parameter.lowerBound..<equals)
            guard own.count == name.utf8CodeUnitCount, field.has(name, at: own.lowerBound, before: own.upperBound)
            else {
                continue
            }
            var value = field.trimmed((equals + 1)..<parameter.upperBound)
            if value.count >= 2, field[value.lowerBound] == UInt8(ascii: "\""),
                field[value.upperBound - 1] == UInt8(ascii: "\"")
            {
                value = (value.lowerBound + 1)..<(value.upperBound - 1)
            }
            return field.part(value)
        }
        return nil
    }

    /// The position of the semicolon that ends a parameter; semicolons in quotes do not.
    private static func endOfParameter(_ field: Bytes, _ start: Int) -> Int {
        var isQuoted = false
        var index = start
        while index < field.count {
            switch field[index] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "\\") where isQuoted: index += 1
            case UInt8(ascii: ";") where !isQuoted: return index
            default: break
            }
            index += 1
        }
        return field.count
    }
}
