import Traffic

/// Finds the TCP segment in a packet: down through link layers, tags and tunnels to the innermost IP packet.
///
/// Owns the state that spans packets (fragments). Checksums are not verified here: with offloading, they are not yet
/// filled in when packets are captured on the sending machine (``ChecksumHistory``).
struct PacketDecoder {
    /// The result for a packet.
    enum Result {
        /// `segment` is filled.
        case segment
        /// Not TCP, or a fragment of an incomplete datagram.
        case other
        /// A protocol that may carry HTTP but is not read, named by ``unread``.
        case unread
        /// Bytes are missing, or lengths are wrong.
        case truncated
    }

    /// The maximum depth of nested encapsulations; more is an attack.
    static let maximumDepth = 16

    var segment = TCPSegment()
    var fragments: FragmentTable
    /// The innermost IP packet found, as far as captured; a reassembled one has a synthesised header.
    var network: WireBytes?
    /// Whether the packet completed a fragmented datagram.
    var isReassembled = false
    /// Bytes of the packet after the captured ones.
    var uncapturedBytes = 0
    /// The protocol of the packet, after ``Result/unread``.
    var unread: UnreadProtocol?
    /// The rest of a frame that carries several packets, the first of which is in ``segment``.
    var later: (frames: WireBytes, depth: Int)?

    init(limits: CaptureLimits) { fragments = FragmentTable(limits: limits) }

    /// Looks for a TCP segment in `packet`. The result is in ``segment`` and borrows the packet's bytes, or the
    /// decoder's, until the next call.
    mutating func decode(_ packet: CapturedPacket) -> Result {
        guard let start = packet.bytes.baseAddress else { return .truncated }
        segment.time = packet.time.nanoseconds
        segment.network = 0
        network = nil
        isReassembled = false
        uncapturedBytes = max(0, packet.originalLength - packet.bytes.count)
        return decodeLink(WireBytes(start, packet.bytes.count), packet.linkType, depth: 0)
    }

    /// Looks for the next segment in a packet that contains several.
    mutating func decodeLater() -> Result {
        guard let rest = later else { return .other }
        later = nil
        return decodeAggregate(rest.frames, depth: rest.depth)
    }

    /// Decodes by the protocol number of Ethernet, SLL and GRE.
    mutating func decodeEtherType(_ type: UInt16, _ payload: WireBytes, depth: Int) -> Result {
        var type = type
        var payload = payload
        var depth = depth
        while depth < PacketDecoder.maximumDepth {
            depth += 1
            switch type {
            case 0x0800: return decodeIPv4(payload, depth: depth)
            case 0x86dd: return decodeIPv6(payload, depth: depth)
            case 0x8100, 0x88a8, 0x9100, 0x9200, 0x9300:
                guard payload.count >= 4 else { return .truncated }
                segment.crosses(UInt32(payload.u16(0) & 0x0fff))
                type = payload.u16(2)
                _ = payload.drop(4)
                if type < 0x600 { return decodeLLC(payload, depth: depth) }
            case 0x8847, 0x8848: return decodeMPLS(payload, depth: depth)
            case 0x8864:
                // PPPoE session (RFC 2516): a header of six bytes, then PPP's protocol number.
                guard payload.drop(6) else { return .truncated }
                return decodePPP(payload, depth: depth)
            case 0x6558: return decodeEthernet(payload, depth: depth)
            // 802.11 frames, which some drivers encapsulate in Ethernet.
            case 0x2452: return decodeIEEE80211(payload, isDecrypted: true, depth: depth)
            case 0x88be: return decodeERSPAN2(payload, depth: depth)
            case 0x22eb: return decodeERSPAN3(payload, depth: depth)
            case 0x880b: return decodePPP(payload, depth: depth)
            default: return decodeTag(type, payload, depth: depth)
            }
        }
        return .other
    }

    mutating func decodeEthernet(_ frame: WireBytes, depth: Int) -> Result {
        var frame = frame
        guard frame.count >= 14 else { return .truncated }
        let type = frame.u16(12)
        _ = frame.drop(14)
        return type < 0x600
            ? decodeLLC(frame, depth: depth) : decodeEtherType(type, frame, depth: depth)
    }
}
