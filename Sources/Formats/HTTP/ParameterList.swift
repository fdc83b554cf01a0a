/// Iterates over the `name=value` pairs of a query, a form or a cookie field, as byte ranges.
public struct ParameterList {
    /// A pair; the name is empty if there is no `=`.
    public struct Pair {
        /// The part before the `=`, still encoded.
        public var name: Range<Int>
        /// The part after it, still encoded.
        public var value: Range<Int>
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let separator: UInt8
    private var position: Int
    private let end: Int

    /// The pairs within `range`, separated by `separator`, without surrounding white space.
    public init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, separator: UInt8 = UInt8(ascii: "&")) {
        self.bytes = bytes
        self.separator = separator
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next pair; nil after the last.
    public mutating func next() -> Pair? {
        while position < end {
            var start = position
            var stop = bytes[start..<end].firstIndex(of: separator) ?? end
            position = stop + 1
            while start < stop, bytes[start] == 0x20 { start += 1 }
            while stop > start, bytes[stop - 1] == 0x20 { stop -= 1 }
            guard start < stop else { continue }
            guard let equals = bytes[start..<stop].firstIndex(of: UInt8(ascii: "=")) else {
                return Pair(name: start..<start, value: start..<stop)
            }
            return Pair(name: start..<equals, value: equals + 1..<stop)
        }
        return nil
    }
}

extension ParameterList {
    /// The decoded value of the first parameter named `name`; nil if there is none.
    public static func value(of name: String, in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        var pairs = ParameterList(bytes, range)
        while let pair = pairs.next() {
            let isNamed =
                bytes[pair.name].elementsEqual(name.utf8)
                || PercentText.decoded(bytes, pair.name, plusIsSpace: true).elementsEqual(name.utf8)
            if isNamed { return PercentText.decoded(bytes, pair.value, plusIsSpace: true) }
        }
        return nil
    }
}
