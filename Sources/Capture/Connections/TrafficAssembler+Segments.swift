import HTTPWire
import Traffic

/// TCP: which connection a segment belongs to, and which bytes of it are new.
extension TrafficAssembler {
    /// Takes in the decoder's segment.
    mutating func receive() {
        let segment = decoder.segment
        if segment.missingBytes > 0 { loss.truncatedPackets &+= 1 }
        let key = ConnectionTable.Key(segment)
        let hash = table.hash(key)
        var found = table.find(key, hash: hash)
        if found == nil { found = open(key, hash, segment) }
        guard let connection = found else { return }
        let direction = key.direction
        connection.pointee.lastSeen = now
        if segment.has(TCPSegment.syn) {
            guard receiveSYN(connection, direction, segment) else { return }
        }
        guard connection.pointee.state != .closed else { return }
        let stream = connection.pointee.streams + direction
        let other = connection.pointee.streams + (1 - direction)
        stream.pointee.wasSeen = true
        if segment.has(TCPSegment.ack), !segment.has(TCPSegment.reset) { acknowledge(other, segment) }
        let sequence = segment.sequence &+ (segment.has(TCPSegment.syn) ? 1 : 0)
        if !segment.payload.isEmpty { receiveBytes(connection, direction, sequence, segment) }
        if segment.has(TCPSegment.fin) { receiveFIN(connection, direction, sequence, segment) }
        if stream.pointee.held != nil { settleHoles(connection, direction) }
        if other.pointee.held != nil { settleHoles(connection, 1 - direction) }
        if segment.has(TCPSegment.reset) { beginClosing(connection) }
        if stream.pointee.isEnded, other.pointee.isEnded { close(connection) }
    }

    /// Begins to follow a connection; segments that carry nothing and begin nothing are not worth it.
    private mutating func open(
        _ key: ConnectionTable.Key, _ hash: UInt64, _ segment: TCPSegment
    ) -> UnsafeMutablePointer<Connection>? {
        guard !segment.payload.isEmpty || segment.has(TCPSegment.syn) else { return nil }
        if table.count >= limits.maxConnections { evictConnection() }
        let connection = connections.take(Connection(streams: streams.take(Stream())))
        connection.pointee.lowHigh = key.lowHigh
        connection.pointee.lowLow = key.lowLow
        connection.pointee.highHigh = key.highHigh
        connection.pointee.highLow = key.highLow
        connection.pointee.lowPort = key.lowPort
        connection.pointee.highPort = key.highPort
        connection.pointee.hash = hash
        connection.pointee.generation = newGeneration()
        table.insert(connection)
        totals.connections &+= 1
        return connection
    }

    /// - Returns: false when the segment must be ignored.
    private mutating func receiveSYN(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ segment: TCPSegment
    ) -> Bool {
        let first = segment.sequence &+ 1
        let stream = connection.pointee.streams + direction
        let isKnown = stream.pointee.isStarted && (stream.pointee.hasSYN || stream.pointee.hasDelivered)
        if isKnown, stream.pointee.first != first {
            // The ports are used again: what was there is over. A strange SYN-ACK alone proves nothing.
            guard !segment.has(TCPSegment.ack) || connection.pointee.state == .closed else { return false }
            if connection.pointee.state != .closed { finish(connection) }
            reuse(connection)
        }
        if !stream.pointee.hasDelivered {
            stream.pointee.next = first
            stream.pointee.first = first
        }
        stream.pointee.hasSYN = true
        stream.pointee.isStarted = true
        if !segment.has(TCPSegment.ack), connection.pointee.streams[1 - direction].hasSYN == false {
            connection.pointee.initiator = Int8(direction)
        }
        return true
    }

    /// Makes a closed connection's record that of a new one between the same endpoints.
    private mutating func reuse(_ connection: UnsafeMutablePointer<Connection>) {
        connection.pointee.streams.update(repeating: Stream(), count: 2)
        connection.pointee.generation = newGeneration()
        connection.pointee.number = 0
        connection.pointee.introducedTo = 0
        connection.pointee.session = 0
        connection.pointee.anonymousSession = 0
        connection.pointee.identityChanges = 0
        connection.pointee.requestDirection = -1
        connection.pointee.initiator = -1
        connection.pointee.state = .open
        connection.pointee.isIrregular = false
        connection.pointee.isCountedOpaque = false
        connection.pointee.hasIdentity = false
        connection.pointee.scheme = .http
        connection.pointee.isTunnel = false
        totals.connections &+= 1
    }

    /// `stream` was received by the sender of `segment` up to its acknowledgement.
    @inline(__always)
    private func acknowledge(_ stream: UnsafeMutablePointer<Stream>, _ segment: TCPSegment) {
        let acknowledgement = segment.acknowledgement
        if !stream.pointee.isStarted {
            // Joined in the middle: what was acknowledged is past, what follows is wanted.
            stream.pointee.isStarted = true
            stream.pointee.next = acknowledgement
            stream.pointee.first = acknowledgement
        }
        if !stream.pointee.hasAcknowledgement || distance(acknowledgement, from: stream.pointee.acknowledged) > 0 {
            stream.pointee.acknowledged = acknowledgement
            stream.pointee.hasAcknowledgement = true
        }
    }

    @inline(__always)
    private mutating func receiveBytes(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ sequence: UInt32,
        _ segment: TCPSegment
    ) {
        let stream = connection.pointee.streams + direction
        guard !stream.pointee.isEnded else { return }
        if !stream.pointee.hasDelivered, !stream.pointee.hasSYN { adjustStart(stream, sequence) }
        let seen = Int(distance(stream.pointee.next, from: sequence))
        if stream.pointee.held == nil, seen >= 0 {
            // In order, or a retransmission of which the end may be new. First data wins.
            guard seen < segment.payload.count else { return }
            let new = UnsafeRawBufferPointer(rebasing: segment.payload[seen...])
            let piece = Piece(
                bytes: new, sequence: stream.pointee.next, acknowledgement: segment.acknowledgement, time: segment.time)
            stream.pointee.next = stream.pointee.next &+ UInt32(truncatingIfNeeded: new.count)
            deliver(connection, direction, piece)
        } else {
            hold(
                stream,
                Piece(
                    bytes: segment.payload, sequence: sequence, acknowledgement: segment.acknowledgement,
                    time: segment.time))
        }
    }

    /// Without a SYN the first bytes decide where the stream begins, and packets just before them may still come.
    private func adjustStart(_ stream: UnsafeMutablePointer<Stream>, _ sequence: UInt32) {
        if !stream.pointee.isStarted || distance(sequence, from: stream.pointee.next) < 0 {
            stream.pointee.next = sequence
            stream.pointee.first = sequence
            stream.pointee.isStarted = true
        }
    }

    private mutating func receiveFIN(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ sequence: UInt32,
        _ segment: TCPSegment
    ) {
        let stream = connection.pointee.streams + direction
        let end = sequence &+ UInt32(truncatingIfNeeded: segment.payload.count + segment.missingBytes)
        if !stream.pointee.isStarted {
            stream.pointee.isStarted = true
            stream.pointee.next = end
        }
        if !stream.pointee.hasEnd {
            stream.pointee.hasEnd = true
            stream.pointee.end = end
        }
        if stream.pointee.next == stream.pointee.end { self.end(connection, direction) }
        if connection.pointee.streams[1 - direction].hasEnd { beginClosing(connection) }
    }
}
