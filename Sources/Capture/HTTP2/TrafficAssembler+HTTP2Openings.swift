import HTTPWire
import Traffic

/// Where HTTP/2 begins: with the connection preface, after an upgrade, or in the middle of a connection (RFC 9113
/// section 3).
extension TrafficAssembler {
    /// Begins HTTP/2 in a direction that starts with the connection preface, of which `seenBytes` were read as
    /// something else.
    mutating func beginHTTP2(
        _ connection: UnsafeMutablePointer<Connection>, preface direction: Int, seenBytes: Int = 0
    ) {
        let client = HTTP2Connections.Beginning(hasPreface: true, seenBytes: seenBytes, isWhole: true)
        connection.pointee.requestDirection = Int8(direction)
        connection.pointee.streams[direction].content = .http2
        if let known = connection.pointee.http2 {
            // The server's first frames were captured earlier.
            http2.dropBlock(known.pointee.directions + direction, &reading)
            return http2.connections.restart(known, direction, client)
        }
        // The other direction is examined when it arrives: a server without HTTP/2 answers with HTTP/1.
        let server = HTTP2Connections.Beginning(isWhole: isFirst(connection, 1 - direction))
        begin(connection, direction == 0 ? (client, server) : (server, client))
    }

    /// Both directions continue with HTTP/2 after a response with 101; the client sends the preface first.
    ///
    /// - Parameter request: the request of stream 1, in no list; nil if it was not seen
    mutating func beginUpgradedHTTP2(
        _ connection: UnsafeMutablePointer<Connection>, _ request: UnsafeMutablePointer<Message>?
    ) {
        let server = HTTP2Connections.Beginning(isWhole: true)
        let client = HTTP2Connections.Beginning(hasPreface: true, isWhole: true)
        for direction in 0..<2 { connection.pointee.streams[direction].content = .http2 }
        // The client's preface may have been captured earlier.
        if connection.pointee.http2 == nil {
            begin(
                connection, connection.pointee.requestDirection == 0 ? (client, server) : (server, client))
        }
        guard let request else {
            connection.pointee.http2?.pointee.awaitsUpgradedResponse = true
            return
        }
        guard connection.pointee.http2 != nil else { return reading.messages.release(request, &reading.pool) }
        http2.beginUpgraded(connection, request, &reading)
        recordEnded(connection)
    }

    /// Checks whether a direction begins with frames: that of a server, or of a connection joined in the middle.
    mutating func recogniseFrames(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        let stream = connection.pointee.streams + direction
        let isFirst = isFirst(connection, direction)
        if let known = connection.pointee.http2 {
            stream.pointee.content = .http2
            if !isFirst { known.pointee.directions[direction].parser.lose() }
        } else if HTTP2FrameParser.isOpening(chunk.bytes, isFirstOfStream: isFirst) {
            for side in 0..<2 { countUnrecognised(connection, side) }
            stream.pointee.content = .http2
            // Only a server begins without the preface.
            if isFirst, Int(connection.pointee.initiator) != direction {
                connection.pointee.requestDirection = Int8(1 - direction)
            }
            let own = HTTP2Connections.Beginning(isWhole: isFirst)
            let other = HTTP2Connections.Beginning(isWhole: false)
            begin(connection, direction == 0 ? (own, other) : (other, own))
        }
    }

    /// Whether the next byte of content is the first that a direction sent.
    private func isFirst(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) -> Bool {
        let stream = connection.pointee.streams + direction
        return stream.pointee.hasSYN && stream.pointee.content == .unknown
            && stream.pointee.searchedBytes == 0
            && !connection.pointee.isIrregular
    }

    private mutating func begin(
        _ connection: UnsafeMutablePointer<Connection>,
        _ beginnings: (HTTP2Connections.Beginning, HTTP2Connections.Beginning)
    ) {
        http2.forget(connection, &reading)
        for direction in 0..<2 { connection.pointee.streams[direction].hasHTTP = true }
        connection.pointee.http2 = http2.connections.begin(beginnings)
        guard connection.pointee.http2 == nil else { return }
        reading.loss.evictions &+= 1
        makeOpaque(connection)
    }
}
