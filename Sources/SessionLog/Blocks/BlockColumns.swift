import Formats
import Glibc
import Traffic

/// The open block: exchanges split into columns. Its buffers are reused, so that an exchange allocates nothing.
struct BlockColumns: ~Copyable {
    private let maximumBodyBytes: Int
    private var store = ColumnStore()
    /// The distinct heads and trailer sections. Their bytes are not written; readers rebuild them from lines.
    private var texts = RepeatTable(.whole)
    private var lines = RepeatTable(.whole)
    /// Where the lines of the text that is being appended end; kept for its storage.
    private var lineEnds: [Int] = []
    private var requestBodies = RepeatTable(.places)
    private var responseBodies = RepeatTable(.places)
    /// Session numbers in the order of the exchanges, without consecutive repeats.
    private var sessionRuns: [UInt32] = []
    private(set) var exchangeCount = 0
    /// Connections, seconds of losses and names of servers.
    private(set) var connectionCount = 0
    private(set) var lossCount = 0
    private(set) var serverCount = 0
    private(set) var earliest = Int64.max
    private(set) var latest = Int64.min
    /// Messages that were cut off at the limits of a log.
    private(set) var cutMessages: UInt64 = 0
    /// Bytes of all heads, bodies and trailers, including repeats.
    private(set) var messageBytes: UInt64 = 0
    private var lastConnection: UInt32 = 0
    private var lastSession: UInt32 = 0
    private var lastBeginning: Int64 = 0

    /// - Parameter maximumBodyBytes: the maximum bytes kept of a message's body, up to the limit of the format.
    init(maximumBodyBytes: Int) {
        self.maximumBodyBytes = min(max(maximumBodyBytes, 0), LogFormat.maximumBodyBytes)
    }

    /// Whether nothing was appended since the last ``removeAll()``.
    var isEmpty: Bool { store.byteCount == 0 }

    /// The memory that a reader needs for the block: the columns, and all distinct heads, bodies and trailers.
    var memoryBytes: Int {
        store.byteCount + texts.byteCount + requestBodies.byteCount + responseBodies.byteCount
    }

    /// Whether the block has reached a limit on rows, that of the format or the writer.
    var hasAllRows: Bool {
        exchangeCount >= LogFormat.exchangesPerBlock || connectionCount >= LogFormat.maximumConnections
            || lossCount >= LogFormat.maximumLosses || serverCount >= LogFormat.maximumOpaqueServers
    }

    /// The columns in their order in a block; the bytes are valid until the next change.
    var all: [(column: Column, bytes: UnsafeRawBufferPointer)] {
        BlockColumns.order.map { ($0, bytes(of: $0)) }
    }

    private static let order = Column.allCases.filter(\.isOfTraffic)

    private func bytes(of column: Column) -> UnsafeRawBufferPointer {
        switch column {
        case .requestBodyBytes: requestBodies.bytes
        case .responseBodyBytes: responseBodies.bytes
        case .lineBytes: lines.bytes
        default: store.bytes(of: column)
        }
    }

    /// Empties the columns and keeps their storage, except that of an unusually large exchange.
    mutating func removeAll() {
        store.removeAll()
        texts.removeAll()
        lines.removeAll()
        requestBodies.removeAll()
        responseBodies.removeAll()
        sessionRuns.removeAll(keepingCapacity: true)
        exchangeCount = 0
        connectionCount = 0
        lossCount = 0
        serverCount = 0
        earliest = .max
        latest = .min
        cutMessages = 0
        messageBytes = 0
        lastConnection = 0
        lastSession = 0
        lastBeginning = 0
    }

