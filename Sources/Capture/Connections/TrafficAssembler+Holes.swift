import Traffic

/// Bytes that come before those they follow: kept until the hole before them is filled or given up.
extension TrafficAssembler {
    /// Keeps of `piece` what is neither seen nor held already.
    mutating func hold(_ stream: UnsafeMutablePointer<Stream>, _ piece: Piece) {
        var rest = piece
        let seen = Int(distance(stream.pointee.next, from: rest.sequence))
        if seen > 0 {
            guard seen < rest.bytes.count else { return }
            rest = rest.from(seen)
        }
        var previous: UnsafeMutablePointer<HeldSegment>?
        var current = stream.pointee.held
        while !rest.bytes.isEmpty {
            guard let segment = current else {
                insert(stream, rest, after: previous)
                return
            }
            let before = Int(distance(segment.pointee.sequence, from: rest.sequence))
            if before > 0 {
                guard let inserted = insert(stream, rest.upTo(min(before, rest.bytes.count)), after: previous) else {
                    return
                }
                previous = inserted
                rest = rest.from(min(before, rest.bytes.count))
                continue
            }
            let covered = Int(distance(segment.pointee.end, from: rest.sequence))
            if covered > 0 { rest = rest.from(min(covered, rest.bytes.count)) }
            previous = segment
            current = segment.pointee.next
        }
    }

    @discardableResult
    private mutating func insert(
        _ stream: UnsafeMutablePointer<Stream>, _ piece: Piece, after previous: UnsafeMutablePointer<HeldSegment>?
    ) -> UnsafeMutablePointer<HeldSegment>? {
        guard let start = piece.bytes.baseAddress else { return nil }
        guard let buffer = pool.take(piece.bytes.count) else {
            loss.evictions &+= 1
            return nil
        }
        buffer.start.copyMemory(from: start, byteCount: piece.bytes.count)
        let segment = segments.take(
            HeldSegment(
                next: previous?.pointee.next ?? (previous == nil ? stream.pointee.held : nil), buffer: buffer,
                sequence: piece.sequence, count: UInt32(truncatingIfNeeded: piece.bytes.count),
                acknowledgement: piece.acknowledgement, time: piece.time))
        if let previous { previous.pointee.next = segment } else { stream.pointee.held = segment }
        stream.pointee.heldBytes &+= segment.pointee.count
        stream.pointee.heldCount &+= 1
        return segment
    }

    /// Passes on what is held as far as it goes: over holes only when they must be given up.
    mutating func settleHoles(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int, force: Bool = false) {
        let stream = connection.pointee.streams + direction
        while let segment = stream.pointee.held {
            let hole = distance(segment.pointee.sequence, from: stream.pointee.next)
            if hole > 0 {
                guard force || mustGiveUp(stream, segment) else { return }
                stream.pointee.next = segment.pointee.sequence
                giveUp(connection, direction, UInt32(hole))
                // The loss may have made the connection unreadable, and all that it held was dropped.
                guard stream.pointee.held == segment else { continue }
            }
            stream.pointee.held = segment.pointee.next
            stream.pointee.heldBytes &-= segment.pointee.count
            stream.pointee.heldCount &-= 1
            stream.pointee.holeSince = 0
            let seen = Int(distance(stream.pointee.next, from: segment.pointee.sequence))
            if seen < Int(segment.pointee.count), !stream.pointee.isEnded {
                let piece = Piece(
                    bytes: segment.pointee.bytes, sequence: segment.pointee.sequence,
                    acknowledgement: segment.pointee.acknowledgement, time: segment.pointee.time)
                stream.pointee.next = segment.pointee.end
                deliver(connection, direction, piece.from(max(0, seen)))
            }
            pool.give(segment.pointee.buffer)
            segments.give(segment)
        }
        if stream.pointee.hasEnd, !stream.pointee.isEnded, stream.pointee.next == stream.pointee.end {
            end(connection, direction)
        }
    }

    /// A hole is known to be one when the other side has acknowledged what is behind it. Even then packets may merely have
    /// been captured in another order, so a little patience is due.
    private func mustGiveUp(
        _ stream: UnsafeMutablePointer<Stream>, _ segment: UnsafeMutablePointer<HeldSegment>
    ) -> Bool {
        if Int(stream.pointee.heldBytes) > limits.maxHeldBytesPerStream
            || Int(stream.pointee.heldCount) > limits.maxHeldSegmentsPerStream
        {
            return true
        }
        guard stream.pointee.hasAcknowledgement,
            distance(stream.pointee.acknowledged, from: segment.pointee.sequence) >= 0
        else { return false }
        if stream.pointee.holeSince == 0 {
            stream.pointee.holeSince = now
            stream.pointee.holePackets = 0
        }
        stream.pointee.holePackets &+= 1
        return Int(stream.pointee.holePackets) > limits.holePatiencePackets
            || now &- stream.pointee.holeSince > holePatience
    }

    private mutating func giveUp(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ count: UInt32) {
        loss.gaps &+= 1
        loss.gapBytes &+= UInt64(count)
        connection.pointee.isIrregular = true
        loseBytes(connection, direction, UInt64(count))
    }

    /// Counts bytes at the end of a stream that were acknowledged, or stand before its FIN, and were never seen.
    mutating func countLostEnd(_ stream: UnsafeMutablePointer<Stream>) {
        guard stream.pointee.isStarted, stream.pointee.wasSeen || stream.pointee.hasAcknowledgement else { return }
        var missing: Int32 = 0
        if stream.pointee.hasEnd {
            missing = distance(stream.pointee.end, from: stream.pointee.next)
        } else if stream.pointee.hasAcknowledgement {
            missing = distance(stream.pointee.acknowledged, from: stream.pointee.next)
        }
        // A FIN that was not seen is acknowledged as one byte.
        guard missing > (stream.pointee.hasEnd ? 0 : 1) else { return }
        loss.gaps &+= 1
        loss.gapBytes &+= UInt64(missing)
    }

    /// Forgets what a stream holds.
    mutating func dropHeld(_ stream: UnsafeMutablePointer<Stream>) {
        while let segment = stream.pointee.held {
            stream.pointee.held = segment.pointee.next
            pool.give(segment.pointee.buffer)
            segments.give(segment)
        }
        stream.pointee.heldBytes = 0
        stream.pointee.heldCount = 0
    }
}
