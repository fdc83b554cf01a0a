/// A run of packet bytes with a read position and the bounds checks that every decoder needs. Big-endian unless stated
/// otherwise.
struct WireBytes {
    var start: UnsafeRawPointer
    var count: Int

    @inline(__always)
    init(_ start: UnsafeRawPointer, _ count: Int) {
        self.start = start
        self.count = count
    }

    /// The byte at `offset`. The caller has checked the bounds, here and below.
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { start.load(fromByteOffset: offset, as: UInt8.self) }

    @inline(__always)
    func u16(_ offset: Int) -> UInt16 {
        UInt16(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    @inline(__always)
    func u32(_ offset: Int) -> UInt32 {
        UInt32(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    @inline(__always)
    func u64(_ offset: Int) -> UInt64 {
        UInt64(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    func littleEndianU16(_ offset: Int) -> UInt16 { u16(offset).byteSwapped }

    func littleEndianU32(_ offset: Int) -> UInt32 { u32(offset).byteSwapped }

    /// Skips `length` bytes; false, with nothing changed, if there are fewer.
    @inline(__always)
    mutating func drop(_ length: Int) -> Bool {
        guard length >= 0, length <= count else { return false }
        start += length
        count -= length
        return true
    }
}
