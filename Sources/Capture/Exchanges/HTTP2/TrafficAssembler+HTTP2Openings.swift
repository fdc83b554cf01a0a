import HTTPWire
import Traffic

/// Where HTTP/2 begins: with the connection preface, after an upgrade, or in the middle of a connection (RFC 9113 section 3).
extension TrafficAssembler {
    /// A direction begins with the connection preface, of which `seenBytes` were taken for something else.
    mutating func beginHTTP2(
        _ connection: UnsafeMutablePointer<Connection>, preface direction: Int, seenBytes: Int = 0
    ) {
        let client = HTTP2Connections.Beginning(hasPreface: true, seenBytes: seenBytes, isWhole: true)
        connection.pointee.requestDirection = Int8(direction)
        connection.pointee.streams[direction].content = .http2
        if let known = connection.pointee.http2 {
            // The server's first frames were captured before.
            dropBlock(known.pointee.directions + direction)
            return http2.restart(known, direction, client)
        }
        // The other direction is looked at when it comes: a server that knows no HTTP/2 answers with HTTP/1.
        let server = HTTP2Connections.Beginning(isWhole: isFirst(connection, 1 - direction))
        begin(connection, direction == 0 ? (client, server) : (server, client))
    }

    /// Both directions go on with HTTP/2 after a response with 101; the client sends the preface first.
    mutating func beginUpgradedHTTP2(_ connection: UnsafeMutablePointer<Connection>) {
        let server = HTTP2Connections.Beginning(isWhole: true)
        let client = HTTP2Connections.Beginning(hasPreface: true, isWhole: true)
        for direction in 0..<2 { connection.pointee.streams[direction].content = .http2 }
        // The client's preface may have been captured before.
        if connection.pointee.http2 == nil {
            begin(connection, connection.pointee.requestDirection == 0 ? (client, server) : (server, client))
        }
        connection.pointee.http2?.pointee.awaitsUpgradedResponse = true
    }

    /// Looks whether a direction begins with frames: a server's, or one of a connection that was joined in the middle.
    mutating func recogniseFrames(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ piece: Piece
    ) {
        let stream = connection.pointee.streams + direction
        let isFirst = isFirst(connection, direction)
        if let known = connection.pointee.http2 {
            stream.pointee.content = .http2
            if !isFirst { known.pointee.directions[direction].parser.lose() }
        } else if HTTP2FrameParser.isOpening(piece.bytes, isFirstOfStream: isFirst) {
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
        return stream.pointee.hasSYN && stream.pointee.content == .unknown && stream.pointee.searchedBytes == 0
            && !connection.pointee.isIrregular
    }

    private mutating func begin(
        _ connection: UnsafeMutablePointer<Connection>,
        _ beginnings: (HTTP2Connections.Beginning, HTTP2Connections.Beginning)
    ) {
        endHTTP2(connection)
        for direction in 0..<2 { connection.pointee.streams[direction].hasHTTP = true }
        connection.pointee.http2 = http2.begin(beginnings)
        guard connection.pointee.http2 == nil else { return }
        loss.evictions &+= 1
        makeOpaque(connection)
    }

    /// Whether requests of HTTP/1 are over and the connection preface follows: a response with 101 may be captured late.
    mutating func goesOnWithHTTP2(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ piece: Piece
    ) -> Bool {
        let stream = connection.pointee.streams + direction
        guard stream.pointee.parser.isRequest, stream.pointee.openMessage == nil, StreamOpening(piece.bytes) == .http2
        else { return false }
        beginHTTP2(connection, preface: direction)
        return true
    }

    /// Whether what was taken for a request's head is the first part of a preface that came in several pieces.
    mutating func wasHTTP2Preface(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ message: UnsafeMutablePointer<Message>
    ) -> Bool {
        let stream = connection.pointee.streams + direction
        guard stream.pointee.parser.isRequest, stream.pointee.lastMessage == message,
            let buffer = message.pointee.buffer,
            StreamOpening(UnsafeRawBufferPointer(start: buffer.start, count: message.pointee.count)) == .http2,
            message.pointee.count == 18
        else { return false }
        dropLastMessage(stream)
        beginHTTP2(connection, preface: direction, seenBytes: 18)
        return true
    }

    /// Whether a response with 101 names HTTP/2 over cleartext as the protocol to go on with.
    func asksForHTTP2(_ response: UnsafeMutablePointer<Message>) -> Bool {
        let bytes = UnsafeRawBufferPointer(
            start: response.pointee.buffer?.start, count: Int(response.pointee.headBytes))
        return ResponseHead(Array(bytes))?.all("upgrade").contains { $0.lowercased().hasPrefix("h2c") } ?? false
    }
}
