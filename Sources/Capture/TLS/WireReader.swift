/// Reads the structures of TLS (RFC 8446 section 3). Every read is bounds-checked, and nil if there are too few bytes.
struct WireReader {
    private(set) var rest: Slice<UnsafeRawBufferPointer>

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

    private init(_ rest: Slice<UnsafeRawBufferPointer>) { self.rest = rest }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func u8() -> Int? { rest.popFirst().map { Int($0) } }

    mutating func u16() -> Int? {
        guard rest.count >= 2, let high = u8(), let low = u8() else { return nil }
        return high << 8 | low
    }

    mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }

    /// A vector with a length prefix of one byte.
    mutating func shortVector() -> WireReader? { u8().flatMap { bytes($0) }.map { WireReader($0) } }

    /// A vector with a length prefix of two bytes.
    mutating func vector() -> WireReader? { u16().flatMap { bytes($0) }.map { WireReader($0) } }
}
