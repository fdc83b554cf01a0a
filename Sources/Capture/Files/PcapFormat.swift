import ContentCodings
import Formats
import Traffic

/// The classic pcap format: a file header of 24 bytes, then records of a 16-byte header and a packet.
struct PcapFormat {
    private let isSwapped: Bool
    private let nsPerTick: Int64
    private let linkType: LinkType
    private let recordHeaderBytes: Int

    /// The maximum packet size of a record; a larger one means a broken file. The limit is libpcap's.
    static let maximumPacketBytes: UInt32 = 64 << 20

    init(_ source: inout CaptureSource, magic: UInt32) throws(CaptureFileError) {
        var recordHeaderBytes = 16
        switch magic {
        case 0xa1b2_c3d4: (isSwapped, nsPerTick) = (false, Nanoseconds.perMicrosecond)
        case 0xd4c3_b2a1: (isSwapped, nsPerTick) = (true, Nanoseconds.perMicrosecond)
        case 0xa1b2_3c4d: (isSwapped, nsPerTick) = (false, 1)
        case 0x4d3c_b2a1: (isSwapped, nsPerTick) = (true, 1)
        case 0xa1b2_cd34, 0x34cd_b2a1:
            // Kuznetzov's variant: eight more bytes per record.
            (isSwapped, nsPerTick) = (magic == 0x34cd_b2a1, Nanoseconds.perMicrosecond)
            recordHeaderBytes = 24
        default: throw .notACapture(path: source.path)
        }
        self.recordHeaderBytes = recordHeaderBytes
        guard try source.need(24) else { throw source.cutOff }
        let network = source.first.loadUnaligned(fromByteOffset: 20, as: UInt32.self)
        // The upper bits describe frame check sequences.
        linkType = LinkType(rawValue: (isSwapped ? network.byteSwapped : network) & 0x03ff_ffff)
        source.consume(24)
    }

    @inline(__always)
    func next(_ source: inout CaptureSource) throws(CaptureFileError) -> CapturedPacket? {
        guard try source.need(recordHeaderBytes) else {
            if source.available == 0 { return nil }
            throw source.cutOff
        }
        let header = source.first
        let captured = field(header, 8)
        guard captured <= PcapFormat.maximumPacketBytes else {
            throw source.damaged("a packet of \(captured) bytes")
        }
        guard try source.need(recordHeaderBytes + Int(captured)) else { throw source.cutOff }
        let record = source.first
        let time = Nanoseconds.from(
            seconds: Int64(field(record, 0)), ticks: Int64(field(record, 4)), nsPerTick: nsPerTick)
        let original = field(record, 12)
        source.consume(recordHeaderBytes + Int(captured))
        return CapturedPacket(
            bytes: UnsafeRawBufferPointer(start: record + recordHeaderBytes, count: Int(captured)),
            originalLength: Int(original), linkType: linkType, time: CaptureTime(nanoseconds: time))
    }

    @inline(__always)
    private func field(_ header: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        let value = header.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isSwapped ? value.byteSwapped : value
    }
}
