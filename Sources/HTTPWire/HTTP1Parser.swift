/// Finds the messages in one direction of an HTTP/1 connection (RFC 9112), fed with chunks of any size.
///
/// A pure state machine of a few words: it stores no bytes and allocates nothing. Each ``next(_:from:)`` classifies the
/// first bytes of a chunk; the owner stores what it needs. Not thread-safe: a value owned by one thread.
public struct HTTP1Parser: Sendable {
    /// The kind of a run of bytes.
    public enum Kind: UInt8, Sendable {
        /// The chunk has no more bytes.
        case needsMore
        /// Part of a head that continues in the next chunk.
        case head
        /// The end of a head, or a whole head. ``begin(head:requestMethod:)`` must be called before the next step.
        case headEnd
        /// Body bytes, after transfer decoding.
        case body
        /// Part of a trailer section.
        case trailers
        /// Bytes that are not part of a message: empty lines before a start line, chunk sizes, line ends of chunks.
        case framing
        /// The bytes are not a valid message. The parser is lost; see ``restart()`` and ``startOfMessage(in:from:)``.
        case unparsable
    }

    /// A run of bytes of a chunk, with its kind.
    public struct Step: Sendable {
        /// The kind of the bytes.
        public var kind: Kind
        /// Whether the message ends with them.
        public var endsMessage: Bool
        /// Index of the first byte.
        public var start: Int
        /// Index after the last byte.
        public var end: Int
    }

    enum State: UInt8 {
        case start, head, headEnded, fixed, untilClose, chunkSize, chunkData, chunkEnd, trailers, lost
    }

    enum TrailerLine: UInt8 {
        case empty, field, other
    }

    /// The maximum digits of a chunk's size if the parser is strict.
    static let maximumChunkDigits: UInt16 = 16
    /// The maximum length of a line with a chunk's size and extensions.
    static let maximumChunkLineBytes: UInt16 = 16384

    /// Whether this direction carries requests.
    public let isRequest: Bool
    /// Whether the parser is strict and rejects what real peers do not send: empty lines before a start line, blanks
    /// before a chunk size, more than 16 digits of it, and trailers that are not fields. A client must not guess; a
    /// listener may.
    public let isStrict: Bool
    var state = State.start
    /// In a head or trailer section: 0 inside a line, 1 at the beginning of a line, 2 after a CR there.
    var lineState: UInt8 = 0
    /// Whether the chunk size read so far has a digit.
    var hasChunkDigit = false
    /// Whether the chunk size has ended and the extensions have begun.
    var isPastChunkDigits = false
    var isSimple = false
    var hasTrailers = false
    var chunkLineBytes: UInt16 = 0
    /// The kind of the current trailer line so far.
    var trailerLine = TrailerLine.empty
    /// Body bytes left of the message or chunk.
    var remaining: UInt64 = 0

    /// Creates a parser for the beginning of a direction.
    public init(isRequest: Bool, isStrict: Bool = false) {
        self.isRequest = isRequest
        self.isStrict = isStrict
    }

    /// Whether it is between two messages.
    public var isBetweenMessages: Bool { state == .start }
    /// Whether it lost the framing and waits for ``restart()``.
    public var isLost: Bool { state == .lost }

    /// Drops the current message; the next byte is the first of a message.
    public mutating func restart() { self = HTTP1Parser(isRequest: isRequest, isStrict: isStrict) }

    /// Gives up the current message: nothing is parsed until ``restart()``.
    public mutating func lose() { state = .lost }

