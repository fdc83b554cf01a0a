/// Classic pcap files, as bytes.
struct PcapFile {
    var magic: UInt32 = 0xa1b2_c3d4
    var isBigEndian = false

    func bytes(
        _ packets: [[UInt8]], seconds: UInt32 = 1, fraction: UInt32 = 0, linkType: UInt32 = 1
    ) -> [UInt8] {
        let header = u32(magic) + u16(2) + u16(4) + u32(0) + u32(0) + u32(262_144) + u32(linkType)
        return header
            + packets.flatMap { packet in
                u32(seconds) + u32(fraction) + u32(UInt32(packet.count)) + u32(UInt32(packet.count)) + packet
            }
    }

    private func u32(_ value: UInt32) -> [UInt8] { isBigEndian ? Wire.u32(value) : Wire.u32(value).reversed() }
    private func u16(_ value: UInt16) -> [UInt8] { isBigEndian ? Wire.u16(value) : Wire.u16(value).reversed() }
}

/// Blocks of pcapng files, as bytes.
struct PcapngFile {
    var isBigEndian = false

    func section() -> [UInt8] {
        block(type: 0x0a0d_0d0a, u32(0x1a2b_3c4d) + u16(1) + u16(0) + u32(.max) + u32(.max))
    }

    func interface(linkType: UInt16, resolution: UInt8? = nil, offset: UInt64? = nil) -> [UInt8] {
        var options: [UInt8] = []
        if let resolution { options += u16(9) + u16(1) + [resolution, 0, 0, 0] }
        if let offset {
            let halves = [UInt32(offset >> 32), UInt32(truncatingIfNeeded: offset)]
            options += u16(14) + u16(8) + (isBigEndian ? halves : halves.reversed()).flatMap(u32)
        }
        if !options.isEmpty { options += u32(0) }
        return block(type: 1, u16(linkType) + u16(0) + u32(0) + options)
    }

    /// An Enhanced Packet Block; `dropped` is the number of packets dropped before it.
    func packet(_ bytes: [UInt8], interface: UInt32, ticks: UInt64, dropped: UInt64? = nil) -> [UInt8] {
        let count = UInt32(bytes.count)
        let padded = bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        let options = dropped.map { u16(4) + u16(8) + u64($0) + u32(0) } ?? []
        return block(
            type: 6,
            u32(interface) + u32(UInt32(ticks >> 32)) + u32(UInt32(truncatingIfNeeded: ticks)) + u32(count) + u32(count)
                + padded + options)
    }

    /// An Interface Statistics Block with the packets dropped so far.
    func statistics(interface: UInt32, interfaceDrops: UInt64, kernelDrops: UInt64) -> [UInt8] {
        block(
            type: 5,
            u32(interface) + u32(0) + u32(0) + u16(5) + u16(8) + u64(interfaceDrops) + u16(7) + u16(8)
                + u64(kernelDrops)
                + u32(0))
    }

    private func u64(_ value: UInt64) -> [UInt8] {
        let halves = [UInt32(value >> 32), UInt32(truncatingIfNeeded: value)]
        return (isBigEndian ? halves : halves.reversed()).flatMap(u32)
    }

    func simplePacket(_ bytes: [UInt8]) -> [UInt8] { block(type: 3, u32(UInt32(bytes.count)) + bytes) }

    func block(type: UInt32, _ body: [UInt8]) -> [UInt8] {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        let length = u32(UInt32(padded.count + 12))
        return u32(type) + length + padded + length
    }

    private func u32(_ value: UInt32) -> [UInt8] { isBigEndian ? Wire.u32(value) : Wire.u32(value).reversed() }
    private func u16(_ value: UInt16) -> [UInt8] { isBigEndian ? Wire.u16(value) : Wire.u16(value).reversed() }
}

/// Compressed files without compression: only the formats matter here.
enum Compressed {
    /// A gzip member of stored blocks (RFC 1951 section 3.2.4, RFC 1952).
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        let blocks = stride(from: 0, to: bytes.count, by: 65535).map { bytes[$0..<min(bytes.count, $0 + 65535)] }
        for (index, block) in blocks.enumerated() {
            let length = UInt16(block.count)
            member += [index == blocks.count - 1 ? 1 : 0] + Wire.u16(length).reversed() + Wire.u16(~length).reversed()
            member += block
        }
        return member + Wire.u32(crc32(bytes)).reversed() + Wire.u32(UInt32(bytes.count)).reversed()
    }

    /// A Zstandard frame of raw blocks (RFC 8878 section 3.1.1).
    static func zstd(_ bytes: [UInt8]) -> [UInt8] {
        // A window of 128 KiB, no content size, no checksum.
        var frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]
        let blocks = stride(from: 0, to: bytes.count, by: 65536).map { bytes[$0..<min(bytes.count, $0 + 65536)] }
        for (index, block) in blocks.enumerated() {
            let header = UInt32(block.count) << 3 | (index == blocks.count - 1 ? 1 : 0)
            frame += Wire.u32(header).reversed()[..<3] + block
        }
        return frame
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
        }
    }
}
