import Traffic

/// The beginning and the end of connections, including those that are never closed.
extension TCPReassembler {
    /// Starts to follow a connection, alone or next to a sibling with the same endpoints.
    mutating func open(
        _ endpoints: EndpointPair, _ hash: UInt64, _ now: Int64, _ loss: inout CaptureLoss,
        nextTo sibling: UnsafeMutablePointer<TCPConnection>? = nil
    ) -> UnsafeMutablePointer<TCPConnection> {
        if table.count >= limits.maxConnections { evict(now, &loss) }
        let connection = connections.take(
            TCPConnection(
                endpoints: endpoints, hash: hash, generation: newGeneration(), lastSeen: now,
                streams: streams.take(TCPStream())))
        if let sibling {
            sibling.pointee.hasSiblings = true
            connection.pointee.hasSiblings = true
        }
        table.insert(connection)
        opened &+= 1
        return connection
    }

    /// A new connection in place of one that is closed.
    mutating func renewed(
        _ closed: UnsafeMutablePointer<TCPConnection>, _ now: Int64, _ loss: inout CaptureLoss
    ) -> UnsafeMutablePointer<TCPConnection> {
        let (endpoints, hash, hasSiblings) = (
            closed.pointee.endpoints, closed.pointee.hash, closed.pointee.hasSiblings
        )
        forget(closed)
        let connection = open(endpoints, hash, now, &loss)
        connection.pointee.hasSiblings = hasSiblings
        return connection
    }

    /// Confirms a tentative connection: its siblings of the same network are over.
    mutating func confirm(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ now: Int64, _ loss: inout CaptureLoss
    ) {
        connection.pointee.isTentative = false
        for other in table.all(connection.pointee.endpoints, hash: connection.pointee.hash)
        where other != connection && other.pointee.state != .closed
            && isOfSameNetwork(other, connection)
        {
            finish(other, now, &loss)
        }
    }

    private func isOfSameNetwork(
        _ a: UnsafeMutablePointer<TCPConnection>, _ b: UnsafeMutablePointer<TCPConnection>
    ) -> Bool {
        (0..<2).contains { direction in
            let (left, right) = (a.pointee.streams + direction, b.pointee.streams + direction)
            return left.pointee.wasSeen && right.pointee.wasSeen
                && left.pointee.network == right.pointee.network
        }
    }

    /// Ends a direction whose bytes were all passed on.
    mutating func end(_ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int) {
        let stream = connection.pointee.streams + direction
        guard !stream.pointee.isEnded else { return }
        stream.pointee.isEnded = true
        emit(.ended(connection, direction: direction, isProper: stream.pointee.hasEnd))
        dropHeld(stream)
    }

    /// Begins to close a connection: only late packets are expected, and it is closed after `closingTime`.
    mutating func beginClosing(_ connection: UnsafeMutablePointer<TCPConnection>, _ now: Int64) {
        guard connection.pointee.state == .open else { return }
        if mayBeHalf(connection) { return }
        connection.pointee.state = .closing
        connection.pointee.closingDue = now &+ closingTime
        closing.append(
            ClosingQueue.Entry(
                connection: connection, generation: connection.pointee.generation, due: now &+ closingTime))
    }

    /// Whether the other direction may still come; a connection without content is not waited for.
    private func mayBeHalf(_ connection: UnsafeMutablePointer<TCPConnection>) -> Bool {
        awaitsOtherDirection && connection.pointee.hasDelivered && !connection.pointee.wasSeenWhole
    }

    /// Reopens a connection that continues after a RST.
    mutating func reopen(_ connection: UnsafeMutablePointer<TCPConnection>) {
        connection.pointee.state = .open
        connection.pointee.wasReset = false
        for direction in 0..<2 { connection.pointee.streams[direction].hasReset = false }
    }

    /// Handles a RST whose sequence number fits the connection (RFC 5961 section 3).
    mutating func receiveReset(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, _ sequence: UInt32,
        _ now: Int64
    ) {
        let stream = connection.pointee.streams + direction
        if stream.pointee.isStarted, stream.pointee.hasAcknowledgement,
            distance(sequence, from: stream.pointee.acknowledged) < 0
        {
            return
        }
        stream.pointee.wasSeen = true
        stream.pointee.hasReset = true
        stream.pointee.resetAt = sequence
        if connection.pointee.state == .open { connection.pointee.wasReset = true }
        beginClosing(connection, now)
    }

