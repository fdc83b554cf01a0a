import HTTPWire
import Traffic

/// Reads exchanges from HTTP/2 connections (RFC 9113): chunks in, exchanges out.
///
/// This stage only reads streams: after each call, the owner takes the ended exchanges with ``nextEnded()`` and gives
/// each back with ``free(_:_:)``. Owns the state of all HTTP/2 connections.
struct HTTP2Reader: ~Copyable {
    let limits: CaptureLimits
    let lostEndPatience: Int64
    var connections: HTTP2Connections
    /// Responses that servers pushed.
    var pushes: UInt64 = 0
    private var ended: [UnsafeMutablePointer<HTTP2Exchange>] = []
    private var nextIndex = 0

    init(limits: CaptureLimits) {
        self.limits = limits
        lostEndPatience = limits.lostEndPatience.wholeNanoseconds
        connections = HTTP2Connections(limits: limits)
    }

    /// The next ended exchange, oldest first; nil when all were taken.
    mutating func nextEnded() -> UnsafeMutablePointer<HTTP2Exchange>? {
        guard nextIndex < ended.count else {
            ended.removeAll(keepingCapacity: true)
            nextIndex = 0
            return nil
        }
        defer { nextIndex += 1 }
        return ended[nextIndex]
    }

    /// Frees an exchange that was taken, with its messages.
    mutating func free(
        _ exchange: UnsafeMutablePointer<HTTP2Exchange>, _ context: inout ReadingContext
    ) {
        if let request = exchange.pointee.request { context.messages.release(request, &context.pool) }
        if let response = exchange.pointee.response {
            context.messages.release(response, &context.pool)
        }
        connections.exchanges.give(exchange)
    }

    /// Ends an exchange now; a message that has not ended is incomplete.
    mutating func end(
        _ exchange: UnsafeMutablePointer<HTTP2Exchange>,
        of connection: UnsafeMutablePointer<Connection>,
        _ context: inout ReadingContext
    ) {
        guard let state = connection.pointee.http2 else { return }
        if !exchange.pointee.isRequestEnded { exchange.pointee.request?.pointee.isComplete = false }
        if !exchange.pointee.isResponseEnded { exchange.pointee.response?.pointee.isComplete = false }
        checkLengths(exchange)
        unlink(exchange, of: state)
        ended.append(exchange)
    }

    /// A message whose body length differs from its `content-length` is malformed (RFC 9113 section 8.1.1).
    private func checkLengths(_ exchange: UnsafeMutablePointer<HTTP2Exchange>) {
        let request = exchange.pointee.request
        if let request, request.pointee.method != .connect, !request.pointee.isPromised { checkLength(request) }
        guard let response = exchange.pointee.response else { return }
        let status = response.pointee.status
        let announcesOnly =
            status == 304 || request?.pointee.method == .head || request?.pointee.method == .connect && status < 300
            // Its request, which was not seen, may be a HEAD.
            || request == nil && response.pointee.bodyBytes == 0
        if !announcesOnly { checkLength(response) }
    }

    private func checkLength(_ message: UnsafeMutablePointer<Message>) {
        let announced = message.pointee.announcedBytes
        if announced != -1, announced < 0 || UInt64(announced) != message.pointee.bodyBytes {
            message.pointee.isComplete = false
        }
    }

    /// Removes an exchange from its connection's lists.
    private func unlink(
        _ exchange: UnsafeMutablePointer<HTTP2Exchange>, of state: UnsafeMutablePointer<HTTP2Connection>
    ) {
        let (previous, next) = (exchange.pointee.previous, exchange.pointee.next)
        if let previous { previous.pointee.next = next } else { state.pointee.first = next }
        if let next { next.pointee.previous = previous } else { state.pointee.last = previous }
        state.pointee.exchanges[exchange.pointee.stream] = nil
    }

    /// Frees the HTTP/2 state of a connection, including exchanges that have not ended.
    mutating func forget(
        _ connection: UnsafeMutablePointer<Connection>, _ context: inout ReadingContext
    ) {
        guard let known = connection.pointee.http2 else { return }
        while let exchange = known.pointee.first {
            unlink(exchange, of: known)
            free(exchange, &context)
        }
        for direction in 0..<2 { dropBlock(known.pointee.directions + direction, &context) }
        connections.end(known)
        connection.pointee.http2 = nil
    }
}
