import HTTPWire
import Traffic

/// What the bytes of a direction are, and what becomes of them.
extension TrafficAssembler {
    /// Passes on bytes in the order of the stream, which are content or what content is encrypted in.
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

    /// Passes on bytes that are content.
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

    /// Tells by the first bytes what a direction carries. Ports are not trusted.
    mutating func recognise(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        let stream = connection.pointee.streams + direction
        var chunk = chunk
        if stream.pointee.hasSYN, stream.pointee.searchedBytes == 0,
            let header = ProxyHeader.byteCount(in: chunk.bytes)
        {
            guard header < chunk.bytes.count else { return }
            chunk = chunk.from(header)
        }
        let opening = StreamOpening(chunk.bytes)
        if connection.pointee.isTunnel, opening != .tls { return makeOpaque(connection) }
        switch opening {
        case .http2:
            guard !isContradicted(connection, direction, isRequest: true) else { break }
            beginHTTP2(connection, preface: direction)
        case .tls:
            // Inside of a stream such bytes mean nothing.
            guard stream.pointee.searchedBytes == 0 else { break }
            return beginTLS(connection, direction, chunk)
        case .request, .response:
            // Two directions of requests, or two of responses, are not believed.
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

    /// Whether bytes that look like the beginning of a request are one. Behind bytes that were not seen any word may look so.
    private func isCertain(
        _ opening: StreamOpening, _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ chunk: StreamChunk
    ) -> Bool {
        let stream = connection.pointee.streams + direction
        let isInside = stream.pointee.hasLostBytes || stream.pointee.searchedBytes > 0
        guard opening == .request, isInside || !stream.pointee.hasSYN else { return true }
        // The first bytes seen may be a request's, of whatever method, where a whole line says so.
        if !isInside, HeadFraming(startLineOf: chunk.bytes, isRequest: true)?.isSimple == false { return true }
        let known = Int(connection.pointee.requestDirection)
        return (known < 0 || known == direction) && HTTP1Parser(isRequest: true).startOfMessage(in: chunk.bytes) == 0
    }

    /// Whether the other direction was recognised by its very first bytes as what this one would be.
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
        // Seen from its beginning, it begins with the answer to the first request.
        let isWhole = stream.pointee.hasSYN && stream.pointee.searchedBytes == 0 && !stream.pointee.hasLostBytes
        stream.pointee.isResynchronised = connection.pointee.isIrregular && !isWhole
        connection.pointee.requestDirection = Int8(isRequest ? direction : 1 - direction)
        countUnrecognised(connection, 1 - direction)
    }

    /// Bytes at the beginning of a direction, in which nothing was found, were a message after all: the connection is one of HTTP.
    mutating func countUnrecognised(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        let stream = connection.pointee.streams + direction
        guard stream.pointee.content == .unknown, stream.pointee.hasSYN,
            stream.pointee.searchedBytes > 0
        else {
            return
        }
        reading.loss.unparsedMessages &+= 1
    }

    /// The direction does not begin as HTTP does: it may have begun before the capture, or be something else.
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
        // What was before in a direction seen from its beginning was a message too; where the other one had begun, it
        // is counted.
        if known < 0, stream.pointee.hasSYN { reading.loss.unparsedMessages &+= 1 }
        parse(connection, direction, chunk.from(start))
    }

    /// Nothing of the connection can be read from here on.
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

    /// `count` bytes of a direction will never be seen.
    mutating func loseBytes(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ count: UInt64
    ) {
        if connection.pointee.tls >= 0 { return loseCiphertext(connection, direction, count) }
        loseContent(connection, direction, count)
    }

    /// `count` bytes of a direction's content will never be seen.
    mutating func loseContent(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ count: UInt64
    ) {
        let stream = connection.pointee.streams + direction
        stream.pointee.hasLostBytes = true
        if stream.pointee.content == .http2 {
            http2.lose(connection, direction, count, &reading)
            return recordEnded(connection)
        }
        guard stream.pointee.content == .http1 else { return }
        if case .messageEnded = http1.lose(count, stream) { pair(connection) }
    }

    /// A direction has come to its end.
    mutating func endOfStream(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        if connection.pointee.tls >= 0 { endCiphertext(connection, direction) }
        endContent(connection, direction, isProper: connection.pointee.streams[direction].hasEnd)
    }

    /// The content of a direction has come to its end, as announced when `isProper`.
    mutating func endContent(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, isProper isAnnounced: Bool
    ) {
        let stream = connection.pointee.streams + direction
        if stream.pointee.content == .http1 { http1.endDirection(stream, isProper: isAnnounced) }
        if connection.pointee.http2 != nil {
            http2.endDirection(connection, direction, &reading)
            recordEnded(connection)
        }
        pair(connection)
    }
}
