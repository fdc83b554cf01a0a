import Traffic

/// Writes exchanges into the batch.
extension TrafficAssembler {
    /// Appends an exchange, and its connection if this is its first exchange in this log.
    mutating func append(
        _ connection: UnsafeMutablePointer<Connection>, _ request: UnsafeMutablePointer<Message>?,
        _ response: UnsafeMutablePointer<Message>?
    ) {
        if let request, let response, response.pointee.firstByte < request.pointee.firstByte {
            moveBehind(request, response)
        }
        if connection.pointee.introducedTo != fileNumber { introduce(connection) }
        let session = sessions.session(
            of: connection, request: request, response: response, now: reading.now)
        guard let storedRequest = store(request), let storedResponse = store(response) else {
            reading.loss.evictions &+= 1
            return
        }
        batch.records.append(
            ExchangeBatch.Record(
                connection: connection.pointee.number, session: session,
                version: (request ?? response)?.pointee.version ?? .http11,
                scheme: connection.pointee.scheme,
                status: response?.pointee.status ?? 0, request: storedRequest.message,
                response: storedResponse.message, isPush: request?.pointee.isPromised == true))
        totals.exchanges &+= 1
        if storedRequest.message?.isComplete == true, storedResponse.message?.isComplete == true {
            totals.completeExchanges &+= 1
        }
    }

    /// Moves the times of a response that was seen before its request after the request's first byte: the clocks of two
    /// taps differ, or packets were written out of order.
    @inline(never)
    private mutating func moveBehind(
        _ request: UnsafeMutablePointer<Message>, _ response: UnsafeMutablePointer<Message>
    ) {
        let span = max(0, response.pointee.lastByte &- response.pointee.firstByte)
        response.pointee.firstByte = request.pointee.firstByte &+ TrafficClock.leastInterval
        response.pointee.lastByte = response.pointee.firstByte &+ span
        tcp.clock.noteEarlyResponse()
    }

    private mutating func introduce(_ connection: UnsafeMutablePointer<Connection>) {
        connection.pointee.introducedTo = fileNumber
        if connection.pointee.number == 0 {
            connection.pointee.number = nextConnection
            nextConnection &+= 1
        }
        let client = connection.pointee.requestDirection
        batch.connections.append(
            RecordedConnection(
                number: connection.pointee.number, client: connection.pointee.endpoint(Int(client)),
                server: connection.pointee.endpoint(1 - Int(client))))
    }

    /// Copies a message into the batch; the outer optional is nil if the batch is full.
    private mutating func store(_ message: UnsafeMutablePointer<Message>?) -> (
        message: ExchangeBatch.Message?, Void
    )? {
        guard let message else { return (nil, ()) }
        let bytes = UnsafeRawBufferPointer(
            start: message.pointee.buffer?.start, count: message.pointee.count)
        guard let range = batch.store(bytes) else { return nil }
        let body = range.offset + message.pointee.headBytes
        let trailers = body + message.pointee.keptBodyBytes
        let stored = ExchangeBatch.Message(
            head: ExchangeBatch.ByteRange(offset: range.offset, count: message.pointee.headBytes),
            body: ExchangeBatch.ByteRange(offset: body, count: message.pointee.keptBodyBytes),
            trailers: ExchangeBatch.ByteRange(offset: trailers, count: message.pointee.trailerBytes),
            bodyBytes: message.pointee.bodyBytes,
            firstByte: CaptureTime(nanoseconds: message.pointee.firstByte),
            lastByte: CaptureTime(nanoseconds: message.pointee.lastByte),
            isComplete: message.pointee.isComplete)
        return (stored, ())
    }
}
