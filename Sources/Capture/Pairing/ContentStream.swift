import HTTPWire

/// The protocol that one direction of a connection is read as.
enum StreamContent: UInt8 {
    /// Nothing was seen yet.
    case unknown
    /// HTTP/1 messages.
    case http1
    /// HTTP/2 frames.
    case http2
    /// Content that cannot or need not be read: TLS, a tunnel, another protocol.
    case opaque
}

/// The content of one direction of a connection, and the messages found in it. Trivial.
struct ContentStream {
    /// Whether its SYN was seen, so that its content begins with the first byte sent.
    var hasSYN = false
    /// Whether a packet of this direction was seen.
    var wasSeen = false
    /// Whether bytes of it were lost.
    var hasLostBytes = false
    /// Whether bytes were passed on.
    var hasDelivered = false
    /// Whether its end was announced by a FIN.
    var hasEnd = false
    /// Whether everything up to its end was passed on.
    var isEnded = false
    var content = StreamContent.unknown
    /// Finds a load balancer's header before the content.
    var proxyHeader = ProxyHeader()
    /// Whether an HTTP message was found.
    var hasHTTP = false
    /// Whether the request being received expected 100 (Continue) but got a final status: its body or the next request
    /// follows.
    var mayBeRefused = false
    /// Responses expected in this direction whose requests were recorded without them because of a limit.
    var abandonedResponses: UInt32 = 0
    /// Whether the next response must be paired by its acknowledgement, not by order, because messages before it were
    /// lost.
    var isResynchronised = false
    var parser = HTTP1Parser(isRequest: true)
    /// Bytes searched for a message without finding one.
    var searchedBytes: UInt32 = 0
    /// Messages that wait for their request or response, oldest first; the last may be unfinished.
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
