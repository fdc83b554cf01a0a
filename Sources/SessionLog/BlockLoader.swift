import Traffic

/// Reads single blocks of a log by their index entries.
struct BlockLoader: ~Copyable {
    private let source: LogSource
    private var decoder: BlockDecoder
    private var header = GrowingBuffer()
    private var payload = GrowingBuffer()

    init(path: String) throws(SessionLogError) {
        let decoder = try BlockDecoder()
        source = try LogSource(path: path)
        self.decoder = decoder
    }

    /// Decodes the block of `entry` into `batch`, whose content is replaced.
    ///
    /// - Returns: what is wrong with the block, `batch` is empty then; nil when all is well.
    mutating func load(
        _ entry: BlockEntry, into batch: inout ExchangeBatch
    ) throws(SessionLogError) -> LogDamage? {
        batch.removeAll()
        try source.read(LogFormat.blockHeaderBytes, at: entry.offset, into: &header)
        guard let found = BlockHeader.read(header.bytes, logID: nil), BlockEntry(found, at: entry.offset) == entry
        else {
            return damage(.blockHeader, entry)
        }
        let start = entry.offset + UInt64(LogFormat.blockHeaderBytes)
        try source.read(Int(entry.storedBytes), at: start, into: &payload)
        guard payload.count == Int(entry.storedBytes), checksum(payload.bytes) == found.payloadChecksum else {
            return damage(.checksum, entry)
        }
        return decoder.decode(found, payload: payload.bytes, into: &batch) ? nil : damage(.malformed, entry)
    }

    private func damage(_ kind: LogDamage.Kind, _ entry: BlockEntry) -> LogDamage {
        LogDamage(kind: kind, bytes: entry.bytes, lostExchanges: UInt64(entry.count))
    }
}
