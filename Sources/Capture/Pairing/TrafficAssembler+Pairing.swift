import HTTPWire
import Traffic

/// Passes exchanges from the pairing stage to the batch.
extension TrafficAssembler {
    /// Records the ended exchanges of a connection, oldest first.
    mutating func pair(_ connection: UnsafeMutablePointer<Connection>) {
        while let pair = pairing.next(connection, awaitsOther: reading.mayAwaitOtherDirection) {
            if pair.isAbandoned {
                // Its response must not be paired with the next request.
                connection.pointee.streams[1 - Int(connection.pointee.requestDirection)]
                    .abandonedResponses &+= 1
                reading.loss.evictions &+= 1
            }
            record(connection, pair)
        }
    }

    /// Records an exchange and frees its messages.
    private mutating func record(
        _ connection: UnsafeMutablePointer<Connection>, _ pair: ExchangePairing.Pair
    ) {
        let request = pair.request.flatMap { $0.pointee.isReadable ? $0 : nil }
        let response = pair.response.flatMap { $0.pointee.isReadable ? $0 : nil }
        if let request, let response, request.pointee.method == .head, response.pointee.bodyBytes > 0 {
            // The response was seen first, and what was read as its body is something else.
            response.pointee.isComplete = false
            reading.loss.unparsedMessages &+= 1
        }
        if request != nil || response != nil { append(connection, request, response) }
        let direction = Int(connection.pointee.requestDirection)
        if let request = pair.request {
            connection.pointee.streams[direction].unlinkFirst()
            reading.messages.release(request, &reading.pool)
        }
        if let response = pair.response {
            connection.pointee.streams[1 - direction].unlinkFirst()
            reading.messages.release(response, &reading.pool)
        }
    }
}

extension Message {
    /// Whether enough of its head was seen to be recorded.
    var isReadable: Bool { hasHead || isPartial }
}
