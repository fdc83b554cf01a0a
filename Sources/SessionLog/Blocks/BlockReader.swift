import Traffic

/// Reads a session log from its start, a block at a time, in constant memory and around damage.
///
/// Batches come in the order in which they were written: their exchanges by the time they ended. ``MergedBlocks`` has
/// them by the time they began. Messages that repeat share their bytes in a batch.
struct BlockReader: ~Copyable {
    private var walker: BlockWalker
    private var decoder: BlockDecoder
    private var payload = GrowingBuffer()

    /// Opens the log at `path`.
    ///
    /// - Parameter key: opens a sealed log; others need none.
    /// - Throws: ``SessionLogError`` when it cannot be read, is no log, is of another version or sealed with another key.
    init(path: String, key: LogKey? = nil) throws(SessionLogError) {
        let decoder = try BlockDecoder()
        walker = try BlockWalker.open(path: path, key: key)
        self.decoder = decoder
    }

    /// What was found damaged so far; all of it once the end was reached.
    var damages: LogDamages { walker.damages }

    /// How the log ends; known once the end was reached.
    var ending: LogEnding { walker.ending }

    /// Bytes of the file.
    var fileBytes: UInt64 { walker.source.size }

    /// The next block's content; nil at the end. Damaged blocks are passed and noted in ``damages``. When the log is being
    /// written, a later call continues with what was added.
    ///
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    mutating func next() throws(SessionLogError) -> ExchangeBatch? {
        var batch = ExchangeBatch()
        return try next(into: &batch) ? batch : nil
    }

    /// As ``next()``, into a batch whose storage is used again.
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
