/// Takes an input apart from its front; what is missing at its end reads as 0.
struct InputReader {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ input: UnsafeRawBufferPointer) { rest = input[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func u8() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func u16() -> UInt16 {
        let high = UInt16(u8())
        return high << 8 | UInt16(u8())
    }

    /// `count` bytes, or what is left.
    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// All that is left.
    mutating func all() -> [UInt8] { bytes(rest.count) }
}
