/// The ranges of path, query and fragment in a URL or a request target.
public struct URLParts {
    /// The path, with its leading slash if it has one.
    public var path: Range<Int>
    /// The query without its question mark; empty if there is none.
    public var query: Range<Int>
    /// The fragment without its number sign; empty if there is none.
    public var fragment: Range<Int>

    /// The parts of the URL or request target in `range` of `bytes`.
    public init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        var start = range.lowerBound
        var end = range.upperBound
        fragment = end..<end
        if let hash = bytes[range].firstIndex(of: UInt8(ascii: "#")) {
            fragment = hash + 1..<end
            end = hash
        }
        if let colon = bytes[start..<end].firstIndex(of: UInt8(ascii: ":")), colon + 2 < end,
            bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/"),
            !bytes[start..<colon].contains(UInt8(ascii: "/"))
        {
            start = bytes[(colon + 3)..<end].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? end
        }
        if let mark = bytes[start..<end].firstIndex(of: UInt8(ascii: "?")) {
            path = start..<mark
            query = mark + 1..<end
        } else {
            path = start..<end
            query = end..<end
        }
    }

    /// The path's segments between its slashes, including empty ones.
    public func segments(_ bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var segments: [Range<Int>] = []
        var start = path.lowerBound
        if start < path.upperBound, bytes[start] == UInt8(ascii: "/") { start += 1 }
        while start <= path.upperBound {
            let end = bytes[start..<path.upperBound].firstIndex(of: UInt8(ascii: "/")) ?? path.upperBound
            segments.append(start..<end)
            start = end + 1
        }
        return segments
    }
}
