/// Tunnels and mirrors: packets within packets.
extension PacketDecoder {
    /// Decodes UDP on the ports of known tunnels.
    mutating func decodeUDP(_ datagram: WireBytes, depth: Int) -> Result {
        var payload = datagram
        guard payload.count >= 8, depth < PacketDecoder.maximumDepth else { return .other }
        let (source, destination) = (payload.u16(0), payload.u16(2))
        _ = payload.drop(8)
        let (outer, outerNetwork) = (segment.network, network)
        guard
            let announced = decodeTunnel(port: destination, payload, depth: depth + 1)
                ?? decodeTunnel(port: source, payload, depth: depth + 1)
        else { return decodeUnannounced(payload, depth: depth + 1) }
        if announced == .segment { return announced }
        // A client or relay of Teredo may have chosen the port of another tunnel.
        let found = network
        (segment.network, network) = (outer, outerNetwork)
        if decodeUnannounced(payload, depth: depth + 1) == .segment { return .segment }
        network = found
        return announced
    }

    /// - Returns: nil if `port` is not that of a known tunnel.
    private mutating func decodeTunnel(port: UInt16, _ payload: WireBytes, depth: Int) -> Result? {
        switch port {
        case 4789, 4790, 8472: decodeVXLAN(payload, depth: depth)
        case 6081: decodeGeneve(payload, depth: depth)
        case 2152: decodeGTP(payload, depth: depth)
        case 3544: decodeTeredo(payload, depth: depth)
        case 1701: decodeL2TP(payload, depth: depth)
        case 6635: decodeMPLS(payload, depth: depth)
        case 4754: decodeGRE(payload, depth: depth)
        case 4341: decodeLISP(payload, depth: depth)
        case 5072: decodeAYIYA(payload, depth: depth)
        case 37008: decodeTZSP(payload, depth: depth)
        case 6080: decodeGUE(payload, depth: depth)
        case 5555: decodeFOU(payload, depth: depth)
        case 5247: decodeCAPWAP(payload, depth: depth)
        case 4500: decodeUDPEncapsulatedESP(payload, depth: depth)
        default: nil
        }
    }

    /// VXLAN (RFC 7348 section 5), and its generic protocol extension.
    private mutating func decodeVXLAN(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 8, packet.byte(0) & 0x08 != 0 else { return .other }
        let next = packet.byte(0) & 0x04 != 0 ? packet.byte(3) : 3
        segment.crosses(packet.u32(4) >> 8)
        _ = packet.drop(8)
        switch next {
        case 1: return decodeIPv4(packet, depth: depth)
        case 2: return decodeIPv6(packet, depth: depth)
        case 4: return decodeNSH(packet, depth: depth)
        case 5: return decodeMPLS(packet, depth: depth)
        default: return decodeEthernet(packet, depth: depth)
        }
    }

    /// Geneve (RFC 8926 section 3.4): the options' length is in four-byte units.
    private mutating func decodeGeneve(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 8, packet.byte(0) >> 6 == 0 else { return .other }
        let type = packet.u16(2)
        segment.crosses(packet.u32(4) >> 8)
        guard packet.drop(8 + Int(packet.byte(0) & 0x3f) * 4) else { return .truncated }
        return decodeEtherType(type, packet, depth: depth)
    }

    /// GTP-U (3GPP TS 29.281 section 5): message 255 carries a packet, after optional fields and extension headers.
    private mutating func decodeGTP(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 8, packet.byte(0) & 0xf0 == 0x30, packet.byte(1) == 0xff else {
            return .other
        }
        let flags = packet.byte(0)
        segment.crosses(packet.u32(4))
        _ = packet.drop(8)
        if flags & 0x07 != 0 {
            guard packet.count >= 4 else { return .truncated }
            var next = flags & 0x04 != 0 ? packet.byte(3) : 0
            _ = packet.drop(4)
            while next != 0 {
                guard packet.count >= 4 else { return .truncated }
                let length = Int(packet.byte(0)) * 4
                guard length >= 4, length <= packet.count else { return .truncated }
                next = packet.byte(length - 1)
                _ = packet.drop(length)
            }
        }
        return decodeIP(packet, depth: depth)
    }

    /// Teredo (RFC 4380 section 5.1.1): IPv6 after optional authentication and origin indications.
    private mutating func decodeTeredo(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        if packet.count >= 13, packet.u16(0) == 0x0001 {
            guard packet.drop(13 + Int(packet.byte(2)) + Int(packet.byte(3))) else { return .truncated }
        }
        if packet.count >= 8, packet.u16(0) == 0 { _ = packet.drop(8) }
        guard packet.count > 0, packet.byte(0) >> 4 == 6 else { return .other }
        return decodeIPv6(packet, depth: depth)
    }

