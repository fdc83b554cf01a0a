/// Limits of integers written with 7 bits per byte.
public enum Varint {
    /// The maximum number of bytes, for 64 bits.
    public static let maximumBytes = 10
}

/// Unsigned LEB128 integers, signed ones mapped by zigzag, and little-endian fixed-width ones.
extension [UInt8] {
    /// Appends `value` in 7-bit groups, the least significant first.
    @inlinable
    @inline(__always)
    public mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a signed value; small magnitudes take few bytes.
    @inlinable
    @inline(__always)
    public mutating func appendZigzag(_ value: Int64) {
        appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Appends the bytes of `value`, least significant first.
    @inlinable
    @inline(__always)
    public mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

extension [UInt8] {
    /// Like `withUnsafeBytes`, but with a typed error.
    ///
    /// - Throws: the error of `body`.
    @inlinable
    public func withRawBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { bytes throws(Failure) in try body(UnsafeRawBufferPointer(bytes)) }
    }
}

extension ArraySlice<UInt8> {
    /// Removes a varint from the front; nil, with some bytes removed, if the slice ends before it or it exceeds 64
    /// bits.
    public mutating func popVarint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64, let byte = popFirst() {
            guard shift < 63 || byte <= 1 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}

/// Reads integers from untrusted bytes, never past their end.
public struct ByteCursor {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    /// The number of bytes read.
    @inlinable
    public var position: Int { index }
    @usableFromInline var index = 0

    /// A cursor at the start of `bytes`, which must outlive it.
    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether everything was read.
    @inlinable
    public var isAtEnd: Bool { index == bytes.count }

    /// The next fixed-width integer; nil past the end.
    @inlinable
    public mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) -> Integer? {
        let width = MemoryLayout<Integer>.size
        guard bytes.count - index >= width else { return nil }
        defer { index += width }
        return Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: Integer.self))
    }

    /// The next varint; nil past the end or if it exceeds 64 bits.
    @inlinable
    @inline(__always)
    public mutating func varint() -> UInt64? {
        guard index < bytes.count else { return nil }
        let first = bytes[index]
        index += 1
        return first < 0x80 ? UInt64(first) : longVarint(from: first)
    }

    /// The next signed varint.
    @inlinable
    @inline(__always)
    public mutating func zigzag() -> Int64? {
        guard let value = varint() else { return nil }
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    @usableFromInline
    mutating func longVarint(from first: UInt8) -> UInt64? {
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while index < bytes.count, shift < 64 {
            let byte = bytes[index]
            index += 1
            guard shift < 63 || byte <= 1 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
