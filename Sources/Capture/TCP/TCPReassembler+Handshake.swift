import Traffic

/// Finds the connection that a segment begins or belongs to when that is not obvious.
extension TCPReassembler {
    /// The connection of a SYN, of a segment with unknown endpoints, or of a segment after the end of a connection.
    ///
    /// - Parameter found: the best matching connection between its endpoints.
    /// - Returns: nil if the segment must be ignored.
    @inline(never)
    mutating func connection(
        for segment: TCPSegment, _ found: UnsafeMutablePointer<TCPConnection>?,
        _ endpoints: EndpointPair,
        _ hash: UInt64, _ direction: Int, _ now: Int64, _ loss: inout CaptureLoss
    ) -> UnsafeMutablePointer<TCPConnection>? {
        let isSYN = segment.has(TCPSegment.syn)
        if isSYN, segment.has(TCPSegment.reset) { return nil }
        guard let known = found else {
            // A segment without payload that is not a SYN does not start a connection.
            guard isSYN || !segment.payload.isEmpty else { return nil }
            let connection = open(endpoints, hash, now, &loss)
            if isSYN { begin(connection, direction, segment) }
            return connection
        }
        guard isSYN else { return continues(known, direction, segment) ? renewed(known, now, &loss) : nil }
        return segment.has(TCPSegment.ack)
            ? takeSYNACK(known, direction, segment, now, &loss)
            : takeSYN(known, direction, segment, now, &loss)
    }

    /// Handles a SYN: it begins a connection, unless it repeats the SYN of this one.
    private mutating func takeSYN(
        _ known: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ segment: TCPSegment,
        _ now: Int64, _ loss: inout CaptureLoss
    ) -> UnsafeMutablePointer<TCPConnection>? {
        let stream = known.pointee.streams + direction
        let other = known.pointee.streams + (1 - direction)
        let first = segment.sequence &+ 1
        let isKnown = stream.pointee.isStarted
        let isSame = isKnown && stream.pointee.first == first
        // A SYN repeated after a refusal is another attempt, though its sequence number is the same.
        let isRetried = isSame && known.pointee.state == .closing && !known.pointee.hasDelivered
        if known.pointee.state != .closed, !isRetried, !isKnown || isSame {
            begin(known, direction, segment)
            return known
        }
        if known.pointee.state == .closed, isSame, known.pointee.hasDelivered { return nil }
        let isOfOtherNetwork = stream.pointee.wasSeen && stream.pointee.network != segment.network
        let isLive = known.pointee.state == .open && !stream.pointee.hasEnd && !other.pointee.hasEnd
        let connection: UnsafeMutablePointer<TCPConnection>
        if known.pointee.state == .open, isOfOtherNetwork || isLive {
            // Next to a live connection in the same network, a SYN alone proves nothing; an answer to it does. One
            // tentative connection is enough.
            if let waiting = tentative(nextTo: known) {
                finish(waiting, now, &loss)
                connection = renewed(waiting, now, &loss)
            } else {
                connection = open(known.pointee.endpoints, known.pointee.hash, now, &loss, nextTo: known)
            }
            connection.pointee.isTentative = !isOfOtherNetwork
        } else {
            if known.pointee.state != .closed { finish(known, now, &loss) }
            connection = renewed(known, now, &loss)
        }
        begin(connection, direction, segment)
        return connection
    }

    /// A connection with the same endpoints that is not yet confirmed.
    private func tentative(
        nextTo known: UnsafeMutablePointer<TCPConnection>
    ) -> UnsafeMutablePointer<TCPConnection>? {
        guard known.pointee.hasSiblings else { return nil }
        return table.all(known.pointee.endpoints, hash: known.pointee.hash).first {
            $0.pointee.isTentative && $0.pointee.state != .closed
        }
    }

