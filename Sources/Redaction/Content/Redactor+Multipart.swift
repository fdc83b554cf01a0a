import Credentials

extension Redactor {
    /// Adds the edits to `multipart/…` (RFC 2046 section 5.1): each part by its name and its content.
    mutating func multipartEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ boundary: [UInt8], _ side: MessageSide, depth: Int,
        _ edits: inout Edits
    ) {
        let delimiter = Array("--".utf8) + boundary
        var partStart: Int?
        var position = range.lowerBound
        while let found = Redactor.find(delimiter, in: bytes, position..<range.upperBound) {
            if let partStart {
                partEdits(bytes, partStart..<Redactor.withoutLineEnd(bytes, partStart..<found), side, depth, &edits)
            }
            position = found + delimiter.count
            partStart = position
        }
        // The last delimiter is followed by the end marker, or by a truncated part.
        guard let partStart, !bytes.has("--", at: partStart, before: range.upperBound) else { return }
        partEdits(bytes, partStart..<range.upperBound, side, depth, &edits)
    }

    private static func withoutLineEnd(_ bytes: Bytes, _ range: Range<Int>) -> Int {
        var end = range.upperBound
        if end > range.lowerBound, bytes[end - 1] == 0x0a { end -= 1 }
        if end > range.lowerBound, bytes[end - 1] == 0x0d { end -= 1 }
        return end
    }

    private static func find(_ text: [UInt8], in bytes: Bytes, _ range: Range<Int>) -> Int? {
        guard range.count >= text.count else { return nil }
        var index = range.lowerBound
        while index <= range.upperBound - text.count {
            if bytes[index] == text[0], bytes[index..<(index + text.count)].elementsEqual(text) { return index }
            index += 1
        }
        return nil
    }

    private mutating func partEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ depth: Int, _ edits: inout Edits
    ) {
        guard let headEnd = endOfHead(bytes, range), headEnd < range.upperBound else { return }
        let head = bytes.part(range.lowerBound..<headEnd)
        let content = headEnd..<range.upperBound
        var type: Bytes?
        var name: Bytes?
        var fields = HeadLines(head)
        while let field = fields.next() {
            let own = head.part(field.name)
            if own.has("content-type", at: 0, before: own.count) {
                type = head.part(field.value)
            } else if own.has("content-disposition", at: 0, before: own.count) {
                let disposition = head.part(field.value)
                name =
                    FieldParameter.value(of: "name", in: disposition)
                    ?? FieldParameter.value(of: "name*", in: disposition).map { Redactor.plainName($0) }
            }
        }
        let treatment = name.flatMap { tables.rule(for: $0, bytes.part(content), at: .form, of: side)?.treatment }
        let kind = ContentKind(bytes.part(content), type: type)
        if let treatment, treatment.action != .keep {
            let secret = Array(bytes[content])
            edits.replace(content, with: replacement(for: secret, treatment))
        } else if case .form = kind, type == nil,
            let changed = nested(bytes.part(content), side, depth: depth + 1)
        {
            edits.replace(content, with: changed)
        } else if let changed = redactedContent(bytes.part(content), kind, side, depth: depth + 1) {
            edits.replace(content, with: changed)
        }
    }

    /// The value after the character set and language of an extended parameter: `UTF-8''password` (RFC 8187).
    private static func plainName(_ value: Bytes) -> Bytes {
        let quote = value.lastIndex(of: UInt8(ascii: "'")).map { $0 + 1 } ?? 0
        return value.part(quote..<value.count)
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
