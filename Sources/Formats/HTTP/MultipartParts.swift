/// Iterates over the parts of a `multipart/form-data` body (RFC 7578), without copying.
public struct MultipartParts {
    /// A part.
    public struct Part {
        /// The field's name; nil if it has none.
        public var name: Range<Int>?
        /// Its header lines, including the rest of the delimiter's line.
        public var head: Range<Int>
        /// Its content after the head.
        public var content: Range<Int>
        /// The file name given by the client; nil if it has none.
        public var fileName: Range<Int>?
        /// Whether it is a file's content.
        public var isFile: Bool
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    /// Two hyphens and the boundary.
    private let delimiter: [UInt8]
    private var position: Int

    /// The parts of `bytes`, which begin with the delimiter line.
    public init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        let end = bytes.firstIndex { $0 == 0x0d || $0 == 0x0a } ?? 0
        delimiter = Array(bytes[..<end])
        position = delimiter.starts(with: "--".utf8) && delimiter.count > 2 ? end : bytes.count
    }

    /// The next part; nil after the last.
    public mutating func next() -> Part? {
        guard position < bytes.count, let stop = ByteSearch.end(of: [0x0a] + delimiter, in: bytes, from: position)
        else {
            return nil
        }
        var end = stop - delimiter.count - 1
        if end > position, bytes[end - 1] == 0x0d { end -= 1 }
        defer { position = stop }
        var start = position
        var part = Part(name: nil, head: start..<end, content: end..<end, isFile: false)
        // The rest of the delimiter's line, then header lines up to an empty one.
        var isFirst = true
        while start < end {
            let feed = bytes[start..<end].firstIndex(of: 0x0a) ?? end
            let line = start..<(feed > start && bytes[feed - 1] == 0x0d ? feed - 1 : feed)
            start = min(end, feed + 1)
            if line.isEmpty, !isFirst {
                part.head = position..<line.lowerBound
                part.content = start..<end
                return part
            }
            isFirst = false
            read(line, &part)
        }
        return part
    }

    private func unquoted(_ value: Range<Int>) -> Range<Int> {
        let isQuoted = value.count >= 2 && bytes[value.lowerBound] == UInt8(ascii: "\"")
        return isQuoted ? value.lowerBound + 1..<value.upperBound - 1 : value
    }

    private func read(_ line: Range<Int>, _ part: inout Part) {
        let prefix = Array("content-disposition:".utf8)
        guard line.count > prefix.count,
            zip(bytes[line], prefix).allSatisfy({ ASCII.lowercased($0) == $1 })
        else { return }
        var parameters = ParameterList(bytes, line, separator: UInt8(ascii: ";"))
        while let parameter = parameters.next() {
            if bytes[parameter.name].elementsEqual("name".utf8) {
                part.name = unquoted(parameter.value)
            } else if bytes[parameter.name].starts(with: "filename".utf8) {
                part.isFile = true
                if bytes[parameter.name].elementsEqual("filename".utf8) { part.fileName = unquoted(parameter.value) }
            }
        }
    }
}
