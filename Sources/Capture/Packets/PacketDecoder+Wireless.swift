/// 802.11, and the headers that drivers prepend.
extension PacketDecoder {
    /// Radiotap (radiotap.org). Only the flags field matters: it says whether the following header is padded.
    mutating func decodeRadiotap(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 8 else { return .truncated }
        let length = max(8, Int(packet.littleEndianU16(2)))
        let present = packet.littleEndianU32(4)
        var fields = 8
        var word = present
        while word & 0x8000_0000 != 0, fields + 4 <= min(length, packet.count) {
            word = packet.littleEndianU32(fields)
            fields += 4
        }
        if present & 1 != 0 { fields = (fields + 7) & ~7 + 8 }
        let flags = present & 2 != 0 && fields < min(length, packet.count) ? packet.byte(fields) : 0
        return packet.drop(length)
            ? decodeIEEE80211(packet, isPadded: flags & 0x20 != 0, depth: depth) : .truncated
    }

    /// The headers of old drivers: AVS has its length in big-endian order, Prism in the order of its machine.
    mutating func decodePrism(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 8 else { return .truncated }
        let length = packet.u32(4)
        let header = length <= 1024 ? length : packet.littleEndianU32(4)
        return packet.drop(Int(header)) ? decodeIEEE80211(packet, depth: depth) : .truncated
    }

    /// Unencrypted 802.11 data frames.
    ///
    /// - Parameter isDecrypted: whether frames marked as encrypted are already decrypted, but still contain their
    ///   initialization vector.
    mutating func decodeIEEE80211(
        _ frame: WireBytes, isPadded: Bool = false, isDecrypted: Bool = false, depth: Int
    ) -> Result {
        var frame = frame
        guard frame.count >= 24, depth < PacketDecoder.maximumDepth else { return .truncated }
        let control = frame.byte(0)
        let flags = frame.byte(1)
        // Type 2 is data; subtype bit 2 means no data, bit 3 QoS.
        guard control & 0x0c == 0x08, control & 0x40 == 0 else { return .other }
        let isProtected = flags & 0x40 != 0
        guard !isProtected || isDecrypted else { return unread(.encryptedWireless) }
        var header = 24
        if flags & 0x03 == 0x03 { header += 6 }
        var isAggregate = false
        if control & 0x80 != 0 {
            guard frame.count >= header + 2 else { return .truncated }
            isAggregate = frame.byte(header) & 0x80 != 0
            header += 2
            if flags & 0x80 != 0 { header += 4 }
        }
        if isPadded { header = (header + 3) & ~3 }
        if isProtected { header += 8 }
        guard frame.drop(header) else { return .truncated }
        return isAggregate ? decodeAggregate(frame, depth: depth) : decodeLLC(frame, depth: depth)
    }

    /// Aggregated frames (A-MSDU): two addresses and a length precede each, which starts at a multiple of four.
    mutating func decodeAggregate(_ frames: WireBytes, depth: Int) -> Result {
        var rest = frames
        while rest.count >= 14 {
            var frame = rest
            let length = Int(rest.u16(12))
            guard frame.drop(14), length <= frame.count else { return .truncated }
            frame.count = length
            _ = rest.drop(min(rest.count, (14 + length + 3) & ~3))
            if decodeLLC(frame, depth: depth) == .segment {
                if rest.count >= 14 { later = (rest, depth) }
                return .segment
            }
        }
        return .other
    }
}
