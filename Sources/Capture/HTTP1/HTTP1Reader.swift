import HTTPWire
import Traffic

/// Parses HTTP/1 messages from the bytes of a direction: chunks in, a step and its event out.
///
/// This stage only reads messages: it keeps their bytes in the given store, links them to their direction, and reports
/// when exchanges may have ended or when another protocol follows.
struct HTTP1Reader {
    private let limits: CaptureLimits
    private let pairing: ExchangePairing

    init(limits: CaptureLimits, pairing: ExchangePairing) {
        self.limits = limits
        self.pairing = pairing
    }

    /// The result of a step for the owner.
    enum Event {
        case none
        /// A message has ended, so an exchange may have ended too.
        case messageEnded
        /// A response that is complete in the chunk answers the only waiting request; nothing of it was kept.
        case wholeResponse(HeadFraming, bodyBytes: Int)
        /// After this response, whose `isEnded` tells whether it has ended, both directions carry another protocol.
        case tunnel(UnsafeMutablePointer<Message>)
        /// The HTTP/2 connection preface follows; `seenBytes` of it were read as a head.
        case http2(seenBytes: Int)
    }

    /// The end of a step in its chunk, and its result.
    struct Step {
        var end: Int
        var event = Event.none
    }

    /// Reads one step of `chunk` from `offset`.
    ///
    /// - Parameters:
    ///   - context: stores messages, and counts what cannot be read or kept.
    @inline(__always)
    func read(
        _ chunk: StreamChunk, from offset: Int, _ connection: UnsafeMutablePointer<Connection>,
        _ direction: Int,
        _ context: inout ReadingContext
    ) -> Step {
        let stream = connection.pointee.streams + direction
        var offset = offset
        if stream.pointee.parser.isLost {
            guard let start = stream.pointee.parser.startOfMessage(in: chunk.bytes, from: offset) else {
                return Step(end: chunk.bytes.count)
            }
            stream.pointee.parser.restart()
            offset = start
        }
        if stream.pointee.mayBeRefused, endRefusedRequest(stream, chunk, offset) {
            return Step(end: offset, event: .messageEnded)
        }
        if let framing = stream.pointee.parser.takeWholeHead(chunk.bytes, from: offset) {
            if let bodyBytes = wholeBody(connection, direction, chunk, offset, framing) {
                stream.pointee.hasHTTP = true
                stream.pointee.parser.restart()
                let end = offset + framing.headBytes + bodyBytes
                return Step(end: end, event: .wholeResponse(framing, bodyBytes: bodyBytes))
            }
            let head = chunk.from(offset).upTo(framing.headBytes)
            let message = begin(stream, head, &context)
            _ = context.messages.keepHead(message, head.bytes, &context.pool, &context.loss)
            noteEnd(message, chunk, offset + framing.headBytes, connection)
            return Step(
                end: offset + framing.headBytes,
                event: endHead(connection, direction, message, framing, &context))
        }
        let step = stream.pointee.parser.next(chunk.bytes, from: offset)
        if step.kind == .unparsable, isPreface(stream, chunk.from(step.start)) {
            return Step(end: step.start, event: .http2(seenBytes: 0))
        }
        var next = take(step, connection, direction, chunk, &context)
        // Do not parse the same bytes as a start line again.
        if step.kind == .unparsable, step.end == offset { next.end = offset + 1 }
        return next
    }

    /// The length of a response's body if the chunk contains the whole response and it answers the only waiting
    /// request: by far the most common case, in which nothing needs to be kept.
    @inline(__always)
    private func wholeBody(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk,
        _ offset: Int,
        _ framing: HeadFraming
    ) -> Int? {
        let stream = connection.pointee.streams + direction
        let requests = connection.pointee.streams + (1 - direction)
        guard framing.status >= 200, !framing.isChunked, !framing.hasOtherTransferCoding, !framing.hasBadContentLength,
            !connection.pointee.isIrregular, stream.pointee.firstMessage == nil,
            stream.pointee.abandonedResponses == 0, let request = requests.pointee.firstMessage,
            request.pointee.isEnded, request.pointee.hasHead, request.pointee.method != .connect
        else { return nil }
        let bodyBytes: Int
        if request.pointee.method == .head || framing.status == 204 || framing.status == 304 {
            bodyBytes = 0
        } else if let length = framing.contentLength, length <= UInt64(limits.maxBodyBytes) {
            bodyBytes = Int(length)
        } else {
            return nil
        }
        let count = framing.headBytes + bodyBytes
        let fits = count <= chunk.bytes.count - offset && framing.headBytes <= limits.maxHeadBytes
        return fits ? bodyBytes : nil
    }

