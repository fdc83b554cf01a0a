extension Redactor {
    /// What changes in `multipart/…` (RFC 2046 section 5.1): each part by its name, and by what it holds.
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
        // What follows the last delimiter is the end mark, or a part that is cut off.
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
        var fields = HeadFields(head)
        while let field = fields.next() {
            let own = head.part(field.name)
            if own.has("content-type", at: 0, before: own.count) {
                type = head.part(field.value)
            } else if own.has("content-disposition", at: 0, before: own.count) {
                name = parameter(head.part(field.value))
            }
        }
        let treatment = name.flatMap { tables.rule(for: $0, at: .form, of: side)?.treatment }
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

    private func parameter(_ disposition: Bytes) -> Bytes? {
        guard
            let mark = disposition.find("; name=", in: 0..<disposition.count)
                ?? disposition.find(";name=", in: 0..<disposition.count),
            let equals = disposition.index(of: UInt8(ascii: "="), in: mark..<disposition.count)
        else { return nil }
        var start = equals + 1
        var stop = UInt8(ascii: ";")
        if start < disposition.count, disposition[start] == UInt8(ascii: "\"") {
            start += 1
            stop = UInt8(ascii: "\"")
        }
        return disposition.part(
            start..<(disposition.index(of: stop, in: start..<disposition.count) ?? disposition.count))
    }
}
