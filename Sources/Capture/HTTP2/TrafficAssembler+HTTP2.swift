import Traffic

/// Passes exchanges from the HTTP/2 stage to the batch.
extension TrafficAssembler {
    /// Reads frames, or parts of them, from `chunk`.
    mutating func parseHTTP2(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk
    ) {
        http2.read(connection, direction, chunk, &reading)
        recordEnded(connection)
    }

    /// Records the exchanges of a connection that have ended.
    mutating func recordEnded(_ connection: UnsafeMutablePointer<Connection>) {
        while let exchange = http2.nextEnded() {
            if exchange.pointee.request != nil || exchange.pointee.response != nil {
                append(connection, exchange.pointee.request, exchange.pointee.response)
            }
            http2.free(exchange, &reading)
        }
        totals.pushes = http2.pushes
    }
}
