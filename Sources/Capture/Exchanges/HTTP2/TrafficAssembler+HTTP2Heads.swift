import HTTPWire
import Traffic

/// Header blocks of HTTP/2: heads and trailers (RFC 9113 sections 4.3 and 8.1).
extension TrafficAssembler {
    /// Takes in part of a header block. One that stands in a single piece is read where it stands.
    mutating func takeBlock(
        _ part: UnsafeRawBufferPointer, _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64
    ) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        guard side.pointee.block == .collecting else { return }
        let frame = side.pointee.parser.frame
        if frame.endsBlock, side.pointee.bufferedBytes == 0, side.pointee.parser.contentLeft == 0 {
            if frame.kind == .pushPromise { side.pointee.promisedStream = side.pointee.parser.value }
            side.pointee.block = .done
            return readBlock(part, connection, direction, time)
        }
        if !keep(part, side) { side.pointee.block = .broken }
    }

    /// The frames of a header block have ended.
    mutating func endBlock(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        let state = side.pointee.block
        side.pointee.block = .none
        switch state {
        case .none, .done: break
        case .collecting:
            let block = UnsafeRawBufferPointer(
                start: side.pointee.buffer?.start, count: side.pointee.bufferedBytes)
            readBlock(block, connection, direction, time)
        case .broken:
            side.pointee.decoder.forget()
            loss.unparsedMessages &+= 1
            missHead(connection, direction)
        }
        dropBlock(side)
    }

    /// - Returns: false when the block is too long or there is no memory for it.
    private mutating func keep(_ part: UnsafeRawBufferPointer, _ side: UnsafeMutablePointer<HTTP2Direction>) -> Bool {
        guard let source = part.baseAddress else { return true }
        let needed = side.pointee.bufferedBytes + part.count
        guard needed <= limits.maxHeaderBlockBytes else { return false }
        if needed > side.pointee.buffer?.capacity ?? 0 {
            guard let larger = pool.take(needed) else {
                loss.evictions &+= 1
                return false
            }
            if let old = side.pointee.buffer {
                larger.start.copyMemory(from: old.start, byteCount: side.pointee.bufferedBytes)
                pool.give(old)
            }
            side.pointee.buffer = larger
        }
        guard let buffer = side.pointee.buffer else { return false }
        (buffer.start + side.pointee.bufferedBytes).copyMemory(from: source, byteCount: part.count)
        side.pointee.bufferedBytes = needed
        return true
    }

    /// Gives back what a header block was collected in.
    mutating func dropBlock(_ side: UnsafeMutablePointer<HTTP2Direction>) {
        if let buffer = side.pointee.buffer { pool.give(buffer) }
        side.pointee.buffer = nil
        side.pointee.bufferedBytes = 0
    }

    private mutating func readBlock(
        _ block: UnsafeRawBufferPointer, _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64
    ) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        http2.text.removeAll(boundedBy: side.pointee.decoder.unfoldedBytes(of: block))
        side.pointee.decoder.decode(block, into: &http2.text, scratch: &http2.scratch)
        if !http2.charge(side) { loss.evictions &+= 1 }
        if connection.pointee.requestDirection < 0, side.pointee.promisedStream == 0 {
            // Joined in the middle: the first head that tells who is the client.
            if http2.text.method != nil { connection.pointee.requestDirection = Int8(direction) }
            if http2.text.status > 0 { connection.pointee.requestDirection = Int8(1 - direction) }
        }
        if http2.text.isUncertain || http2.text.isOverlong || connection.pointee.requestDirection < 0 {
            loss.unparsedMessages &+= 1
            return missHead(connection, direction)
        }
        if side.pointee.promisedStream > 0 {
            takePromise(connection, direction, time)
        } else if Int(connection.pointee.requestDirection) == direction {
            takeRequestBlock(connection, direction, time)
        } else {
            takeResponseBlock(connection, direction, time)
        }
        if side.pointee.blockEndsStream { endStream(connection, direction, side.pointee.blockStream, time) }
    }

    private mutating func takeRequestBlock(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64
    ) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        let stream = side.pointee.blockStream
        if let exchange = state.pointee.exchanges[stream], let request = exchange.pointee.request {
            return keepTrailers(of: request, time)
        }
        guard http2.text.method != nil else { return missBody(connection, stream) }
        state.pointee.highestRequest = max(state.pointee.highestRequest, stream)
        guard let message = headMessage(first: side.pointee.blockTime, last: time) else { return }
        let exchange = state.pointee.exchanges[stream] ?? beginExchange(connection, stream)
        exchange.pointee.request = message
    }

    private mutating func takeResponseBlock(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64
    ) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        let stream = side.pointee.blockStream
        let known = state.pointee.exchanges[stream]
        if let response = known?.pointee.response { return keepTrailers(of: response, time) }
        let status = http2.text.status
        guard status > 0 else { return missBody(connection, stream) }
        // Interim responses come before the final one.
        guard status >= 200, known?.pointee.isResponseEnded != true else { return }
        if known == nil {
            let isUpgraded = stream == 1 && state.pointee.awaitsUpgradedResponse
            let isClosed = stream <= state.pointee.highestRequest && !connection.pointee.isIrregular
            guard isUpgraded || !(isClosed || state.pointee.wasReset(stream)) else { return }
        }
        guard let message = headMessage(first: side.pointee.blockTime, last: time) else { return }
        message.pointee.status = status
        let exchange = known ?? beginExchange(connection, stream)
        exchange.pointee.response = message
        if stream == 1, state.pointee.awaitsUpgradedResponse {
            state.pointee.awaitsUpgradedResponse = false
            exchange.pointee.isRequestEnded = true
        }
    }

    /// A request that the server makes up and answers on a stream of its own (RFC 9113 section 8.4).
    private mutating func takePromise(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64
    ) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        let stream = side.pointee.promisedStream
        guard Int(connection.pointee.requestDirection) != direction, http2.text.method != nil,
            state.pointee.exchanges[stream] == nil,
            let message = headMessage(first: side.pointee.blockTime, last: time)
        else { return }
        totals.pushes &+= 1
        message.pointee.isPromised = true
        let exchange = beginExchange(connection, stream)
        exchange.pointee.request = message
        exchange.pointee.isRequestEnded = true
    }

    /// A message with the head just read; nil when there is no memory for it.
    private mutating func headMessage(first: Int64, last: Int64) -> UnsafeMutablePointer<Message>? {
        let message = messages.take(Message(firstByte: first, lastByte: last, sequence: 0, acknowledgement: 0))
        message.pointee.version = .http2
        message.pointee.hasHead = true
        message.pointee.method = http2.text.method ?? .other
        message.pointee.hasCredentials = http2.text.hasCredentials
        message.pointee.isComplete = !http2.text.isAltered
        if http2.text.isAltered { loss.unparsedMessages &+= 1 }
        let text = http2.text
        text.withHead { keepHead(message, $0) }
        guard message.pointee.isStarved else { return message }
        release(message)
        return nil
    }

    private mutating func keepTrailers(of message: UnsafeMutablePointer<Message>, _ time: Int64) {
        message.pointee.lastByte = max(message.pointee.lastByte, time)
        guard !http2.text.isEmpty else { return }
        if http2.text.isAltered { message.pointee.isComplete = false }
        let text = http2.text
        text.withTrailers { keepTrailers(message, $0) }
    }

    /// The block at hand cannot be read: its message has no head, or no trailers.
    private mutating func missHead(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        guard let state = connection.pointee.http2 else { return }
        let side = state.pointee.directions + direction
        let stream = side.pointee.blockStream
        connection.pointee.isIrregular = true
        if side.pointee.promisedStream == 0, Int(connection.pointee.requestDirection) == direction {
            state.pointee.highestRequest = max(state.pointee.highestRequest, stream)
        }
        message(of: state.pointee.exchanges[stream], connection, direction)?.pointee.isComplete = false
        if side.pointee.blockEndsStream { endStream(connection, direction, stream, side.pointee.blockTime) }
    }

    /// A block that is no head, on a stream whose head was not seen: trailers, or nothing that means anything.
    private mutating func missBody(_ connection: UnsafeMutablePointer<Connection>, _ stream: UInt32) {
        guard !connection.pointee.isIrregular, connection.pointee.http2?.pointee.wasReset(stream) == false else {
            return
        }
        loss.unparsedMessages &+= 1
    }
}
