/// Keeps the bytes of the last reassembled datagram at an address that is valid until the next one.
final class AssembledDatagram {
    /// Room for an IPv6 header before the bytes.
    private static let headroom = 40
    private let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: headroom + 65535, alignment: 8)
    private var count = 0

    deinit { memory.deallocate() }

    /// Copies `datagram`, at most 65,535 bytes.
    func hold(_ datagram: [UInt8]) -> WireBytes {
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[AssembledDatagram.headroom...])
        room.copyBytes(from: datagram)
        count = datagram.count
        return WireBytes(UnsafeRawPointer(memory.baseAddress! + AssembledDatagram.headroom), count)
    }

    /// The bytes after a header of 20 or 40 bytes, as in a packet that was never fragmented; its checksum is zero.
    func withHeader(_ key: FragmentTable.Key) -> WireBytes {
        let isIPv4 = key.sourceHigh == 0 && key.sourceLow >> 32 == 0xffff
        let length = isIPv4 ? 20 : 40
        let start = memory.baseAddress! + AssembledDatagram.headroom - length
        start.initializeMemory(as: UInt8.self, repeating: 0, count: length)
        if isIPv4 {
            put(0x45, start)
            put(UInt16(clamping: length + count).bigEndian, start + 2)
            put(key.transport, start + 9)
            put(UInt32(truncatingIfNeeded: key.sourceLow).bigEndian, start + 12)
            put(UInt32(truncatingIfNeeded: key.destinationLow).bigEndian, start + 16)
        } else {
            put(0x60, start)
            put(UInt16(clamping: count).bigEndian, start + 4)
            put(key.transport, start + 6)
            put(key.sourceHigh.bigEndian, start + 8)
            put(key.sourceLow.bigEndian, start + 16)
            put(key.destinationHigh.bigEndian, start + 24)
            put(key.destinationLow.bigEndian, start + 32)
        }
        return WireBytes(UnsafeRawPointer(start), length + count)
    }

    private func put(_ value: UInt8, _ place: UnsafeMutableRawPointer) {
        place.storeBytes(of: value, as: UInt8.self)
    }

    private func put<Number: FixedWidthInteger & BitwiseCopyable>(
        _ value: Number, _ place: UnsafeMutableRawPointer
    ) {
        place.storeBytes(of: value, as: Number.self)
    }
}