    /// Classifies the bytes of `piece` from `offset`; the owner continues from the step's end.
    ///
    /// - Precondition: `offset` is within `piece`, and a head that ended was followed by
    ///   ``begin(head:requestMethod:)``.
    public mutating func next(_ piece: UnsafeRawBufferPointer, from offset: Int) -> Step {
        guard offset < piece.count else {
            return Step(kind: .needsMore, endsMessage: false, start: offset, end: offset)
        }
        switch state {
        case .start: return startMessage(piece, offset)
        case .head: return headStep(piece, offset)
        case .fixed: return bodyStep(piece, offset, next: .start)
        case .chunkData: return bodyStep(piece, offset, next: .chunkEnd)
        case .untilClose: return Step(kind: .body, endsMessage: false, start: offset, end: piece.count)
        case .chunkSize: return chunkSizeStep(piece, offset)
        case .chunkEnd: return chunkEndStep(piece, offset)
        case .trailers: return trailerStep(piece, offset)
        case .lost: return Step(kind: .unparsable, endsMessage: false, start: offset, end: piece.count)
        case .headEnded: preconditionFailure("a head that ended is followed by begin(head:requestMethod:)")
        }
    }

    /// The fast path for a head that is complete in `piece` from `offset`: returns its framing, after which
    /// ``begin(_:requestMethod:)`` must be called.
    ///
    /// - Returns: nil, with nothing changed, if ``next(_:from:)`` must take the slow path.
    public mutating func takeWholeHead(_ piece: UnsafeRawBufferPointer, from offset: Int) -> HeadFraming? {
        guard state == .start, let framing = HeadFraming(piece.slice(offset..<piece.count), isRequest: isRequest) else {
            return nil
        }
        state = .headEnded
        return framing
    }

    /// Begins the body of the message whose head has ended.
    ///
    /// - Parameters:
    ///   - head: the whole head, from its first byte to its empty line.
    ///   - requestMethod: for a response, the method it answers; `.other` if the request was not seen.
    /// - Returns: the framing in the head, and whether the message ends with it; nil if it is not a head, and the
    ///   parser is lost.
    public mutating func begin(
        head: UnsafeRawBufferPointer, requestMethod: RequestMethod = .other
    ) -> (framing: HeadFraming, endsMessage: Bool)? {
        guard let framing = HeadFraming(head, isRequest: isRequest) else {
            state = .lost
            return nil
        }
        return (framing, begin(framing, requestMethod: requestMethod))
    }

    /// The same for a head whose framing is already known.
    ///
    /// - Returns: whether the message ends with its head.
    public mutating func begin(_ framing: HeadFraming, requestMethod: RequestMethod = .other) -> Bool {
        precondition(state == .headEnded, "only a head that ended begins a body")
        hasTrailers = false
        if !isRequest, HTTP1Parser.hasNoBody(status: framing.status, requestMethod: requestMethod) {
            state = .start
        } else if framing.isChunked {
            startChunk()
        } else if framing.hasOtherTransferCoding, !isRequest {
            state = .untilClose
        } else if let length = framing.contentLength {
            remaining = length
            state = length == 0 ? .start : .fixed
        } else {
            state = isRequest ? (framing.isSimple ? .lost : .start) : .untilClose
        }
        return state == .start || state == .lost
    }

    /// The effect of skipped bytes.
    public enum Skip: Sendable {
        /// They are within the current body, which continues after them.
        case within
        /// They are the rest of the body: the message has ended.
        case endsMessage
        /// They reach past the current body, and the parser is lost.
        case beyond
    }

    /// Skips `count` bytes that were not seen.
    public mutating func skip(_ count: UInt64) -> Skip {
        switch state {
        case .untilClose: return .within
        case .fixed where count <= remaining:
            remaining -= count
            if remaining == 0 { state = .start }
            return remaining == 0 ? .endsMessage : .within
        case .chunkData where count <= remaining:
            remaining -= count
            if remaining == 0 { state = .chunkEnd }
            return .within
        default:
            state = .lost
            return .beyond
        }
    }

    /// Ends the direction.
    ///
    /// - Returns: whether a message ends properly with it, because it has no length.
    public mutating func endOfStream() -> Bool {
        defer { state = .lost }
        return state == .untilClose
    }

    /// Whether a response has no body regardless of its fields (RFC 9112 section 6.3, rules 1 and 2).
    static func hasNoBody(status: UInt16, requestMethod: RequestMethod) -> Bool {
        status < 200 || status == 204 || status == 304 || requestMethod == .head
            || (requestMethod == .connect && status < 300)
    }
}
