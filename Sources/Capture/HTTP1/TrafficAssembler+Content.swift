import HTTPWire
import Traffic

/// Detects the protocol of a direction, and passes its bytes to the matching stage.
extension TrafficAssembler {
    /// Passes on bytes in stream order, as content or for decryption.
    @inline(__always)
    mutating func deliver(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        let stream = connection.pointee.streams + direction
        if !stream.pointee.hasDelivered {
            stream.pointee.hasDelivered = true
            if !stream.pointee.hasSYN { connection.pointee.isIrregular = true }
        }
        if connection.pointee.tls >= 0 { return decrypt(connection, direction, chunk) }
        deliverContent(connection, direction, chunk)
    }

    /// Passes on plaintext content.
    @inline(__always)
    mutating func deliverContent(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        switch connection.pointee.streams[direction].content {
        case .http1: parse(connection, direction, chunk)
        case .http2: parseHTTP2(connection, direction, chunk)
        case .unknown: recognise(connection, direction, chunk)
        case .opaque: break
        }
    }

    /// Detects the protocol of a direction by its first bytes, never by ports.
    mutating func recognise(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        let stream = connection.pointee.streams + direction
        guard stream.pointee.hasSYN, stream.pointee.searchedBytes == 0 else {
            return recogniseContent(connection, direction, chunk)
        }
        switch stream.pointee.proxyHeader.read(chunk.bytes) {
        case .unfinished: break
        case .ended(let offset):
            if offset < chunk.bytes.count { recogniseContent(connection, direction, chunk.from(offset)) }
        case .none(let held):
            if held.isEmpty { return recogniseContent(connection, direction, chunk) }
            recogniseHeld(connection, direction, held, before: chunk)
            deliverContent(connection, direction, chunk)
        case .broken: recogniseContent(connection, direction, chunk)
        }
    }

    /// Passes on first bytes that were held back because a PROXY header might begin with them.
    private mutating func recogniseHeld(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ held: [UInt8], before chunk: StreamChunk
    ) {
        held.withUnsafeBytes {
            var first = chunk
            first.bytes = $0
            first.sequence = chunk.sequence &- UInt32($0.count)
            recogniseContent(connection, direction, first)
        }
    }

    /// Passes on held first bytes if no more follow or some are missing.
    private mutating func releaseHeld(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        let stream = connection.pointee.streams + direction
        guard stream.pointee.content == .unknown, stream.pointee.hasDelivered else { return }
        let held = stream.pointee.proxyHeader.finish()
        guard !held.isEmpty else { return }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let chunk = StreamChunk(bytes: none, sequence: 0, acknowledgement: 0, time: reading.now)
        recogniseHeld(connection, direction, held, before: chunk)
    }

    private mutating func recogniseContent(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        let stream = connection.pointee.streams + direction
        let opening = StreamOpening(chunk.bytes)
        if connection.pointee.isTunnel, opening != .tls { return makeOpaque(connection) }
        switch opening {
        case .http2:
            guard !isContradicted(connection, direction, isRequest: true) else { break }
            beginHTTP2(connection, preface: direction)
        case .tls:
            // In the middle of a stream, such bytes mean nothing.
            guard stream.pointee.searchedBytes == 0 else { break }
            return beginTLS(connection, direction, chunk)
        case .request, .response:
            // Both directions cannot carry requests, nor both responses.
            guard !isContradicted(connection, direction, isRequest: opening == .request),
                isCertain(opening, connection, direction, chunk)
            else { break }
            beginParsing(connection, direction, isRequest: opening == .request)
        case .undecided:
            guard stream.pointee.hasSYN, stream.pointee.searchedBytes == 0, !stream.pointee.hasLostBytes else { break }
            beginParsing(connection, direction, isRequest: isLikelyRequest(connection, direction))
        case .other: recogniseFrames(connection, direction, chunk)
        }
        switch stream.pointee.content {
        case .http1: parse(connection, direction, chunk)
        case .http2: parseHTTP2(connection, direction, chunk)
        case .unknown: searchFirstMessage(connection, direction, chunk)
        case .opaque: break
        }
    }

    private func isLikelyRequest(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int)
        -> Bool
    {
        if connection.pointee.requestDirection >= 0 {
            return Int(connection.pointee.requestDirection) == direction
        }
        return connection.pointee.initiator < 0 || Int(connection.pointee.initiator) == direction
    }

    /// Whether bytes that look like the beginning of a request are one. After missing bytes, any word may look like it.
    private func isCertain(
        _ opening: StreamOpening, _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ chunk: StreamChunk
    ) -> Bool {
        let stream = connection.pointee.streams + direction
        let isInside = stream.pointee.hasLostBytes || stream.pointee.searchedBytes > 0
        guard opening == .request, isInside || !stream.pointee.hasSYN else { return true }
        // The first bytes seen are a request of any method if a complete request line says so.
        if !isInside, HeadFraming(startLineOf: chunk.bytes, isRequest: true)?.isSimple == false { return true }
        let known = Int(connection.pointee.requestDirection)
        return (known < 0 || known == direction) && HTTP1Parser(isRequest: true).startOfMessage(in: chunk.bytes) == 0
    }

