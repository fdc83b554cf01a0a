import Traffic

/// Passes events from the TCP stage to the stages that read content.
extension TrafficAssembler {
    /// Processes the decoder's segment.
    @inline(__always)
    mutating func receive() {
        let offset = tcp.clock.offset
        tcp.receive(decoder.segment, at: reading.now, &reading.pool, &reading.loss)
        if tcp.clock.offset != offset { clockStepped(by: tcp.clock.offset &- offset) }
        perform()
    }

    /// Handles the events of the TCP stage.
    @inline(__always)
    mutating func perform() {
        while let event = tcp.nextEvent() {
            switch event {
            case .bytes(let known, let direction, let chunk):
                let connection = content(of: known)
                deliver(connection, direction, chunk)
                known.pointee.leading = connection.pointee.requestDirection
            case .lost(let known, let direction, let count):
                let connection = content(of: known)
                connection.pointee.isIrregular = true
                loseBytes(connection, direction, UInt64(count))
            case .ended(let known, let direction, let isProper):
                known.pointee.streams[direction].isEndNoted = true
                guard known.pointee.content != nil else { continue }
                let connection = content(of: known)
                connection.pointee.streams[direction].isEnded = true
                connection.pointee.streams[direction].hasEnd = isProper
                endOfStream(connection, direction)
            case .closed(let known):
                guard let connection = known.pointee.content else { continue }
                known.pointee.content = nil
                close(connection)
            }
        }
        tcp.recycle(&reading.pool)
        totals.connections = tcp.opened
    }

    /// The record of a connection's content, updated with the current TCP state.
    @inline(__always)
    private mutating func content(
        of known: UnsafeMutablePointer<TCPConnection>
    ) -> UnsafeMutablePointer<Connection> {
        let connection = known.pointee.content ?? begin(known)
        connection.pointee.initiator = known.pointee.initiator
        let (streams, directions) = (connection.pointee.streams, known.pointee.streams)
        streams[0].hasSYN = directions[0].hasSYN
        streams[1].hasSYN = directions[1].hasSYN
        streams[0].wasSeen = directions[0].wasSeen
        streams[1].wasSeen = directions[1].wasSeen
        return connection
    }

    private mutating func begin(
        _ known: UnsafeMutablePointer<TCPConnection>
    ) -> UnsafeMutablePointer<Connection> {
        let connection = connections.take(
            Connection(
                endpoints: known.pointee.endpoints, tcp: known, streams: streams.take(ContentStream())))
        for direction in 0..<2 where known.pointee.streams[direction].isEndNoted {
            connection.pointee.streams[direction].isEnded = true
            connection.pointee.streams[direction].hasEnd = known.pointee.streams[direction].hasEnd
        }
        known.pointee.content = connection
        return connection
    }

    /// Ends the content of a closed connection; one that waits for a secret continues to wait.
    private mutating func close(_ connection: UnsafeMutablePointer<Connection>) {
        connection.pointee.tcp = nil
        let index = connection.pointee.tls
        if index >= 0, mayLearnSecrets, tls.entries[Int(index)]?.conversation.isWaiting == true {
            return park(connection)
        }
        if index >= 0 { endTLS(connection) }
        release(connection)
    }

    /// Frees the record of a connection's content and everything it holds.
    mutating func release(_ connection: UnsafeMutablePointer<Connection>) {
        let streams = connection.pointee.streams
        if !connection.pointee.isCountedOpaque, streams[0].hasDelivered || streams[1].hasDelivered,
            !streams[0].hasHTTP, !streams[1].hasHTTP
        {
            countOpaque(connection)
        }
        http2.forget(connection, &reading)
        for direction in 0..<2 { reading.messages.dropAll(streams + direction, &reading.pool) }
        self.streams.give(streams)
        connections.give(connection)
    }

    /// Does the periodic work that is due.
    mutating func runHousekeeping() {
        tcp.runHousekeeping(reading.now, &reading.loss)
        perform()
        reading.loss.evictions &+= decoder.fragments.takeEvictions()
        if tls.isAnyoneWaiting { waitForSecrets() }
    }

    /// The capture's clock was stepped: adjusts the current time accordingly.
    private mutating func clockStepped(by nanoseconds: Int64) {
        if nanoseconds < 0 { reading.now &+= nanoseconds }
    }
}
