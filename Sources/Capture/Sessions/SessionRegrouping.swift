import HTTPWire
public import Traffic

/// Assigns recorded exchanges to sessions again, as a capture does, by another ``SessionBy`` or the same one.
///
/// Exchanges are processed in the order of the log, that of their ends, as a capture records them. Memory is bounded
/// like a capture's, by the limits on connections and credentials. Used by one thread.
public struct SessionRegrouping: ~Copyable {
    private var table: SessionTable
    private let maximumConnections: Int
    private let maximumBodyBytes: Int
    /// The connections by number; `older` contains those that were not used since `recent` was started.
    private var recent: [UInt32: UnsafeMutablePointer<Connection>] = [:]
    private var older: [UInt32: UnsafeMutablePointer<Connection>] = [:]
    private var addresses: [UInt32: SocketAddress] = [:]
    private var request: MessageCopy
    private var response: MessageCopy
    /// The streams that a connection must have; they are not used.
    private let streams: UnsafeMutablePointer<ContentStream>

    /// Exchanges so far that contain the session's key; nil if sessions are not based on a value.
    public var exchangesWithKey: UInt64? { table.finder.isIdle ? nil : table.exchangesWithKey }

    /// A regrouping that has seen no exchange.
    ///
    /// - Parameter sessionBy: how to group exchanges into sessions.
    public init(by sessionBy: SessionBy, limits: CaptureLimits = CaptureLimits()) {
        table = SessionTable(sessionBy: sessionBy, limits: limits)
        maximumConnections = limits.maxConnections
        maximumBodyBytes = limits.maxTokenBodyBytes
        request = MessageCopy()
        response = MessageCopy()
        streams = .allocate(capacity: 1)
    }

    deinit {
        for connection in recent.values { connection.deallocate() }
        for connection in older.values { connection.deallocate() }
        streams.deallocate()
    }

    /// Assigns sessions, numbered from 1, to the exchanges of `batch`. The batch's connections are remembered for their
    /// clients' addresses.
    public mutating func regroup(_ batch: inout ExchangeBatch) {
        for connection in batch.connections { note(connection) }
        for index in batch.records.indices {
            batch.records[index].session = session(of: batch.records[index], batch.bytes)
        }
    }

    private mutating func note(_ connection: RecordedConnection) {
        if addresses.count >= maximumConnections { addresses.removeAll(keepingCapacity: true) }
        addresses[connection.number] = connection.client
    }

    private mutating func session(of record: ExchangeBatch.Record, _ bytes: [UInt8]) -> UInt32 {
        let connection = connection(record.connection)
        if let message = record.request {
            request.take(message, bytes, maximumBodyBytes)
            let head = RequestHead(Array(bytes[message.head.indices]))
            request.message.pointee.method = head.map { RequestMethod(name: $0.method) } ?? .other
        }
        if let message = record.response {
            response.take(message, bytes, maximumBodyBytes)
            response.message.pointee.status = record.status
        }
        let ended = [record.request, record.response].compactMap { $0?.lastByte.nanoseconds }.max() ?? 0
        return table.session(
            of: connection, request: record.request == nil ? nil : request.message,
            response: record.response == nil ? nil : response.message, now: ended)
    }

    private mutating func connection(_ number: UInt32) -> UnsafeMutablePointer<Connection> {
        if let connection = recent[number] { return connection }
        if recent.count >= max(1, maximumConnections / 2) {
            for connection in older.values { connection.deallocate() }
            (older, recent) = (recent, [:])
        }
        if let connection = older.removeValue(forKey: number) {
            recent[number] = connection
            return connection
        }
        let client = addresses.removeValue(forKey: number) ?? SocketAddress(v4: 0, port: 0)
        let connection = UnsafeMutablePointer<Connection>.allocate(capacity: 1)
        connection.initialize(
            to: Connection(
                endpoints: EndpointPair(lowHigh: client.high, lowLow: client.low, lowPort: client.port),
                streams: streams))
        connection.pointee.requestDirection = 0
        recent[number] = connection
        return connection
    }
}

/// One message of an exchange in the form a capture uses: head and body, one after the other, in a reused buffer.
private struct MessageCopy: ~Copyable {
    let message: UnsafeMutablePointer<Message>
    private var buffer: UnsafeMutableRawPointer
    private var capacity = 4096

    init() {
        buffer = .allocate(byteCount: 4096, alignment: 8)
        message = .allocate(capacity: 1)
        message.initialize(to: Message(firstByte: 0, lastByte: 0, sequence: 0, acknowledgement: 0))
    }

    deinit {
        buffer.deallocate()
        message.deallocate()
    }

    /// Copies a message; a body that is too long to search is left out.
    mutating func take(_ stored: ExchangeBatch.Message, _ bytes: [UInt8], _ maximumBodyBytes: Int) {
        let head = Int(stored.head.count)
        let body = Int(stored.body.count) <= maximumBodyBytes ? Int(stored.body.count) : 0
        if head + body > capacity {
            buffer.deallocate()
            capacity = (head + body).nextPowerOfTwo
            buffer = .allocate(byteCount: capacity, alignment: 8)
        }
        bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            buffer.copyMemory(from: start + Int(stored.head.offset), byteCount: head)
            (buffer + head).copyMemory(from: start + Int(stored.body.offset), byteCount: body)
        }
        message.pointee = Message(firstByte: 0, lastByte: 0, sequence: 0, acknowledgement: 0)
        message.pointee.buffer = BytePool.Buffer(start: buffer, capacity: capacity)
        message.pointee.count = head + body
        message.pointee.headBytes = UInt32(head)
        message.pointee.keptBodyBytes = UInt32(body)
        message.pointee.hasCredentials = true
    }
}

extension Int {
    fileprivate var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
