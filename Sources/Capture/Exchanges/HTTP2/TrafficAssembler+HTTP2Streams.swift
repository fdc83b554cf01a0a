import HTTPWire
import Traffic

/// Streams of HTTP/2: bodies, ends, and exchanges that are recorded when nothing more of them can come.
extension TrafficAssembler {
    /// The message of an exchange that `direction` carries.
    func message(
        of exchange: UnsafeMutablePointer<HTTP2Exchange>?, _ connection: UnsafeMutablePointer<Connection>,
        _ direction: Int
    ) -> UnsafeMutablePointer<Message>? {
        guard let exchange, connection.pointee.requestDirection >= 0 else { return nil }
        return Int(connection.pointee.requestDirection) == direction
            ? exchange.pointee.request : exchange.pointee.response
    }

    mutating func takeData(
        _ part: UnsafeRawBufferPointer, _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64
    ) {
        guard let state = connection.pointee.http2,
            let exchange = state.pointee.exchanges[state.pointee.directions[direction].parser.frame.stream],
            let message = message(of: exchange, connection, direction),
            !isEnded(exchange, connection, direction)
        else { return }
        message.pointee.lastByte = max(message.pointee.lastByte, time)
        guard message.pointee.trailerBytes == 0 else {
            // Nothing may follow trailers.
            message.pointee.isComplete = false
            return
        }
        keepBody(message, part)
    }

    private func isEnded(
        _ exchange: UnsafeMutablePointer<HTTP2Exchange>, _ connection: UnsafeMutablePointer<Connection>,
        _ direction: Int
    ) -> Bool {
        Int(connection.pointee.requestDirection) == direction
            ? exchange.pointee.isRequestEnded : exchange.pointee.isResponseEnded
    }

    /// A new exchange, the newest of its connection. One too many ends the oldest.
    mutating func beginExchange(
        _ connection: UnsafeMutablePointer<Connection>, _ stream: UInt32
    ) -> UnsafeMutablePointer<HTTP2Exchange> {
        guard let state = connection.pointee.http2 else { preconditionFailure("only HTTP/2 has streams") }
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        let responses = connection.pointee.streams + (1 - Int(connection.pointee.requestDirection))
        if !responses.pointee.wasSeen { recordUnanswered(connection) }
        recordDoubtful(connection)
        if state.pointee.exchanges.count >= limits.maxStreamsPerConnection, let oldest = state.pointee.first {
            loss.evictions &+= 1
            record(oldest, of: connection)
        }
        let exchange = http2.exchanges.take(HTTP2Exchange(stream: stream))
        exchange.pointee.isRequestEnded = requests.pointee.isEnded
        exchange.pointee.isResponseEnded = responses.pointee.isEnded
        exchange.pointee.previous = state.pointee.last
        if let last = state.pointee.last { last.pointee.next = exchange } else { state.pointee.first = exchange }
        state.pointee.last = exchange
        state.pointee.exchanges[stream] = exchange
        return exchange
    }

    /// A side sends nothing more on a stream.
    mutating func endStream(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ stream: UInt32, _ time: Int64
    ) {
        guard connection.pointee.requestDirection >= 0, let state = connection.pointee.http2,
            let exchange = state.pointee.exchanges[stream]
        else { return }
        if let message = message(of: exchange, connection, direction), !isEnded(exchange, connection, direction) {
            message.pointee.lastByte = max(message.pointee.lastByte, time)
        }
        if Int(connection.pointee.requestDirection) == direction {
            exchange.pointee.isRequestEnded = true
        } else {
            exchange.pointee.isResponseEnded = true
        }
        settle(exchange, of: connection)
    }

    /// Either side gave a stream up (RST_STREAM): what was not sent will not be.
    mutating func resetStream(_ connection: UnsafeMutablePointer<Connection>, _ stream: UInt32) {
        guard let state = connection.pointee.http2, let exchange = state.pointee.exchanges[stream] else { return }
        state.pointee.noteReset(stream, maximumCount: limits.maxRememberedResets)
        record(exchange, of: connection)
    }

    /// A direction of the connection has come to its end.
    mutating func endHTTP2Direction(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        guard let state = connection.pointee.http2 else { return }
        let isRequests = Int(connection.pointee.requestDirection) == direction
        var next = state.pointee.first
        while let exchange = next {
            next = exchange.pointee.next
            if !isEnded(exchange, connection, direction) {
                message(of: exchange, connection, direction)?.pointee.isComplete = false
            }
            if isRequests { exchange.pointee.isRequestEnded = true } else { exchange.pointee.isResponseEnded = true }
            settle(exchange, of: connection)
        }
    }

    /// Records an exchange of which nothing more can come.
    private mutating func settle(
        _ exchange: UnsafeMutablePointer<HTTP2Exchange>, of connection: UnsafeMutablePointer<Connection>
    ) {
        guard exchange.pointee.isResponseEnded else { return }
        if exchange.pointee.isRequestEnded { return record(exchange, of: connection) }
        guard exchange.pointee.request == nil, let state = connection.pointee.http2 else { return }
        // A request that comes after its response was captured in the wrong order; one on a lower stream was lost.
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        let isAlone = !requests.pointee.hasDelivered && requests.pointee.held == nil
        if isAlone || exchange.pointee.stream % 2 == 0
            || exchange.pointee.stream <= state.pointee.highestRequest
        {
            record(exchange, of: connection)
        }
    }

    /// Where only requests are captured, none waits for its response.
    private mutating func recordUnanswered(_ connection: UnsafeMutablePointer<Connection>) {
        var next = connection.pointee.http2?.pointee.first
        while let exchange = next {
            next = exchange.pointee.next
            if exchange.pointee.isRequestEnded { record(exchange, of: connection) }
        }
    }

    /// Records exchanges whose end was lost, as it seems: nothing was heard of them for long.
    private mutating func recordDoubtful(_ connection: UnsafeMutablePointer<Connection>) {
        var next = connection.pointee.http2?.pointee.first
        while let exchange = next, exchange.pointee.isDoubtful {
            next = exchange.pointee.next
            let heard = max(
                exchange.pointee.request?.pointee.lastByte ?? .min, exchange.pointee.response?.pointee.lastByte ?? .min)
            if now &- heard > lostEndPatience { record(exchange, of: connection) }
        }
    }

    /// Records an exchange as it is; what has not ended of it is incomplete.
    private mutating func record(
        _ exchange: UnsafeMutablePointer<HTTP2Exchange>, of connection: UnsafeMutablePointer<Connection>
    ) {
        guard let state = connection.pointee.http2 else { return }
        let (request, response) = (exchange.pointee.request, exchange.pointee.response)
        if !exchange.pointee.isRequestEnded { request?.pointee.isComplete = false }
        if !exchange.pointee.isResponseEnded { response?.pointee.isComplete = false }
        if request != nil || response != nil { append(connection, request, response) }
        drop(exchange, of: state)
    }

    /// Frees an exchange with its messages.
    mutating func drop(
        _ exchange: UnsafeMutablePointer<HTTP2Exchange>, of state: UnsafeMutablePointer<HTTP2Connection>
    ) {
        let (previous, next) = (exchange.pointee.previous, exchange.pointee.next)
        if let previous { previous.pointee.next = next } else { state.pointee.first = next }
        if let next { next.pointee.previous = previous } else { state.pointee.last = previous }
        state.pointee.exchanges[exchange.pointee.stream] = nil
        if let request = exchange.pointee.request { release(request) }
        if let response = exchange.pointee.response { release(response) }
        http2.exchanges.give(exchange)
    }
}
