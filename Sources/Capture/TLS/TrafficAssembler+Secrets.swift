import Traffic

/// TLS: from records to content, with the known secrets.
extension TrafficAssembler {
    /// Begins TLS on a connection whose first bytes are `chunk`.
    mutating func beginTLS(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        // TLS within TLS is not followed, nor TLS with HTTP in the other direction.
        guard connection.pointee.tls < 0, connection.pointee.streams[1 - direction].content == .unknown
        else {
            return makeOpaque(connection)
        }
        connection.pointee.isTunnel = false
        connection.pointee.tls = tls.insert(TLSTable.Entry(connection: connection))
        decrypt(connection, direction, chunk)
    }

    /// Processes bytes of a TLS connection.
    mutating func decrypt(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        let index = connection.pointee.tls
        var context = tlsContext
        tls.update(index) { $0.receive(chunk, direction: direction, knowing: secrets, &context) }
        settle(index, context.events)
    }

    mutating func loseCiphertext(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ count: UInt64
    ) {
        let index = connection.pointee.tls
        var context = tlsContext
        tls.update(index) {
            $0.lose(Int(clamping: count), direction: direction, knowing: secrets, &context)
        }
        settle(index, context.events)
    }

    /// Ends the bytes of a direction; records that wait for a secret stay.
    mutating func endCiphertext(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        let index = connection.pointee.tls
        guard tls.entries[Int(index)]?.conversation.isWaiting == false else { return }
        var context = tlsContext
        tls.update(index) { $0.end(direction, &context) }
        settle(index, context.events)
    }

    /// Ends TLS on a connection that is over and does not wait for a secret.
    mutating func endTLS(_ connection: UnsafeMutablePointer<Connection>) {
        let index = connection.pointee.tls
        guard let entry = tls.entries[Int(index)] else { return }
        if entry.conversation.isWaiting {
            makeOpaque(connection)
        } else {
            // TLS that was decrypted but carried nothing is not opaque.
            if entry.conversation.carriedNothing { connection.pointee.isCountedOpaque = true }
            leaveTLS(connection)
        }
    }

    /// Drops the TLS state of a connection.
    mutating func leaveTLS(_ connection: UnsafeMutablePointer<Connection>) {
        let index = connection.pointee.tls
        connection.pointee.tls = -1
        if let entry = tls.entries[Int(index)] {
            if entry.conversation.hasOpened {
                totals.decryptedConnections &+= 1
            } else if entry.conversation.failure != .foreign {
                noteOpaque(entry.conversation.clientHello?.serverName)
            }
        }
        tls.remove(index)
    }

    /// Notes that a connection to the server `name` could not be read.
    private mutating func noteOpaque(_ name: String?) {
        opaqueServers.note(name)
        // Past the limit, servers have no name, as in the totals.
        let isNamed = name.map { opaqueServers.connections[$0] != nil } ?? false
        let row = isNamed ? name ?? "" : ""
        if let index = batch.opaqueServers.firstIndex(where: { $0.name == row }) {
            batch.opaqueServers[index].connections &+= 1
        } else {
            batch.opaqueServers.append(OpaqueServer(name: row, connections: 1))
        }
    }

    private var tlsContext: TLSConversation.Context {
        TLSConversation.Context(limits: limits, mayLearnSecrets: mayLearnSecrets)
    }

    /// Handles the events of a conversation, then checks whether it can continue.
    mutating func settle(_ index: Int32, _ events: [TLSConversation.Event]) {
        guard let connection = tls.entries[Int(index)]?.connection else { return }
        reading.loss.unparsedMessages &+= tls.takeUnreadable(index)
        for event in events {
            guard connection.pointee.tls == index else { return }
            perform(event, connection)
        }
        guard connection.pointee.tls == index, let entry = tls.entries[Int(index)] else { return }
        if entry.conversation.failure != nil || entry.conversation.isOver {
            return makeOpaque(connection)
        }
        if entry.countedBytes > limits.maxAwaitedBytesPerConnection
            || tls.heldBytes > limits.maxAwaitedBytes
        {
            reading.loss.evictions &+= 1
            return makeOpaque(connection)
        }
        guard entry.conversation.isWaiting else {
            if entry.waitingSince != nil { tls.setWaiting(index, since: nil) }
            return
        }
        if entry.waitingSince == nil {
            guard tls.waiting.count < limits.maxAwaitingConnections else {
                reading.loss.evictions &+= 1
                return makeOpaque(connection)
            }
            tls.setWaiting(index, since: reading.now)
        }
        lookForSecrets()
    }

    private mutating func perform(
        _ event: TLSConversation.Event, _ connection: UnsafeMutablePointer<Connection>
    ) {
        switch event {
        case .content(let direction, let bytes, let mark):
            connection.pointee.scheme = .https
            bytes.withUnsafeBytes { bytes in
                deliverContent(
                    connection, direction,
                    StreamChunk(
                        bytes: bytes, sequence: mark.sequence, acknowledgement: mark.acknowledgement,
                        time: mark.time))
            }
        case .lost(let direction, let bytes): loseContent(connection, direction, UInt64(bytes))
        case .closed(let direction): endContent(connection, direction, isProper: true)
        case .gaveUp(let direction):
            countOpaque(connection)
            loseContent(connection, direction, UInt64(Int32.max))
        }
    }
}
