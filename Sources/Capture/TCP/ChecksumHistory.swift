/// What the checksums of one direction of a connection are worth (RFC 9293 section 3.1).
///
/// A machine that leaves them to its network card is captured with checksums that are wrong everywhere, and one whose
/// card puts segments together with some that are: a wrong checksum alone proves nothing. Where those before were right
/// it gives reason to wait whether the receiver takes the segment or gets the same range again. Where they are wrong
/// from the beginning, or often, no more are computed. Trivial: part of a ``TCPStream``.
struct ChecksumHistory {
    /// Whether they say nothing: no more are looked at.
    private(set) var areUseless = false
    private var right: UInt16 = 0
    private var wrong: UInt16 = 0

    /// So many right ones show that the sender computes them: they are not right by chance.
    private static let trustworthyCount = 1
    /// So many wrong ones, and one in `toleratedShare`, show that they were computed over something else.
    private static let toleratedCount = 8
    private static let toleratedShare = 8

    /// Looks at the checksum of a segment, as far as there is something to learn from it.
    ///
    /// - Returns: whether the segment was damaged on its way, as it seems. Its receiver drops it then.
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
    /// What can be said of a checksum.
    enum Checksum {
        case right
        /// It is that of the addresses alone, which the network card is given to compute the rest.
        case partial
        case wrong
        /// Not all of the segment was captured.
        case unknown
    }

    /// Whether the checksum is that of the segment and its addresses.
    var checksum: Checksum {
        guard headerBytes > 0, let start = payload.baseAddress else { return .unknown }
        let bytes = WireBytes(start - Int(headerBytes), Int(headerBytes) + payload.count)
        let addresses = sumOfAddresses(transport: 6, byteCount: bytes.count)
        if bytes.hasRightChecksum(over: addresses) { return .right }
        return bytes.u16(16) == addresses ? .partial : .wrong
    }
}
