import HTTPWire
import Traffic

/// Passes results of the HTTP/1 stage to pairing, and handles the protocol that follows HTTP/1 on a connection.
extension TrafficAssembler {
    /// Reads messages, or parts of them, from `chunk`.
    mutating func parse(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        let stream = connection.pointee.streams + direction
        var offset = 0
        while offset < chunk.bytes.count {
            guard stream.pointee.content == .http1 else {
                // The previous head began a tunnel: another protocol follows.
                return deliverContent(connection, direction, chunk.from(offset))
            }
            let start = offset
            let step = http1.read(chunk, from: offset, connection, direction, &reading)
            offset = step.end
            switch step.event {
            case .none: break
            case .messageEnded: pair(connection)
            case .wholeResponse(let framing, let bodyBytes):
                recordAtOnce(connection, direction, chunk, start..<offset, framing, bodyBytes)
            case .tunnel(let response): beginTunnel(connection, response)
            case .http2(let seenBytes): beginHTTP2(connection, preface: direction, seenBytes: seenBytes)
            }
        }
    }

    /// Records a response directly from the packet, without storing a message.
    @inline(__always)
    private mutating func recordAtOnce(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk,
        _ range: Range<Int>,
        _ framing: HeadFraming, _ bodyBytes: Int
    ) {
        let requests = connection.pointee.streams + (1 - direction)
        let count = framing.headBytes + bodyBytes
        let offset = range.upperBound - count
        guard let request = requests.pointee.firstMessage, let start = chunk.bytes.baseAddress else {
            return
        }
        var response = Message(
            firstByte: chunk.time, lastByte: chunk.time,
            sequence: chunk.sequence &+ UInt32(truncatingIfNeeded: offset),
            acknowledgement: chunk.acknowledgement)
        // Only read while the packet is valid, and never given to the pool.
        response.buffer = BytePool.Buffer(
            start: UnsafeMutableRawPointer(mutating: start + offset), capacity: 0)
        response.count = count
        response.headBytes = UInt32(truncatingIfNeeded: framing.headBytes)
        response.keptBodyBytes = UInt32(truncatingIfNeeded: bodyBytes)
        response.bodyBytes = UInt64(bodyBytes)
        response.status = framing.status
        response.version = framing.version
        response.hasCredentials = framing.hasCredentials
        response.hasHead = true
        withUnsafeMutablePointer(to: &response) { append(connection, request, $0) }
        requests.pointee.unlinkFirst()
        reading.messages.release(request, &reading.pool)
    }

    /// Begins a tunnel: after 101, or 2xx to CONNECT, both directions carry another protocol.
    private mutating func beginTunnel(
        _ connection: UnsafeMutablePointer<Connection>, _ response: UnsafeMutablePointer<Message>
    ) {
        let isHTTP2 = response.pointee.status == 101 && asksForHTTP2(response)
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        // Bytes sent before the answer were read as another request.
        if let open = requests.pointee.openMessage { http1.end(requests, open, isComplete: false) }
        let upgraded = isHTTP2 ? upgradedRequest(connection, response) : nil
        pair(connection)
        if isHTTP2 { return beginUpgradedHTTP2(connection, upgraded) }
        guard options.followsTunnels || mayLearnSecrets else { return makeOpaque(connection) }
        connection.pointee.isTunnel = !options.followsTunnels
        for direction in 0..<2 {
            connection.pointee.streams[direction].content = .unknown
            connection.pointee.streams[direction].searchedBytes = 0
        }
    }
}
