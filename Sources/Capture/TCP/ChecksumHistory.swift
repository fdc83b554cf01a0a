/// How far the checksums of one direction of a connection can be trusted (RFC 9293 section 3.1).
///
/// A wrong checksum alone proves nothing: with checksum offloading all captured checksums are wrong, and with receive
/// offloading (a network card that joins segments) some are. If earlier checksums were right, a segment with a wrong
/// one is doubtful until the receiver acknowledges it or gets the same range again. If they are wrong from the
/// beginning, or often, they are ignored from then on. Trivial: part of a ``TCPStream``.
struct ChecksumHistory {
    /// Whether checksums prove nothing here and are no longer verified.
    private(set) var areUseless = false
    private var right: UInt16 = 0
    private var wrong: UInt16 = 0

    /// This many right checksums show that the sender computes them.
    private static let trustworthyCount = 1
    /// This many wrong checksums, and more than one in `toleratedShare`, show that offloading makes them wrong.
    private static let toleratedCount = 8
    private static let toleratedShare = 8

    /// Verifies the checksum of a segment if that says something about it.
    ///
    /// - Returns: whether the segment was probably damaged on its way, so that its receiver drops it
    @inline(__always)
    mutating func isDamaged(_ segment: TCPSegment) -> Bool {
        // A bare acknowledgement carries nothing that could be damaged.
        guard !segment.payload.isEmpty || right < ChecksumHistory.trustworthyCount else { return false }
        return look(at: segment)
    }

    @inline(never)
    private mutating func look(at segment: TCPSegment) -> Bool {
        switch segment.checksum {
        case .right:
            if right < .max { right += 1 }
            return false
        case .unknown: return false
        case .partial:
            areUseless = right < ChecksumHistory.trustworthyCount
            return false
        case .wrong:
            guard right >= ChecksumHistory.trustworthyCount else {
                areUseless = true
                return false
            }
            if wrong < .max { wrong += 1 }
            areUseless =
                wrong >= ChecksumHistory.toleratedCount && Int(wrong) * ChecksumHistory.toleratedShare > Int(right)
            return true
        }
    }
}

extension TCPSegment {
    /// The result of verifying a checksum.
    enum Checksum {
        case right
        /// It covers the addresses only: the network card adds the rest.
        case partial
        case wrong
        /// Not all of the segment was captured.
        case unknown
    }

    /// Compares the checksum with the segment and its addresses.
    var checksum: Checksum {
        guard headerBytes > 0, let start = payload.baseAddress else { return .unknown }
        let bytes = WireBytes(start - Int(headerBytes), Int(headerBytes) + payload.count)
        let addresses = sumOfAddresses(transport: 6, byteCount: bytes.count)
        if bytes.hasRightChecksum(over: addresses) { return .right }
        return bytes.u16(16) == addresses ? .partial : .wrong
    }
}
