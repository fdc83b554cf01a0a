/// IP packets: options and extension headers are skipped, fragments are reassembled.
extension PacketDecoder {
    mutating func decodeIP(_ packet: WireBytes, depth: Int) -> Result {
        guard packet.count > 0 else { return .truncated }
        switch packet.byte(0) >> 4 {
        case 4: return decodeIPv4(packet, depth: depth)
        case 6: return decodeIPv6(packet, depth: depth)
        default: return .other
        }
    }

    mutating func decodeIPv4(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard depth < PacketDecoder.maximumDepth else { return .other }
        guard packet.count >= 20 else { return .truncated }
        guard packet.byte(0) >> 4 == 4 else { return .other }
        let header = Int(packet.byte(0) & 0x0f) * 4
        let total = Int(packet.u16(2))
        guard header >= 20, header <= packet.count, total == 0 || total >= header else {
            return .truncated
        }
        // The total length is 0 in packets that the network card segments later (TSO): the packet is everything that
        // was captured.
        var missing = 0
        if total == 0 {
            missing = uncapturedBytes
        } else if total <= packet.count {
            packet.count = total
        } else {
            missing = total - packet.count
        }
        network = packet
        segment.sourceHigh = 0
        segment.sourceLow = 0xffff_0000_0000 | UInt64(packet.u32(12))
        segment.destinationHigh = 0
        segment.destinationLow = 0xffff_0000_0000 | UInt64(packet.u32(16))
        let transport = packet.byte(9)
        let fragment = packet.u16(6)
        if fragment & 0x3fff != 0 {
            guard missing == 0 else { return .truncated }
            let identification = UInt32(packet.u16(4))
            _ = packet.drop(header)
            return decodeFragment(
                packet, offset: Int(fragment & 0x1fff) * 8, hasMore: fragment & 0x2000 != 0,
                identification: identification, transport: transport, depth: depth)
        }
        _ = packet.drop(header)
        return transport == 6
            ? decodeTCP(packet, missing: missing)
            : decodeTransport(transport, packet, missing: missing, depth: depth)
    }

    mutating func decodeIPv6(_ packet: WireBytes, depth: Int) -> Result {
        var packet = packet
        guard depth < PacketDecoder.maximumDepth else { return .other }
        guard packet.count >= 40 else { return .truncated }
        guard packet.byte(0) >> 4 == 6 else { return .other }
        let length = Int(packet.u16(4))
        let available = packet.count - 40
        // A length of 0 with a payload means TSO again, or a jumbogram.
        var missing = length == 0 ? uncapturedBytes : max(0, length - available)
        if length != 0, length < available { packet.count = 40 + length }
        network = packet
        segment.sourceHigh = packet.u64(8)
        segment.sourceLow = packet.u64(16)
        segment.destinationHigh = packet.u64(24)
        segment.destinationLow = packet.u64(32)
        var next = packet.byte(6)
        _ = packet.drop(40)
        for _ in 0..<PacketDecoder.maximumDepth {
            switch next {
            case 0, 43, 60, 135, 139, 140:
                // Hop-by-hop, routing, destination options, mobility, HIP, Shim6 (RFC 8200 section 4, RFC 7045): next
                // header, length in eight-byte units.
                guard packet.count >= 8 else { return .truncated }
                next = packet.byte(0)
                guard packet.drop((Int(packet.byte(1)) + 1) * 8) else { return .truncated }
            case 51:
                // Authentication header (RFC 4302): length in four-byte units, minus two.
                guard packet.count >= 8 else { return .truncated }
                next = packet.byte(0)
                guard packet.drop((Int(packet.byte(1)) + 2) * 4) else { return .truncated }
            case 44:
                guard packet.count >= 8, missing == 0 else { return .truncated }
                let (transport, fragment, identification) = (packet.byte(0), packet.u16(2), packet.u32(4))
                _ = packet.drop(8)
                if fragment & 0xfff9 == 0 {
                    next = transport
                    missing = 0
                    continue
                }
                return decodeFragment(
                    packet, offset: Int(fragment & 0xfff8), hasMore: fragment & 1 != 0,
                    identification: identification, transport: transport, depth: depth)
            default: return decodeTransport(next, packet, missing: missing, depth: depth)
            }
        }
        return .other
    }

