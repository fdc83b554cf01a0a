import Traffic

/// The selected exchanges of one log, in that log's own times and numbers.
struct ExchangeChoice: Sendable {
    var from: Int64?
    var to: Int64?
    var sessions: Set<UInt32>?
    var includes: (@Sendable (_ batch: ExchangeBatch, _ index: Int) -> Bool)?

    /// Whether all exchanges are selected.
    var isEverything: Bool { from == nil && to == nil && sessions == nil && includes == nil }

    /// Whether a block may contain selected exchanges; true for every block if all are selected.
    func mayBeIn(_ entry: BlockEntry, _ index: BlockIndex) -> Bool {
        guard !isEverything else { return true }
        return entry.count > 0 && from.map { entry.latest >= $0 } ?? true && to.map { entry.earliest < $0 } ?? true
            && !index.without.contains(entry.offset)
    }

    /// Removes all other exchanges from a block's batch.
    func apply(to batch: inout ExchangeBatch) {
        guard !isEverything else { return }
        let kept = batch.records.indices.filter { isChosen($0, batch) }
        if kept.count < batch.records.count { batch.records = kept.map { batch.records[$0] } }
    }

    private func isChosen(_ index: Int, _ batch: ExchangeBatch) -> Bool {
        let began = batch.records[index].began.nanoseconds
        if let from, began < from { return false }
        if let to, began >= to { return false }
        if let sessions, !sessions.contains(batch.records[index].session) { return false }
        return includes?(batch, index) ?? true
    }
}
