/// Link layers: from a capture's link type to an IP packet.
extension PacketDecoder {
    mutating func decodeLink(_ packet: WireBytes, _ linkType: LinkType, depth: Int) -> Result {
        var packet = packet
        guard depth < PacketDecoder.maximumDepth else { return .other }
        switch linkType {
        case .ethernet: return decodeEthernet(packet, depth: depth)
        case .null, .loop: return decodeLoopback(packet, depth: depth)
        case .raw, .rawOfLinux, .rawOfOpenBSD, .ipv4, .ipv6: return decodeIP(packet, depth: depth)
        case .linuxCooked:
            guard packet.count >= 16 else { return .truncated }
            let type = packet.u16(14)
            _ = packet.drop(16)
            return decodeEtherType(type, packet, depth: depth)
        case .linuxCooked2:
            guard packet.count >= 20 else { return .truncated }
            let type = packet.u16(0)
            _ = packet.drop(20)
            return decodeEtherType(type, packet, depth: depth)
        case .ppp, .pppHDLC:
            // Address and control (FF 03) precede the protocol unless negotiated away.
            if packet.count >= 2, packet.u16(0) == 0xff03 { _ = packet.drop(2) }
            return decodePPP(packet, depth: depth)
        case .pppEthernet: return packet.drop(6) ? decodePPP(packet, depth: depth) : .truncated
        case .ciscoHDLC:
            guard packet.count >= 4 else { return .truncated }
            let type = packet.u16(2)
            _ = packet.drop(4)
            return decodeEtherType(type, packet, depth: depth)
        case .perPacketInformation:
            guard packet.count >= 8 else { return .truncated }
            let inner = LinkType(rawValue: packet.littleEndianU32(4))
            return packet.drop(max(8, Int(packet.littleEndianU16(2))))
                ? decodeLink(packet, inner, depth: depth + 1) : .truncated
        case .radiotap: return decodeRadiotap(packet, depth: depth)
        case .ieee80211: return decodeIEEE80211(packet, depth: depth)
        case .nflog: return decodeNFLOG(packet, depth: depth)
        default: return decodeRareLink(packet, linkType, depth: depth)
        }
    }

    /// The address family comes first, in the byte order of the capturing machine; the IP version nibble is more
    /// reliable.
    private mutating func decodeLoopback(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.drop(4) else { return .truncated }
        return decodeIP(packet, depth: depth)
    }

    /// 802.2 LLC, nearly always with SNAP (RFC 1042): the encapsulation of IP on 802.3 and 802.11.
    mutating func decodeLLC(_ frame: WireBytes, depth: Int) -> Result {
        var frame = frame
        guard frame.count >= 8 else { return .truncated }
        if frame.u16(0) == 0x0606, frame.byte(2) == 3, frame.drop(3) {
            return decodeIPv4(frame, depth: depth + 1)
        }
        guard frame.u16(0) == 0xaaaa, frame.byte(2) == 3 else { return .other }
        let type = frame.u16(6)
        _ = frame.drop(8)
        return decodeEtherType(type, frame, depth: depth + 1)
    }

    /// Netfilter's log: type-length-value fields, of which number 9 is the packet. Lengths are little-endian on the
    /// usual machines.
    private mutating func decodeNFLOG(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.drop(4) else { return .truncated }
        while packet.count >= 4 {
            let length = Int(packet.littleEndianU16(0))
            let type = packet.littleEndianU16(2)
            guard length >= 4 else { return .truncated }
            if type & 0x7fff == 9 {
                guard length <= packet.count + uncapturedBytes else { return .truncated }
                let payload = WireBytes(packet.start + 4, min(length, packet.count) - 4)
                return decodeIP(payload, depth: depth)
            }
            guard packet.drop((length + 3) & ~3) else { return .truncated }
        }
        return .other
    }

    /// A PPP frame from its protocol number on (RFC 1661), which is one byte if compressed.
    mutating func decodePPP(_ frame: WireBytes, depth: Int) -> Result {
        var frame = frame
        guard frame.count >= 2 else { return .truncated }
        let isShort = frame.byte(0) & 1 == 1
        let type = isShort ? UInt16(frame.byte(0)) : frame.u16(0)
        _ = frame.drop(isShort ? 1 : 2)
        switch type {
        case 0x0021: return decodeIPv4(frame, depth: depth + 1)
        case 0x0057: return decodeIPv6(frame, depth: depth + 1)
        case 0x0281, 0x0283: return decodeMPLS(frame, depth: depth + 1)
        default: return .other
        }
    }

    /// An MPLS label stack (RFC 3032), whose last label is marked; the first nibble identifies the next protocol.
    mutating func decodeMPLS(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        var labels = 0
        while true {
            guard packet.count >= 4, labels < PacketDecoder.maximumDepth else { return .truncated }
            let isLast = packet.byte(2) & 1 == 1
            _ = packet.drop(4)
            labels += 1
            if isLast { break }
        }
        guard packet.count > 0, depth < PacketDecoder.maximumDepth else { return .other }
        switch packet.byte(0) >> 4 {
        case 4: return decodeIPv4(packet, depth: depth + 1)
        case 6: return decodeIPv6(packet, depth: depth + 1)
        case 0:
            // A pseudowire's control word (RFC 4385), then Ethernet; without the word, a MAC address could begin with
            // the same nibble.
            var frame = packet
            guard frame.drop(4) else { return .truncated }
            let result = decodeEthernet(frame, depth: depth + 1)
            return result == .segment ? result : decodeEthernet(packet, depth: depth + 1)
        default: return decodeEthernet(packet, depth: depth + 1)
        }
    }
}
