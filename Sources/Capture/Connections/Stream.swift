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

/// A segment that waits for a hole before it to be filled. Trivial: lives in a ``Slab``, its bytes in a ``BytePool``.
struct HeldSegment {
    var next: UnsafeMutablePointer<HeldSegment>?
    var buffer: BytePool.Buffer
    var sequence: UInt32
    var count: UInt32
    var acknowledgement: UInt32
    var time: Int64

    var end: UInt32 { sequence &+ count }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer.start, count: Int(count)) }
}

/// One direction of a connection: where its sequence stands, what waits behind a hole, and the messages found. Trivial.
struct Stream {
    /// Sequence number of the next byte not seen.
    var next: UInt32 = 0
    /// The first byte's sequence number, by which a repeated SYN is told from a new connection.
    var first: UInt32 = 0
    /// The highest acknowledgement of the other side.
    var acknowledged: UInt32 = 0
    /// Sequence number of the end of the stream, when `hasEnd`.
    var end: UInt32 = 0
    /// Whether `next` means anything.
    var isStarted = false
    /// Whether its SYN was seen.
    var hasSYN = false
    /// Whether a packet of this direction was seen.
    var wasSeen = false
    /// Whether bytes were passed on.
    var hasDelivered = false
    var hasAcknowledgement = false
    /// Whether its FIN was seen.
    var hasEnd = false
    /// Whether it was passed on to its end: nothing more will come.
    var isEnded = false
    var content = StreamContent.unknown
    /// Whether a message of HTTP was found.
    var hasHTTP = false
    /// Whether the next response must be matched by acknowledgement, not by order: messages before it were lost.
    var isResynchronised = false
    var parser = HTTP1Parser(isRequest: true)
    /// Bytes searched for a message in vain.
    var searchedBytes: UInt32 = 0
    /// Packets of the connection since a hole was known to be one.
    var holePackets: UInt32 = 0
    /// When that was; 0 when there is none.
    var holeSince: Int64 = 0
    var heldBytes: UInt32 = 0
    var heldCount: UInt32 = 0
    var held: UnsafeMutablePointer<HeldSegment>?
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

/// `a` − `b` in sequence space (RFC 9293 section 3.4): negative when `a` comes before.
@inline(__always)
func distance(_ a: UInt32, from b: UInt32) -> Int32 { Int32(bitPattern: a &- b) }
