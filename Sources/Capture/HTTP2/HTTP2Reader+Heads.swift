import HTTPWire
import Traffic

/// Header blocks of HTTP/2: heads and trailers (RFC 9113 sections 4.3 and 8.1).
extension HTTP2Reader {
    /// Takes a part of a header block. A block within a single chunk is read in place.
    mutating func takeBlock(
        _ part: UnsafeRawBufferPointer, _ connection: UnsafeMutablePointer<Connection>,
        _ direction: Int, _ time: Int64, _ context: inout ReadingContext
    ) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        guard side.pointee.block == .collecting else { return }
        let frame = side.pointee.parser.frame
        if frame.endsBlock, side.pointee.bufferedBytes == 0, side.pointee.parser.contentLeft == 0 {
            if frame.kind == .pushPromise { side.pointee.promisedStream = side.pointee.parser.value }
            side.pointee.block = .done
            return readBlock(part, connection, direction, time, &context)
        }
        if !keep(part, side, &context) { side.pointee.block = .broken }
    }

    /// Ends a header block after its last frame.
    mutating func endBlock(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64,
        _ context: inout ReadingContext
    ) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        let state = side.pointee.block
        side.pointee.block = .none
        switch state {
        case .none, .done: break
        case .collecting:
            let block = UnsafeRawBufferPointer(
                start: side.pointee.buffer?.start, count: side.pointee.bufferedBytes)
            readBlock(block, connection, direction, time, &context)
        case .broken:
            side.pointee.decoder.forget()
            context.loss.unparsedMessages &+= 1
            missHead(connection, direction, &context)
        }
        dropBlock(side, &context)
    }

    /// - Returns: false if the block is too long or there is no memory for it.
    private mutating func keep(
        _ part: UnsafeRawBufferPointer, _ side: UnsafeMutablePointer<HTTP2Direction>,
        _ context: inout ReadingContext
    ) -> Bool {
        guard let source = part.baseAddress else { return true }
        let needed = side.pointee.bufferedBytes + part.count
        guard needed <= limits.maxHeaderBlockBytes else { return false }
        if needed > side.pointee.buffer?.capacity ?? 0 {
            guard let larger = context.pool.take(needed) else {
                context.loss.evictions &+= 1
                return false
            }
            if let old = side.pointee.buffer {
                larger.start.copyMemory(from: old.start, byteCount: side.pointee.bufferedBytes)
                context.pool.give(old)
            }
            side.pointee.buffer = larger
        }
        guard let buffer = side.pointee.buffer else { return false }
        (buffer.start + side.pointee.bufferedBytes).copyMemory(from: source, byteCount: part.count)
        side.pointee.bufferedBytes = needed
        return true
    }

    /// Gives back the buffer of a header block.
    mutating func dropBlock(
        _ side: UnsafeMutablePointer<HTTP2Direction>, _ context: inout ReadingContext
    ) {
        if let buffer = side.pointee.buffer { context.pool.give(buffer) }
        side.pointee.buffer = nil
        side.pointee.bufferedBytes = 0
    }

    private mutating func readBlock(
        _ block: UnsafeRawBufferPointer, _ connection: UnsafeMutablePointer<Connection>,
        _ direction: Int, _ time: Int64, _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        connections.text.removeAll(boundedBy: side.pointee.decoder.unfoldedBytes(of: block))
        side.pointee.decoder.decode(block, into: &connections.text, scratch: &connections.scratch)
        if !connections.charge(side) { context.loss.evictions &+= 1 }
        if connection.pointee.requestDirection < 0, side.pointee.promisedStream == 0 {
            // Joined in the middle: the first request head shows which side is the client.
            if connections.text.method != nil { connection.pointee.requestDirection = Int8(direction) }
            if connections.text.status > 0 { connection.pointee.requestDirection = Int8(1 - direction) }
        }
        if connections.text.isUncertain || connections.text.isOverlong
            || connection.pointee.requestDirection < 0
        {
            context.loss.unparsedMessages &+= 1
            return missHead(connection, direction, &context)
        }
        if side.pointee.promisedStream > 0 {
            takePromise(connection, direction, time, &context)
        } else if Int(connection.pointee.requestDirection) == direction {
            takeRequestBlock(connection, direction, time, &context)
        } else {
            takeResponseBlock(connection, direction, time, &context)
        }
        if side.pointee.blockEndsStream {
            endStream(connection, direction, side.pointee.blockStream, time, &context)
        }
    }

    private mutating func takeRequestBlock(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64,
        _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        let stream = side.pointee.blockStream
        if let exchange = state.pointee.exchanges[stream], let request = exchange.pointee.request {
            return keepTrailers(of: request, time, &context)
        }
        guard connections.text.method != nil else { return missBody(connection, stream, &context) }
        state.pointee.highestRequest = max(state.pointee.highestRequest, stream)
        guard let message = headMessage(first: side.pointee.blockTime, last: time, &context) else {
            return
        }
        let exchange = state.pointee.exchanges[stream] ?? beginExchange(connection, stream, &context)
        exchange.pointee.request = message
    }

    private mutating func takeResponseBlock(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64,
        _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        let stream = side.pointee.blockStream
        let known = state.pointee.exchanges[stream]
        if let response = known?.pointee.response { return keepTrailers(of: response, time, &context) }
        let status = connections.text.status
        guard status > 0 else { return missBody(connection, stream, &context) }
        // Interim responses precede the final one.
        guard status >= 200, known?.pointee.isResponseEnded != true else { return }
        if known == nil {
            let isUpgraded = stream == 1 && state.pointee.awaitsUpgradedResponse
            let isClosed = stream <= state.pointee.highestRequest && !connection.pointee.isIrregular
            guard isUpgraded || !(isClosed || state.pointee.wasReset(stream)) else { return }
        }
        guard let message = headMessage(first: side.pointee.blockTime, last: time, &context) else {
            return
        }
        message.pointee.status = status
        let exchange = known ?? beginExchange(connection, stream, &context)
        exchange.pointee.response = message
        if stream == 1, state.pointee.awaitsUpgradedResponse {
            state.pointee.awaitsUpgradedResponse = false
            exchange.pointee.isRequestEnded = true
        }
    }

    /// Takes a promised request, which the server answers on the promised stream (RFC 9113 section 8.4).
    private mutating func takePromise(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64,
        _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        let stream = side.pointee.promisedStream
        guard Int(connection.pointee.requestDirection) != direction, connections.text.method != nil,
            state.pointee.exchanges[stream] == nil,
            let message = headMessage(first: side.pointee.blockTime, last: time, &context)
        else { return }
        pushes &+= 1
        message.pointee.isPromised = true
        let exchange = beginExchange(connection, stream, &context)
        exchange.pointee.request = message
        exchange.pointee.isRequestEnded = true
    }

    /// A message with the head just read; nil if there is no memory for it.
    private mutating func headMessage(first: Int64, last: Int64, _ context: inout ReadingContext)
        -> UnsafeMutablePointer<Message>?
    {
        let message = context.messages.take(
            Message(firstByte: first, lastByte: last, sequence: 0, acknowledgement: 0))
        message.pointee.version = .http2
        message.pointee.hasHead = true
        message.pointee.method = connections.text.method ?? .other
        message.pointee.hasCredentials = connections.text.hasCredentials
        message.pointee.announcedBytes = connections.text.contentLength
        message.pointee.isComplete = !connections.text.isAltered
        if connections.text.isAltered { context.loss.unparsedMessages &+= 1 }
        let text = connections.text
        text.withHead { _ = context.messages.keepHead(message, $0, &context.pool, &context.loss) }
        guard message.pointee.isStarved else { return message }
        context.messages.release(message, &context.pool)
        return nil
    }

    private mutating func keepTrailers(
        of message: UnsafeMutablePointer<Message>, _ time: Int64, _ context: inout ReadingContext
    ) {
        message.pointee.lastByte = max(message.pointee.lastByte, time)
        guard !connections.text.isEmpty else { return }
        if connections.text.isAltered { message.pointee.isComplete = false }
        let text = connections.text
        text.withTrailers { context.messages.keepTrailers(message, $0, &context.pool, &context.loss) }
    }

    /// Handles an unreadable block: its message has no head, or no trailers.
    private mutating func missHead(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        let stream = side.pointee.blockStream
        connection.pointee.isIrregular = true
        if side.pointee.promisedStream == 0, Int(connection.pointee.requestDirection) == direction {
            state.pointee.highestRequest = max(state.pointee.highestRequest, stream)
        }
        message(of: state.pointee.exchanges[stream], connection, direction)?.pointee.isComplete = false
        if side.pointee.blockEndsStream {
            endStream(connection, direction, stream, side.pointee.blockTime, &context)
        }
    }

    /// Handles a block that is not a head, on a stream whose head was not seen: trailers, or a meaningless block.
    private mutating func missBody(
        _ connection: UnsafeMutablePointer<Connection>, _ stream: UInt32,
        _ context: inout ReadingContext
    ) {
        guard !connection.pointee.isIrregular,
            connection.pointee.http2?.pointee.wasReset(stream) == false
        else {
            return
        }
        context.loss.unparsedMessages &+= 1
    }
}
