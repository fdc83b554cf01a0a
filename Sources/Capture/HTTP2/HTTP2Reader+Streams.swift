import HTTPWire
import Traffic

/// Streams of HTTP/2: bodies, ends, and exchanges that are recorded once they are over.
extension HTTP2Reader {
    /// The message of an exchange in `direction`.
    func message(
        of exchange: UnsafeMutablePointer<HTTP2Exchange>?,
        _ connection: UnsafeMutablePointer<Connection>,
        _ direction: Int
    ) -> UnsafeMutablePointer<Message>? {
        guard let exchange, connection.pointee.requestDirection >= 0 else { return nil }
        return Int(connection.pointee.requestDirection) == direction
            ? exchange.pointee.request : exchange.pointee.response
    }

    mutating func takeData(
        _ part: UnsafeRawBufferPointer, _ connection: UnsafeMutablePointer<Connection>,
        _ direction: Int, _ time: Int64, _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2,
            let exchange = state.pointee.exchanges[
                state.pointee.directions[direction].parser.frame.stream],
            let message = message(of: exchange, connection, direction),
            !isEnded(exchange, connection, direction)
        else { return }
        message.pointee.lastByte = max(message.pointee.lastByte, time)
        guard message.pointee.trailerBytes == 0 else {
            // Data after trailers is an error.
            message.pointee.isComplete = false
            return
        }
        context.messages.keepBody(message, part, &context.pool, &context.loss)
    }

    private func isEnded(
        _ exchange: UnsafeMutablePointer<HTTP2Exchange>, _ connection: UnsafeMutablePointer<Connection>,
        _ direction: Int
    ) -> Bool {
        Int(connection.pointee.requestDirection) == direction
            ? exchange.pointee.isRequestEnded : exchange.pointee.isResponseEnded
    }

    /// Begins a new exchange; past the limit, the oldest of the connection ends.
    mutating func beginExchange(
        _ connection: UnsafeMutablePointer<Connection>, _ stream: UInt32,
        _ context: inout ReadingContext
    ) -> UnsafeMutablePointer<HTTP2Exchange> {
        guard let state = connection.pointee.http2 else {
            preconditionFailure("only HTTP/2 has streams")
        }
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        let responses = connection.pointee.streams + (1 - Int(connection.pointee.requestDirection))
        if !responses.pointee.wasSeen, !context.mayAwaitOtherDirection {
            recordUnanswered(connection, &context)
        }
        recordDoubtful(connection, &context)
        if state.pointee.exchanges.count >= limits.maxStreamsPerConnection,
            let oldest = state.pointee.first
        {
            if !oldest.pointee.isReset { context.loss.evictions &+= 1 }
            end(oldest, of: connection, &context)
        }
        let exchange = connections.exchanges.take(HTTP2Exchange(stream: stream))
        exchange.pointee.isRequestEnded = requests.pointee.isEnded
        exchange.pointee.isResponseEnded = responses.pointee.isEnded
        exchange.pointee.previous = state.pointee.last
        if let last = state.pointee.last {
            last.pointee.next = exchange
        } else {
            state.pointee.first = exchange
        }
        state.pointee.last = exchange
        state.pointee.exchanges[stream] = exchange
        return exchange
    }

    /// HTTP/2 begins with a response to `request`, which was sent before and counts as the request of stream 1.
    mutating func beginUpgraded(
        _ connection: UnsafeMutablePointer<Connection>, _ request: UnsafeMutablePointer<Message>,
        _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2 else {
            preconditionFailure("only HTTP/2 has streams")
        }
        let exchange = state.pointee.exchanges[1] ?? beginExchange(connection, 1, &context)
        if exchange.pointee.request != nil { return context.messages.release(request, &context.pool) }
        exchange.pointee.request = request
        exchange.pointee.isRequestEnded = true
        state.pointee.highestRequest = max(state.pointee.highestRequest, 1)
        settle(exchange, of: connection, &context)
    }

