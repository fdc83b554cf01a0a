import Traffic

/// Blocks with exchanges still to come, merged by the time these began.
struct OpenBlocks {
    private struct Block {
        var entry: BlockEntry
        /// Indices of its exchanges, in the order in which they began.
        var order: [UInt32]
        var cursor = 0
        /// When the exchange at `cursor` began.
        var nextBegan: Int64
        /// Its exchanges; nil while others need the memory.
        var batch: ExchangeBatch?
        var lastUse: UInt64
    }

    /// A binary heap by ``Block/nextBegan``, then by offset.
    private var blocks: [Block] = []
    private let cacheBytes: Int
    private var cachedBytes = 0
    private var uses: UInt64 = 0
    private var spare: ExchangeBatch?

    /// - Parameter cacheBytes: memory for decoded blocks; one is kept even if it takes more.
    init(cacheBytes: Int) { self.cacheBytes = cacheBytes }

    /// When the next exchange began; nil when no block is open.
    var nextBegan: Int64? { blocks.first?.nextBegan }

    /// The block that holds the next exchange, if it must be decoded again first.
    var firstToReload: BlockEntry? {
        guard let first = blocks.first, first.batch == nil else { return nil }
        return first.entry
    }

    /// A batch whose storage may be used again.
    mutating func takeSpareBatch() -> ExchangeBatch {
        defer { spare = nil }
        return spare ?? ExchangeBatch()
    }

    /// Opens a block of at least one exchange.
    mutating func insert(_ entry: BlockEntry, _ batch: ExchangeBatch) {
        let records = batch.records
        let order = (0..<UInt32(records.count)).sorted {
            (records[Int($0)].began, $0) < (records[Int($1)].began, $1)
        }
        uses += 1
        blocks.append(
            Block(
                entry: entry, order: order, nextBegan: records[Int(order[0])].began.nanoseconds, batch: batch,
                lastUse: uses))
        cachedBytes += batch.memoryBytes
        siftUp(blocks.count - 1)
        evict()
    }

    /// Gives the first block its exchanges back.
    mutating func restoreFirst(_ batch: ExchangeBatch) {
        uses += 1
        blocks[0].lastUse = uses
        blocks[0].batch = batch
        cachedBytes += batch.memoryBytes
        evict()
    }

    /// The next exchange of the first block, which must have its batch; nil when no block is open.
    mutating func next() -> Exchange? {
        guard let batch = blocks.first?.batch else { return nil }
        let exchange = batch.exchange(at: Int(blocks[0].order[blocks[0].cursor]))
        uses += 1
        blocks[0].lastUse = uses
        blocks[0].cursor += 1
        if blocks[0].cursor < blocks[0].order.count {
            blocks[0].nextBegan = batch.records[Int(blocks[0].order[blocks[0].cursor])].began.nanoseconds
            siftDown()
        } else {
            dropFirst()
        }
        return exchange
    }

    /// Closes the first block.
    mutating func dropFirst() {
        if let batch = blocks[0].batch {
            cachedBytes -= batch.memoryBytes
            spare = batch
        }
        let last = blocks.removeLast()
        guard !blocks.isEmpty else { return }
        blocks[0] = last
        siftDown()
    }

    /// Lets go of the exchanges not used for longest until the rest fits the bound; the one used last always stays.
    private mutating func evict() {
        while cachedBytes > cacheBytes {
            let cached = blocks.indices.filter { blocks[$0].batch != nil }
            guard cached.count > 1, let oldest = cached.min(by: { blocks[$0].lastUse < blocks[$1].lastUse }) else {
                return
            }
            cachedBytes -= blocks[oldest].batch?.memoryBytes ?? 0
            blocks[oldest].batch = nil
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (blocks[left].nextBegan, blocks[left].entry.offset) < (blocks[right].nextBegan, blocks[right].entry.offset)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0, isBefore(child, (child - 1) / 2) {
            blocks.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var first = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < blocks.count && isBefore(child, first) {
                first = child
            }
            guard first != parent else { return }
            blocks.swapAt(parent, first)
            parent = first
        }
    }
}

extension ExchangeBatch {
    /// Roughly the memory the batch takes.
    fileprivate var memoryBytes: Int {
        bytes.capacity + records.capacity * MemoryLayout<Record>.stride
    }
}
