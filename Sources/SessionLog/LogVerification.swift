public import Traffic

/// Whether every byte of a log is as it was written.
public struct LogVerification: Sendable {
    /// What is damaged.
    public private(set) var damages = LogDamages()
    /// How the log ends. A log that is ``LogEnding/unfinished`` lacks at least its index.
    public private(set) var ending = LogEnding.unfinished
    /// Whole blocks of traffic.
    public private(set) var blocks: UInt64 = 0
    /// Exchanges in them.
    public private(set) var exchanges: UInt64 = 0
    /// What was lost before the log was written, as whole blocks say; nothing of a sealed log without its key.
    public private(set) var losses = LossCounts()
    /// Bytes of the file.
    public private(set) var fileBytes: UInt64 = 0
    /// Whether the log is sealed and no key was given, so that checksums were all that could be checked.
    public private(set) var isSealed = false

    /// Whether nothing is damaged or missing. A log that is being written is whole as far as it goes.
    public var isWhole: Bool { damages.isEmpty && ending != .unfinished }

    /// Reads all of the log at `path`, checks every checksum, decodes every block and holds the index against the blocks.
    ///
    /// - Parameters:
    ///   - key: opens a sealed log. Without it only the checksums of a sealed log are checked.
    ///   - progress: called with the bytes done so far, after every block.
    /// - Throws: ``SessionLogError`` when it cannot be read, is no log, is of another version or sealed with another key.
    public init(
        path: String, key: LogKey? = nil, progress: (_ bytes: UInt64) -> Void = { _ in }
    ) throws(SessionLogError) {
        var walker = try BlockWalker.open(path: path, key: key, opensSeals: key != nil)
        var decoder = try BlockDecoder()
        var payload = GrowingBuffer()
        var batch = ExchangeBatch()
        // Blocks no index block has told of yet: bounded, because each index block covers those before it.
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
                // Only an index that contradicts sound blocks is wrong: those it knows and we don't are noted already.
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
