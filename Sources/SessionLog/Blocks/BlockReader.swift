import Traffic

/// Reads a session log from its start, block by block, in constant memory, skipping damage.
///
/// Batches come in the order of writing, that is, by the end times of their exchanges. ``MergedBlocks`` reads exchanges
/// by start time. Repeated messages share their bytes in a batch.
struct BlockReader: ~Copyable {
    private var walker: BlockWalker
    private var decoder: BlockDecoder
    private var payload = GrowingBuffer()

    /// Opens the log at `path`.
    ///
    /// - Parameter key: opens a sealed log; other logs do not need one.
    /// - Throws: ``SessionLogError`` if it cannot be read, is not a log, has another version or is sealed with another
    ///   key.
    init(path: String, key: LogKey? = nil) throws(SessionLogError) {
        let decoder = try BlockDecoder()
        walker = try BlockWalker.open(path: path, key: key)
        self.decoder = decoder
    }

    /// The damage found so far; at the end, all damage.
    var damages: LogDamages { walker.damages }

    /// How the log ends; known at the end.
    var ending: LogEnding { walker.ending }

    /// Bytes of the file.
    var fileBytes: UInt64 { walker.source.size }

    /// The next block's content; nil at the end. Damaged blocks are skipped and noted in ``damages``. If the log is
    /// being written, a later call continues with what was added.
    ///
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    mutating func next() throws(SessionLogError) -> ExchangeBatch? {
        var batch = ExchangeBatch()
        return try next(into: &batch) ? batch : nil
    }

    /// Like ``next()``, but into a batch whose storage is reused.
    ///
    /// - Returns: false at the end; `batch` is empty then.
    mutating func next(into batch: inout ExchangeBatch) throws(SessionLogError) -> Bool {
        while let place = try walker.next() {
            guard place.header.kind == .traffic, try walker.read(place, into: &payload) else { continue }
            if decoder.decode(place.header, payload: payload.bytes, into: &batch) { return true }
            walker.note(.malformed, place)
        }
        batch.removeAll()
        return false
    }
}
