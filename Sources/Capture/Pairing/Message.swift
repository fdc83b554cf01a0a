import HTTPWire
import Traffic

/// A message being received or waiting for its other half. Trivial: lives in a ``Slab``, its bytes in a ``BytePool``: head,
/// then body, then trailers.
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
    /// Body bytes that an HTTP/2 head announces; -1 when it announces none, -2 when what it announces is not a length.
    var announcedBytes: Int64 = -1
    var firstByte: Int64
    var lastByte: Int64
    /// Sequence number of its first byte.
    var sequence: UInt32
    /// Sequence number behind its last byte, where that is known; 0 otherwise.
    var end: UInt32 = 0
    /// What its first segment acknowledged of the other direction.
    var acknowledgement: UInt32
    var status: UInt16 = 0
    var version = HTTPVersion.http11
    var method = RequestMethod.other
    var hasCredentials = false
    /// Whether its first line was found to be a start line, while its head is being received.
    var isLineChecked = false
    /// Whether its head was seen to its end.
    var hasHead = false
    /// Whether no more of it will come.
    var isEnded = false
    /// Whether all of it was seen.
    var isComplete = true
    /// Whether bytes of it were dropped: the memory limit was reached.
    var isStarved = false
    /// Whether its head is cut off behind a whole start line.
    var isPartial = false
    /// Whether this request waits to be told to send its body (RFC 9110 section 10.1.1).
    var awaitsContinue = false
    /// Whether messages before this response were lost: its acknowledgement tells what it answers, not its place.
    var followsLoss = false
    /// Whether a response to this request, or the request of this response, is known.
    var isPaired = false
    /// Whether this response's request was not seen.
    var isOrphan = false
    /// Whether this request's response was not seen.
    var isUnanswered = false
    /// Whether the server promised to answer this request, which no one sent.
    var isPromised = false
}
