import HeapModule
import Traffic

/// Merges the exchanges of open blocks by start time.
///
/// Decoded blocks are kept whole as long as they fit the memory limit. Past that, only the next few exchanges of the
/// blocks due last are kept, and such a block is decoded again when these are used up.
struct BlockMerger {
    private struct Block {
        var entry: BlockEntry
        /// Indices of its exchanges, by start time.
        var order: [UInt32]
        /// The start times, in that order.
        var began: [Int64]
        /// The position of the next exchange in `order`.
        var cursor = 0
        /// The block's exchanges, or those at positions `kept` of `order`.
        var batch: ExchangeBatch
        /// The positions in `order` of the exchanges in `batch`; nil if `batch` is the whole block in its own order.
        var kept: Range<Int>?
        /// The approximate memory of `batch`.
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

        /// Replaces the exchanges kept.
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

        /// Advances to the next exchange; returns its start time, nil after the last.
        mutating func advance() -> Int64? {
            cursor += 1
            return cursor < began.count ? began[cursor] : nil
        }
    }

    /// The sort key of a block, separate from the block so that blocks are not moved.
    private struct Turn: Comparable {
        /// The start time of the block's next exchange.
        var began: Int64
        /// Byte offset of the block.
        var offset: UInt64
        /// The block's index in `blocks`.
        var slot: Int

        static func < (left: Turn, right: Turn) -> Bool { (left.began, left.offset) < (right.began, right.offset) }
    }

    private var turns = Heap<Turn>()
    private var blocks: [Block?] = []
    private var freeSlots: [Int] = []
    private let cacheBytes: Int
    private var cachedBytes = 0
    private var spare: ExchangeBatch?

    /// - Parameter cacheBytes: memory for decoded exchanges; one exchange per block is kept even if that takes more.
    init(cacheBytes: Int) { self.cacheBytes = cacheBytes }

    /// The start time of the next exchange; nil if no block is open.
    var nextBegan: Int64? { turns.min?.began }

    /// The block with the next exchange, if it must be decoded again first.
    var firstToReload: BlockEntry? {
        guard let first, first.nextIndex == nil else { return nil }
        return first.entry
    }

    private var first: Block? { turns.min.flatMap { blocks[$0.slot] } }

    /// Takes a batch whose storage may be reused.
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

    /// Restores the exchanges of the first block.
    mutating func restoreFirst(_ batch: ExchangeBatch) {
        guard let slot = turns.min?.slot, let block = blocks[slot] else { return }
        blocks[slot]?.hold(batch, nil)
        cachedBytes += (blocks[slot]?.memoryBytes ?? 0) - block.memoryBytes
        fit()
    }

    /// Takes the next exchange of the first block, which must be decoded; nil if no block is open.
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

    /// Reduces blocks to their next exchanges until they fit the limit, beginning with the blocks due last. A block
    /// that was opened for one early exchange is not stored completely until its other exchanges are due.
    private mutating func fit() {
        let share = max(cacheBytes / (2 * max(turns.count, 1)), 1)
        while cachedBytes > cacheBytes, let last = lastDue(above: share) { shrink(last, to: share) }
    }

    /// Of the blocks that can be reduced to `share` bytes, the one whose next exchange began last.
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

    /// Reduces a block to its next exchanges, at least one and otherwise within `share` bytes.
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
    /// The approximate memory of the batch; not its capacity, which may exceed the limit on its exchanges.
    fileprivate var memoryBytes: Int { bytes.count + records.count * MemoryLayout<Record>.stride }

    /// The approximate memory of one exchange.
    fileprivate func memoryBytes(of index: Int) -> Int {
        let messages = [records[index].request, records[index].response].compactMap { $0 }
        return messages.reduce(MemoryLayout<Record>.stride) {
            $0 + Int($1.head.count) + Int($1.body.count) + Int($1.trailers.count)
        }
    }
}
