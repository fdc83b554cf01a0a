/// Iterates over the fields of a recorded head as byte ranges, without copying.
///
/// Supports both forms of a recorded head: HTTP/1 with its start line, and HTTP/2 fields as lines.
public struct HeadFields {
    /// A field; the value excludes surrounding white space and may contain line folding (RFC 9112 section 5.2).
    public struct Field {
        /// Its name as sent.
        public var name: Range<Int>
        /// Its value.
        public var value: Range<Int>
    }

    /// The head.
    public let head: UnsafeBufferPointer<UInt8>
    /// The start of the next field's line.
    public private(set) var position = 0

    /// The fields of `head`, which must outlive this value.
    public init(_ head: UnsafeBufferPointer<UInt8>) {
        self.head = head
        if head.first != UInt8(ascii: ":") { position = lineEnd(from: 0).next }
    }

    /// The fields of a trailer section (RFC 9110 section 6.5), which has no start line and must outlive this value.
    public init(trailers: UnsafeBufferPointer<UInt8>) { head = trailers }

    /// The next field, skipping pseudo-header fields; nil after the last.
    public mutating func next() -> Field? {
        while position < head.count {
            let start = position
            var (end, next) = lineEnd(from: start)
            guard end > start else { return nil }
            while next < head.count, ASCII.isBlank(head[next]) {
                let fold = lineEnd(from: next)
                (end, next) = fold
            }
            position = next
            guard !ASCII.isBlank(head[start]), head[start] != UInt8(ascii: ":"),
                let colon = head[start..<end].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            return Field(name: trimmed(start..<colon), value: trimmed(colon + 1..<end))
        }
        return nil
    }

    /// Whether `field` is named `name`, ignoring ASCII case.
    public func isNamed(_ field: Field, _ name: String) -> Bool {
        ASCII.isEqual(head[field.name], name.utf8)
    }

    /// `range` without surrounding white space.
    public func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, ASCII.isBlank(head[start]) { start += 1 }
        while end > start, ASCII.isBlank(head[end - 1]) || head[end - 1] == 0x0d { end -= 1 }
        return start..<end
    }

    private func lineEnd(from start: Int) -> (end: Int, next: Int) {
        guard start < head.count, let feed = ByteSearch.index(of: 0x0a, in: head, start..<head.count) else {
            return (head.count, head.count)
        }
        let end = feed > start && head[feed - 1] == 0x0d ? feed - 1 : feed
        return (end, feed + 1)
    }
}