    /// Tunnels on any port. Teredo between relays and clients is recognised by the inner addresses, one of which is in
    /// 2001::/32; IPv4 in UDP (FOU) by its length and checksum.
    private mutating func decodeUnannounced(_ payload: WireBytes, depth: Int) -> Result {
        if isWholeIPv4(payload, allowsBlank: false), payload.byte(9) == 6 { return decodeIPv4(payload, depth: depth) }
        var packet = payload
        if packet.count >= 13, packet.u16(0) == 0x0001 {
            guard packet.drop(13 + Int(packet.byte(2)) + Int(packet.byte(3))) else { return .other }
        }
        if packet.count >= 8, packet.u16(0) == 0 { _ = packet.drop(8) }
        guard packet.count >= 60, packet.byte(0) >> 4 == 6, packet.byte(6) == 6,
            Int(packet.u16(4)) <= packet.count - 40 + uncapturedBytes,
            packet.u32(8) == 0x2001_0000 || packet.u32(24) == 0x2001_0000
        else { return .other }
        return decodeIPv6(packet, depth: depth)
    }

    /// L2TP version 2 data messages (RFC 2661 section 3.1): PPP after optional fields.
    private mutating func decodeL2TP(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 6, packet.byte(1) & 0x0f == 2, packet.byte(0) & 0x80 == 0 else {
            return .other
        }
        let flags = packet.byte(0)
        var header = 6
        if flags & 0x40 != 0 { header += 2 }
        if flags & 0x08 != 0 { header += 4 }
        if flags & 0x02 != 0 {
            guard packet.count >= header + 2 else { return .truncated }
            header += 2 + Int(packet.u16(header))
        }
        guard packet.drop(header) else { return .truncated }
        if packet.count >= 2, packet.u16(0) == 0xff03 { _ = packet.drop(2) }
        return decodePPP(packet, depth: depth)
    }

    /// GRE (RFC 2784, 2890), and the version of PPTP (RFC 2637 section 4.1), whose payload is PPP.
    mutating func decodeGRE(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 4, depth < PacketDecoder.maximumDepth else { return .other }
        let (flags, version) = (packet.byte(0), packet.byte(1) & 0x07)
        let type = packet.u16(2)
        var header = 4
        if version == 1 {
            header = 8 + (flags & 0x10 != 0 ? 4 : 0) + (packet.byte(1) & 0x80 != 0 ? 4 : 0)
            guard packet.drop(header), packet.count > 0 else { return .other }
            if packet.count >= 2, packet.u16(0) == 0xff03 { _ = packet.drop(2) }
            return decodePPP(packet, depth: depth)
        }
        guard version == 0 else { return .other }
        if flags & 0xc0 != 0 { header += 4 }
        if flags & 0x20 != 0 {
            guard packet.count >= header + 4 else { return .truncated }
            segment.crosses(packet.u32(header))
            header += 4
        }
        if flags & 0x10 != 0 { header += 4 }
        guard packet.drop(header) else { return .truncated }
        // ERSPAN type I has no header; it is recognised by the missing sequence number.
        if type == 0x88be, flags & 0x10 == 0 { return decodeEthernet(packet, depth: depth) }
        if type == 0x883e {
            // WCCP: an IPv4 packet; in version 2, after a header of four bytes.
            if packet.count > 4, packet.byte(0) >> 4 != 4 { _ = packet.drop(4) }
            return decodeIPv4(packet, depth: depth)
        }
        // Aruba access points forward the frames they receive.
        if type == 0x9000 || (0x8200...0x82ff).contains(type) {
            return decodeIEEE80211(packet, depth: depth)
        }
        return decodeEtherType(type, packet, depth: depth)
    }

    /// ERSPAN type II (draft-foschiano-erspan section 4.2): eight bytes, then the mirrored frame.
    mutating func decodeERSPAN2(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        return packet.drop(8) ? decodeEthernet(packet, depth: depth) : .truncated
    }

    /// ERSPAN type III (section 4.3): twelve bytes, eight more if the last bit is set; frame type 0 is Ethernet, 2 is
    /// IP.
    mutating func decodeERSPAN3(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 12 else { return .truncated }
        let frameType = packet.u16(10) >> 10 & 0x1f
        guard packet.drop(packet.byte(11) & 1 == 1 ? 20 : 12) else { return .truncated }
        return frameType == 2 ? decodeIP(packet, depth: depth) : decodeEthernet(packet, depth: depth)
    }
}
