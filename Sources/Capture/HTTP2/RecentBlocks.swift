/// Header blocks that were read not long ago and left the dynamic table alone: while it stays as it is, the same bytes mean the
/// same. Clients that repeat a request, and servers that index nothing, send the same few blocks all the time.
struct RecentBlocks {
    private static let maximumCount = 4
    private static let maximumBlockBytes = 256
    private static let maximumTextBytes = 2048

    private var blocks: [(bytes: [UInt8], text: HeadText)] = []
    private var oldest = 0

    /// What `block` said when it was read before; nil when it was not.
    func text(of block: UnsafeRawBufferPointer) -> HeadText? {
        for known in blocks where known.bytes.count == block.count {
            let isSame = known.bytes.withUnsafeBytes { $0.elementsEqual(block) }
            if isSame { return known.text }
        }
        return nil
    }

    /// Remembers what `block` says, unless it is large, in the place of the one remembered longest.
    mutating func remember(_ block: UnsafeRawBufferPointer, _ text: HeadText) {
        guard block.count <= RecentBlocks.maximumBlockBytes,
            text.byteCount <= RecentBlocks.maximumTextBytes
        else {
            return
        }
        // Its arrays have the room of the largest head so far: a copy has what it needs.
        var kept = HeadText(maximumBytes: RecentBlocks.maximumTextBytes)
        kept.copy(text)
        guard blocks.count == RecentBlocks.maximumCount else {
            return blocks.append((Array(block), kept))
        }
        blocks[oldest] = (Array(block), kept)
        oldest = (oldest + 1) % RecentBlocks.maximumCount
    }

    /// Forgets all, because the dynamic table has changed.
    mutating func removeAll() {
        guard !blocks.isEmpty else { return }
        blocks = []
        oldest = 0
    }
}
