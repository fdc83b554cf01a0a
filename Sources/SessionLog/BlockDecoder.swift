import Traffic

/// Makes exchanges of a block's payload. The payload may come from anyone: nothing in it is believed unchecked.
struct BlockDecoder: ~Copyable {
    private let decompressor: ZstdDecompressor
    private var numbers = GrowingBuffer()

    init() throws(SessionLogError) { decompressor = try ZstdDecompressor() }

    /// Decodes a block of traffic into `batch`, whose content is replaced.
    ///
    /// - Returns: false when the payload makes no sense; `batch` is empty then.
    mutating func decode(
        _ header: BlockHeader, payload: UnsafeRawBufferPointer, into batch: inout ExchangeBatch
    ) -> Bool {
        batch.records.removeAll(keepingCapacity: true)
        batch.connections.removeAll(keepingCapacity: true)
        batch.losses.removeAll(keepingCapacity: true)
        guard let directory = ColumnDirectory(payload, rawBytes: Int(header.rawBytes)),
            let ranges = decompressNumbers(payload, directory),
            let contents = decompress(
                BlockDecoder.contentColumns, payload, directory, into: &batch.bytes)
        else {
            batch.removeAll()
            return false
        }
        let view = NumberView(bytes: numbers.bytes, ranges: ranges)
        var records = RecordDecoder(numbers: view, contents: contents)
        guard records.decode(header, into: &batch.records), decodeConnections(view, into: &batch.connections),
            decodeLosses(view, into: &batch.losses)
        else {
            batch.removeAll()
            return false
        }
        return true
    }

    /// Decodes the number columns of an index block and hands them to `body`.
    ///
    /// - Returns: nil when the payload makes no sense.
    mutating func withNumbers<Result>(
        _ header: BlockHeader, payload: UnsafeRawBufferPointer, _ body: (NumberView) -> Result?
    ) -> Result? {
        guard let directory = ColumnDirectory(payload, rawBytes: Int(header.rawBytes)),
            let ranges = decompressNumbers(payload, directory)
        else { return nil }
        return body(NumberView(bytes: numbers.bytes, ranges: ranges))
    }

    /// The columns of messages' bytes, which become the batch's store as they are.
    private static let contentColumns: [Column] = [
        .requestHeads, .requestBodies, .requestTrailers, .responseHeads, .responseBodies, .responseTrailers,
    ]
    private static let numberColumns = Column.allCases.filter { !contentColumns.contains($0) }

    private mutating func decompressNumbers(
        _ payload: UnsafeRawBufferPointer, _ directory: ColumnDirectory
    ) -> [Range<Int>?]? {
        let columns = BlockDecoder.numberColumns
        numbers.resize(to: columns.reduce(0) { $0 + directory.rawBytes(of: $1) })
        return decompress(columns, payload, directory, into: numbers.mutableBytes)
    }

    private func decompress(
        _ columns: [Column], _ payload: UnsafeRawBufferPointer, _ directory: ColumnDirectory, into bytes: inout [UInt8]
    ) -> [Range<Int>?]? {
        let total = columns.reduce(0) { $0 + directory.rawBytes(of: $1) }
        // Only what the last block did not need is filled with zeros: the rest is written over anyway.
        if bytes.count > total {
            bytes.removeLast(bytes.count - total)
        } else {
            bytes.append(contentsOf: repeatElement(0, count: total - bytes.count))
        }
        return bytes.withUnsafeMutableBytes { decompress(columns, payload, directory, into: $0) }
    }

    /// Decompresses `columns` one after the other; returns where each stands, by its number.
    private func decompress(
        _ columns: [Column], _ payload: UnsafeRawBufferPointer, _ directory: ColumnDirectory,
        into destination: UnsafeMutableRawBufferPointer
    ) -> [Range<Int>?]? {
        var ranges = [Range<Int>?](repeating: nil, count: LogFormat.maximumColumns)
        var position = 0
        for column in columns {
            guard let entry = directory[column] else { continue }
            let range = position..<position + entry.rawBytes
            position = range.upperBound
            let target = UnsafeMutableRawBufferPointer(rebasing: destination[range])
            let source = UnsafeRawBufferPointer(rebasing: payload[entry.stored])
            switch entry.coding {
            case .stored: target.copyMemory(from: source)
            case .zstd: guard decompressor.decompress(source, into: target) else { return nil }
            }
            ranges[Int(column.rawValue)] = range
        }
        return ranges
    }

    private func decodeConnections(_ view: NumberView, into connections: inout [RecordedConnection]) -> Bool {
        guard let bytes = view[.connections] else { return true }
        guard bytes.count % LogFormat.connectionRowBytes == 0 else { return false }
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

    private func decodeLosses(_ view: NumberView, into losses: inout [CaptureLoss]) -> Bool {
        guard let bytes = view[.losses] else { return true }
        guard bytes.count % LogFormat.lossRowBytes == 0 else { return false }
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

/// The decompressed number columns of a block.
struct NumberView {
    var bytes: UnsafeRawBufferPointer
    /// Where each column stands in `bytes`, by its number.
    var ranges: [Range<Int>?]

    /// The bytes of `column`; nil when it was left out.
    subscript(_ column: Column) -> UnsafeRawBufferPointer? {
        ranges[Int(column.rawValue)].map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }

    /// The numbers of `column`.
    func numbers(_ column: Column) -> NumberColumn { NumberColumn(self[column]) }
}
