import Traffic

/// Reassembles TCP streams (RFC 9293): segments in, ``TCPEvent`` out, in stream order.
///
/// A separate stage that does not interpret the content. After each call the owner takes the events with
/// ``nextEvent()`` and then calls ``recycle(_:)``. This stage decides which segments belong to a connection and which
/// bytes are lost, and counts losses in the `loss` it is given. Owned by one thread; an in-order segment allocates
/// nothing.
struct TCPReassembler: ~Copyable {
    let limits: CaptureLimits
    var table: ConnectionTable
    var connections = Slab<TCPConnection>()
    var streams = Slab<TCPStream>(stride: 2)
    var segments = Slab<HeldSegment>()
    var closing = ClosingQueue()
    var closed = ClosingQueue()
    /// Corrects clock steps in the times of packets.
    var clock = TrafficClock()
    /// Finds connections that are captured twice, under different addresses.
    var repeated = RepeatedConnections()
    /// Connections followed so far.
    var opened: UInt64 = 0
    /// Whether a connection with only one direction seen stays open for the other without a time limit: a file may hold
    /// one direction after the other.
    var awaitsOtherDirection = false
    private var lastGeneration: UInt32 = 0
    var sweepSlot = 0
    let closingTime: Int64
    let holePatience: Int64
    let idleTimeout: Int64

    private var events: [TCPEvent] = []
    private var nextIndex = 0
    /// Segments whose bytes were passed on, and connections forgotten, since the last ``recycle(_:)``.
    var spentSegments: [UnsafeMutablePointer<HeldSegment>] = []
    var forgotten: [UnsafeMutablePointer<TCPConnection>] = []

    /// Creates an empty reassembler; `seed` makes the slots of its table unpredictable.
    init(limits: CaptureLimits, seed: UInt64) {
        self.limits = limits
        table = ConnectionTable(seed: seed)
        closingTime = limits.closingTime.wholeNanoseconds
        holePatience = limits.holePatience.wholeNanoseconds
        idleTimeout = limits.idleTimeout.wholeNanoseconds
        events.reserveCapacity(64)
    }

    /// The next event; nil when all were taken.
    @inline(__always)
    mutating func nextEvent() -> TCPEvent? {
        guard nextIndex < events.count else { return nil }
        defer { nextIndex += 1 }
        return events[nextIndex]
    }

    /// Frees what the events that were taken referred to.
    @inline(__always)
    mutating func recycle(_ pool: inout BytePool) {
        events.removeAll(keepingCapacity: true)
        nextIndex = 0
        if !spentSegments.isEmpty || !forgotten.isEmpty { free(&pool) }
    }

