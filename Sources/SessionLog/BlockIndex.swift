/// Where all blocks of traffic of a log stand: from the index at its end or, without one, by walking the blocks.
struct BlockIndex {
    /// The blocks, by offset.
    private(set) var entries: [BlockEntry] = []
    /// What was found damaged on the way. With a sound index the blocks themselves are not looked at.
    private(set) var damages = LogDamages()
    private(set) var ending = LogEnding.whole

    /// Reads the index of the log at `path`.
    ///
    /// - Throws: ``SessionLogError`` when it cannot be read, is no log or is of a newer version.
    init(path: String) throws(SessionLogError) {
        var walker = try BlockWalker.open(path: path)
        if walker.damages.isEmpty, let blocks = try BlockIndex.footer(&walker) {
            entries = blocks
            return
        }
        while let place = try walker.next() {
            if place.header.kind == .traffic { entries.append(BlockEntry(place.header, at: place.offset)) }
        }
        damages = walker.damages
        ending = walker.ending
    }

    /// The blocks as the index blocks have them; nil unless all of them are sound.
    private static func footer(_ walker: inout BlockWalker) throws(SessionLogError) -> [BlockEntry]? {
        let headerBytes = UInt64(LogFormat.blockHeaderBytes)
        guard walker.source.size >= headerBytes,
            let end = try walker.header(at: walker.source.size - headerBytes), end.kind == .end
        else { return nil }
        var decoder = try BlockDecoder()
        var payload = GrowingBuffer()
        var parts: [[BlockEntry]] = []
        var link = end.link
        var limit = walker.source.size - headerBytes
        while link != 0 {
            guard let header = try walker.header(at: link), header.kind == .index else { return nil }
            let place = BlockWalker.Place(header: header, offset: link)
            // Links lead strictly backwards, so that a forged chain ends.
            guard place.bytes.upperBound <= limit, try walker.read(place, into: &payload),
                let blocks = decoder.withNumbers(
                    header, payload: payload.bytes, { IndexColumns.entries(header, $0) }),
                blocks.allSatisfy({ $0.entry.bytes.upperBound <= place.offset })
            else { return nil }
            parts.append(blocks.map(\.entry))
            limit = link
            link = header.link
        }
        let entries = parts.reversed().flatMap { $0 }
        let areInOrder = zip(entries, entries.dropFirst()).allSatisfy { $0.bytes.upperBound <= $1.offset }
        return areInOrder ? entries : nil
    }
}
