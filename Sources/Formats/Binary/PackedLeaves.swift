/// A binary form of JSON's data: maps, lists, strings and numbers, each behind a byte with its type.
public enum PackedFormat: Hashable, Sendable, CaseIterable {
    /// MessagePack (its specification, "Formats").
    case messagePack
    /// CBOR (RFC 8949 section 3).
    case cbor

    /// The bytes before `count` bytes of text, or of binary data.
    public func header(ofText isText: Bool, count: Int) -> [UInt8] {
        switch self {
        case .cbor:
            let major: UInt8 = isText ? 0x60 : 0x40
            if count < 24 { return [major | UInt8(count)] }
            if count < 1 << 8 { return [major | 24] + PackedFormat.bigEndian(count, 1) }
            return count < 1 << 16
                ? [major | 25] + PackedFormat.bigEndian(count, 2) : [major | 26] + PackedFormat.bigEndian(count, 4)
        case .messagePack:
            if isText, count < 32 { return [0xa0 | UInt8(count)] }
            if count < 1 << 8 { return [isText ? 0xd9 : 0xc4] + PackedFormat.bigEndian(count, 1) }
            return count < 1 << 16
                ? [isText ? 0xda : 0xc5] + PackedFormat.bigEndian(count, 2)
                : [isText ? 0xdb : 0xc6] + PackedFormat.bigEndian(count, 4)
        }
    }

    /// The byte of a value that is missing.
    public var null: UInt8 { self == .cbor ? 0xf6 : 0xc0 }

    private static func bigEndian(_ count: Int, _ width: Int) -> [UInt8] {
        (0..<width).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
    }
}

/// The strings and numbers of a message in a binary form of JSON, with the names they have, in order.
///
/// Takes time proportional to the bytes, and memory for at most ``deepest`` open maps and lists. Lengths are checked
/// against the bytes there are.
public struct PackedLeaves {
    /// A string or a number.
    public struct Leaf: Hashable, Sendable {
        /// What it is.
        public enum Kind: Hashable, Sendable {
            case text
            case bytes
            /// A number without a sign, whose bytes are the content, the most significant first. Empty if it is written
            /// in the byte of its type.
            case number
            /// Anything else.
            case other
        }

        /// What it is.
        public let kind: Kind
        /// All of it, with its type and length.
        public let whole: Range<Int>
        /// The bytes of a string or a number.
        public let content: Range<Int>
        /// The content of the name it has in a map; in a list, that of the list. Nil if it has none.
        public let name: Range<Int>?
        /// The name of the map it is in.
        public let parentName: Range<Int>?
    }

    /// Maps and lists that are open at once; what is deeper counts as malformed.
    public static let deepest = 64

    private struct Container {
        /// Items to come, names included; nil until a break (RFC 8949 section 3.2.1).
        var remaining: Int?
        let isMap: Bool
        /// Its own name.
        let name: Range<Int>?
        /// The name of the next value of a map.
        var key: Range<Int>?
        var isKeyNext: Bool
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let format: PackedFormat
    private let end: Int
    private var open: [Container] = []
    /// Where the next item begins.
    public private(set) var position: Int
    /// Whether the bytes at ``position`` are not of the format, so that nothing after them is found.
    public private(set) var isMalformed = false

    /// Begins at the start of `range`, which is in bounds of `bytes`.
    public init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ format: PackedFormat) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range is of the bytes")
        self.bytes = bytes
        self.format = format
        position = range.lowerBound
        end = range.upperBound
    }

    /// Whether all of `bytes` is one map or list, or several, in the format.
    public static func describe(_ bytes: UnsafeBufferPointer<UInt8>, _ format: PackedFormat) -> Bool {
        var leaves = PackedLeaves(bytes, 0..<bytes.count, format)
        var names = 0
        while let leaf = leaves.next() { names += leaf.name == nil ? 0 : 1 }
        return !leaves.isMalformed && leaves.open.isEmpty && names > 0
    }

    /// The next leaf; nil at the end, or where the bytes are malformed.
    public mutating func next() -> Leaf? {
        while !isMalformed {
            while open.last?.remaining == 0 { open.removeLast() }
            guard position < end else { return nil }
            let start = position
            guard let item = item() else {
                isMalformed = true
                position = start
                return nil
            }
            switch item {
            case .tag: continue
            case .end:
                guard let last = open.last, last.remaining == nil else {
                    isMalformed = true
                    position = start
                    return nil
                }
                open.removeLast()
            case .container(let count, let isMap):
                let name = place(ofKey: nil).name
                guard open.count < PackedLeaves.deepest else {
                    isMalformed = true
                    position = start
                    return nil
                }
                open.append(Container(remaining: count, isMap: isMap, name: name, isKeyNext: isMap))
            case .leaf(let kind, let content):
                let place = place(ofKey: kind == .text || kind == .bytes ? content : nil)
                guard !place.isKey else { continue }
                return Leaf(
                    kind: kind, whole: start..<position, content: content, name: place.name,
                    parentName: open.last?.name)
            }
        }
        return nil
    }

    /// Counts an item of the innermost container: whether it is the name of the next value, or else the name it has.
    private mutating func place(ofKey key: Range<Int>?) -> (isKey: Bool, name: Range<Int>?) {
        guard let last = open.indices.last else { return (false, nil) }
        open[last].remaining = open[last].remaining.map { $0 - 1 }
        guard open[last].isMap else { return (false, open[last].name) }
        let isKey = open[last].isKeyNext
        open[last].isKeyNext.toggle()
        if isKey {
            open[last].key = key
            return (true, nil)
        }
        return (false, open[last].key)
    }
}

