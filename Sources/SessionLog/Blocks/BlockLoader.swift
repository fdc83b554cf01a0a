import Formats
import Traffic

/// Reads single blocks of a log by their index entries.
struct BlockLoader: ~Copyable {
    private let source: LogSource
    private var opener: SealOpener?
    private var decoder: BlockDecoder
    private var header = GrowingBuffer()
    private var payload = GrowingBuffer()

    /// Opens the file; `key` opens sealed blocks.
    init(path: String, key: LogKey?) throws(SessionLogError) {
        let decoder = try BlockDecoder()
        source = try LogSource(path: path)
        opener = key.map(SealOpener.init)
        self.decoder = decoder
    }

    /// Decodes the block of `entry` into `batch`, whose content is replaced.
    ///
    /// - Returns: the damage to the block, with an empty `batch`; nil if the block is intact.
    mutating func load(
        _ entry: BlockEntry, into batch: inout ExchangeBatch
    ) throws(SessionLogError) -> LogDamage? {
        batch.removeAll()
        guard let found = try readHeader(entry) else { return damage(.blockHeader, entry) }
        try source.read(Int(entry.storedBytes), at: entry.payloadOffset, into: &payload)
        guard payload.count == Int(entry.storedBytes), CRC32.of(payload.bytes) == found.payloadChecksum else {
            return damage(.checksum, entry)
        }
        if found.isSealed, opener?.open(found, &payload) != true { return damage(.seal, entry) }
        return decoder.decode(found, payload: payload.bytes, into: &batch) ? nil : damage(.malformed, entry)
    }

    /// The connections named by the block of `entry`, read without the rest of the block unless it is sealed.
    ///
    /// - Returns: none if the block is damaged, which is reported when it is loaded.
    mutating func connections(of entry: BlockEntry) throws(SessionLogError) -> [RecordedConnection] {
        guard let found = try readHeader(entry) else { return [] }
        if found.isSealed {
            var batch = ExchangeBatch()
            return try load(entry, into: &batch) == nil ? batch.connections : []
        }
        // Reads the directory and usually also the column, as connections are the first column.
        try source.read(min(BlockLoader.startBytes, Int(entry.storedBytes)), at: entry.payloadOffset, into: &payload)
        guard
            let directory = ColumnDirectory(
                start: payload.bytes, payloadBytes: Int(entry.storedBytes), rawBytes: Int(entry.rawBytes),
                count: Int(entry.count)),
            let column = directory[.connections]
        else { return [] }
        if column.stored.upperBound > payload.count {
            let missing = entry.payloadOffset + UInt64(column.stored.lowerBound)
            try source.read(column.stored.count, at: missing, into: &payload)
            guard payload.count == column.stored.count else { return [] }
            return connections(column, payload.bytes)
        }
        return connections(column, UnsafeRawBufferPointer(rebasing: payload.bytes[column.stored]))
    }

    private static let startBytes = 4096

    private mutating func connections(
        _ column: ColumnDirectory.Entry, _ stored: UnsafeRawBufferPointer
    ) -> [RecordedConnection] {
        guard CRC32.of(stored) == column.checksum else { return [] }
        return decoder.connections(column, stored: stored) ?? []
    }

    private mutating func readHeader(_ entry: BlockEntry) throws(SessionLogError) -> BlockHeader? {
        try source.read(LogFormat.blockHeaderBytes, at: entry.offset, into: &header)
        guard let found = BlockHeader.read(header.bytes, logID: nil), BlockEntry(found, at: entry.offset) == entry
        else { return nil }
        return found
    }

    private func damage(_ kind: LogDamage.Kind, _ entry: BlockEntry) -> LogDamage {
        LogDamage(kind: kind, bytes: entry.bytes, lostExchanges: UInt64(entry.count))
    }
}
