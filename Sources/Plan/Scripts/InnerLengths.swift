import Formats

/// Content-Length fields inside a body, as in the parts of a multipart batch.
enum InnerLengths {
    /// A length, and the content it measures.
    struct Length {
        var digits: Range<Int>
        var content: Range<Int>
    }

    /// The correct lengths in a multipart body, in order.
    static func find(in body: UnsafeBufferPointer<UInt8>) -> [Length] {
        var lengths: [Length] = []
        var parts = MultipartParts(body)
        while let part = parts.next() {
            if let own = length(in: body, head: part.head, of: part.content) { lengths.append(own) }
            // `application/http`: a whole message with start line and fields.
            guard let end = headEnd(in: body, part.content) else { continue }
            let head = part.content.lowerBound..<end
            if let inner = length(in: body, head: head, of: end..<part.content.upperBound) { lengths.append(inner) }
        }
        return lengths
    }

    /// The Content-Length in the lines of `head` if it is the length of `content`, with or without a final line end.
    private static func length(
        in body: UnsafeBufferPointer<UInt8>, head: Range<Int>, of content: Range<Int>
    ) -> Length? {
        var start = head.lowerBound
        while start < head.upperBound {
            let end = body[start..<head.upperBound].firstIndex(of: 0x0a) ?? head.upperBound
            defer { start = end + 1 }
            guard let digits = digits(in: body, start..<end) else { continue }
            let number = body[digits].reduce(0) { $0 &* 10 &+ Int($1 - UInt8(ascii: "0")) }
            for trailing in [[], [0x0a], [0x0d, 0x0a]] as [[UInt8]] where number == content.count - trailing.count {
                let end = content.upperBound - trailing.count
                if body[end..<content.upperBound].elementsEqual(trailing) {
                    return Length(digits: digits, content: content.lowerBound..<end)
                }
            }
        }
        return nil
    }

    /// The number in a line that says `Content-Length: 12`.
    private static func digits(in body: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Range<Int>? {
        guard line.count > name.count, zip(body[line], name).allSatisfy({ ASCII.lowercased($0) == $1 }) else {
            return nil
        }
        var (start, end) = (line.lowerBound + name.count, line.upperBound)
        while start < end, body[start] == 0x20 || body[start] == 0x09 { start += 1 }
        while end > start, body[end - 1] <= 0x20 { end -= 1 }
        let isNumber = body[start..<end].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber && (1...15).contains(end - start) ? start..<end : nil
    }

    /// Where the body of the message in `range` begins: after its first empty line.
    private static func headEnd(in body: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        let text = UnsafeBufferPointer(rebasing: body[..<range.upperBound])
        let ends = [[0x0d, 0x0a, 0x0d, 0x0a], [0x0a, 0x0a]] as [[UInt8]]
        return ends.compactMap { ByteSearch.end(of: $0, in: text, from: range.lowerBound) }.min()
    }

    private static let name = Array("content-length:".utf8)
}
