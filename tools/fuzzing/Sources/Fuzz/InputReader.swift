/// Reads an input from its start; bytes missing at its end read as 0.
struct InputReader {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ input: UnsafeRawBufferPointer) { rest = input[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func u8() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func u16() -> UInt16 {
        let high = UInt16(u8())
        return high << 8 | UInt16(u8())
    }

    /// `count` bytes, or fewer at the end.
    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// All remaining bytes.
    mutating func all() -> [UInt8] { bytes(rest.count) }
}
