/// The fields of a recorded head as byte ranges, one after the other, without copying.
///
/// Takes both forms of a recorded head: HTTP/1 with its start line, and HTTP/2's fields as lines.
struct HeadFields {
    /// A field; the value is without surrounding blanks and may hold folds (RFC 9112 section 5.2).
    struct Field {
        var name: Range<Int>
        var value: Range<Int>
    }

    let head: UnsafeBufferPointer<UInt8>
    /// Where the next field's line begins.
    private(set) var position = 0

    init(_ head: UnsafeBufferPointer<UInt8>) {
        self.head = head
        if head.first != UInt8(ascii: ":") { position = lineEnd(from: 0).next }
    }

    /// The next field, pseudo-header fields left out; nil after the last.
    mutating func next() -> Field? {
        while position < head.count {
            let start = position
            var (end, next) = lineEnd(from: start)
            guard end > start else { return nil }
            while next < head.count, HeadFields.isBlank(head[next]) {
                let fold = lineEnd(from: next)
                (end, next) = fold
            }
            position = next
            guard !HeadFields.isBlank(head[start]), head[start] != UInt8(ascii: ":"),
                let colon = head[start..<end].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            return Field(name: trimmed(start..<colon), value: trimmed(colon + 1..<end))
        }
        return nil
    }

    /// Whether `field` is named `name`, by ASCII letters of either case.
    func isNamed(_ field: Field, _ name: String) -> Bool {
        field.name.count == name.utf8.count
            && zip(head[field.name], name.utf8).allSatisfy { HeadFields.lowercase($0) == HeadFields.lowercase($1) }
    }

    /// `range` without blanks at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, HeadFields.isBlank(head[start]) { start += 1 }
        while end > start, HeadFields.isBlank(head[end - 1]) || head[end - 1] == 0x0d { end -= 1 }
        return start..<end
    }

    private func lineEnd(from start: Int) -> (end: Int, next: Int) {
        guard start < head.count, let feed = head[start...].firstIndex(of: 0x0a) else {
            return (head.count, head.count)
        }
        let end = feed > start && head[feed - 1] == 0x0d ? feed - 1 : feed
        return (end, feed + 1)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