    /// Whether the very first bytes of the other direction already have the role that this one would get.
    private func isContradicted(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, isRequest: Bool
    ) -> Bool {
        let other = connection.pointee.streams + (1 - direction)
        return other.pointee.content == .http1 && other.pointee.hasSYN
            && other.pointee.searchedBytes == 0
            && other.pointee.parser.isRequest == isRequest
    }

    private mutating func beginParsing(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, isRequest: Bool
    ) {
        let stream = connection.pointee.streams + direction
        stream.pointee.content = .http1
        stream.pointee.parser = HTTP1Parser(isRequest: isRequest)
        // A direction seen from its beginning starts with the answer to the first request.
        let isWhole = stream.pointee.hasSYN && stream.pointee.searchedBytes == 0 && !stream.pointee.hasLostBytes
        stream.pointee.isResynchronised = connection.pointee.isIrregular && !isWhole
        connection.pointee.requestDirection = Int8(isRequest ? direction : 1 - direction)
        countUnrecognised(connection, 1 - direction)
    }

    /// Counts unrecognised bytes at the beginning of a direction as a message, as the connection turned out to be HTTP.
    mutating func countUnrecognised(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        let stream = connection.pointee.streams + direction
        guard stream.pointee.content == .unknown, stream.pointee.hasSYN,
            stream.pointee.searchedBytes > 0
        else {
            return
        }
        reading.loss.unparsedMessages &+= 1
    }

    /// Searches the first message of a direction that does not begin like HTTP: it may have begun before the capture,
    /// or carry another protocol.
    private mutating func searchFirstMessage(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        let stream = connection.pointee.streams + direction
        guard Int(stream.pointee.searchedBytes) <= limits.maxSearchedBytes else { return }
        if stream.pointee.searchedBytes == 0, stream.pointee.hasSYN,
            connection.pointee.requestDirection >= 0
        {
            reading.loss.unparsedMessages &+= 1
        }
        stream.pointee.searchedBytes &+= UInt32(truncatingIfNeeded: chunk.bytes.count)
        let known = Int(connection.pointee.requestDirection)
        let start: Int
        if known != direction, let first = HTTP1Parser(isRequest: false).startOfMessage(in: chunk.bytes) {
            beginParsing(connection, direction, isRequest: false)
            stream.pointee.isResynchronised = true
            start = first
        } else if known < 0 || known == direction,
            let first = HTTP1Parser(isRequest: true).startOfMessage(in: chunk.bytes)
        {
            beginParsing(connection, direction, isRequest: true)
            connection.pointee.isIrregular = true
            start = first
        } else {
            return
        }
        // In a direction seen from its beginning, the bytes before were a message too. If the other direction had begun
        // before, it is already counted.
        if known < 0, stream.pointee.hasSYN { reading.loss.unparsedMessages &+= 1 }
        parse(connection, direction, chunk.from(start))
    }

    /// Marks a connection as unreadable from here on.
    mutating func makeOpaque(_ connection: UnsafeMutablePointer<Connection>) {
        if connection.pointee.tls >= 0 { leaveTLS(connection) }
        countOpaque(connection)
        for direction in 0..<2 {
            connection.pointee.streams[direction].content = .opaque
            if let known = connection.pointee.tcp { tcp.dropHeld(known.pointee.streams + direction) }
        }
    }

    mutating func countOpaque(_ connection: UnsafeMutablePointer<Connection>) {
        guard !connection.pointee.isCountedOpaque else { return }
        connection.pointee.isCountedOpaque = true
        reading.loss.opaqueConnections &+= 1
    }

    /// Handles `count` lost bytes of a direction.
    mutating func loseBytes(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ count: UInt64
    ) {
        if connection.pointee.tls >= 0 { return loseCiphertext(connection, direction, count) }
        loseContent(connection, direction, count)
    }

    /// Handles `count` lost bytes of a direction's content.
    mutating func loseContent(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ count: UInt64
    ) {
        let stream = connection.pointee.streams + direction
        releaseHeld(connection, direction)
        stream.pointee.hasLostBytes = true
        if stream.pointee.content == .http2 {
            http2.lose(connection, direction, count, &reading)
            return recordEnded(connection)
        }
        guard stream.pointee.content == .http1 else { return }
        if case .messageEnded = http1.lose(count, stream) { pair(connection) }
    }

    /// Ends a direction.
    mutating func endOfStream(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        if connection.pointee.tls >= 0 { endCiphertext(connection, direction) }
        endContent(connection, direction, isProper: connection.pointee.streams[direction].hasEnd)
    }

    /// Ends the content of a direction; `isProper` means that its end was announced.
    mutating func endContent(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, isProper isAnnounced: Bool
    ) {
        let stream = connection.pointee.streams + direction
        releaseHeld(connection, direction)
        if stream.pointee.content == .http1 { http1.endDirection(stream, isProper: isAnnounced) }
        if connection.pointee.http2 != nil {
            http2.endDirection(connection, direction, &reading)
            recordEnded(connection)
        }
        pair(connection)
    }
}