    private func take(
        _ step: HTTP1Parser.Step, _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ chunk: StreamChunk, _ context: inout ReadingContext
    ) -> Step {
        let stream = connection.pointee.streams + direction
        let part = chunk.from(step.start).upTo(step.end - step.start)
        let open = stream.pointee.openMessage
        open?.pointee.lastByte = max(open?.pointee.lastByte ?? 0, chunk.time)
        switch step.kind {
        case .needsMore, .framing: break
        case .head, .headEnd:
            let message = open ?? begin(stream, part, &context)
            guard context.messages.keepHead(message, part.bytes, &context.pool, &context.loss) else {
                return Step(end: step.end, event: giveUp(connection, direction, message, &context))
            }
            if let line = endOfWrongLine(message, isRequest: stream.pointee.parser.isRequest) {
                // A message may follow the line.
                let before = message.pointee.count - part.bytes.count
                let event = giveUp(connection, direction, message, &context)
                return Step(end: step.start + max(0, line - before), event: event)
            }
            if step.kind == .headEnd {
                noteEnd(message, chunk, step.end, connection)
                return Step(
                    end: step.end, event: endCollectedHead(connection, direction, message, &context))
            }
        case .body:
            if let open { context.messages.keepBody(open, part.bytes, &context.pool, &context.loss) }
        case .trailers:
            if let open { context.messages.keepTrailers(open, part.bytes, &context.pool, &context.loss) }
        case .unparsable:
            context.loss.unparsedMessages &+= 1
            connection.pointee.isIrregular = true
            stream.pointee.isResynchronised = true
            if let open { return Step(end: step.end, event: end(stream, open, isComplete: false)) }
        }
        guard step.endsMessage, let open else { return Step(end: step.end) }
        noteEnd(open, chunk, step.end, connection)
        return Step(end: step.end, event: end(stream, open, isComplete: true))
    }

    @inline(__always)
    private func begin(
        _ stream: UnsafeMutablePointer<ContentStream>, _ chunk: StreamChunk,
        _ context: inout ReadingContext
    ) -> UnsafeMutablePointer<Message> {
        let message = context.messages.take(
            Message(
                firstByte: chunk.time, lastByte: chunk.time, sequence: chunk.sequence,
                acknowledgement: chunk.acknowledgement))
        stream.pointee.append(message)
        return message
    }

    /// The index after the first line of a message being received, if that line is not a start line: after lost bytes,
    /// anything may look like the beginning of a message.
    private func endOfWrongLine(_ message: UnsafeMutablePointer<Message>, isRequest: Bool) -> Int? {
        guard !message.pointee.isLineChecked, let buffer = message.pointee.buffer else { return nil }
        let bytes = UnsafeRawBufferPointer(start: buffer.start, count: message.pointee.count)
        guard let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        message.pointee.isLineChecked = true
        guard HeadFraming(startLineOf: bytes, isRequest: isRequest) == nil, StreamOpening(bytes) != .http2 else {
            return nil
        }
        return lineEnd + 1
    }

    /// Notes where a message ends, if known. Inside TLS, sequence numbers do not show it.
    @inline(__always)
    private func noteEnd(
        _ message: UnsafeMutablePointer<Message>, _ chunk: StreamChunk, _ end: Int,
        _ connection: UnsafeMutablePointer<Connection>
    ) {
        if connection.pointee.tls < 0 { message.pointee.end = chunk.sequence &+ UInt32(truncatingIfNeeded: end) }
    }

    /// Ends a head that was collected from several chunks.
    private func endCollectedHead(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ message: UnsafeMutablePointer<Message>,
        _ context: inout ReadingContext
    ) -> Event {
        let stream = connection.pointee.streams + direction
        guard !message.pointee.isStarved, let buffer = message.pointee.buffer,
            let framing = HeadFraming(
                UnsafeRawBufferPointer(start: buffer.start, count: message.pointee.count),
                isRequest: stream.pointee.parser.isRequest)
        else {
            if wasPreface(stream, message) {
                context.messages.dropLast(stream, &context.pool)
                return .http2(seenBytes: HTTP1Reader.prefaceHeadBytes)
            }
            return giveUp(connection, direction, message, &context)
        }
        return endHead(connection, direction, message, framing, &context)
    }

    private func giveUp(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ message: UnsafeMutablePointer<Message>,
        _ context: inout ReadingContext
    ) -> Event {
        let stream = connection.pointee.streams + direction
        stream.pointee.parser.lose()
        context.loss.unparsedMessages &+= 1
        connection.pointee.isIrregular = true
        stream.pointee.isResynchronised = true
        return end(stream, message, isComplete: false)
    }

    @inline(__always)
    private func endHead(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ message: UnsafeMutablePointer<Message>,
        _ framing: HeadFraming, _ context: inout ReadingContext
    ) -> Event {
        let stream = connection.pointee.streams + direction
        stream.pointee.hasHTTP = true
        message.pointee.hasHead = true
        message.pointee.version = framing.version
        message.pointee.method = framing.method
        message.pointee.status = framing.status
        message.pointee.hasCredentials = framing.hasCredentials
        message.pointee.awaitsContinue = framing.expectsContinue
        if stream.pointee.parser.isRequest {
            if stream.pointee.parser.begin(framing) { return end(stream, message, isComplete: true) }
        } else {
            let isInterim = framing.status < 200 && framing.status != 101
            let request = isInterim ? nil : pairing.requestAnswered(connection, by: message)
            let isEnded = stream.pointee.parser.begin(
                framing, requestMethod: request?.pointee.method ?? .other)
            if isInterim {
                if framing.status == 100 { allowBody(connection) }
                context.messages.dropLast(stream, &context.pool)
                return .none
            }
            if let request { noteRefusal(connection, request) }
            if isEnded { _ = end(stream, message, isComplete: true) }
            let isTunnel =
                framing.status == 101 || (request?.pointee.method == .connect && framing.status < 300)
            if isTunnel { return .tunnel(message) }
            if isEnded { return .messageEnded }
        }
        if framing.hasUnusableLength {
            // Its end is a guess (RFC 9112 section 6.3, rule 5).
            message.pointee.isComplete = false
            context.loss.unparsedMessages &+= 1
        }
        if let length = framing.contentLength {
            context.messages.reserve(message, length, &context.pool)
        }
        return .none
    }

