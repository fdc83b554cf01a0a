/// Link types of rare machines, and of programs that add their own header.
extension PacketDecoder {
    mutating func decodeRareLink(_ packet: WireBytes, _ linkType: LinkType, depth: Int) -> Result {
        var packet = packet
        switch linkType {
        case .prism, .avs: return decodePrism(packet, depth: depth)
        case .mpls: return decodeMPLS(packet, depth: depth)
        case .atm: return decodeLLC(packet, depth: depth)
        case .fddi: return packet.drop(13) ? decodeLLC(packet, depth: depth) : .truncated
        case .tokenRing: return decodeTokenRing(packet, depth: depth)
        case .frameRelay: return decodeFrameRelay(packet, depth: depth)
        case .openBSDIPsec: return packet.drop(12) ? decodeIP(packet, depth: depth) : .truncated
        case .pppOfLinux: return packet.drop(2) ? decodePPP(packet, depth: depth) : .truncated
        case .pppWithDirection:
            return packet.drop(1) ? decodeLink(packet, .ppp, depth: depth + 1) : .truncated
        case .packetFilterLog:
            guard packet.count >= 4 else { return .truncated }
            return packet.drop((Int(packet.byte(0)) + 3) & ~3)
                ? decodeIP(packet, depth: depth) : .truncated
        case .infiniband:
            guard packet.count >= 4 else { return .truncated }
            let type = packet.u16(0)
            _ = packet.drop(4)
            return decodeEtherType(type, packet, depth: depth)
        case .packetTap:
            guard packet.count >= 12 else { return .truncated }
            let inner = LinkType(rawValue: packet.littleEndianU32(8))
            let header = Int(packet.littleEndianU32(0))
            return header >= 12 && packet.drop(header)
                ? decodeLink(packet, inner, depth: depth + 1) : .truncated
        case .solarisIPNet: return packet.drop(24) ? decodeIP(packet, depth: depth) : .truncated
        default: return unread(.linkType(linkType.rawValue))
        }
    }

    /// 802.5: the highest bit of the source address means that a route follows, whose first byte contains its length.
    private mutating func decodeTokenRing(_ frame: WireBytes, depth: Int) -> Result {
        var frame = frame
        guard frame.count >= 16, frame.byte(1) & 0xc0 == 0x40 else { return .other }
        let hasRoute = frame.byte(8) & 0x80 != 0
        return frame.drop(14 + (hasRoute ? Int(frame.byte(14) & 0x1f) : 0))
            ? decodeLLC(frame, depth: depth) : .truncated
    }

    /// Frame Relay: an address of two to four bytes, then the encapsulation of RFC 2427 or Cisco's protocol number.
    private mutating func decodeFrameRelay(_ frame: WireBytes, depth: Int) -> Result {
        var frame = frame
        var address = 1
        while address < 4, address <= frame.count, frame.byte(address - 1) & 1 == 0 { address += 1 }
        guard frame.drop(address), frame.count >= 3 else { return .truncated }
        guard frame.byte(0) == 3 else {
            let type = frame.u16(0)
            _ = frame.drop(2)
            return decodeEtherType(type, frame, depth: depth)
        }
        _ = frame.drop(frame.byte(1) == 0 ? 2 : 1)
        guard frame.count >= 6 else { return .truncated }
        switch frame.byte(0) {
        case 0xcc: return frame.drop(1) ? decodeIPv4(frame, depth: depth) : .truncated
        case 0x8e: return frame.drop(1) ? decodeIPv6(frame, depth: depth) : .truncated
        case 0x80:
            let type = frame.u16(4)
            _ = frame.drop(6)
            return decodeEtherType(type, frame, depth: depth)
        default: return .other
        }
    }
}
