public import Traffic

/// Verifies that every byte of a log is as written.
public struct LogVerification: Sendable {
    /// The damage found.
    public private(set) var damages = LogDamages()
    /// How the log ends. An ``LogEnding/unfinished`` log lacks at least its index.
    public private(set) var ending = LogEnding.unfinished
    /// Intact traffic blocks.
    public private(set) var blocks: UInt64 = 0
    /// Exchanges in them.
    public private(set) var exchanges: UInt64 = 0
    /// The capture losses recorded in intact blocks; empty for a sealed log without its key.
    public private(set) var losses = LossCounts()
    /// Bytes of the file.
    public private(set) var fileBytes: UInt64 = 0
    /// Whether the log is sealed and no key was given, so that only checksums could be checked.
    public private(set) var isSealed = false

    /// Whether nothing is damaged or missing. A log that is being written is whole up to its current end.
    public var isWhole: Bool { damages.isEmpty && ending != .unfinished }

    /// Reads the whole log at `path`, verifies every checksum, decodes every block and compares the index with the
    /// blocks.
    ///
    /// - Parameters:
    ///   - key: opens a sealed log. Without it, only the checksums of a sealed log are verified.
    ///   - progress: called with the bytes done so far, after every block.
    /// - Throws: ``SessionLogError`` if it cannot be read, is not a log, has another version or is sealed with another
    ///   key.
    public init(
        path: String, key: LogKey? = nil, progress: (_ bytes: UInt64) -> Void = { _ in }
    ) throws(SessionLogError) {
        var walker = try BlockWalker.open(path: path, key: key, opensSeals: key != nil)
        var decoder = try BlockDecoder()
        var payload = GrowingBuffer()
        var batch = ExchangeBatch()
        // Blocks not covered by an index block yet; bounded, because each index block covers the blocks before it.
        var unindexed: [BlockEntry] = []
        while let place = try walker.next() {
            progress(place.offset)
            guard try walker.read(place, into: &payload) else {
                if place.header.kind == .index { unindexed.removeAll() }
                continue
            }
            if place.header.isSealed, key == nil {
                isSealed = true
                if place.header.kind == .traffic {
                    blocks += 1
                    exchanges += UInt64(place.header.count)
                }
                continue
            }
            switch place.header.kind {
            case .traffic:
                if unindexed.count > 64 * LogFormat.blocksPerIndex { unindexed.removeAll() }
                unindexed.append(BlockEntry(place.header, at: place.offset))
                if decoder.decode(place.header, payload: payload.bytes, into: &batch) {
                    blocks += 1
                    exchanges += UInt64(place.header.count)
                    for loss in batch.losses { losses.add(loss.counts) }
                } else {
                    walker.note(.malformed, place)
                }
            case .index:
                let entries = decoder.withNumbers(place.header, payload: payload.bytes) {
                    IndexColumns.entries(place.header, $0)
                }
                // An index is wrong only if it contradicts intact blocks: entries without an intact block are already
                // noted.
                if entries.map({ !Set(unindexed).isSubset(of: $0.map(\.entry)) }) ?? true {
                    walker.note(.index, place)
                }
                unindexed.removeAll()
            case .end: break
            }
        }
        damages = walker.damages
        ending = walker.ending
        fileBytes = walker.source.size
    }
}