    private mutating func decodeFragment(
        _ payload: WireBytes, offset: Int, hasMore: Bool, identification: UInt32, transport: UInt8,
        depth: Int
    ) -> Result {
        let key = FragmentTable.Key(
            sourceHigh: segment.sourceHigh, sourceLow: segment.sourceLow,
            destinationHigh: segment.destinationHigh,
            destinationLow: segment.destinationLow, identification: identification, transport: transport)
        switch fragments.add(payload, at: offset, isLast: !hasMore, to: key, time: segment.time) {
        case .incomplete: return .other
        case .refused: return .truncated
        case .whole(let datagram):
            network = fragments.withHeader(key)
            isReassembled = true
            return decodeTransport(transport, datagram, missing: 0, depth: depth + 1)
        }
    }

    mutating func decodeTransport(_ transport: UInt8, _ payload: WireBytes, missing: Int, depth: Int)
        -> Result
    {
        switch transport {
        case 6: return decodeTCP(payload, missing: missing)
        case 17: return decodeUDP(payload, depth: depth)
        case 4, 94: return decodeIPv4(payload, depth: depth + 1)
        case 41: return decodeIPv6(payload, depth: depth + 1)
        case 50: return decodeESP(payload, depth: depth + 1)
        case 47: return decodeGRE(payload, depth: depth + 1)
        case 51:
            // Authentication header (RFC 4302) over IPv4.
            var payload = payload
            guard payload.count >= 8, depth < PacketDecoder.maximumDepth else { return .truncated }
            let next = payload.byte(0)
            guard payload.drop((Int(payload.byte(1)) + 2) * 4) else { return .truncated }
            return decodeTransport(next, payload, missing: missing, depth: depth + 1)
        case 97: return decodeEtherIP(payload, depth: depth + 1)
        case 115: return decodeL2TP3(payload, depth: depth + 1)
        case 137: return decodeMPLS(payload, depth: depth + 1)
        default: return .other
        }
    }

    @inline(__always)
    private mutating func decodeTCP(_ packet: WireBytes, missing: Int) -> Result {
        guard packet.count >= 20 else { return .truncated }
        let header = Int(packet.byte(12) >> 4) * 4
        guard header >= 20, header <= packet.count else { return .truncated }
        segment.sourcePort = packet.u16(0)
        segment.destinationPort = packet.u16(2)
        segment.sequence = packet.u32(4)
        segment.acknowledgement = packet.u32(8)
        segment.flags = packet.byte(13)
        segment.window = packet.u16(14)
        segment.windowShift = segment.has(TCPSegment.syn) ? windowShift(packet, header) : nil
        segment.payload = UnsafeRawBufferPointer(
            start: packet.start + header, count: packet.count - header)
        segment.missingBytes = missing
        segment.headerBytes = missing == 0 ? UInt8(header) : 0
        segment.paddingBytes = 0
        if segment.payload.count <= PacketDecoder.maximumPadding, !segment.payload.isEmpty,
            isPadding(segment.payload, header)
        {
            segment.paddingBytes = UInt8(segment.payload.count)
            segment.payload = UnsafeRawBufferPointer(start: packet.start, count: 0)
            segment.headerBytes = 0
        }
        return .segment
    }

    /// What is missing of the minimum frame payload of 46 bytes after headers without options.
    static let maximumPadding = 6

    /// Whether the few bytes of a segment are probably Ethernet padding that is wrongly counted in the IP length: only zeros, up
    /// to the minimum frame payload of 46 bytes, in a segment without PSH. A keep-alive probe is not padding.
    private func isPadding(_ payload: UnsafeRawBufferPointer, _ header: Int) -> Bool {
        guard segment.flags & 0x08 == 0, header + 20 + payload.count <= 46, payload.count > 1 else {
            return false
        }
        return payload.allSatisfy { $0 == 0 }
    }

    /// The window scale option of a SYN (RFC 7323 section 2.2).
    private func windowShift(_ packet: WireBytes, _ header: Int) -> UInt8? {
        var offset = 20
        while offset < header {
            let kind = packet.byte(offset)
            if kind == 0 { return nil }
            if kind == 1 {
                offset += 1
                continue
            }
            guard offset + 1 < header else { return nil }
            let length = Int(packet.byte(offset + 1))
            guard length >= 2, offset + length <= header else { return nil }
            if kind == 3, length == 3 { return min(packet.byte(offset + 2), 14) }
            offset += length
        }
        return nil
    }
}
