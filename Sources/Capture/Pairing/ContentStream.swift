import HTTPWire

/// What the bytes of one direction of a connection are taken for.
enum StreamContent: UInt8 {
    /// Nothing was seen yet.
    case unknown
    /// HTTP/1 messages.
    case http1
    /// HTTP/2 frames.
    case http2
    /// Something that cannot be read, or need not be: TLS, a tunnel, another protocol.
    case opaque
}

/// The content of one direction of a connection, and the messages found in it. Trivial.
struct ContentStream {
    /// Whether its SYN was seen: what is passed on begins with its first byte.
    var hasSYN = false
    /// Whether a packet of this direction was seen.
    var wasSeen = false
    /// Whether bytes of it will never be seen.
    var hasLostBytes = false
    /// Whether bytes were passed on.
    var hasDelivered = false
    /// Whether its end was announced by a FIN.
    var hasEnd = false
    /// Whether it was passed on to its end: nothing more will come.
    var isEnded = false
    var content = StreamContent.unknown
    /// Whether a message of HTTP was found.
    var hasHTTP = false
    /// Whether the request being received asked whether to send its body and was answered with a final status instead: what
    /// comes next is its body, or the next request.
    var mayBeRefused = false
    /// Responses still to come in this direction whose requests were recorded without them, to stay within a bound.
    var abandonedResponses: UInt32 = 0
    /// Whether the next response must be matched by acknowledgement, not by order: messages before it were lost.
    var isResynchronised = false
    var parser = HTTP1Parser(isRequest: true)
    /// Bytes searched for a message without finding one.
    var searchedBytes: UInt32 = 0
    /// Messages that wait for their other half, oldest first; the last may be unfinished.
    var firstMessage: UnsafeMutablePointer<Message>?
    var lastMessage: UnsafeMutablePointer<Message>?
    var messageCount: UInt32 = 0

    /// The message that is being received.
    @inline(__always)
    var openMessage: UnsafeMutablePointer<Message>? {
        guard let lastMessage, !lastMessage.pointee.isEnded else { return nil }
        return lastMessage
    }
}
