/// The positions of all traffic blocks of a log: from the index at its end or, without one, by walking the blocks.
struct BlockIndex {
    /// The blocks, by offset.
    private(set) var entries: [BlockEntry] = []
    /// The damage found. With an intact index, the blocks themselves are not checked.
    private(set) var damages = LogDamages()
    private(set) var ending = LogEnding.whole
    /// The number of the log's series.
    let seriesID: UInt64
    /// Byte offsets of the blocks without any of the requested sessions, as far as the index shows.
    private(set) var without: Set<UInt64> = []

    /// Reads the index of the log at `path`.
    ///
    /// - Parameters:
    ///   - key: opens a sealed log; other logs do not need one.
    ///   - sessions: if given, ``without`` lists the blocks that contain none of them.
    /// - Throws: ``SessionLogError`` if it cannot be read, is not a log, has another version or is sealed with another
    ///   key.
    init(path: String, key: LogKey? = nil, sessions: Set<UInt32>? = nil) throws(SessionLogError) {
        var walker = try BlockWalker.open(path: path, key: key)
        seriesID = walker.seriesID
        if walker.damages.isEmpty, let blocks = try BlockIndex.footer(&walker, wanted: sessions) {
            entries = blocks.map(\.entry)
            if sessions != nil { without = Set(blocks.filter { !$0.hasWanted }.map(\.entry.offset)) }
            return
        }
        while let place = try walker.next() {
            if place.header.kind == .traffic { entries.append(BlockEntry(place.header, at: place.offset)) }
        }
        damages = walker.damages
        ending = walker.ending
    }

    /// The blocks listed in the index blocks; nil unless all index blocks are intact.
    private static func footer(
        _ walker: inout BlockWalker, wanted: Set<UInt32>?
    ) throws(SessionLogError) -> [IndexedBlock]? {
        guard let (end, endOffset) = try end(&walker) else { return nil }
        var decoder = try BlockDecoder()
        var payload = GrowingBuffer()
        var parts: [[IndexedBlock]] = []
        var link = end.link
        var limit = endOffset
        while link != 0 {
            guard let header = try walker.header(at: link), header.kind == .index else { return nil }
            let place = BlockWalker.Place(header: header, offset: link)
            // Links must lead backwards, so that a forged chain ends.
            guard place.bytes.upperBound <= limit, try walker.read(place, into: &payload),
                let blocks = decoder.withNumbers(
                    header, payload: payload.bytes, { IndexColumns.entries(header, $0, wanted: wanted) }),
                blocks.allSatisfy({ $0.entry.bytes.upperBound <= place.offset })
            else { return nil }
            parts.append(blocks)
            limit = link
            link = header.link
        }
        let blocks = parts.reversed().flatMap { $0 }
        let areInOrder = zip(blocks, blocks.dropFirst()).allSatisfy { $0.entry.bytes.upperBound <= $1.entry.offset }
        return areInOrder ? blocks : nil
    }

    /// The end block, which must be the last in the file: only a seal can follow its header.
    private static func end(
        _ walker: inout BlockWalker
    ) throws(SessionLogError) -> (header: BlockHeader, offset: UInt64)? {
        for payloadBytes in [0, BlockSeal.extraBytes] {
            let length = UInt64(LogFormat.blockHeaderBytes + payloadBytes)
            guard walker.source.size >= length else { return nil }
            let offset = walker.source.size - length
            if let header = try walker.header(at: offset), header.kind == .end, Int(header.storedBytes) == payloadBytes
            {
                return (header, offset)
            }
        }
        return nil
    }
}
