import Synchronization

/// The items, shared by all users. Bounded by `capacity`; beyond it the oldest item is evicted.
final class ItemStore: Sendable {
    private let table: Mutex<BoundedTable<Item>>

    init(capacity: Int) {
        table = Mutex(BoundedTable(capacity: capacity, filler: .filler))
    }

    /// Stores an item under a random id that cannot be guessed and that no earlier process used.
    func add(_ item: Item) -> Key128 {
        let id = Key128.random()
        table.withLock { _ = $0.insert(item, for: id) }
        return id
    }

    subscript(id: Key128) -> Item? { table.withLock { $0[id] } }

    /// A page, newest first, and the total number of items.
    func page(limit: Int, offset: Int) -> (items: [(id: Key128, item: Item)], total: Int) {
        table.withLock { table in
            let ages = offset..<max(offset, min(offset + limit, table.count))
            return (ages.compactMap { table.entry(age: $0).map { ($0.key, $0.value) } }, table.count)
        }
    }
}
