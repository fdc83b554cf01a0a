import Formats
import Traffic

/// Decodes the exchanges of a block's payload. The payload is untrusted: everything in it is checked.
///
/// Heads, bodies and trailers that repeat share their bytes in the batch's store.
struct BlockDecoder: ~Copyable {
    private let decompressor: ZstdDecompressor
    private var numbers = GrowingBuffer()
    private var texts = TextDecoder()

    init() throws(SessionLogError) { decompressor = try ZstdDecompressor() }

    /// Decodes a traffic block into `batch`, whose content is replaced.
    ///
    /// - Returns: false if the payload is invalid; `batch` is empty then.
    mutating func decode(
        _ header: BlockHeader, payload: UnsafeRawBufferPointer, into batch: inout ExchangeBatch
    ) -> Bool {
        batch.records.removeAll(keepingCapacity: true)
        batch.connections.removeAll(keepingCapacity: true)
        batch.losses.removeAll(keepingCapacity: true)
        batch.opaqueServers.removeAll(keepingCapacity: true)
        let count = Int(header.count)
        guard let directory = ColumnDirectory(payload, rawBytes: Int(header.rawBytes), count: count),
            decodeExchanges(header, payload, directory, into: &batch)
        else {
            batch.removeAll()
            return false
        }
        return true
    }

    /// Decodes the number columns of an index block and passes them to `body`.
    ///
    /// - Returns: nil if the payload is invalid.
    mutating func withNumbers<Result>(
        _ header: BlockHeader, payload: UnsafeRawBufferPointer, _ body: (NumberView) -> Result?
    ) -> Result? {
        let count = Int(header.count)
        guard count <= LogFormat.maximumIndexEntries,
            let directory = ColumnDirectory(payload, rawBytes: Int(header.rawBytes), count: count),
            let ranges = decompressNumbers(payload, directory)
        else { return nil }
        return body(NumberView(bytes: numbers.bytes, ranges: ranges))
    }

    /// Decodes only the connections of a block, from that column's stored bytes.
    mutating func connections(
        _ entry: ColumnDirectory.Entry, stored: UnsafeRawBufferPointer
    ) -> [RecordedConnection]? {
        numbers.resize(to: entry.rawBytes)
        guard decompress(entry, stored, into: numbers.mutableBytes) else { return nil }
        var connections: [RecordedConnection] = []
        return decodeConnections(numbers.bytes, into: &connections) ? connections : nil
    }

    /// The columns of bodies, which go into the batch's store unchanged.
    private static let bodyColumns: [Column] = [.requestBodyBytes, .responseBodyBytes]
    private static let numberColumns = Column.allCases.filter { !bodyColumns.contains($0) }

    private mutating func decodeExchanges(
        _ header: BlockHeader, _ payload: UnsafeRawBufferPointer, _ directory: ColumnDirectory,
        into batch: inout ExchangeBatch
    ) -> Bool {
        guard let ranges = decompressNumbers(payload, directory) else { return false }
        let view = NumberView(bytes: numbers.bytes, ranges: ranges)
        guard let textBytes = texts.measure(view) else { return false }
        let bodyBytes = BlockDecoder.bodyColumns.reduce(0) { $0 + directory.rawBytes(of: $1) }
        batch.bytes.resize(to: bodyBytes + textBytes)
        let bodies = batch.bytes.withUnsafeMutableBytes { store in
            texts.write(view, to: UnsafeMutableRawBufferPointer(rebasing: store[bodyBytes...]), at: bodyBytes)
            return decompress(
                BlockDecoder.bodyColumns, payload, directory,
                into: UnsafeMutableRawBufferPointer(rebasing: store[..<bodyBytes]))
        }
        guard let bodies else { return false }
        var records = RecordDecoder(
            numbers: view, texts: texts.texts, requestBodies: bodies[Int(Column.requestBodyBytes.rawValue)] ?? 0..<0,
            responseBodies: bodies[Int(Column.responseBodyBytes.rawValue)] ?? 0..<0)
        return records.decode(header, into: &batch.records)
            && view[.connections].map { decodeConnections($0, into: &batch.connections) } ?? true
            && view[.losses].map { decodeLosses($0, into: &batch.losses) } ?? true
            && view[.anomalies].map { decodeAnomalies($0, into: &batch.losses) } ?? true
            && view[.inputLosses].map { decodeInputLosses($0, into: &batch.losses) } ?? true
            && view[.opaqueServers].map { decodeOpaqueServers($0, into: &batch.opaqueServers) } ?? true
    }

    private mutating func decompressNumbers(
        _ payload: UnsafeRawBufferPointer, _ directory: ColumnDirectory
    ) -> [Range<Int>?]? {
        let columns = BlockDecoder.numberColumns
        numbers.resize(to: columns.reduce(0) { $0 + directory.rawBytes(of: $1) })
        return decompress(columns, payload, directory, into: numbers.mutableBytes)
    }

    /// Decompresses `columns` one after the other; returns their ranges, by column number.
    private func decompress(
        _ columns: [Column], _ payload: UnsafeRawBufferPointer, _ directory: ColumnDirectory,
        into destination: UnsafeMutableRawBufferPointer
    ) -> [Range<Int>?]? {
        var ranges = [Range<Int>?](repeating: nil, count: Column.numberLimit)
        var position = 0
        for column in columns {
            guard let entry = directory[column] else { continue }
            let range = position..<position + entry.rawBytes
            position = range.upperBound
            let target = UnsafeMutableRawBufferPointer(rebasing: destination[range])
            guard decompress(entry, UnsafeRawBufferPointer(rebasing: payload[entry.stored]), into: target) else {
                return nil
            }
            ranges[Int(column.rawValue)] = range
        }
        return ranges
    }

