/// The checksum of IP, TCP and UDP (RFC 1071): sums of 16-bit words whose carries are added again.
enum InternetChecksum {
    /// A sum of words with its carries added.
    @inline(__always)
    static func folded(_ sum: UInt64) -> UInt16 {
        var sum = sum
        while sum >> 16 != 0 { sum = (sum & 0xffff) &+ (sum >> 16) }
        return UInt16(truncatingIfNeeded: sum)
    }
}

extension WireBytes {
    /// The sum of all bytes as big-endian pairs, not complemented: FFFF when a checksum among them is right.
    func sum() -> UInt16 {
        var sum: UInt64 = 0
        var offset = 0
        // The sum does not depend on the byte order, except that its own bytes are swapped (RFC 1071 section 2): words
        // are added in the machine's order.
        while offset &+ 8 <= count {
            let word = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            sum &+= word & 0xffff_ffff
            sum &+= word >> 32
            offset &+= 8
        }
        var last: UInt64 = 0
        for index in offset..<count { last |= UInt64(byte(index)) << UInt64(8 * (index &- offset)) }
        sum &+= last & 0xffff_ffff
        sum &+= last >> 32
        return UInt16(bigEndian: InternetChecksum.folded(sum))
    }
}

extension TCPSegment {
    /// The sum of the pseudo header that a checksum of `transport` covers too (RFC 9293 section 3.1), for `byteCount`
    /// bytes of content between the current addresses.
    func sumOfAddresses(transport: UInt8, byteCount: Int) -> UInt16 {
        // The prefix of a mapped IPv4 address is FFFF, which does not change the sum.
        var sum = UInt64(transport) &+ UInt64(UInt32(truncatingIfNeeded: byteCount))
        for half in [sourceHigh, sourceLow, destinationHigh, destinationLow] {
            sum &+= (half >> 32) &+ (half & 0xffff_ffff)
        }
        return InternetChecksum.folded(sum)
    }
}

extension WireBytes {
    /// Whether the checksum of a TCP segment or UDP datagram is right.
    ///
    /// - Parameter addresses: the sum of its pseudo header.
    func hasRightChecksum(over addresses: UInt16) -> Bool {
        InternetChecksum.folded(UInt64(addresses) &+ UInt64(sum())) == .max
    }
}

extension PacketDecoder {
    /// Whether the checksum of a TCP segment or UDP datagram between the current addresses is right.
    func hasRightChecksum(_ content: WireBytes, transport: UInt8) -> Bool {
        content.hasRightChecksum(over: segment.sumOfAddresses(transport: transport, byteCount: content.count))
    }
}
