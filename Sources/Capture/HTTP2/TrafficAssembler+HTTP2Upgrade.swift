import HTTPWire
import Traffic

/// The upgrade from HTTP/1.1 to HTTP/2 over cleartext (RFC 7540 section 3.2, dropped by RFC 9113 and still in use).
///
/// The request and the response with 101 are recorded as an exchange. The actual response arrives on stream 1 of
/// HTTP/2, so the request is recorded there again, as a client that starts with HTTP/2 would have sent it.
extension TrafficAssembler {
    /// Whether a response with 101 names HTTP/2 over cleartext as the protocol to continue with.
    func asksForHTTP2(_ response: UnsafeMutablePointer<Message>) -> Bool {
        ResponseHead(TrafficAssembler.head(of: response))?.all("upgrade").contains {
            $0.lowercased().hasPrefix("h2c")
        } ?? false
    }

    /// The request that `response`, a 101, answers, in HTTP/2's form and in no list; nil if it was not seen completely.
    mutating func upgradedRequest(
        _ connection: UnsafeMutablePointer<Connection>, _ response: UnsafeMutablePointer<Message>
    ) -> UnsafeMutablePointer<Message>? {
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        let responses = connection.pointee.streams + (1 - Int(connection.pointee.requestDirection))
        guard responses.pointee.firstMessage == response, response.pointee.isPaired,
            let request = requests.pointee.firstMessage, request.pointee.isPaired, request.pointee.hasHead,
            let head = RequestHead(TrafficAssembler.head(of: request))
        else { return nil }
        let text = http2Text(of: head)
        guard !text.isOverlong else { return nil }
        let message = reading.messages.take(
            Message(
                firstByte: request.pointee.firstByte, lastByte: request.pointee.lastByte, sequence: 0,
                acknowledgement: 0))
        message.pointee.version = .http2
        message.pointee.hasHead = true
        message.pointee.isEnded = true
        message.pointee.isComplete = request.pointee.isComplete && text.isExact
        message.pointee.method = request.pointee.method
        message.pointee.hasCredentials = request.pointee.hasCredentials
        text.withHead { _ = reading.messages.keepHead(message, $0, &reading.pool, &reading.loss) }
        let body = UnsafeRawBufferPointer(
            start: request.pointee.buffer.map { $0.start + Int(request.pointee.headBytes) },
            count: Int(request.pointee.keptBodyBytes))
        reading.messages.keepBody(message, body, &reading.pool, &reading.loss)
        message.pointee.bodyBytes = request.pointee.bodyBytes
        return message
    }

    /// An HTTP/1 head in HTTP/2's form, without connection-specific fields (RFC 9113 section 8.2.2).
    private func http2Text(of head: RequestHead) -> HeadText {
        var text = HeadText(maximumBytes: limits.maxHeadBytes)
        text.append(name: ":method", value: head.method)
        text.append(name: ":scheme", value: "http")
        if let authority = head.authority { text.append(name: ":authority", value: authority) }
        text.append(name: ":path", value: head.target)
        var left = Set(["host", "connection", "upgrade", "keep-alive", "proxy-connection", "transfer-encoding"])
        for value in head.all("connection") {
            left.formUnion(value.lowercased().split(separator: ",").map { $0.filter { !$0.isWhitespace } })
        }
        for field in head.fields {
            let name = field.name.lowercased()
            if !left.contains(name) { text.append(name: name, value: field.value) }
        }
        return text
    }

    private static func head(of message: UnsafeMutablePointer<Message>) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: message.pointee.buffer?.start, count: Int(message.pointee.headBytes)))
    }
}
