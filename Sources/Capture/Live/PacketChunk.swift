import Traffic

/// Packets copied from an interface, in order of arrival, which the reading thread passes to the parsing thread.
///
/// Belongs to one thread at a time; ``PacketQueue`` transfers it.
final class PacketChunk: @unchecked Sendable {
    /// A chunk with this many bytes is submitted.
    static let fullBytes = 1 << 20

    private struct Header {
        var time: Int64
        var originalLength: UInt32
        var count: UInt32
    }

    /// Nanoseconds of a tick of the packets' clock, for the callback that fills the chunk.
    var nsPerTick: Int64 = 1
    /// Packets that the kernel and the interface dropped since the previous chunk.
    var kernelDrops: UInt64 = 0
    var interfaceDrops: UInt64 = 0
    private var memory: UnsafeMutableRawBufferPointer
    private(set) var usedBytes = 0
    /// When the last packet was seen, in nanoseconds since the Unix epoch.
    private(set) var latest = Int64.min

    init() {
        memory = .allocate(byteCount: PacketChunk.fullBytes + (512 << 10), alignment: 8)
    }

    deinit { memory.deallocate() }

    /// Whether there is nothing to pass on.
    var isEmpty: Bool { usedBytes == 0 && kernelDrops == 0 && interfaceDrops == 0 }

    func removeAll() { (usedBytes, latest, kernelDrops, interfaceDrops) = (0, .min, 0, 0) }

    /// Copies a packet.
    func append(_ bytes: UnsafeRawBufferPointer, originalLength: UInt32, time: Int64) {
        let needed = MemoryLayout<Header>.size + (bytes.count + 7) & ~7
        if usedBytes + needed > memory.count { grow(to: usedBytes + needed) }
        let place = UnsafeMutableRawBufferPointer(rebasing: memory[usedBytes..<(usedBytes + needed)])
        place.storeBytes(
            of: Header(time: time, originalLength: originalLength, count: UInt32(bytes.count)),
            as: Header.self)
        UnsafeMutableRawBufferPointer(rebasing: place[MemoryLayout<Header>.size...]).copyMemory(
            from: bytes)
        usedBytes += needed
        latest = time
    }

    /// Passes the packets and the drops to `assembler`.
    func process(_ assembler: inout TrafficAssembler, linkType: LinkType) {
        if kernelDrops | interfaceDrops != 0 {
            assembler.noteDrops(kernel: kernelDrops, interface: interfaceDrops)
        }
        var offset = 0
        while offset < usedBytes {
            let header = memory.load(fromByteOffset: offset, as: Header.self)
            let start = offset + MemoryLayout<Header>.size
            let count = Int(header.count)
            assembler.process(
                CapturedPacket(
                    bytes: UnsafeRawBufferPointer(rebasing: memory[start..<(start + count)]),
                    originalLength: Int(header.originalLength), linkType: linkType,
                    time: CaptureTime(nanoseconds: header.time)))
            offset = start + (count + 7) & ~7
        }
    }

    private func grow(to count: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(count, memory.count * 2), alignment: 8)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<usedBytes]))
        memory.deallocate()
        memory = larger
    }
}