    /// Ends a message: nothing more of it will come.
    @discardableResult
    func end(
        _ stream: UnsafeMutablePointer<ContentStream>, _ message: UnsafeMutablePointer<Message>,
        isComplete: Bool
    ) -> Event {
        message.pointee.isEnded = true
        if !isComplete { message.pointee.isComplete = false }
        if !message.pointee.hasHead {
            readPartialHead(message, isRequest: stream.pointee.parser.isRequest)
            if message.pointee.isPartial { stream.pointee.hasHTTP = true }
        }
        return .messageEnded
    }

    /// Reads the start line of a truncated head, which is worth recording if that line is complete.
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

/// Missing bytes, and the end of a direction.
extension HTTP1Reader {
    /// Notes that `count` bytes of a direction are lost.
    func lose(_ count: UInt64, _ stream: UnsafeMutablePointer<ContentStream>) -> Event {
        let open = stream.pointee.openMessage
        switch stream.pointee.parser.skip(count) {
        case .within:
            open?.pointee.isComplete = false
            return .none
        case .endsMessage, .beyond:
            stream.pointee.isResynchronised = stream.pointee.parser.isLost
            if let open { return end(stream, open, isComplete: false) }
            return .none
        }
    }

    /// Ends a direction; `isProper` means that its end was announced.
    func endDirection(_ stream: UnsafeMutablePointer<ContentStream>, isProper: Bool) {
        guard let open = stream.pointee.openMessage else { return }
        let endsWithIt = stream.pointee.parser.endOfStream() && isProper
        end(stream, open, isComplete: endsWithIt || stream.pointee.mayBeRefused)
    }
}

/// Requests with `Expect: 100-continue` (RFC 9110 section 10.1.1).
extension HTTP1Reader {
    /// Notes that the waiting request may send its body.
    private func allowBody(_ connection: UnsafeMutablePointer<Connection>) {
        guard connection.pointee.requestDirection >= 0 else { return }
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        requests.pointee.openMessage?.pointee.awaitsContinue = false
    }

    /// Notes the answer to a request: if it still waits for 100 (Continue), it may never send its body.
    private func noteRefusal(
        _ connection: UnsafeMutablePointer<Connection>, _ request: UnsafeMutablePointer<Message>
    ) {
        guard request.pointee.awaitsContinue, !request.pointee.isEnded, request.pointee.bodyBytes == 0
        else { return }
        connection.pointee.streams[Int(connection.pointee.requestDirection)].mayBeRefused = true
    }

    /// Decides by the next bytes of a refused request whether they are its body or another request.
    ///
    /// - Returns: whether the request has ended without a body.
    private func endRefusedRequest(
        _ stream: UnsafeMutablePointer<ContentStream>, _ chunk: StreamChunk, _ offset: Int
    ) -> Bool {
        stream.pointee.mayBeRefused = false
        guard let open = stream.pointee.openMessage, open.pointee.hasHead, open.pointee.bodyBytes == 0,
            HTTP1Parser(isRequest: true).startOfMessage(in: chunk.bytes, from: offset) == offset
        else { return false }
        stream.pointee.parser.restart()
        end(stream, open, isComplete: true)
        return true
    }
}

/// The HTTP/2 connection preface after HTTP/1 requests: the 101 response may be captured late.
extension HTTP1Reader {
    /// The length of the part of the preface that looks like a head.
    private static let prefaceHeadBytes = 18

    private func isPreface(_ stream: UnsafeMutablePointer<ContentStream>, _ chunk: StreamChunk)
        -> Bool
    {
        stream.pointee.parser.isRequest && stream.pointee.openMessage == nil
            && StreamOpening(chunk.bytes) == .http2
    }

    /// Whether the bytes read as a request's head are the first part of a preface that is split into several chunks.
    private func wasPreface(
        _ stream: UnsafeMutablePointer<ContentStream>, _ message: UnsafeMutablePointer<Message>
    ) -> Bool {
        guard stream.pointee.parser.isRequest, stream.pointee.lastMessage == message,
            message.pointee.count == HTTP1Reader.prefaceHeadBytes, let buffer = message.pointee.buffer
        else { return false }
        return StreamOpening(UnsafeRawBufferPointer(start: buffer.start, count: message.pointee.count))
            == .http2
    }
}
