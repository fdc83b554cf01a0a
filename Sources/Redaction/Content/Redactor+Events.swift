/// Server-sent events whose data is spread over several lines.
extension Redactor {
    /// Adds the edits to the data of events with several `data:` lines, which are one text (WHATWG HTML section 9.2.6).
    mutating func eventEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        guard depth < limits.maxDepth else { return }
        var lines: [Range<Int>] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let end = bytes.index(of: 0x0a, in: position..<range.upperBound) ?? range.upperBound
            let isEmpty = bytes.trimmed(position..<end).isEmpty
            if bytes.has("data:", at: position, before: end) {
                var start = position + 5
                if start < end, bytes[start] == 0x20 { start += 1 }
                lines.append(start..<(end > start && bytes[end - 1] == 0x0d ? end - 1 : end))
            }
            if isEmpty {
                dataEdits(bytes, lines, side, depth: depth, &edits)
                lines.removeAll(keepingCapacity: true)
            }
            position = end + 1
        }
        dataEdits(bytes, lines, side, depth: depth, &edits)
    }

    private mutating func dataEdits(
        _ bytes: Bytes, _ lines: [Range<Int>], _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        guard lines.count > 1 else { return }
        let text = Array(lines.map { bytes[$0] }.joined(separator: [0x0a]))
        let changed = text.withUnsafeBufferPointer {
            redactedContent($0, ContentKind($0, type: nil), side, depth: depth + 1)
        }
        guard let changed else { return }
        var new = changed.split(separator: 0x0a, omittingEmptySubsequences: false).map(Array.init)
        if new.count > lines.count {
            // The rest stays in lines of its own.
            let rest = new[(lines.count - 1)...].joined(separator: Array("\ndata: ".utf8))
            new = new[..<(lines.count - 1)] + [Array(rest)]
        }
        for (index, line) in lines.enumerated() {
            let text = index < new.count ? new[index] : []
            if !bytes[line].elementsEqual(text) { edits.replace(line, with: text) }
        }
    }
}