    @inline(never)
    private mutating func free(_ pool: inout BytePool) {
        for segment in spentSegments {
            pool.give(segment.pointee.buffer)
            segments.give(segment)
        }
        spentSegments.removeAll(keepingCapacity: true)
        for connection in forgotten {
            streams.give(connection.pointee.streams)
            connections.give(connection)
        }
        forgotten.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func emit(_ event: TCPEvent) { events.append(event) }

    /// A generation that no connection has had before.
    mutating func newGeneration() -> UInt32 {
        lastGeneration &+= 1
        return lastGeneration
    }

    /// Processes a segment.
    ///
    /// - Parameters:
    ///   - now: the current time of the capture, in nanoseconds since the Unix epoch.
    ///   - pool: provides the buffers for bytes that must wait.
    ///   - loss: counts losses.
    @inline(__always)
    mutating func receive(
        _ segment: TCPSegment, at now: Int64, _ pool: inout BytePool, _ loss: inout CaptureLoss
    ) {
        if segment.missingBytes > 0 { loss.truncatedPackets &+= 1 }
        let (endpoints, direction) = EndpointPair.of(segment)
        let hash = table.hash(endpoints)
        var found = table.find(endpoints, hash: hash)
        if let head = found, head.pointee.hasSiblings {
            found = sibling(endpoints, hash, direction, segment)
            if let found, found.pointee.isTentative, proves(found, direction, segment) {
                confirm(found, now, &loss)
            }
        }
        if segment.has(TCPSegment.syn) || found == nil || found?.pointee.state == .closed {
            found = connection(for: segment, found, endpoints, hash, direction, now, &loss)
        }
        guard let connection = found else { return }
        take(segment, connection, direction, now, &pool, &loss)
    }

    @inline(__always)
    mutating func take(
        _ segment: TCPSegment, _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int,
        _ now: Int64, _ pool: inout BytePool, _ loss: inout CaptureLoss
    ) {
        let stream = connection.pointee.streams + direction
        let other = connection.pointee.streams + (1 - direction)
        let sequence = segment.sequence &+ (segment.has(TCPSegment.syn) ? 1 : 0)
        if !stream.pointee.isStarted {
            guard mayBegin(connection, direction) else {
                return takeUnconfirmed(connection, direction, segment, now, &pool, &loss)
            }
        } else if stream.pointee.isAhead(sequence) || stream.pointee.isBehind(sequence)
            || (segment.network != stream.pointee.network && stream.pointee.isApart(sequence))
        {
            return takeStray(connection, direction, sequence, segment, now, &pool, &loss)
        }
        if segment.has(TCPSegment.reset) {
            return receiveReset(connection, direction, sequence, now)
        }
        if !stream.pointee.wasSeen {
            stream.pointee.wasSeen = true
            stream.pointee.network = segment.network
        }
        let isDamaged = !stream.pointee.checksums.areUseless && stream.pointee.checksums.isDamaged(segment)
        let time = clock.time(of: segment, sequence, connection, stream, now)
        connection.pointee.lastSeen = max(now, time)
        if segment.has(TCPSegment.ack), !isDamaged {
            acknowledge(connection, 1 - direction, segment, now, &loss)
            settlePadding(connection, 1 - direction, endingAt: segment.acknowledgement)
            // The bytes that it acknowledges come first, even if they waited for this acknowledgement.
            if other.pointee.held?.pointee.isDoubtful == true { settleHoles(connection, 1 - direction, now, &loss) }
        }
        if !isDamaged { settlePadding(connection, direction, endingAt: sequence) }
        if !segment.payload.isEmpty {
            receiveBytes(connection, direction, sequence, segment, isDamaged: isDamaged, time, &pool, &loss)
        } else if segment.paddingBytes > 0 {
            notePadding(stream, sequence, segment, time)
        }
        if segment.has(TCPSegment.fin) { receiveFIN(connection, direction, sequence, segment, now) }
        if stream.pointee.held != nil { settleHoles(connection, direction, now, &loss) }
        if other.pointee.held != nil { settleHoles(connection, 1 - direction, now, &loss) }
        if stream.pointee.isEnded, other.pointee.isEnded { close(connection, now) }
    }

    /// Notes that the sender of `segment` has received `direction` up to its acknowledgement.
    @inline(__always)
    private mutating func acknowledge(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ segment: TCPSegment,
        _ now: Int64, _ loss: inout CaptureLoss
    ) {
        let stream = connection.pointee.streams + direction
        let own = connection.pointee.streams + (1 - direction)
        let number = segment.acknowledgement
        if !stream.pointee.isStarted {
            // Joined in the middle: the acknowledged bytes are past, and reading begins after them.
            stream.pointee.isStarted = true
            stream.pointee.next = number
            stream.pointee.first = number
        } else if stream.pointee.hasAlternative {
            chooseStart(stream, number)
        }
        if stream.pointee.isAhead(number) || (stream.pointee.isBehind(number) && stream.pointee.wasSeen) {
            return acknowledgeStray(connection, direction, number, now, &loss)
        }
        // A window in a SYN is never scaled, and both sides must have offered scaling (RFC 7323 section 2.2).
        let isScaled = !segment.has(TCPSegment.syn)
        let shift: UInt8? =
            isScaled
            ? (stream.pointee.hasSYN && stream.pointee.windowShift == nil ? 0 : own.pointee.windowShift)
            : 0
        stream.pointee.acknowledge(number, window: segment.window, shift: shift)
    }

    @inline(__always)
    private mutating func receiveBytes(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ sequence: UInt32,
        _ segment: TCPSegment, isDamaged: Bool, _ time: Int64, _ pool: inout BytePool, _ loss: inout CaptureLoss
    ) {
        let stream = connection.pointee.streams + direction
        guard !stream.pointee.isEnded else { return }
        if !stream.pointee.hasDelivered, !stream.pointee.hasSYN { adjustStart(stream, sequence) }
        let seen = Int(distance(stream.pointee.next, from: sequence))
        guard seen < segment.payload.count else { return countEarlierBytes(stream, sequence, segment, &loss) }
        let end = sequence &+ UInt32(truncatingIfNeeded: segment.payload.count)
        if stream.pointee.hasEnd, distance(end, from: stream.pointee.end) > 0 {
            // Bytes after the end that a FIN announced: that FIN did not belong to this stream.
            stream.pointee.hasEnd = false
        }
        if connection.pointee.wasReset, stream.pointee.hasReset,
            distance(end, from: stream.pointee.resetAt) > 0
        {
            reopen(connection)
        }
        if stream.pointee.held == nil, seen >= 0, !isDamaged {
            // In order, or a retransmission whose end may be new. The first copy of a byte wins.
            let new = UnsafeRawBufferPointer(rebasing: segment.payload[seen...])
            pass(
                connection, direction,
                StreamChunk(
                    bytes: new, sequence: stream.pointee.next, acknowledgement: segment.acknowledgement,
                    time: time))
        } else {
            hold(
                stream,
                StreamChunk(
                    bytes: segment.payload, sequence: sequence, acknowledgement: segment.acknowledgement,
                    time: time),
                isDoubtful: isDamaged, &pool, &loss)
        }
    }

    /// Passes on the next bytes of a direction.
    @inline(__always)
    mutating func pass(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        let stream = connection.pointee.streams + direction
        stream.pointee.next = chunk.sequence &+ UInt32(truncatingIfNeeded: chunk.bytes.count)
        let isFirst = !stream.pointee.hasDelivered
        stream.pointee.hasDelivered = true
        var chunk = chunk
        // Times follow the order of the bytes, and nothing is acknowledged before it was sent.
        let other = connection.pointee.streams + (1 - direction)
        if chunk.time < other.pointee.deliveredTime,
            distance(chunk.acknowledgement, from: other.pointee.next) >= 0
        {
            clock.contradicted(by: other.pointee.deliveredTime &- chunk.time)
            chunk.time = other.pointee.deliveredTime &+ TrafficClock.leastInterval
        }
        chunk.time = max(chunk.time, stream.pointee.deliveredTime)
        stream.pointee.deliveredTime = chunk.time
        if isFirst { repeated.note(chunk, of: connection, direction) }
        emit(.bytes(connection, direction: direction, chunk))
    }

    /// Counts bytes before the first bytes of a stream without a SYN: they are not retransmissions but come too late,
    /// as in a file that is not in time order. A single byte is a keep-alive probe.
    @inline(never)
    private func countEarlierBytes(
        _ stream: UnsafeMutablePointer<TCPStream>, _ sequence: UInt32, _ segment: TCPSegment, _ loss: inout CaptureLoss
    ) {
        let end = sequence &+ UInt32(truncatingIfNeeded: segment.payload.count)
        guard !stream.pointee.hasSYN, segment.payload.count > 1, distance(end, from: stream.pointee.first) <= 0
        else { return }
        loss.gaps &+= 1
        loss.gapBytes &+= UInt64(segment.payload.count)
    }

    /// Sets the start of a stream without a SYN: at its first bytes, or at earlier ones that are captured later.
    private func adjustStart(_ stream: UnsafeMutablePointer<TCPStream>, _ sequence: UInt32) {
        if !stream.pointee.isStarted || distance(sequence, from: stream.pointee.next) < 0 {
            stream.pointee.next = sequence
            stream.pointee.first = sequence
            stream.pointee.isStarted = true
        }
    }

    private mutating func receiveFIN(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ sequence: UInt32,
        _ segment: TCPSegment, _ now: Int64
    ) {
        let stream = connection.pointee.streams + direction
        let end = sequence &+ UInt32(truncatingIfNeeded: segment.payload.count + segment.missingBytes)
        if !stream.pointee.isStarted {
            stream.pointee.isStarted = true
            stream.pointee.next = end
        }
        // A FIN before bytes already seen does not belong to this stream. Of several FINs, the one that fits or the
        // nearest counts.
        let ahead = distance(end, from: stream.pointee.next)
        guard ahead >= 0, !stream.pointee.isAhead(end) else { return }
        if !stream.pointee.hasEnd || ahead == 0 || distance(end, from: stream.pointee.end) < 0 {
            stream.pointee.hasEnd = true
            stream.pointee.end = end
        }
        if ahead == 0 { self.end(connection, direction) }
        if connection.pointee.streams[1 - direction].hasEnd { beginClosing(connection, now) }
    }
}
