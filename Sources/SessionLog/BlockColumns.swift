import Traffic

/// The open block: exchanges taken apart into columns. Its buffers are reused, so that nothing is allocated an exchange.
struct BlockColumns {
    private let maximumBodyBytes: Int
    /// Bytes of each column, by ``Column``'s number.
    private var buffers = [[UInt8]](repeating: [], count: LogFormat.maximumColumns)
    /// Session numbers in the order of the exchanges, repeats in a row left out.
    private var sessionRuns: [UInt32] = []
    private(set) var exchangeCount = 0
    private(set) var rawBytes = 0
    private(set) var earliest = Int64.max
    private(set) var latest = Int64.min
    /// Messages of which a part was left out because it passes what a log keeps.
    private(set) var cutMessages: UInt64 = 0
    private var lastConnection: UInt32 = 0
    private var lastSession: UInt32 = 0
    private var lastBeginning: Int64 = 0

    /// - Parameter maximumBodyBytes: bytes kept of one message's body, at most what the format allows.
    init(maximumBodyBytes: Int) {
        self.maximumBodyBytes = min(max(maximumBodyBytes, 0), LogFormat.maximumBodyBytes)
    }

    /// Whether nothing was appended since the last ``removeAll()``.
    var isEmpty: Bool { rawBytes == 0 }

    /// The columns in the order in which a block has them.
    var all: [(column: Column, bytes: [UInt8])] {
        BlockColumns.order.map { ($0, buffers[Int($0.rawValue)]) }
    }

    private static let order = Column.allCases.filter { $0.rawValue < Column.blockOffsets.rawValue }

    /// Empties the columns and keeps their storage, except that of one uncommonly large exchange.
    mutating func removeAll() {
        for index in buffers.indices {
            buffers[index].removeAll(keepingCapacity: buffers[index].capacity <= 4 << 20)
        }
        sessionRuns.removeAll(keepingCapacity: true)
        exchangeCount = 0
        rawBytes = 0
        earliest = .max
        latest = .min
        cutMessages = 0
        lastConnection = 0
        lastSession = 0
        lastBeginning = 0
    }

    /// The different session numbers of the exchanges, ascending.
    mutating func takeSessions() -> [UInt32] {
        sessionRuns.sort()
        var count = 0
        for index in sessionRuns.indices where count == 0 || sessionRuns[count - 1] != sessionRuns[index] {
            sessionRuns[count] = sessionRuns[index]
            count += 1
        }
        return Array(sessionRuns[..<count])
    }
}

extension BlockColumns {
    /// Appends a connection.
    mutating func append(_ connection: RecordedConnection) {
        let column = Int(Column.connections.rawValue)
        buffers[column].appendLittleEndian(connection.number)
        for address in [connection.client, connection.server] {
            buffers[column].appendLittleEndian(address.high)
            buffers[column].appendLittleEndian(address.low)
            buffers[column].appendLittleEndian(address.port)
        }
        rawBytes += LogFormat.connectionRowBytes
    }

    /// Appends a second's losses.
    mutating func append(_ loss: CaptureLoss) {
        let column = Int(Column.losses.rawValue)
        buffers[column].appendLittleEndian(loss.second)
        for field in CaptureLoss.rowFields { buffers[column].appendLittleEndian(loss[keyPath: field]) }
        rawBytes += LogFormat.lossRowBytes
    }

    /// Appends an exchange whose ranges point into `bytes`.
    mutating func append(_ record: ExchangeBatch.Record, bytes: UnsafeRawBufferPointer) {
        let began = record.began.nanoseconds
        put(connectionAndSessionOf: record)
        appendZigzag(began &- lastBeginning, to: .beginnings)
        lastBeginning = began
        var flags = ExchangeFlags(record)
        if let request = record.request {
            appendZigzag(request.lastByte.nanoseconds &- request.firstByte.nanoseconds, to: .requestSpans)
            if put(request, bytes, Column.request) { flags.remove(.requestComplete) }
        }
        if let response = record.response {
            if let request = record.request {
                appendZigzag(response.firstByte.nanoseconds &- request.lastByte.nanoseconds, to: .waits)
            }
            appendZigzag(response.lastByte.nanoseconds &- response.firstByte.nanoseconds, to: .responseSpans)
            if put(response, bytes, Column.response) { flags.remove(.responseComplete) }
        }
        buffers[Int(Column.flags.rawValue)].append(flags.rawValue)
        buffers[Int(Column.statuses.rawValue)].appendLittleEndian(record.status)
        rawBytes += 3
        earliest = min(earliest, began)
        latest = max(latest, record.ended)
        exchangeCount += 1
    }

    private mutating func put(connectionAndSessionOf record: ExchangeBatch.Record) {
        appendZigzag(Int64(record.connection) - Int64(lastConnection), to: .connectionNumbers)
        appendZigzag(Int64(record.session) - Int64(lastSession), to: .sessionNumbers)
        if exchangeCount == 0 || record.session != lastSession { sessionRuns.append(record.session) }
        lastConnection = record.connection
        lastSession = record.session
    }

    /// Appends a message; returns whether its head or trailers had to be cut.
    private mutating func put(
        _ message: ExchangeBatch.Message, _ bytes: UnsafeRawBufferPointer, _ columns: Column.MessageColumns
    ) -> Bool {
        let body = message.body.keeping(maximumBodyBytes)
        let head = message.head.keeping(LogFormat.maximumHeadBytes)
        let trailers = message.trailers.keeping(LogFormat.maximumHeadBytes)
        put(head, bytes, columns.headLengths, columns.heads)
        put(body, bytes, columns.bodyLengths, columns.bodies)
        put(trailers, bytes, columns.trailerLengths, columns.trailers)
        appendZigzag(Int64(bitPattern: message.bodyBytes &- UInt64(body.count)), to: columns.bodyExcesses)
        let isHeadCut = head != message.head || trailers != message.trailers
        if isHeadCut || body != message.body { cutMessages += 1 }
        return isHeadCut
    }

    private mutating func put(
        _ range: ExchangeBatch.ByteRange, _ bytes: UnsafeRawBufferPointer, _ lengths: Column, _ contents: Column
    ) {
        let before = buffers[Int(lengths.rawValue)].count
        buffers[Int(lengths.rawValue)].appendVarint(UInt64(range.count))
        rawBytes += buffers[Int(lengths.rawValue)].count - before + Int(range.count)
        guard range.count > 0 else { return }
        buffers[Int(contents.rawValue)].append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[range.indices]))
    }

    @inline(__always)
    private mutating func appendZigzag(_ value: Int64, to column: Column) {
        let before = buffers[Int(column.rawValue)].count
        buffers[Int(column.rawValue)].appendZigzag(value)
        rawBytes += buffers[Int(column.rawValue)].count - before
    }
}

extension ExchangeBatch.ByteRange {
    fileprivate func keeping(_ limit: Int) -> Self {
        Self(offset: offset, count: min(count, UInt32(limit)))
    }
}

extension CaptureLoss {
    /// The counts in the order in which a row keeps them.
    static var rowFields: [WritableKeyPath<CaptureLoss, UInt64>] {
        [
            \.kernelDrops, \.interfaceDrops, \.truncatedPackets, \.gaps, \.gapBytes, \.evictions, \.unparsedMessages,
            \.opaqueConnections,
        ]
    }
}
