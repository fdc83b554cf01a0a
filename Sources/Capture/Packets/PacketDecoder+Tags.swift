/// Tags that switches and fabrics insert between the Ethernet header and the packet.
extension PacketDecoder {
    /// Decodes the rarer EtherTypes.
    mutating func decodeTag(_ type: UInt16, _ payload: WireBytes, depth: Int) -> Result {
        switch type {
        // 802.1BR: six bytes. VN-Tag, and HSR (IEC 62439-3) with path, size and sequence: four. Cisco metadata: six.
        case 0x893f, 0x8926, 0x892f:
            decodeTagged(payload, tagBytes: type == 0x893f ? 6 : 4, depth: depth)
        case 0x8909: decodeTagged(payload, tagBytes: 6, depth: depth)
        // Provider backbone bridging (802.1ah): flags and service identifier, then the customer's whole frame.
        case 0x88e7: decodeFrame(payload, behind: 4, depth: depth)
        // FabricPath: tag and hop count; its outer addresses precede them.
        case 0x8903: decodeFrame(payload, behind: 2, depth: depth)
        case 0x22f3: decodeTRILL(payload, depth: depth)
        case 0x894f: decodeNSH(payload, depth: depth)
        case 0x88e5: decodeMACsec(payload, depth: depth)
        default: .other
        }
    }

    private mutating func decodeTagged(_ packet: WireBytes, tagBytes: Int, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= tagBytes + 2 else { return .truncated }
        let type = packet.u16(tagBytes)
        _ = packet.drop(tagBytes + 2)
        return decodeEtherType(type, packet, depth: depth)
    }

    private mutating func decodeFrame(_ packet: WireBytes, behind header: Int, depth: Int) -> Result {
        var packet = packet
        return packet.drop(header) ? decodeEthernet(packet, depth: depth) : .truncated
    }

    /// TRILL (RFC 6325 section 3): six bytes, options in four-byte units, then a frame.
    private mutating func decodeTRILL(_ packet: WireBytes, depth: Int) -> Result {
        guard packet.count >= 6 else { return .truncated }
        return decodeFrame(packet, behind: 6 + Int(packet.u16(0) >> 6 & 0x1f) * 4, depth: depth)
    }

    /// The network service header (RFC 8300 section 2.2): its length is in four-byte units, followed by the next
    /// protocol.
    mutating func decodeNSH(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 8, depth < PacketDecoder.maximumDepth else { return .truncated }
        let next = packet.byte(3)
        guard packet.drop(max(8, Int(packet.byte(1) & 0x3f) * 4)) else { return .truncated }
        return switch next {
        case 1: decodeIPv4(packet, depth: depth + 1)
        case 2: decodeIPv6(packet, depth: depth + 1)
        case 3: decodeEthernet(packet, depth: depth + 1)
        case 5: decodeMPLS(packet, depth: depth + 1)
        default: .other
        }
    }

    /// 802.1AE without encryption: six bytes, eight more with an explicit channel. To IP, the check value at the end is
    /// padding.
    private mutating func decodeMACsec(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 8 else { return .truncated }
        let control = packet.byte(0)
        guard control & 0x0c == 0 else { return .other }
        guard packet.drop(control & 0x20 != 0 ? 14 : 6), packet.count >= 2 else { return .truncated }
        let type = packet.u16(0)
        _ = packet.drop(2)
        return decodeEtherType(type, packet, depth: depth)
    }
}
