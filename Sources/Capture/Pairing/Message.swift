import HTTPWire
import Traffic

/// A message that is being received, or waits for its request or response. Trivial: lives in a ``Slab``, its bytes in a
/// ``BytePool``: head, then body, then trailers.
struct Message {
    var next: UnsafeMutablePointer<Message>?
    var buffer: BytePool.Buffer?
    /// Bytes in `buffer`.
    var count = 0
    var headBytes: UInt32 = 0
    var keptBodyBytes: UInt32 = 0
    var trailerBytes: UInt32 = 0
    /// Body bytes seen, kept or not.
    var bodyBytes: UInt64 = 0
    /// Body bytes that an HTTP/2 head announces; -1 if none, -2 if the announced value is not a length.
    var announcedBytes: Int64 = -1
    var firstByte: Int64
    var lastByte: Int64
    /// Sequence number of its first byte.
    var sequence: UInt32
    /// Sequence number after its last byte if known; 0 otherwise.
    var end: UInt32 = 0
    /// The acknowledgement of the other direction in its first segment.
    var acknowledgement: UInt32
    var status: UInt16 = 0
    var version = HTTPVersion.http11
    var method = RequestMethod.other
    var hasCredentials = false
    /// While its head is being received: whether its first line is known to be a start line.
    var isLineChecked = false
    /// Whether its head is complete.
    var hasHead = false
    /// Whether it has ended.
    var isEnded = false
    /// Whether all of it was seen.
    var isComplete = true
    /// Whether bytes of it were dropped because of the memory limit.
    var isStarved = false
    /// Whether its head is truncated after a complete start line.
    var isPartial = false
    /// Whether this request waits for 100 (Continue) to send its body (RFC 9110 section 10.1.1).
    var awaitsContinue = false
    /// Whether messages before this response were lost: then its acknowledgement, not its order, tells which request it
    /// answers.
    var followsLoss = false
    /// Whether a response to this request, or the request of this response, is known.
    var isPaired = false
    /// Whether this response's request was not seen.
    var isOrphan = false
    /// Whether this request's response was not seen.
    var isUnanswered = false
    /// Whether this is a promised request, which no client sent.
    var isPromised = false
}
