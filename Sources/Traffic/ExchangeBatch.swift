/// A batch of exchanges that share one byte store. Capture passes batches to the log, and the log passes them to
/// readers, so that no exchange needs its own allocation.
///
/// Records are in the order in which their exchanges ended, not in which they began.
public struct ExchangeBatch: Sendable {
    /// Bytes of a message within ``ExchangeBatch/bytes``.
    public struct ByteRange: Hashable, Sendable {
        /// First byte's index.
        public var offset: UInt32
        /// Number of bytes.
        public var count: UInt32

        /// `count` bytes from `offset`.
        public init(offset: UInt32, count: UInt32) {
            self.offset = offset
            self.count = count
        }

        /// No bytes.
        public static let empty = ByteRange(offset: 0, count: 0)

        /// The same as a range of array indices.
        public var indices: Range<Int> { Int(offset)..<Int(offset) + Int(count) }
    }

    /// One direction of an exchange; the fields have the meaning of those in ``Exchange/Message``.
    public struct Message: Hashable, Sendable {
        /// Start line and fields.
        public var head: ByteRange
        /// The body as far as it was kept.
        public var body: ByteRange
        /// The trailer fields.
        public var trailers: ByteRange
        /// The body's length on the wire, after transfer decoding.
        public var bodyBytes: UInt64
        /// When its first byte was seen.
        public var firstByte: CaptureTime
        /// When its last byte was seen.
        public var lastByte: CaptureTime
        /// Whether no byte of it was lost.
        public var isComplete: Bool

        /// A message; see ``Exchange/Message`` for the meaning of each field.
        public init(
            head: ByteRange, body: ByteRange, trailers: ByteRange, bodyBytes: UInt64,
            firstByte: CaptureTime, lastByte: CaptureTime, isComplete: Bool
        ) {
            self.head = head
            self.body = body
            self.trailers = trailers
            self.bodyBytes = bodyBytes
            self.firstByte = firstByte
            self.lastByte = lastByte
            self.isComplete = isComplete
        }
    }

    /// One exchange; the fields have the meaning of those in ``Exchange``.
    public struct Record: Hashable, Sendable {
        /// The connection's number.
        public var connection: UInt32
        /// The session's number.
        public var session: UInt32
        /// The version of HTTP.
        public var version: HTTPVersion
        /// Whether it was under TLS.
        public var scheme: HTTPScheme
        /// Status code of the final response; 0 if none was seen.
        public var status: UInt16
        /// The request; nil if none was seen.
        public var request: Message?
        /// The final response; nil if none was seen.
        public var response: Message?
        /// Whether the server promised the request (RFC 9113 section 8.4).
        public var isPush: Bool

        /// A record; see ``Exchange`` for the meaning of each field.
        public init(
            connection: UInt32, session: UInt32, version: HTTPVersion, scheme: HTTPScheme, status: UInt16,
            request: Message?, response: Message?, isPush: Bool = false
        ) {
            self.connection = connection
            self.session = session
            self.version = version
            self.scheme = scheme
            self.status = status
            self.request = request
            self.response = response
            self.isPush = isPush
        }

        /// When the exchange began, like ``Exchange/began``.
        public var began: CaptureTime { request?.firstByte ?? response?.firstByte ?? .epoch }
    }

    /// The bytes that the records' ranges point into.
    public var bytes: [UInt8] = []
    /// The exchanges.
    public var records: [Record] = []
    /// Connections first referred to by this batch's records.
    public var connections: [RecordedConnection] = []
    /// The capture losses since the last batch, one row per second.
    public var losses: [CaptureLoss] = []
    /// Servers with unreadable connections since the last batch; a name may occur more than once.
    public var opaqueServers: [OpaqueServer] = []

    /// An empty batch.
    public init() {}

    /// Whether the batch is empty.
    public var isEmpty: Bool { records.isEmpty && connections.isEmpty && losses.isEmpty && opaqueServers.isEmpty }

    /// Empties the batch and keeps its storage.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        connections.removeAll(keepingCapacity: true)
        losses.removeAll(keepingCapacity: true)
        opaqueServers.removeAll(keepingCapacity: true)
    }

    /// Copies `buffer` into the store.
    ///
    /// - Returns: the range of the copy; nil, with nothing copied, if the store would exceed 4 GiB − 1.
    public mutating func store(_ buffer: UnsafeRawBufferPointer) -> ByteRange? {
        guard bytes.count + buffer.count <= Int(UInt32.max) else { return nil }
        let range = ByteRange(offset: UInt32(bytes.count), count: UInt32(buffer.count))
        bytes.append(contentsOf: buffer)
        return range
    }
}

extension ExchangeBatch {
    /// The exchange at `index` of ``records``, with its own copy of the bytes.
    public func exchange(at index: Int) -> Exchange {
        let record = records[index]
        return Exchange(
            connection: record.connection, session: record.session, version: record.version, scheme: record.scheme,
            request: record.request.map(message), response: record.response.map(message),
            status: record.status == 0 ? nil : record.status, isPush: record.isPush)
    }

    /// Appends a copy of `exchange`.
    ///
    /// - Precondition: the store stays below 4 GiB.
    public mutating func append(_ exchange: Exchange) {
        records.append(
            Record(
                connection: exchange.connection, session: exchange.session, version: exchange.version,
                scheme: exchange.scheme, status: exchange.status ?? 0,
                request: exchange.request.map { storing($0) }, response: exchange.response.map { storing($0) },
                isPush: exchange.isPush))
    }

    private func message(_ message: Message) -> Exchange.Message {
        Exchange.Message(
            head: Array(bytes[message.head.indices]), body: Array(bytes[message.body.indices]),
            trailers: Array(bytes[message.trailers.indices]), bodyBytes: message.bodyBytes,
            firstByte: message.firstByte, lastByte: message.lastByte, isComplete: message.isComplete)
    }

    private mutating func storing(_ message: Exchange.Message) -> Message {
        Message(
            head: storing(message.head), body: storing(message.body), trailers: storing(message.trailers),
            bodyBytes: message.bodyBytes, firstByte: message.firstByte, lastByte: message.lastByte,
            isComplete: message.isComplete)
    }

    private mutating func storing(_ array: [UInt8]) -> ByteRange {
        guard let range = array.withUnsafeBytes({ store($0) }) else {
            preconditionFailure("an exchange batch holds less than 4 GiB")
        }
        return range
    }
}
