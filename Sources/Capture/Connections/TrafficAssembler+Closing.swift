import Traffic

/// The end of connections, and of those that nobody ends.
extension TrafficAssembler {
    /// A direction was passed on to its FIN.
    mutating func end(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        let stream = connection.pointee.streams + direction
        guard !stream.pointee.isEnded else { return }
        stream.pointee.isEnded = true
        endOfStream(connection, direction)
        dropHeld(stream)
    }

    /// Nothing more is expected but stragglers: the connection is closed once they had their time.
    mutating func beginClosing(_ connection: UnsafeMutablePointer<Connection>) {
        guard connection.pointee.state == .open else { return }
        connection.pointee.state = .closing
        closing.append(
            ClosingQueue.Entry(
                connection: connection, generation: connection.pointee.generation, due: now &+ closingTime))
    }

    /// Ends a connection now: what is held is passed on over its holes, what is unfinished is recorded as it is.
    mutating func finish(_ connection: UnsafeMutablePointer<Connection>) {
        // Requests first, so that responses find them.
        let first = max(0, Int(connection.pointee.requestDirection))
        settleEnd(connection, first)
        settleEnd(connection, 1 - first)
        end(connection, first)
        end(connection, 1 - first)
        close(connection)
    }

    private mutating func settleEnd(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        guard !connection.pointee.streams[direction].isEnded else { return }
        settleHoles(connection, direction, force: true)
        guard !connection.pointee.streams[direction].isEnded else { return }
        countLostEnd(connection.pointee.streams + direction)
    }

    /// Frees what an ended connection holds and remembers it for a while, so that late packets open no new one.
    mutating func close(_ connection: UnsafeMutablePointer<Connection>) {
        guard connection.pointee.state != .closed else { return }
        if connection.pointee.tls >= 0 { endTLS(connection) }
        release(connection)
        connection.pointee.state = .closed
        connection.pointee.generation = newGeneration()
        closed.append(
            ClosingQueue.Entry(
                connection: connection, generation: connection.pointee.generation, due: now &+ closingTime))
    }

    mutating func release(_ connection: UnsafeMutablePointer<Connection>) {
        let streams = connection.pointee.streams
        if !connection.pointee.isCountedOpaque, streams[0].hasDelivered || streams[1].hasDelivered,
            !streams[0].hasHTTP, !streams[1].hasHTTP
        {
            countOpaque(connection)
        }
        endHTTP2(connection)
        for direction in 0..<2 {
            dropHeld(streams + direction)
            dropMessages(streams + direction)
        }
    }

    /// Forgets a closed connection.
    private mutating func forget(_ connection: UnsafeMutablePointer<Connection>) {
        table.remove(connection)
        streams.give(connection.pointee.streams)
        connections.give(connection)
    }

    /// What is due by now, and a few slots of the table looked at for connections that fell silent.
    mutating func keepHouse() {
        while let entry = closing.first, entry.due <= now {
            closing.removeFirst()
            if entry.connection.pointee.generation == entry.generation, entry.connection.pointee.state == .closing {
                finish(entry.connection)
            }
        }
        while let entry = closed.first, entry.due <= now || closed.count > limits.maxClosedConnections {
            closed.removeFirst()
            if entry.connection.pointee.generation == entry.generation, entry.connection.pointee.state == .closed {
                forget(entry.connection)
            }
        }
        for _ in 0..<64 {
            sweepSlot &+= 1
            guard let connection = table.connection(atSlot: sweepSlot) else { continue }
            if connection.pointee.state == .open, now &- connection.pointee.lastSeen > idleTimeout {
                finish(connection)
            }
        }
        loss.evictions &+= decoder.fragments.takeEvictions()
        if tls.isAnyoneWaiting { waitForSecrets() }
    }

    /// Makes room: of some connections the one not heard of for longest is ended and forgotten.
    mutating func evictConnection() {
        if let entry = closed.first, entry.connection.pointee.generation == entry.generation,
            entry.connection.pointee.state == .closed
        {
            closed.removeFirst()
            forget(entry.connection)
            return
        }
        var oldest: UnsafeMutablePointer<Connection>?
        var looked = 0
        while looked < 256 || (oldest == nil && looked < table.slotCount) {
            looked += 1
            sweepSlot &+= 1
            guard let connection = table.connection(atSlot: sweepSlot) else { continue }
            if oldest.map({ connection.pointee.lastSeen < $0.pointee.lastSeen }) ?? true { oldest = connection }
        }
        guard let oldest else { return }
        loss.evictions &+= 1
        if oldest.pointee.state != .closed { finish(oldest) }
        forget(oldest)
    }
}
