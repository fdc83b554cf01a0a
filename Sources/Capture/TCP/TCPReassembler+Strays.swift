import Traffic

/// Connections that share their endpoints, and stray segments: their sequence numbers do not fit the connection's
/// position. Strays belong to an older connection, or follow a loss so large that no position fits.
extension TCPReassembler {
    /// This many consecutive stray segments prove that the connection continues at their position.
    private static let strayRun = 3

    @inline(never)
    mutating func takeStray(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ sequence: UInt32,
        _ segment: TCPSegment, _ now: Int64, _ pool: inout BytePool, _ loss: inout CaptureLoss
    ) {
        let stream = connection.pointee.streams + direction
        guard !segment.payload.isEmpty, !segment.has(TCPSegment.reset) else { return }
        if stream.pointee.wasSeen, stream.pointee.network != segment.network {
            let sibling = open(
                connection.pointee.endpoints, connection.pointee.hash, now, &loss, nextTo: connection)
            return take(segment, sibling, direction, now, &pool, &loss)
        }
        let isOver = connection.pointee.state == .closing && connection.pointee.wasReset
        if isOver, isForeign(connection, direction, segment) {
            finish(connection, now, &loss)
            return take(segment, renewed(connection, now, &loss), direction, now, &pool, &loss)
        }
        let follows = stream.pointee.strayCount > 0 && stream.pointee.strayNext == sequence
        stream.pointee.strayCount = follows ? stream.pointee.strayCount + 1 : 1
        stream.pointee.strayNext = sequence &+ UInt32(truncatingIfNeeded: segment.payload.count)
        guard Int(stream.pointee.strayCount) >= TCPReassembler.strayRun else { return }
        jump(connection, direction, to: sequence, now, &loss)
        take(segment, connection, direction, now, &pool, &loss)
    }

    /// Whether the acknowledgement of a stray segment does not fit either: after a RST, the segment belongs to another
    /// connection with the same ports, whose SYN was not seen.
    private func isForeign(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ segment: TCPSegment
    ) -> Bool {
        let other = connection.pointee.streams + (1 - direction)
        guard segment.has(TCPSegment.ack), other.pointee.isStarted else { return false }
        return other.pointee.isAhead(segment.acknowledgement) || other.pointee.isBehind(segment.acknowledgement)
    }

    /// Handles an acknowledgement that does not fit: it counts when it acknowledges a stray segment.
    @inline(never)
    mutating func acknowledgeStray(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ number: UInt32,
        _ now: Int64,
        _ loss: inout CaptureLoss
    ) {
        let stream = connection.pointee.streams + direction
        guard stream.pointee.strayCount > 0, stream.pointee.strayNext == number else { return }
        jump(connection, direction, to: number, now, &loss)
    }

    /// Continues at `number`: everything before it is counted as lost.
    private mutating func jump(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, to number: UInt32,
        _ now: Int64,
        _ loss: inout CaptureLoss
    ) {
        let stream = connection.pointee.streams + direction
        guard !stream.pointee.isEnded else { return }
        settleHoles(connection, direction, now, &loss, force: true)
        guard !stream.pointee.isEnded else { return }
        let missing = distance(number, from: stream.pointee.next)
        loss.gaps &+= 1
        if missing > 0 { loss.gapBytes &+= UInt64(missing) }
        stream.pointee.next = number
        stream.pointee.strayCount = 0
        stream.pointee.hasEnd = false
        stream.pointee.hasAcknowledgement = false
        // A number behind `next` does not show how much is missing.
        emit(
            .lost(
                connection, direction: direction, count: missing > 0 ? UInt32(missing) : UInt32(Int32.max)))
    }

    /// The connection that a segment belongs to, of several between the same endpoints: by network, then by sequence
    /// numbers, then by age.
    @inline(never)
    func sibling(
        _ endpoints: EndpointPair, _ hash: UInt64, _ direction: Int, _ segment: TCPSegment
    ) -> UnsafeMutablePointer<TCPConnection>? {
        var best: UnsafeMutablePointer<TCPConnection>?
        var bestScore = Int.min
        for one in table.all(endpoints, hash: hash) {
            let score = fitness(one, direction, segment)
            // The younger of two equals wins.
            let isYounger = best.map { one.pointee.generation > $0.pointee.generation } ?? true
            if score > bestScore || (score == bestScore && isYounger) { (best, bestScore) = (one, score) }
        }
        return best
    }

    private func fitness(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ segment: TCPSegment
    ) -> Int {
        let stream = connection.pointee.streams[direction]
        let other = connection.pointee.streams[1 - direction]
        var score = connection.pointee.state == .closed ? 0 : 1
        if stream.wasSeen { score += stream.network == segment.network ? 1 : -16 }
        if segment.has(TCPSegment.syn) {
            let isAnswer =
                segment.has(TCPSegment.ack) && other.hasSYN && other.first == segment.acknowledgement
            if isAnswer || (stream.hasSYN && stream.first == segment.sequence &+ 1) { score += 64 }
        } else if stream.isStarted {
            let isNext = segment.sequence == stream.next
            score +=
                isNext ? 8 : stream.isAhead(segment.sequence) || stream.isBehind(segment.sequence) ? -32 : 4
        }
        if segment.has(TCPSegment.ack), other.isStarted {
            let number = segment.acknowledgement
            let isNext = number == other.next
            score += isNext ? 8 : other.isAhead(number) || other.isBehind(number) ? -32 : 4
        }
        return score
    }

    /// Whether bytes confirm a tentative connection.
    func proves(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ segment: TCPSegment
    ) -> Bool {
        let stream = connection.pointee.streams[direction]
        return !segment.has(TCPSegment.syn) && !segment.payload.isEmpty && stream.isStarted
            && segment.sequence == stream.next
    }
}
