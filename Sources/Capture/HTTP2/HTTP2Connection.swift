import HTTPWire

/// The HTTP/2 state of a connection, in addition to its TCP state. Lives in ``HTTP2Connections``.
struct HTTP2Connection {
    /// Both directions, indexed like the connection's streams.
    let directions: UnsafeMutablePointer<HTTP2Direction>
    /// The exchanges that have not ended, by stream.
    var exchanges: [UInt32: UnsafeMutablePointer<HTTP2Exchange>] = [:]
    /// The same in the order of their start, as a linked list.
    var first: UnsafeMutablePointer<HTTP2Exchange>?
    var last: UnsafeMutablePointer<HTTP2Exchange>?
    /// The highest stream with a request, readable or not.
    var highestRequest: UInt32 = 0
    /// Whether the response to the HTTP/1 upgrade request is still expected, on stream 1.
    var awaitsUpgradedResponse = false
    /// Recently reset streams, on which the peer may still send; a ring buffer.
    private var resets: [UInt32] = []
    private var nextReset = 0

    init(directions: UnsafeMutablePointer<HTTP2Direction>) { self.directions = directions }

    /// Remembers that `stream` was reset; at most `maximumCount` streams are remembered.
    ///
    /// - Returns: the stream that was forgotten, if any.
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

    /// Whether `stream` was reset recently.
    func wasReset(_ stream: UInt32) -> Bool { resets.contains(stream) }
}

/// One direction of an HTTP/2 connection: its frames, and the header block being collected.
struct HTTP2Direction {
    /// The state of the current header block.
    enum Block: UInt8 {
        /// There is none.
        case none
        /// Its frames are being collected.
        case collecting
        /// It was read; only padding is left.
        case done
        /// Bytes of it are missing.
        case broken
    }

    var parser: HTTP2FrameParser
    var decoder: HeaderDecoder
    /// Bytes charged to this direction for its dynamic table.
    var chargedBytes: Int
    /// When the first byte of the current frame was seen.
    var frameTime: Int64 = 0
    var block = Block.none
    var buffer: BytePool.Buffer?
    var bufferedBytes = 0
    /// The stream of the frame that began the block.
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
    /// Nil if none was seen or its head could not be read.
    var request: UnsafeMutablePointer<Message>?
    var response: UnsafeMutablePointer<Message>?
    /// Whether the request has ended.
    var isRequestEnded = false
    /// Whether the response has ended.
    var isResponseEnded = false
    /// Whether the client reset it: frames that the server sent before it received the reset may still come.
    var isReset = false
    /// Whether frames were lost since it began, perhaps including its end.
    var isDoubtful = false

    init(stream: UInt32) { self.stream = stream }
}
