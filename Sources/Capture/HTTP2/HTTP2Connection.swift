import HTTPWire

/// What is known of an HTTP/2 connection beside what TCP knows. Lives in ``HTTP2Connections``.
struct HTTP2Connection {
    /// Both directions, by the same numbers as the connection's streams.
    let directions: UnsafeMutablePointer<HTTP2Direction>
    /// The exchanges that have not ended, by stream.
    var exchanges: [UInt32: UnsafeMutablePointer<HTTP2Exchange>] = [:]
    /// The same in the order in which they began.
    var first: UnsafeMutablePointer<HTTP2Exchange>?
    var last: UnsafeMutablePointer<HTTP2Exchange>?
    /// The highest stream on which a request was seen, readable or not.
    var highestRequest: UInt32 = 0
    /// Whether the response to the HTTP/1 request that asked for the upgrade is still to come, on stream 1.
    var awaitsUpgradedResponse = false
    /// Streams reset not long ago, on which the other side may still send; a ring.
    private var resets: [UInt32] = []
    private var nextReset = 0

    init(directions: UnsafeMutablePointer<HTTP2Direction>) { self.directions = directions }

    /// Remembers that `stream` was reset, and forgets the one before `maximumCount` others.
    ///
    /// - Returns: the stream forgotten.
    mutating func noteReset(_ stream: UInt32, maximumCount: Int) -> UInt32? {
        if resets.count < maximumCount {
            resets.append(stream)
            return nil
        }
        guard maximumCount > 0 else { return stream }
        defer {
            resets[nextReset % maximumCount] = stream
            nextReset = (nextReset + 1) % maximumCount
        }
        return resets[nextReset % maximumCount]
    }

    /// Whether `stream` was reset not long ago.
    func wasReset(_ stream: UInt32) -> Bool { resets.contains(stream) }
}

/// One direction of an HTTP/2 connection: its frames, and the header block being collected.
struct HTTP2Direction {
    /// What became of the header block at hand.
    enum Block: UInt8 {
        /// There is none.
        case none
        /// Its frames are being collected.
        case collecting
        /// It was read, and only padding is left of it.
        case done
        /// Bytes of it are missing.
        case broken
    }

    var parser: HTTP2FrameParser
    var decoder: HeaderDecoder
    /// Bytes of dynamic tables this direction is charged for.
    var chargedBytes: Int
    /// When the first byte of the frame at hand was seen.
    var frameTime: Int64 = 0
    var block = Block.none
    var buffer: BytePool.Buffer?
    var bufferedBytes = 0
    /// Of the frame that began the block.
    var blockStream: UInt32 = 0
    var promisedStream: UInt32 = 0
    var blockEndsStream = false
    var blockTime: Int64 = 0
}

/// An exchange on its own stream. Trivial: lives in a ``Slab``.
struct HTTP2Exchange {
    var stream: UInt32
    var previous: UnsafeMutablePointer<HTTP2Exchange>?
    var next: UnsafeMutablePointer<HTTP2Exchange>?
    /// Nil when none was seen or its head could not be read.
    var request: UnsafeMutablePointer<Message>?
    var response: UnsafeMutablePointer<Message>?
    /// Whether no more of the request will come.
    var isRequestEnded = false
    /// Whether no more of the response will come.
    var isResponseEnded = false
    /// Whether the client reset it: what the server sent before it heard of that may still come.
    var isReset = false
    /// Whether frames were lost since it began, its end perhaps among them.
    var isDoubtful = false

    init(stream: UInt32) { self.stream = stream }
}
