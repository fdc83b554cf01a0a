/// Rare tunnels.
extension PacketDecoder {
    /// EtherIP (RFC 3378): sixteen bits, of which the first four are version 3, then a frame.
    mutating func decodeEtherIP(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 2, packet.byte(0) >> 4 == 3 else { return .other }
        return packet.drop(2) ? decodeEthernet(packet, depth: depth) : .truncated
    }

    /// L2TP version 3 over IP (RFC 3931 section 4.1.1): a session identifier, then a cookie and a sublayer, whose
    /// presence only the two ends know. The first header length that yields a TCP segment is accepted.
    mutating func decodeL2TP3(_ packet: WireBytes, depth: Int) -> Result {
        guard packet.count >= 4, packet.u32(0) != 0 else { return .other }
        for header in [4, 8, 12, 16] {
            var frame = packet
            if frame.drop(header), decodeEthernet(frame, depth: depth) == .segment { return .segment }
        }
        return .other
    }

    /// LISP (RFC 9300 section 5.1): eight bytes, then a packet.
    mutating func decodeLISP(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        return packet.drop(8) ? decodeIP(packet, depth: depth) : .truncated
    }

    /// AYIYA (draft-massar-v6ops-ayiya section 4): the first two bytes contain the lengths of identity and signature.
    mutating func decodeAYIYA(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 8, packet.byte(2) & 0x0f == 1 else { return .other }
        let next = packet.byte(3)
        guard packet.drop(8 + 1 << Int(packet.byte(0) >> 4) + Int(packet.byte(1) >> 4) * 4) else {
            return .truncated
        }
        return next == 4 || next == 41 ? decodeIP(packet, depth: depth) : .other
    }

    /// TZSP, sent by access points that mirror traffic: tagged fields up to tag 1, then a frame.
    mutating func decodeTZSP(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 5, packet.byte(0) == 1, packet.byte(1) <= 1 else { return .other }
        let inner = packet.u16(2)
        _ = packet.drop(4)
        while true {
            guard packet.count >= 1 else { return .truncated }
            let tag = packet.byte(0)
            if tag == 1 { break }
            // Padding has no length.
            guard packet.drop(tag == 0 ? 1 : 2 + (packet.count > 1 ? Int(packet.byte(1)) : 0)) else {
                return .truncated
            }
        }
        _ = packet.drop(1)
        return switch inner {
        case 1: decodeEthernet(packet, depth: depth)
        case 18: decodeIEEE80211(packet, depth: depth)
        case 119: decodePrism(packet, depth: depth)
        default: .other
        }
    }
}
