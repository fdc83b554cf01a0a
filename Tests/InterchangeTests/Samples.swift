import Traffic

/// A message with the given bytes and times.
func message(
    _ head: [UInt8] = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), body: [UInt8] = [], trailers: [UInt8] = [],
    bodyBytes: UInt64? = nil, from first: Int64 = 1000, to last: Int64 = 2000, isComplete: Bool = true
) -> Exchange.Message {
    Exchange.Message(
        head: head, body: body, trailers: trailers, bodyBytes: bodyBytes,
        firstByte: CaptureTime(nanoseconds: first), lastByte: CaptureTime(nanoseconds: last), isComplete: isComplete)
}

/// The same with a head as text.
func message(
    _ head: String, body: [UInt8] = [], trailers: [UInt8] = [], bodyBytes: UInt64? = nil, from first: Int64 = 1000,
    to last: Int64 = 2000, isComplete: Bool = true
) -> Exchange.Message {
    message(
        Array(head.utf8), body: body, trailers: trailers, bodyBytes: bodyBytes, from: first, to: last,
        isComplete: isComplete)
}

/// An exchange of the given messages.
func exchange(
    _ request: Exchange.Message?, _ response: Exchange.Message?, status: UInt16? = 200,
    version: HTTPVersion = .http11, scheme: HTTPScheme = .http, number: UInt32 = 1
) -> Exchange {
    Exchange(
        connection: number, session: number, version: version, scheme: scheme, request: request, response: response,
        status: status)
}
