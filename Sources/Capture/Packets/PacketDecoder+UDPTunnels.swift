/// Tunnels over UDP whose payload type is not declared, and IPsec: the content must be plausible to be accepted.
extension PacketDecoder {
    /// Generic UDP Encapsulation (draft-ietf-intarea-gue section 3): version 0 has a header with an IP protocol number
    /// and optional words; version 1 is an IP packet.
    mutating func decodeGUE(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 4 else { return .other }
        switch packet.byte(0) >> 6 {
        case 0:
            let isControl = packet.byte(0) & 0x20 != 0
            let transport = packet.byte(1)
            guard packet.drop(4 + Int(packet.byte(0) & 0x1f) * 4) else { return .truncated }
            return isControl ? .other : decodeTransport(transport, packet, missing: uncapturedBytes, depth: depth)
        case 1: return decodeIP(packet, depth: depth)
        default: return unread(.genericUDPEncapsulation)
        }
    }

    /// Foo over UDP: only the receiver knows the payload type. It is decoded as IP or GRE if it does not look like
    /// anything else.
    mutating func decodeFOU(_ packet: WireBytes, depth: Int) -> Result {
        guard packet.count >= 4 else { return .other }
        switch packet.byte(0) >> 4 {
        case 4: return isWholeIPv4(packet) ? decodeIPv4(packet, depth: depth) : .other
        case 6:
            guard packet.count >= 40, Int(packet.u16(4)) == packet.count - 40 + uncapturedBytes else { return .other }
            return decodeIPv6(packet, depth: depth)
        default:
            let isGRE = packet.byte(0) & 0x4f == 0 && packet.byte(1) == 0
            guard isGRE, [0x0800, 0x86dd, 0x6558].contains(packet.u16(2)) else { return .other }
            return decodeGRE(packet, depth: depth)
        }
    }

    /// Whether `packet` is an IPv4 packet of exactly this length, with a valid header checksum.
    ///
    /// - Parameter allowsBlank: whether the checksum may be zero, as in packets that the network card completes later.
    func isWholeIPv4(_ packet: WireBytes, allowsBlank: Bool = true) -> Bool {
        guard packet.count >= 20, packet.byte(0) >> 4 == 4 else { return false }
        let header = Int(packet.byte(0) & 0x0f) * 4
        guard header >= 20, header <= packet.count, Int(packet.u16(2)) == packet.count + uncapturedBytes else {
            return false
        }
        return allowsBlank && packet.u16(10) == 0 || WireBytes(packet.start, header).sum() == 0xffff
    }

    /// CAPWAP data (RFC 5415 section 4.3): a header with its length in four-byte units, then an 802.3 or 802.11 frame.
    mutating func decodeCAPWAP(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard packet.count >= 8, packet.byte(0) >> 4 == 0 else { return .other }
        // The low half of the first byte is 1 if DTLS follows.
        guard packet.byte(0) & 0x0f == 0 else { return unread(.capwap) }
        let (isNative, isFragment, isKeepAlive) = (
            packet.byte(2) & 1 == 1, packet.byte(3) & 0x80 != 0, packet.byte(3) & 0x08 != 0
        )
        if isKeepAlive { return .other }
        if isFragment { return unread(.capwap) }
        guard packet.drop(Int(packet.byte(1) >> 3) * 4) else { return .truncated }
        if isNative { return decodeIEEE80211(packet, depth: depth) }
        // Some access points send 802.11 without declaring it.
        let result = decodeEthernet(packet, depth: depth)
        guard result != .segment else { return result }
        let native = decodeIEEE80211(packet, depth: depth)
        return native == .segment ? native : result
    }

    /// ESP in UDP (RFC 3948): IKE is preceded by a zero marker, and a single byte is a keep-alive.
    mutating func decodeUDPEncapsulatedESP(_ packet: WireBytes, depth: Int) -> Result {
        guard packet.count > 8, packet.u32(0) != 0 else { return .other }
        return decodeESP(packet, depth: depth)
    }

    /// ESP (RFC 4303 section 2). With NULL encryption (RFC 2410) the content is plaintext. The lengths of the
    /// surrounding parts are agreed out of band, so the content is accepted only if it is consistent: padding that
    /// counts up, and valid lengths or a valid checksum.
    mutating func decodeESP(_ packet: WireBytes, depth: Int) -> Result {
        guard depth < PacketDecoder.maximumDepth else { return .other }
        guard uncapturedBytes == 0 else { return unread(.encryptedIPsec) }
        // An initialization vector of eight bytes comes with AES-GMAC (RFC 4543).
        for (vector, check) in [(0, 12), (0, 16), (8, 16), (0, 32), (0, 24), (0, 0), (0, 8)] {
            guard let (next, content) = contentOfESP(packet, header: 8 + vector, check: check) else { continue }
            switch next {
            case 4 where isWholeIPv4(content): return decodeIPv4(content, depth: depth + 1)
            case 41 where content.count >= 40 && content.byte(0) >> 4 == 6 && Int(content.u16(4)) == content.count - 40:
                return decodeIPv6(content, depth: depth + 1)
            case 6 where hasRightChecksum(content, transport: 6):
                return decodeTransport(6, content, missing: 0, depth: depth + 1)
            case 17 where content.count >= 8 && Int(content.u16(4)) == content.count:
                return decodeTransport(17, content, missing: 0, depth: depth + 1)
            default: continue
            }
        }
        return unread(.encryptedIPsec)
    }

    /// The content between the header and the padding, with its protocol number; nil if the padding is invalid.
    private func contentOfESP(_ packet: WireBytes, header: Int, check: Int) -> (next: UInt8, content: WireBytes)? {
        let end = packet.count - check
        guard end >= header + 2 else { return nil }
        let padding = Int(packet.byte(end - 2))
        let contentEnd = end - 2 - padding
        guard contentEnd > header else { return nil }
        for index in 0..<padding where packet.byte(contentEnd + index) != UInt8(truncatingIfNeeded: index + 1) {
            return nil
        }
        return (packet.byte(end - 1), WireBytes(packet.start + header, contentEnd - header))
    }

    /// Notes the protocol of a packet that is not read.
    mutating func unread(_ kind: UnreadProtocol) -> Result {
        unread = kind
        return .unread
    }
}
