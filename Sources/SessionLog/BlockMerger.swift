import HeapModule
import Traffic

/// Merges the exchanges of open blocks by the time these began.
///
/// Decoded blocks are kept whole while they fit a bound of memory. When more are open than that, of those due last only the next
/// few exchanges are kept, and the block is decoded again when these are used up.
struct BlockMerger {
    private struct Block {
        var entry: BlockEntry
        /// Indices of its exchanges, in the order in which they began.
        var order: [UInt32]
        /// When each of them began, in that order.
        var began: [Int64]
        /// The next exchange's place in `order`.
        var cursor = 0
        /// The block's exchanges, or those at the places `kept` in their order.
        var batch: ExchangeBatch
        /// The places in `order` whose exchanges `batch` holds; nil for all of the block in its own order.
        var kept: Range<Int>?
        /// Roughly the memory that `batch` takes.
        private(set) var memoryBytes: Int

        init(_ entry: BlockEntry, _ batch: ExchangeBatch) {
            self.entry = entry
            let records = batch.records
            order = (0..<UInt32(records.count)).sorted {
                (records[Int($0)].began, $0) < (records[Int($1)].began, $1)
            }
            began = order.map { records[Int($0)].began.nanoseconds }
            self.batch = batch
            memoryBytes = batch.memoryBytes
        }

        /// Takes other exchanges in place of those at hand.
        mutating func hold(_ batch: ExchangeBatch, _ kept: Range<Int>?) {
            self.batch = batch
            self.kept = kept
            memoryBytes = batch.memoryBytes
        }

        /// The next exchange's index in `batch`; nil when the block must be decoded again.
        var nextIndex: Int? {
            guard let kept else { return Int(order[cursor]) }
            return kept.contains(cursor) ? cursor - kept.lowerBound : nil
        }

        /// Goes on to the next exchange; returns when it began, nil after the last.
        mutating func advance() -> Int64? {
            cursor += 1
            return cursor < began.count ? began[cursor] : nil
        }
    }

    /// What the merge compares, apart from the blocks so that these need not move.
    private struct Turn: Comparable {
        /// When the block's next exchange began.
        var began: Int64
        /// Byte offset of the block.
        var offset: UInt64
        /// The block's place in `blocks`.
        var slot: Int

        static func < (left: Turn, right: Turn) -> Bool { (left.began, left.offset) < (right.began, right.offset) }
    }

    private var turns = Heap<Turn>()
    private var blocks: [Block?] = []
    private var freeSlots: [Int] = []
    private let cacheBytes: Int
    private var cachedBytes = 0
    private var spare: ExchangeBatch?

    /// - Parameter cacheBytes: memory for decoded exchanges; one exchange a block is kept even if that takes more.
    init(cacheBytes: Int) { self.cacheBytes = cacheBytes }

    /// When the next exchange began; nil when no block is open.
    var nextBegan: Int64? { turns.min?.began }

    /// The block that holds the next exchange, if it must be decoded again first.
    var firstToReload: BlockEntry? {
        guard let first, first.nextIndex == nil else { return nil }
        return first.entry
    }

    private var first: Block? { turns.min.flatMap { blocks[$0.slot] } }

    /// A batch whose storage may be used again.
    mutating func takeSpareBatch() -> ExchangeBatch {
        defer { spare = nil }
        return spare ?? ExchangeBatch()
    }

    /// Opens a block of at least one exchange.
    mutating func insert(_ entry: BlockEntry, _ batch: ExchangeBatch) {
        if freeSlots.isEmpty {
            freeSlots.append(blocks.count)
            blocks.append(nil)
        }
        let slot = freeSlots.removeLast()
        let block = Block(entry, batch)
        blocks[slot] = block
        cachedBytes += block.memoryBytes
        turns.insert(Turn(began: block.began[0], offset: entry.offset, slot: slot))
        fit()
    }

    /// Gives the first block its exchanges back.
    mutating func restoreFirst(_ batch: ExchangeBatch) {
        guard let slot = turns.min?.slot, let block = blocks[slot] else { return }
        blocks[slot]?.hold(batch, nil)
        cachedBytes += (blocks[slot]?.memoryBytes ?? 0) - block.memoryBytes
        fit()
    }

    /// The next exchange of the first block, which must have it; nil when no block is open.
    mutating func next() -> Exchange? {
        guard var turn = turns.min, let index = blocks[turn.slot]?.nextIndex else { return nil }
        let exchange = blocks[turn.slot]?.batch.exchange(at: index)
        if let began = blocks[turn.slot]?.advance() {
            turn.began = began
            turns.replaceMin(with: turn)
        } else {
            dropFirst()
        }
        return exchange
    }

    /// Closes the first block.
    mutating func dropFirst() {
        guard let slot = turns.min?.slot, let block = blocks[slot] else { return }
        cachedBytes -= block.memoryBytes
        if block.kept == nil { spare = block.batch }
        blocks[slot] = nil
        freeSlots.append(slot)
        turns.removeMin()
    }

    /// Cuts blocks down to their next exchanges until all fits the bound, first those that are due last: a block that was opened
    /// for one exchange which began long before the others is not kept whole until these are due.
    private mutating func fit() {
        let share = max(cacheBytes / (2 * max(turns.count, 1)), 1)
        while cachedBytes > cacheBytes, let last = lastDue(above: share) { shrink(last, to: share) }
    }

    /// Of the blocks that can be cut down to `share` bytes, the one whose next exchange began last.
    private func lastDue(above share: Int) -> Int? {
        var last: Int?
        var lastBegan = Int64.min
        for turn in turns.unordered where last == nil || turn.began >= lastBegan {
            guard let block = blocks[turn.slot] else { continue }
            let canShrink = block.kept.map { $0.upperBound - block.cursor > 1 && block.memoryBytes > share } ?? true
            if canShrink {
                last = turn.slot
                lastBegan = turn.began
            }
        }
        return last
    }

    /// Keeps of a block only the next exchanges, at least one and otherwise within `share` bytes.
    private mutating func shrink(_ slot: Int, to share: Int) {
        guard let block = blocks[slot] else { return }
        var part = ExchangeBatch()
        var place = block.cursor
        var bytes = 0
        while place < block.kept?.upperBound ?? block.order.count {
            let source = block.kept.map { place - $0.lowerBound } ?? Int(block.order[place])
            bytes += block.batch.memoryBytes(of: source)
            guard place == block.cursor || bytes <= share else { break }
            part.append(block.batch.exchange(at: source))
            place += 1
        }
        cachedBytes -= block.memoryBytes
        if block.kept == nil { spare = block.batch }
        blocks[slot]?.hold(part, block.cursor..<place)
        cachedBytes += blocks[slot]?.memoryBytes ?? 0
    }
}

extension ExchangeBatch {
    /// Roughly the memory the batch takes; not its capacity, which may pass the bound that its exchanges were cut down to.
    fileprivate var memoryBytes: Int { bytes.count + records.count * MemoryLayout<Record>.stride }

    /// Roughly the memory one exchange takes.
    fileprivate func memoryBytes(of index: Int) -> Int {
        let messages = [records[index].request, records[index].response].compactMap { $0 }
        return messages.reduce(MemoryLayout<Record>.stride) {
            $0 + Int($1.head.count) + Int($1.body.count) + Int($1.trailers.count)
        }
    }
}