extension PackedLeaves {
    private enum Item {
        case container(count: Int?, isMap: Bool)
        case leaf(Leaf.Kind, Range<Int>)
        case tag
        case end
    }

    /// Reads an item, or the beginning of a container; nil if the bytes are not of the format.
    private mutating func item() -> Item? {
        let first = bytes[position]
        position += 1
        return format == .cbor ? cborItem(first) : messagePackItem(first)
    }

    /// A big-endian number of `width` bytes; nil if there are not as many.
    private mutating func number(_ width: Int) -> Int? {
        guard end - position >= width else { return nil }
        var value: UInt64 = 0
        for index in position..<position + width { value = value << 8 | UInt64(bytes[index]) }
        position += width
        return Int(exactly: value)
    }

    private mutating func content(_ kind: Leaf.Kind, _ count: Int?) -> Item? {
        guard let count, count <= end - position else { return nil }
        let start = position
        position += count
        return .leaf(kind, start..<position)
    }

    /// A container of `count` items, or pairs; nil if there are fewer bytes.
    private func container(_ count: Int?, isMap: Bool) -> Item? {
        guard let count, count <= end - position else { return nil }
        return .container(count: isMap ? count * 2 : count, isMap: isMap)
    }

    private mutating func messagePackItem(_ first: UInt8) -> Item? {
        switch first {
        case 0x00...0x7f, 0xe0...0xff: return .leaf(first < 0x80 ? .number : .other, position..<position)
        case 0x80...0x8f: return container(Int(first & 15), isMap: true)
        case 0x90...0x9f: return container(Int(first & 15), isMap: false)
        case 0xa0...0xbf: return content(.text, Int(first & 31))
        case 0xc0, 0xc2, 0xc3: return .leaf(.other, position..<position)
        case 0xc4...0xc6: return content(.bytes, number(1 << Int(first - 0xc4)))
        case 0xc7...0xc9: return content(.other, number(1 << Int(first - 0xc7)).map { $0 + 1 })
        case 0xca: return content(.other, 4)
        case 0xcb: return content(.other, 8)
        case 0xcc...0xcf: return content(.number, 1 << Int(first - 0xcc))
        case 0xd0...0xd3: return content(.other, 1 << Int(first - 0xd0))
        case 0xd4...0xd8: return content(.other, 1 + 1 << Int(first - 0xd4))
        case 0xd9...0xdb: return content(.text, number(1 << Int(first - 0xd9)))
        case 0xdc, 0xdd: return container(number(first == 0xdc ? 2 : 4), isMap: false)
        case 0xde, 0xdf: return container(number(first == 0xde ? 2 : 4), isMap: true)
        default: return nil
        }
    }

    private mutating func cborItem(_ first: UInt8) -> Item? {
        let (major, low) = (first >> 5, first & 31)
        if first == 0xff { return .end }
        // Strings in chunks are read as lists of their chunks.
        if low == 31 { return (2...5).contains(major) ? .container(count: nil, isMap: major == 5) : nil }
        guard low < 28 else { return nil }
        let width = low < 24 ? 0 : 1 << Int(low - 24)
        switch major {
        case 0: return content(.number, width)
        case 1, 7: return content(.other, width)
        case 6: return content(.other, width) == nil ? nil : .tag
        default:
            guard let count = width == 0 ? Int(low) : number(width) else { return nil }
            switch major {
            case 2: return content(.bytes, count)
            case 3: return content(.text, count)
            default: return container(count, isMap: major == 5)
            }
        }
    }
}