    /// Takes the distinct session numbers of the exchanges, ascending.
    mutating func takeSessions() -> [UInt32] {
        guard let lowest = sessionRuns.min(), let highest = sessionRuns.max() else { return [] }
        let span = Int(highest - lowest)
        guard span <= sessionRuns.count * 64 else { return Array(Set(sessionRuns)).sorted() }
        // Numbers of one period are close together: a bitmap is faster than sorting.
        var bits = [UInt64](repeating: 0, count: span / 64 + 1)
        for session in sessionRuns {
            let place = Int(session - lowest)
            bits[place / 64] |= UInt64(1) << UInt64(place % 64)
        }
        var sessions: [UInt32] = []
        for (index, word) in bits.enumerated() {
            var rest = word
            while rest != 0 {
                sessions.append(lowest + UInt32(index * 64 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return sessions
    }
}

extension BlockColumns {
    /// Appends a connection.
    mutating func append(_ connection: RecordedConnection) {
        connectionCount += 1
        store.append(connection.number, to: .connections)
        append(connection.client)
        append(connection.server)
    }

    private mutating func append(_ address: SocketAddress) {
        store.append(address.high, to: .connections)
        store.append(address.low, to: .connections)
        store.append(address.port, to: .connections)
    }

    /// Appends a second's losses.
    mutating func append(_ loss: CaptureLoss) {
        lossCount += 1
        let hasInputLosses = loss.damagedFiles | loss.unreadPackets > 0
        let hasRow = CaptureLoss.rowFields.contains { loss[keyPath: $0] > 0 }
        if hasRow || loss.isEmpty {
            store.append(loss.second, to: .losses)
            for field in CaptureLoss.rowFields { store.append(loss[keyPath: field], to: .losses) }
        }
        if hasInputLosses {
            store.appendZigzag(loss.second, to: .inputLosses)
            store.appendVarint(loss.damagedFiles, to: .inputLosses)
            store.appendVarint(loss.unreadPackets, to: .inputLosses)
        }
        guard !loss.anomalies.isNone else { return }
        store.appendZigzag(loss.second, to: .anomalies)
        store.appendVarint(loss.anomalies.clockSteps, to: .anomalies)
        store.appendZigzag(loss.anomalies.longestClockStepNs, to: .anomalies)
        store.appendVarint(loss.anomalies.clockContradictions, to: .anomalies)
        store.appendVarint(loss.anomalies.latePackets, to: .anomalies)
        store.appendVarint(loss.anomalies.repeatedConnections, to: .anomalies)
    }

    /// Appends a server with unreadable connections.
    mutating func append(_ server: OpaqueServer) {
        serverCount += 1
        let name = server.name.utf8.prefix(OpaqueServer.maximumNameBytes)
        store.appendVarint(server.connections, to: .opaqueServers)
        store.appendVarint(UInt64(name.count), to: .opaqueServers)
        for byte in name { store.append(byte, to: .opaqueServers) }
    }

    /// Appends an exchange whose ranges point into `bytes`.
    mutating func append(_ record: ExchangeBatch.Record, bytes: UnsafeRawBufferPointer) {
        let began = record.began.nanoseconds
        store.appendZigzag(Int64(record.connection) - Int64(lastConnection), to: .connectionNumbers)
        store.appendZigzag(Int64(record.session) - Int64(lastSession), to: .sessionNumbers)
        if exchangeCount == 0 || record.session != lastSession { sessionRuns.append(record.session) }
        lastConnection = record.connection
        lastSession = record.session
        store.appendZigzag(began &- lastBeginning, to: .beginnings)
        lastBeginning = began
        var flags = ExchangeFlags(record)
        if let request = record.request {
            store.appendZigzag(request.lastByte.nanoseconds &- request.firstByte.nanoseconds, to: .requestSpans)
            if put(request, bytes, isRequest: true) { flags.remove(.requestComplete) }
        }
        if let response = record.response {
            if let request = record.request {
                store.appendZigzag(response.firstByte.nanoseconds &- request.lastByte.nanoseconds, to: .waits)
            }
            store.appendZigzag(response.lastByte.nanoseconds &- response.firstByte.nanoseconds, to: .responseSpans)
            if put(response, bytes, isRequest: false) { flags.remove(.responseComplete) }
        }
        store.append(flags.rawValue, to: .flags)
        store.append(record.status, to: .statuses)
        earliest = min(earliest, began)
        latest = max(latest, record.ended)
        exchangeCount += 1
    }

    /// Appends a message; returns whether its head or trailers had to be cut off.
    private mutating func put(
        _ message: ExchangeBatch.Message, _ bytes: UnsafeRawBufferPointer, isRequest: Bool
    ) -> Bool {
        let columns = isRequest ? Column.request : Column.response
        let body = message.body.keeping(maximumBodyBytes)
        let head = message.head.keeping(LogFormat.maximumHeadBytes)
        let trailers = message.trailers.keeping(LogFormat.maximumHeadBytes)
        store.appendVarint(reference(toText: head, bytes), to: columns.heads)
        let bodyReference = reference(toBody: body, bytes, isRequest: isRequest)
        store.appendVarint(bodyReference, to: columns.bodies)
        if bodyReference == Reference.new { store.appendVarint(UInt64(body.count), to: columns.bodyLengths) }
        store.appendVarint(reference(toText: trailers, bytes), to: columns.trailers)
        store.appendZigzag(Int64(bitPattern: message.bodyBytes &- UInt64(body.count)), to: columns.bodyExcesses)
        messageBytes += UInt64(head.count) + UInt64(body.count) + UInt64(trailers.count)
        let isHeadCut = head != message.head || trailers != message.trailers
        if isHeadCut || body != message.body { cutMessages += 1 }
        return isHeadCut
    }

    private mutating func reference(
        toBody range: ExchangeBatch.ByteRange, _ bytes: UnsafeRawBufferPointer, isRequest: Bool
    ) -> UInt64 {
        guard range.count > 0 else { return Reference.none }
        let body = UnsafeRawBufferPointer(rebasing: bytes[range.indices])
        return isRequest ? requestBodies.reference(to: body) : responseBodies.reference(to: body)
    }

    /// The reference to a head or trailer section; a new one is split into lines.
    private mutating func reference(toText range: ExchangeBatch.ByteRange, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard range.count > 0 else { return Reference.none }
        let text = UnsafeRawBufferPointer(rebasing: bytes[range.indices])
        let reference = texts.reference(to: text)
        if reference == Reference.new { putLines(text) }
        return reference
    }

    private mutating func putLines(_ text: UnsafeRawBufferPointer) {
        lineEnds.removeAll(keepingCapacity: true)
        var start = 0
        while start < text.count {
            start = text.lineEnd(from: start)
            lineEnds.append(start)
        }
        store.appendVarint(UInt64(lineEnds.count), to: .textLines)
        start = 0
        for end in lineEnds {
            let line = UnsafeRawBufferPointer(rebasing: text[start..<end])
            let reference = lines.reference(to: line)
            // Lines are never empty, so 0 is free for the most common case, a new line.
            store.appendVarint(reference - Reference.new, to: .textLines)
            if reference == Reference.new { store.appendVarint(UInt64(line.count), to: .lineLengths) }
            start = end
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The offset after the next line end from `start` on, or the end of the bytes; corresponds to memchr(3).
    @inline(__always)
    fileprivate func lineEnd(from start: Int) -> Int {
        guard let base = baseAddress, let found = memchr(base + start, 0x0A, count - start) else { return count }
        return UnsafeRawPointer(found) - base + 1
    }
}

extension ExchangeBatch.ByteRange {
    fileprivate func keeping(_ limit: Int) -> Self {
        Self(offset: offset, count: min(count, UInt32(limit)))
    }
}

extension CaptureLoss {
    /// The counts in their order in a row of the losses column.
    static var rowFields: [WritableKeyPath<CaptureLoss, UInt64>] {
        [
            \.kernelDrops, \.interfaceDrops, \.truncatedPackets, \.gaps, \.gapBytes, \.evictions, \.unparsedMessages,
            \.opaqueConnections,
        ]
    }
}
