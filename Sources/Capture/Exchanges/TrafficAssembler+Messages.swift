import HTTPWire
import Traffic

/// HTTP/1 messages in the bytes of a direction.
extension TrafficAssembler {
    /// Takes messages, or parts of them, out of `piece`.
    mutating func parse(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ piece: Piece) {
        let stream = connection.pointee.streams + direction
        var offset = 0
        while offset < piece.bytes.count {
            guard stream.pointee.content == .http1 else {
                // A tunnel began with the head before: what follows it is something else.
                return deliverContent(connection, direction, piece.from(offset))
            }
            if stream.pointee.parser.isLost {
                guard let start = stream.pointee.parser.startOfMessage(in: piece.bytes, from: offset) else { return }
                stream.pointee.parser.restart()
                offset = start
            }
            if let framing = stream.pointee.parser.takeWholeHead(piece.bytes, from: offset) {
                if let end = recordAtOnce(connection, direction, piece, offset, framing) {
                    offset = end
                    continue
                }
                let head = piece.from(offset).upTo(framing.headBytes)
                let message = beginMessage(connection, direction, head)
                keepHead(message, head.bytes)
                offset += framing.headBytes
                endHead(connection, direction, message, framing)
                continue
            }
            let step = stream.pointee.parser.next(piece.bytes, from: offset)
            if step.kind == .unparsable, goesOnWithHTTP2(connection, direction, piece.from(step.start)) { continue }
            take(step, connection, direction, piece)
            // What was no start line must not be tried as one again.
            offset = step.kind == .unparsable && step.end == offset ? offset + 1 : step.end
        }
    }

    private mutating func take(
        _ step: HTTP1Parser.Step, _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ piece: Piece
    ) {
        let stream = connection.pointee.streams + direction
        let part = piece.from(step.start).upTo(step.end - step.start)
        let open = stream.pointee.openMessage
        open?.pointee.lastByte = max(open?.pointee.lastByte ?? 0, piece.time)
        switch step.kind {
        case .needsMore: break
        case .head, .headEnd:
            let message = open ?? beginMessage(connection, direction, part)
            keepHead(message, part.bytes)
            if Int(message.pointee.headBytes) > limits.maxHeadBytes {
                giveUpMessage(connection, direction, message)
            } else if step.kind == .headEnd {
                endCollectedHead(connection, direction, message)
            }
        case .body: if let open { keepBody(open, part.bytes) }
        case .trailers: if let open { keepTrailers(open, part.bytes) }
        case .framing: break
        case .unparsable:
            loss.unparsedMessages &+= 1
            connection.pointee.isIrregular = true
            stream.pointee.isResynchronised = true
            if let open { endMessage(connection, direction, open, isComplete: false) }
        }
        if step.endsMessage, let open { endMessage(connection, direction, open, isComplete: true) }
    }

    private mutating func beginMessage(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ piece: Piece
    ) -> UnsafeMutablePointer<Message> {
        let stream = connection.pointee.streams + direction
        let message = messages.take(
            Message(
                firstByte: piece.time, lastByte: piece.time, sequence: piece.sequence,
                acknowledgement: piece.acknowledgement))
        if let last = stream.pointee.lastMessage {
            last.pointee.next = message
        } else {
            stream.pointee.firstMessage = message
        }
        stream.pointee.lastMessage = message
        stream.pointee.messageCount &+= 1
        return message
    }

    /// A head that came in several pieces has its end now.
    private mutating func endCollectedHead(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ message: UnsafeMutablePointer<Message>
    ) {
        let stream = connection.pointee.streams + direction
        guard !message.pointee.isStarved, let buffer = message.pointee.buffer,
            let framing = HeadFraming(
                UnsafeRawBufferPointer(start: buffer.start, count: message.pointee.count),
                isRequest: stream.pointee.parser.isRequest)
        else {
            if wasHTTP2Preface(connection, direction, message) { return }
            giveUpMessage(connection, direction, message)
            return
        }
        endHead(connection, direction, message, framing)
    }

    private mutating func giveUpMessage(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ message: UnsafeMutablePointer<Message>
    ) {
        let stream = connection.pointee.streams + direction
        stream.pointee.parser.lose()
        loss.unparsedMessages &+= 1
        connection.pointee.isIrregular = true
        stream.pointee.isResynchronised = true
        endMessage(connection, direction, message, isComplete: false)
    }

    private mutating func endHead(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ message: UnsafeMutablePointer<Message>,
        _ framing: HeadFraming
    ) {
        let stream = connection.pointee.streams + direction
        stream.pointee.hasHTTP = true
        message.pointee.hasHead = true
        message.pointee.version = framing.version
        message.pointee.method = framing.method
        message.pointee.status = framing.status
        message.pointee.hasCredentials = framing.hasCredentials
        if stream.pointee.parser.isRequest {
            let isEnded = stream.pointee.parser.begin(framing)
            if isEnded { return endMessage(connection, direction, message, isComplete: true) }
        } else {
            let isInterim = framing.status < 200 && framing.status != 101
            let request = isInterim ? nil : requestAnswered(connection, by: message)
            let isEnded = stream.pointee.parser.begin(framing, requestMethod: request?.pointee.method ?? .other)
            if isInterim { return dropLastMessage(stream) }
            let isTunnel = framing.status == 101 || (request?.pointee.method == .connect && framing.status < 300)
            if isTunnel { beginTunnel(connection, message) }
            if isEnded { return endMessage(connection, direction, message, isComplete: true) }
        }
        if let length = framing.contentLength { reserve(message, length) }
    }

    /// After 101, or 2xx to CONNECT, both directions carry something else.
    private mutating func beginTunnel(
        _ connection: UnsafeMutablePointer<Connection>, _ response: UnsafeMutablePointer<Message>
    ) {
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        // Bytes sent ahead of the answer were taken for another request.
        if let open = requests.pointee.openMessage {
            endMessage(connection, Int(connection.pointee.requestDirection), open, isComplete: false)
        }
        if response.pointee.status == 101, asksForHTTP2(response) { return beginUpgradedHTTP2(connection) }
        guard options.followsTunnels || mayLearnSecrets else { return makeOpaque(connection) }
        connection.pointee.isTunnel = !options.followsTunnels
        for direction in 0..<2 {
            connection.pointee.streams[direction].content = .unknown
            connection.pointee.streams[direction].searchedBytes = 0
        }
    }

    /// No more of a message will come.
    mutating func endMessage(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ message: UnsafeMutablePointer<Message>,
        isComplete: Bool
    ) {
        message.pointee.isEnded = true
        if !isComplete { message.pointee.isComplete = false }
        if !message.pointee.hasHead {
            readPartialHead(message, isRequest: Int(connection.pointee.requestDirection) == direction)
        }
        pair(connection)
    }

    /// A head that was cut off is worth recording when its start line is whole.
    private func readPartialHead(_ message: UnsafeMutablePointer<Message>, isRequest: Bool) {
        guard let buffer = message.pointee.buffer,
            let framing = HeadFraming(
                startLineOf: UnsafeRawBufferPointer(start: buffer.start, count: message.pointee.count),
                isRequest: isRequest)
        else { return }
        message.pointee.version = framing.version
        message.pointee.method = framing.method
        message.pointee.status = framing.status
        message.pointee.isPartial = true
    }
}
