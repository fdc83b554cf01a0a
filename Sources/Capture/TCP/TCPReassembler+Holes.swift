import Traffic

/// Bytes that arrive ahead of a hole: held until the hole is filled or given up.
extension TCPReassembler {
    /// Holds the parts of `chunk` that are neither delivered nor held already.
    ///
    /// - Parameter isDoubtful: whether the receiver has probably dropped it. Then it is passed on once it was
    ///   acknowledged.
    mutating func hold(
        _ stream: UnsafeMutablePointer<TCPStream>, _ chunk: StreamChunk, isDoubtful: Bool, _ pool: inout BytePool,
        _ loss: inout CaptureLoss
    ) {
        if !isDoubtful { settleDoubts(stream, by: chunk) }
        var rest = chunk
        let seen = Int(distance(stream.pointee.next, from: rest.sequence))
        if seen > 0 {
            guard seen < rest.bytes.count else { return }
            rest = rest.from(seen)
        }
        var previous: UnsafeMutablePointer<HeldSegment>?
        var current = stream.pointee.held
        while !rest.bytes.isEmpty {
            guard let segment = current else {
                insert(stream, rest, isDoubtful: isDoubtful, after: previous, &pool, &loss)
                return
            }
            let before = Int(distance(segment.pointee.sequence, from: rest.sequence))
            if before > 0 {
                let part = rest.upTo(min(before, rest.bytes.count))
                guard
                    let inserted = insert(stream, part, isDoubtful: isDoubtful, after: previous, &pool, &loss)
                else { return }
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

    /// The bytes of `chunk` arrived undamaged. Doubtful bytes of the same range are dropped if they differ, and
    /// accepted if they are equal.
    private mutating func settleDoubts(_ stream: UnsafeMutablePointer<TCPStream>, by chunk: StreamChunk) {
        var previous: UnsafeMutablePointer<HeldSegment>?
        var next = stream.pointee.held
        while let segment = next {
            next = segment.pointee.next
            let start = Int(distance(segment.pointee.sequence, from: chunk.sequence))
            let end = start + Int(segment.pointee.count)
            let common = max(0, start)..<max(max(0, start), min(end, chunk.bytes.count))
            guard segment.pointee.isDoubtful, !common.isEmpty else {
                previous = segment
                continue
            }
            let held = segment.pointee.bytes[(common.lowerBound - start)..<(common.upperBound - start)]
            if held.elementsEqual(chunk.bytes[common]) {
                if common.count == Int(segment.pointee.count) { segment.pointee.isDoubtful = false }
                previous = segment
            } else {
                unlink(segment, after: previous, of: stream)
            }
        }
    }

    private mutating func unlink(
        _ segment: UnsafeMutablePointer<HeldSegment>, after previous: UnsafeMutablePointer<HeldSegment>?,
        of stream: UnsafeMutablePointer<TCPStream>
    ) {
        let next = segment.pointee.next
        if let previous { previous.pointee.next = next } else { stream.pointee.held = next }
        stream.pointee.heldBytes &-= segment.pointee.count
        stream.pointee.heldCount &-= 1
        spentSegments.append(segment)
    }

    @discardableResult
    private mutating func insert(
        _ stream: UnsafeMutablePointer<TCPStream>, _ chunk: StreamChunk, isDoubtful: Bool,
        after previous: UnsafeMutablePointer<HeldSegment>?, _ pool: inout BytePool,
        _ loss: inout CaptureLoss
    ) -> UnsafeMutablePointer<HeldSegment>? {
        guard let start = chunk.bytes.baseAddress else { return nil }
        guard let buffer = pool.take(chunk.bytes.count) else {
            loss.evictions &+= 1
            return nil
        }
        buffer.start.copyMemory(from: start, byteCount: chunk.bytes.count)
        let segment = segments.take(
            HeldSegment(
                next: previous?.pointee.next ?? (previous == nil ? stream.pointee.held : nil),
                buffer: buffer,
                sequence: chunk.sequence, count: UInt32(truncatingIfNeeded: chunk.bytes.count),
                acknowledgement: chunk.acknowledgement, time: chunk.time, isDoubtful: isDoubtful))
        if let previous { previous.pointee.next = segment } else { stream.pointee.held = segment }
        stream.pointee.heldBytes &+= segment.pointee.count
        stream.pointee.heldCount &+= 1
        return segment
    }

    /// Passes on held bytes up to the next hole, and past holes that must be given up.
    mutating func settleHoles(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ now: Int64,
        _ loss: inout CaptureLoss,
        force: Bool = false
    ) {
        let stream = connection.pointee.streams + direction
        // Bytes seen before the SYN-ACK wait for it.
        guard stream.pointee.isStarted || force else { return }
        while let segment = stream.pointee.held {
            settlePadding(connection, direction, endingAt: segment.pointee.sequence)
            let hole = distance(segment.pointee.sequence, from: stream.pointee.next)
            if hole > 0 {
                guard force || mustGiveUp(stream, segment, now) else { return }
                loss.gaps &+= 1
                loss.gapBytes &+= UInt64(hole)
                stream.pointee.next = segment.pointee.sequence
                emit(.lost(connection, direction: direction, count: UInt32(hole)))
            }
            guard force || !segment.pointee.isDoubtful || mayHaveBeenTaken(segment, stream) else { return }
            stream.pointee.held = segment.pointee.next
            stream.pointee.heldBytes &-= segment.pointee.count
            stream.pointee.heldCount &-= 1
            stream.pointee.holeSince = 0
            spentSegments.append(segment)
            let seen = Int(distance(stream.pointee.next, from: segment.pointee.sequence))
            if seen < Int(segment.pointee.count), !stream.pointee.isEnded {
                let chunk = StreamChunk(
                    bytes: segment.pointee.bytes, sequence: segment.pointee.sequence,
                    acknowledgement: segment.pointee.acknowledgement, time: segment.pointee.time)
                pass(connection, direction, chunk.from(max(0, seen)))
            }
        }
        if stream.pointee.hasEnd, !stream.pointee.isEnded, stream.pointee.next == stream.pointee.end {
            end(connection, direction)
        }
    }

    /// Whether a segment with a wrong checksum was probably received anyway: the checksum is wrong because a
    /// network card filled it in later, or joined segments.
    private func mayHaveBeenTaken(
        _ segment: UnsafeMutablePointer<HeldSegment>, _ stream: UnsafeMutablePointer<TCPStream>
    ) -> Bool {
        !stream.pointee.hasAcknowledgement
            || distance(stream.pointee.acknowledged, from: segment.pointee.end) >= 0
            || Int(stream.pointee.heldBytes) > limits.maxHeldBytesPerStream
            || Int(stream.pointee.heldCount) > limits.maxHeldSegmentsPerStream
    }

    /// Whether to give up a hole. It is confirmed when the peer has acknowledged bytes after it. Even then the packets
    /// may only have been captured out of order, so some patience is needed.
    private func mustGiveUp(
        _ stream: UnsafeMutablePointer<TCPStream>, _ segment: UnsafeMutablePointer<HeldSegment>,
        _ now: Int64
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

    /// Counts bytes at the end of a stream that were acknowledged, or precede its FIN, but were never seen.
    func countLostEnd(_ stream: UnsafeMutablePointer<TCPStream>, _ loss: inout CaptureLoss) {
        guard stream.pointee.isStarted, stream.pointee.wasSeen || stream.pointee.hasAcknowledgement
        else { return }
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

    /// Drops the segments that a stream holds.
    mutating func dropHeld(_ stream: UnsafeMutablePointer<TCPStream>) {
        while let segment = stream.pointee.held {
            stream.pointee.held = segment.pointee.next
            spentSegments.append(segment)
        }
        stream.pointee.heldBytes = 0
        stream.pointee.heldCount = 0
    }

    /// Drops held segments that cannot belong to the stream, now that its initial sequence number is known.
    mutating func dropForeign(_ stream: UnsafeMutablePointer<TCPStream>) {
        var previous: UnsafeMutablePointer<HeldSegment>?
        var next = stream.pointee.held
        while let segment = next {
            next = segment.pointee.next
            let offset = distance(segment.pointee.sequence, from: stream.pointee.first)
            guard offset < 0 || offset > stream.pointee.reach else {
                previous = segment
                continue
            }
            unlink(segment, after: previous, of: stream)
        }
    }
}