    /// A SYN-ACK counts when it acknowledges the SYN (RFC 9293 section 3.10.7.3).
    private mutating func takeSYNACK(
        _ known: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ segment: TCPSegment,
        _ now: Int64, _ loss: inout CaptureLoss
    ) -> UnsafeMutablePointer<TCPConnection>? {
        let stream = known.pointee.streams + direction
        let client = known.pointee.streams + (1 - direction)
        let first = segment.sequence &+ 1
        let isSame = stream.pointee.isStarted && stream.pointee.first == first
        if client.pointee.hasSYN, !isSame {
            let acknowledged = distance(segment.acknowledgement, from: client.pointee.first)
            let ahead = distance(
                segment.acknowledgement,
                from: client.pointee.newestTime == .min
                    ? client.pointee.next : client.pointee.newestEnd)
            guard acknowledged >= 0, ahead <= 0 else { return nil }
        }
        guard known.pointee.state != .closed else {
            guard !isSame else { return nil }
            let connection = renewed(known, now, &loss)
            begin(connection, direction, segment)
            return connection
        }
        if isSame {
            begin(known, direction, segment)
        } else if stream.pointee.hasDelivered {
            return nil
        } else if stream.pointee.hasSYN {
            // Both acknowledge the SYN: the client's next acknowledgement shows which one it accepted.
            stream.pointee.alternative = first
            stream.pointee.hasAlternative = true
            return nil
        } else {
            begin(known, direction, segment)
        }
        if known.pointee.wasReset { reopen(known) }
        if known.pointee.isTentative { confirm(known, now, &loss) }
        return known
    }

    /// Begins a direction with its SYN.
    private mutating func begin(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ segment: TCPSegment
    ) {
        let stream = connection.pointee.streams + direction
        let first = segment.sequence &+ 1
        if stream.pointee.isStarted, stream.pointee.first == first {
            stream.pointee.hasSYN = true
        } else {
            stream.pointee.restart(at: first)
            dropForeign(stream)
        }
        stream.pointee.windowShift = segment.windowShift
        if !segment.has(TCPSegment.ack), !connection.pointee.streams[1 - direction].hasSYN {
            connection.pointee.initiator = Int8(direction)
        }
    }

    /// Decides between two SYN-ACKs by what the client acknowledges.
    func chooseStart(_ stream: UnsafeMutablePointer<TCPStream>, _ acknowledgement: UInt32) {
        guard !stream.pointee.hasDelivered else {
            stream.pointee.hasAlternative = false
            return
        }
        if acknowledgement == stream.pointee.alternative {
            stream.pointee.restart(at: stream.pointee.alternative)
            stream.pointee.hasAlternative = false
        } else if acknowledgement == stream.pointee.first {
            stream.pointee.hasAlternative = false
        }
    }

    /// Whether a direction that has not started may begin with this segment.
    @inline(__always)
    func mayBegin(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int
    ) -> Bool {
        // While the peer's SYN is unanswered, the segment may belong to an older connection.
        !connection.pointee.streams[1 - direction].hasSYN
    }

    /// Handles a segment seen before the SYN-ACK: only a refusal takes effect at once. Bytes are held, as they may only
    /// have been captured out of order.
    @inline(never)
    mutating func takeUnconfirmed(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ segment: TCPSegment,
        _ now: Int64, _ pool: inout BytePool, _ loss: inout CaptureLoss
    ) {
        let stream = connection.pointee.streams + direction
        let client = connection.pointee.streams + (1 - direction)
        if segment.has(TCPSegment.reset) {
            guard segment.has(TCPSegment.ack),
                distance(segment.acknowledgement, from: client.pointee.first) >= 0,
                distance(segment.acknowledgement, from: client.pointee.next) <= 0
            else { return }
            connection.pointee.wasReset = connection.pointee.state == .open
            return beginClosing(connection, now)
        }
        guard !segment.payload.isEmpty else { return }
        if stream.pointee.held == nil || distance(segment.sequence, from: stream.pointee.next) < 0 {
            stream.pointee.next = segment.sequence
        }
        hold(
            stream,
            StreamChunk(
                bytes: segment.payload, sequence: segment.sequence,
                acknowledgement: segment.acknowledgement,
                time: segment.time &+ clock.offset), isDoubtful: false, &pool, &loss)
    }

    /// Whether bytes between the endpoints of a closed connection belong to another connection, or show that this one
    /// was not over.
    private func continues(
        _ closed: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ segment: TCPSegment
    ) -> Bool {
        let stream = closed.pointee.streams + direction
        guard !segment.payload.isEmpty, !segment.has(TCPSegment.reset) else { return false }
        guard stream.pointee.isStarted else { return true }
        // A keep-alive probe carries one byte at the last acknowledged sequence number, here that of the FIN (RFC 1122
        // section 4.2.3.6).
        if segment.payload.count == 1, stream.pointee.hasEnd, segment.sequence == stream.pointee.end { return false }
        let end = segment.sequence &+ UInt32(truncatingIfNeeded: segment.payload.count)
        return distance(end, from: stream.pointee.next) > 0 || stream.pointee.isBehind(segment.sequence)
    }
}
