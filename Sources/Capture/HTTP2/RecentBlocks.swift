/// A cache of recent header blocks that did not change the dynamic table: while the table is unchanged, the same bytes
/// have the same meaning. Clients that repeat a request, and servers without indexing, send the same few blocks all the
/// time.
struct RecentBlocks {
    private static let maximumCount = 4
    private static let maximumBlockBytes = 256
    private static let maximumTextBytes = 2048

    private var blocks: [(bytes: [UInt8], text: HeadText)] = []
    private var oldest = 0

    /// The text of `block` if it is cached; nil otherwise.
    func text(of block: UnsafeRawBufferPointer) -> HeadText? {
        for known in blocks where known.bytes.count == block.count {
            let isSame = known.bytes.withUnsafeBytes { $0.elementsEqual(block) }
            if isSame { return known.text }
        }
        return nil
    }

    /// Caches the text of `block` in place of the oldest entry, unless it is large.
    mutating func remember(_ block: UnsafeRawBufferPointer, _ text: HeadText) {
        guard block.count <= RecentBlocks.maximumBlockBytes,
            text.byteCount <= RecentBlocks.maximumTextBytes
        else {
            return
        }
        // The arrays of `text` have the capacity of the largest head so far; a copy has only what it needs.
        var kept = HeadText(maximumBytes: RecentBlocks.maximumTextBytes)
        kept.copy(text)
        guard blocks.count == RecentBlocks.maximumCount else {
            return blocks.append((Array(block), kept))
        }
        blocks[oldest] = (Array(block), kept)
        oldest = (oldest + 1) % RecentBlocks.maximumCount
    }

    /// Empties the cache because the dynamic table has changed.
    mutating func removeAll() {
        guard !blocks.isEmpty else { return }
        blocks = []
        oldest = 0
    }
}
