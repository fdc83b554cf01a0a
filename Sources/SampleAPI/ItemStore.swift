import Synchronization

/// The items, which belong to everybody. Bounded by `capacity`; past it the oldest item is gone.
final class ItemStore: Sendable {
    private let table: Mutex<BoundedTable<Item>>

    init(capacity: Int) {
        table = Mutex(BoundedTable(capacity: capacity, filler: .filler))
    }

    /// Keeps an item under a name that no one can guess and no earlier process gave.
    func add(_ item: Item) -> Key128 {
        let id = Key128.random()
        table.withLock { _ = $0.insert(item, for: id) }
        return id
    }

    subscript(id: Key128) -> Item? { table.withLock { $0[id] } }

    /// A page, newest first, and how many items there are in all.
    func page(limit: Int, offset: Int) -> (items: [(id: Key128, item: Item)], total: Int) {
        table.withLock { table in
            let ages = offset..<max(offset, min(offset + limit, table.count))
            return (ages.compactMap { table.entry(age: $0).map { ($0.key, $0.value) } }, table.count)
        }
    }
}