    private func decompress(
        _ entry: ColumnDirectory.Entry, _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        switch entry.coding {
        case .stored:
            guard source.count == target.count else { return false }
            target.copyMemory(from: source)
            return true
        case .zstd: return decompressor.decompress(source, into: target)
        }
    }

    private func decodeConnections(
        _ bytes: UnsafeRawBufferPointer, into connections: inout [RecordedConnection]
    ) -> Bool {
        let (rows, rest) = bytes.count.quotientAndRemainder(dividingBy: LogFormat.connectionRowBytes)
        guard rest == 0, rows <= LogFormat.maximumConnections else { return false }
        connections.reserveCapacity(rows)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            guard let number = cursor.integer(UInt32.self), let client = address(&cursor),
                let server = address(&cursor)
            else { return false }
            connections.append(RecordedConnection(number: number, client: client, server: server))
        }
        return true
    }

    private func address(_ cursor: inout ByteCursor) -> SocketAddress? {
        guard let high = cursor.integer(UInt64.self), let low = cursor.integer(UInt64.self),
            let port = cursor.integer(UInt16.self)
        else { return nil }
        return SocketAddress(high: high, low: low, port: port)
    }

    private func decodeOpaqueServers(_ bytes: UnsafeRawBufferPointer, into servers: inout [OpaqueServer]) -> Bool {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            guard let connections = cursor.varint(), let length = cursor.varint(),
                length <= UInt64(min(OpaqueServer.maximumNameBytes, bytes.count - cursor.position)),
                servers.count < LogFormat.maximumOpaqueServers
            else { return false }
            var name: [UInt8] = []
            for _ in 0..<length {
                guard let byte = cursor.integer(UInt8.self) else { return false }
                name.append(byte)
            }
            servers.append(OpaqueServer(name: String(decoding: name, as: UTF8.self), connections: connections))
        }
        return true
    }

    /// Decodes rows, which are added to the losses of the same second.
    private func decodeAnomalies(_ bytes: UnsafeRawBufferPointer, into losses: inout [CaptureLoss]) -> Bool {
        var cursor = ByteCursor(bytes)
        var rows = 0
        while !cursor.isAtEnd {
            rows += 1
            guard rows <= LogFormat.maximumLosses, let second = cursor.zigzag(), let steps = cursor.varint(),
                let longest = cursor.zigzag(), let contradictions = cursor.varint(), let late = cursor.varint(),
                let repeated = cursor.varint()
            else { return false }
            var loss = CaptureLoss(second: second)
            loss.anomalies.clockSteps = steps
            loss.anomalies.longestClockStepNs = longest
            loss.anomalies.clockContradictions = contradictions
            loss.anomalies.latePackets = late
            loss.anomalies.repeatedConnections = repeated
            losses.append(loss)
        }
        return true
    }

    /// Decodes rows, which are added to the losses of the same second.
    private func decodeInputLosses(_ bytes: UnsafeRawBufferPointer, into losses: inout [CaptureLoss]) -> Bool {
        var cursor = ByteCursor(bytes)
        var rows = 0
        while !cursor.isAtEnd {
            rows += 1
            guard rows <= LogFormat.maximumLosses, let second = cursor.zigzag(), let damaged = cursor.varint(),
                let unread = cursor.varint()
            else { return false }
            var loss = CaptureLoss(second: second)
            (loss.damagedFiles, loss.unreadPackets) = (damaged, unread)
            losses.append(loss)
        }
        return true
    }

    private func decodeLosses(_ bytes: UnsafeRawBufferPointer, into losses: inout [CaptureLoss]) -> Bool {
        let (rows, rest) = bytes.count.quotientAndRemainder(dividingBy: LogFormat.lossRowBytes)
        guard rest == 0, rows <= LogFormat.maximumLosses else { return false }
        losses.reserveCapacity(rows)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            guard let second = cursor.integer(Int64.self) else { return false }
            var loss = CaptureLoss(second: second)
            for field in CaptureLoss.rowFields {
                guard let count = cursor.integer(UInt64.self) else { return false }
                loss[keyPath: field] = count
            }
            losses.append(loss)
        }
        return true
    }
}

/// The decompressed columns of a block except its bodies.
struct NumberView {
    var bytes: UnsafeRawBufferPointer
    /// The range of each column in `bytes`, by column number.
    var ranges: [Range<Int>?]

    /// The bytes of `column`; nil if it was omitted.
    subscript(_ column: Column) -> UnsafeRawBufferPointer? {
        ranges[Int(column.rawValue)].map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }

    /// The numbers of `column`.
    func numbers(_ column: Column) -> NumberColumn { NumberColumn(self[column]) }
}

extension [UInt8] {
    /// Resizes the array to `newCount`; only new elements are filled with zeros.
    fileprivate mutating func resize(to newCount: Int) {
        if count > newCount {
            removeLast(count - newCount)
        } else {
            append(contentsOf: repeatElement(0, count: newCount - count))
        }
    }
}
