import HTTPWire
import Traffic

/// Makes HTTP/1 messages of the bytes of a direction: chunks in, a step and what it means out.
///
/// A stage that knows messages and nothing of what becomes of them: it keeps their bytes in the store it is given, links them
/// to their direction, and tells its owner when exchanges may have ended or when the bytes that follow are something else.
struct HTTP1Reader {
    private let limits: CaptureLimits
    private let pairing: ExchangePairing

    init(limits: CaptureLimits, pairing: ExchangePairing) {
        self.limits = limits
        self.pairing = pairing
    }

    /// What a step means to the owner.
    enum Event {
        case none
        /// A message has ended, so that exchanges may have.
        case messageEnded
        /// A response that is whole in the chunk answers the only request that waits; nothing of it was kept.
        case wholeResponse(HeadFraming, bodyBytes: Int)
        /// After this response, which has `isEnded` set when nothing more of it comes, both directions carry something else.
        case tunnel(UnsafeMutablePointer<Message>)
        /// The connection preface of HTTP/2 follows, of which `seenBytes` were taken for a head.
        case http2(seenBytes: Int)
    }

    /// How far a step came in its chunk, and what that means.
    struct Step {
        var end: Int
        var event = Event.none
    }

    /// Reads on in `chunk` from `offset`.
    ///
    /// - Parameters:
    ///   - context: where messages are kept, and what cannot be read or kept is counted.
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
        // What was no start line must not be tried as one again.
        if step.kind == .unparsable, step.end == offset { next.end = offset + 1 }
        return next
    }

    /// The bytes of a response's body when the whole response is in the chunk and answers the only request that waits: the most
    /// common case by far, in which nothing needs to be kept.
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
                // What follows the line may be a message.
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

    /// The index behind the first line of a message that is being received, when that is no start line: after bytes that were
    /// lost anything may look like the beginning of one.
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

    /// Notes where a message ends, as far as that is known. Inside TLS sequence numbers do not tell.
    @inline(__always)
    private func noteEnd(
        _ message: UnsafeMutablePointer<Message>, _ chunk: StreamChunk, _ end: Int,
        _ connection: UnsafeMutablePointer<Connection>
    ) {
        if connection.pointee.tls < 0 { message.pointee.end = chunk.sequence &+ UInt32(truncatingIfNeeded: end) }
    }

    /// A head that came in several chunks has its end now.
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
            // Where it ends is a guess (RFC 9112 section 6.3, rule 5).
            message.pointee.isComplete = false
            context.loss.unparsedMessages &+= 1
        }
        if let length = framing.contentLength {
            context.messages.reserve(message, length, &context.pool)
        }
        return .none
    }

    /// No more of a message will come.
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

/// Bytes that are missing, and the end.
extension HTTP1Reader {
    /// Takes note that `count` bytes of a direction will never be seen.
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

    /// A direction has come to its end, as announced when `isProper`.
    func endDirection(_ stream: UnsafeMutablePointer<ContentStream>, isProper: Bool) {
        guard let open = stream.pointee.openMessage else { return }
        let endsWithIt = stream.pointee.parser.endOfStream() && isProper
        end(stream, open, isComplete: endsWithIt || stream.pointee.mayBeRefused)
    }
}

/// Requests that ask before they send their body (RFC 9110 section 10.1.1).
extension HTTP1Reader {
    /// The request that waits to be told to send its body is told so.
    private func allowBody(_ connection: UnsafeMutablePointer<Connection>) {
        guard connection.pointee.requestDirection >= 0 else { return }
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        requests.pointee.openMessage?.pointee.awaitsContinue = false
    }

    /// A request is answered: when it still waits to be told to send its body, it may never send it.
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

/// The connection preface of HTTP/2 behind requests of HTTP/1: a response with 101 may be captured late.
extension HTTP1Reader {
    /// Bytes of the preface that look like a head.
    private static let prefaceHeadBytes = 18

    private func isPreface(_ stream: UnsafeMutablePointer<ContentStream>, _ chunk: StreamChunk)
        -> Bool
    {
        stream.pointee.parser.isRequest && stream.pointee.openMessage == nil
            && StreamOpening(chunk.bytes) == .http2
    }

    /// Whether what was taken for a request's head is the first part of a preface that came in several chunks.
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