    /// Drops the bytes of a connection that was never confirmed.
    private mutating func drop(_ connection: UnsafeMutablePointer<TCPConnection>) {
        for direction in 0..<2 {
            dropHeld(connection.pointee.streams + direction)
            connection.pointee.streams[direction].hasAcknowledgement = false
            connection.pointee.streams[direction].hasEnd = false
        }
    }

    /// Ends a connection now: held bytes are passed on past their holes, and unfinished directions end as they are.
    mutating func finish(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ now: Int64, _ loss: inout CaptureLoss
    ) {
        guard connection.pointee.state != .closed else { return }
        // Requests first, so that responses find them.
        let first = max(0, Int(connection.pointee.leading))
        if connection.pointee.isTentative { drop(connection) }
        for direction in [first, 1 - first] where !connection.pointee.streams[direction].isEnded {
            settleHoles(connection, direction, now, &loss, force: true)
            if !connection.pointee.streams[direction].isEnded {
                countLostEnd(connection.pointee.streams + direction, &loss)
            }
        }
        end(connection, first)
        end(connection, 1 - first)
        close(connection, now)
    }

    /// Closes a connection, and remembers it for a while so that late packets do not open a new one.
    mutating func close(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ now: Int64
    ) {
        guard connection.pointee.state != .closed else { return }
        for direction in 0..<2 { dropHeld(connection.pointee.streams + direction) }
        emit(.closed(connection))
        connection.pointee.state = .closed
        connection.pointee.generation = newGeneration()
        closed.append(
            ClosingQueue.Entry(
                connection: connection, generation: connection.pointee.generation, due: now &+ closingTime))
    }

    /// Forgets a closed connection.
    private mutating func forget(_ connection: UnsafeMutablePointer<TCPConnection>) {
        table.remove(connection)
        connection.pointee.generation = newGeneration()
        forgotten.append(connection)
    }

    /// Closes and forgets the connections that are due, and checks a few slots of the table for idle connections.
    mutating func runHousekeeping(_ now: Int64, _ loss: inout CaptureLoss) {
        while let entry = closing.first, entry.due <= now {
            closing.removeFirst()
            if entry.connection.pointee.generation == entry.generation,
                entry.connection.pointee.state == .closing,
                entry.connection.pointee.closingDue <= now
            {
                finish(entry.connection, now, &loss)
            }
        }
        while let entry = closed.first, entry.due <= now || closed.count > limits.maxClosedConnections {
            closed.removeFirst()
            if entry.connection.pointee.generation == entry.generation,
                entry.connection.pointee.state == .closed
            {
                forget(entry.connection)
            }
        }
        for _ in 0..<64 {
            sweepSlot &+= 1
            guard let connection = table.connection(atSlot: sweepSlot) else { continue }
            guard connection.pointee.state == .open, now &- connection.pointee.lastSeen > idleTimeout
            else { continue }
            if mayBeHalf(connection) { continue }
            finish(connection, now, &loss)
        }
    }

    /// Makes room: forgets the oldest closed connection, or else ends the least recently seen one of a sample.
    mutating func evict(_ now: Int64, _ loss: inout CaptureLoss) {
        if let entry = closed.first, entry.connection.pointee.generation == entry.generation,
            entry.connection.pointee.state == .closed
        {
            closed.removeFirst()
            forget(entry.connection)
            return
        }
        var oldest: UnsafeMutablePointer<TCPConnection>?
        var looked = 0
        while looked < 256 || (oldest == nil && looked < table.slotCount) {
            looked += 1
            sweepSlot &+= 1
            guard let connection = table.connection(atSlot: sweepSlot) else { continue }
            if oldest.map({ connection.pointee.lastSeen < $0.pointee.lastSeen }) ?? true {
                oldest = connection
            }
        }
        guard let oldest else { return }
        loss.evictions &+= 1
        finish(oldest, now, &loss)
        forget(oldest)
    }

    /// Ends the connection in a slot of the table, at the end of the capture.
    mutating func finish(
        atSlot slot: Int, _ now: Int64, _ loss: inout CaptureLoss
    ) {
        if let connection = table.connection(atSlot: slot) { finish(connection, now, &loss) }
    }
}