    /// Ends one direction of a stream.
    mutating func endStream(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ stream: UInt32,
        _ time: Int64, _ context: inout ReadingContext
    ) {
        guard connection.pointee.requestDirection >= 0, let state = connection.pointee.http2,
            let exchange = state.pointee.exchanges[stream]
        else { return }
        if let message = message(of: exchange, connection, direction),
            !isEnded(exchange, connection, direction)
        {
            message.pointee.lastByte = max(message.pointee.lastByte, time)
        }
        if Int(connection.pointee.requestDirection) == direction {
            exchange.pointee.isRequestEnded = true
        } else {
            exchange.pointee.isResponseEnded = true
        }
        settle(exchange, of: connection, &context)
    }

    /// Handles RST_STREAM: the sender sends nothing more on the stream. What the server sent before it received a
    /// client's reset may still come.
    mutating func resetStream(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ stream: UInt32,
        _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2, let exchange = state.pointee.exchanges[stream]
        else { return }
        let forgotten = state.pointee.noteReset(stream, maximumCount: limits.maxRememberedResets)
        if let old = forgotten.flatMap({ state.pointee.exchanges[$0] }), old != exchange,
            old.pointee.isReset
        {
            end(old, of: connection, &context)
        }
        guard Int(connection.pointee.requestDirection) == direction, exchange.pointee.request != nil,
            !exchange.pointee.isResponseEnded, !exchange.pointee.isReset, limits.maxRememberedResets > 0
        else { return end(exchange, of: connection, &context) }
        if !exchange.pointee.isRequestEnded { exchange.pointee.request?.pointee.isComplete = false }
        exchange.pointee.isRequestEnded = true
        exchange.pointee.isReset = true
        exchange.pointee.isDoubtful = true
    }

    /// Ends a direction of the connection.
    mutating func endDirection(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2 else { return }
        let isRequests = Int(connection.pointee.requestDirection) == direction
        var next = state.pointee.first
        while let exchange = next {
            next = exchange.pointee.next
            if !isEnded(exchange, connection, direction) {
                message(of: exchange, connection, direction)?.pointee.isComplete = false
            }
            if isRequests {
                exchange.pointee.isRequestEnded = true
            } else {
                exchange.pointee.isResponseEnded = true
            }
            settle(exchange, of: connection, &context)
        }
    }

    /// Records an exchange if it is over.
    private mutating func settle(
        _ exchange: UnsafeMutablePointer<HTTP2Exchange>,
        of connection: UnsafeMutablePointer<Connection>, _ context: inout ReadingContext
    ) {
        guard exchange.pointee.isResponseEnded else { return }
        if exchange.pointee.isRequestEnded { return end(exchange, of: connection, &context) }
        guard exchange.pointee.request == nil, let state = connection.pointee.http2 else { return }
        // A request may still follow if it was captured out of order; one on a lower stream was lost.
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        let direction = Int(connection.pointee.requestDirection)
        let isAlone =
            !requests.pointee.hasDelivered
            && connection.pointee.tcp?.pointee.streams[direction].held == nil
        if isAlone || exchange.pointee.stream % 2 == 0
            || exchange.pointee.stream <= state.pointee.highestRequest
        {
            end(exchange, of: connection, &context)
        }
    }

    /// Records finished requests without waiting for responses, as only requests are captured.
    private mutating func recordUnanswered(
        _ connection: UnsafeMutablePointer<Connection>, _ context: inout ReadingContext
    ) {
        var next = connection.pointee.http2?.pointee.first
        while let exchange = next {
            next = exchange.pointee.next
            if exchange.pointee.isRequestEnded { end(exchange, of: connection, &context) }
        }
    }

    /// Records exchanges whose end was probably lost: they were silent for too long.
    private mutating func recordDoubtful(
        _ connection: UnsafeMutablePointer<Connection>, _ context: inout ReadingContext
    ) {
        var next = connection.pointee.http2?.pointee.first
        while let exchange = next, exchange.pointee.isDoubtful {
            next = exchange.pointee.next
            let heard = max(
                exchange.pointee.request?.pointee.lastByte ?? .min,
                exchange.pointee.response?.pointee.lastByte ?? .min)
            if context.now &- heard > lostEndPatience { end(exchange, of: connection, &context) }
        }
    }
}
