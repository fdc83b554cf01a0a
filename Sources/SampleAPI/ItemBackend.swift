/// The items, shared by all users, in this process or in a database that all workers share.
enum ItemBackend: Sendable {
    case memory(ItemStore)
    case database(DatabaseItems)

    /// Stores an item under a random id that cannot be guessed and that no earlier process used.
    func add(_ item: Item) async throws -> Key128 {
        switch self {
        case .memory(let store): store.add(item)
        case .database(let items): try await items.add(item)
        }
    }

    /// An item by its id; nil if there is none.
    func item(_ id: Key128) async throws -> Item? {
        switch self {
        case .memory(let store): store[id]
        case .database(let items): try await items.item(id)
        }
    }

    /// A page, newest first, and the total number of items.
    func page(limit: Int, offset: Int) async throws -> (items: [(id: Key128, item: Item)], total: Int) {
        switch self {
        case .memory(let store): store.page(limit: limit, offset: offset)
        case .database(let items): try await items.page(limit: limit, offset: offset)
        }
    }

    /// The number of items in this process.
    var count: Int { if case .memory(let store) = self { store.page(limit: 0, offset: 0).total } else { 0 } }
}

/// Items in a table, the newest with the highest number.
struct DatabaseItems: Sendable {
    let pool: PostgresPool

    static let schema = """
        CREATE TABLE IF NOT EXISTS sample_items (
            number bigserial PRIMARY KEY, id text UNIQUE NOT NULL, name text NOT NULL, quantity integer NOT NULL,
            created bigint NOT NULL)
        """

    /// Fills an empty table, so that a list is never empty, not even before the first item is posted.
    static let stock = """
        INSERT INTO sample_items (id, name, quantity, created)
        SELECT lpad(to_hex(n), 32, '0'), 'Sample item ' || n, n, 0 FROM generate_series(1, 100) AS n
        WHERE NOT EXISTS (SELECT 1 FROM sample_items)
        """

    /// The most items that a list counts: counting a whole table is slow.
    private static let mostCounted = 10_000

    func add(_ item: Item) async throws -> Key128 {
        let id = Key128.random()
        try await pool.rows(
            "INSERT INTO sample_items (id, name, quantity, created) VALUES ($1, $2, $3, $4)",
            [id.text(prefix: ""), item.name, "\(item.quantity)", "\(item.createdAt)"])
        return id
    }

    func item(_ id: Key128) async throws -> Item? {
        let rows = try await pool.rows(
            "SELECT id, name, quantity, created FROM sample_items WHERE id = $1", [id.text(prefix: "")])
        return rows.first.flatMap(Self.item)?.item
    }

    func page(limit: Int, offset: Int) async throws -> (items: [(id: Key128, item: Item)], total: Int) {
        let rows = try await pool.rows(
            """
            SELECT id, name, quantity, created, (SELECT count(*) FROM (SELECT 1 FROM sample_items LIMIT $3) AS few)
            FROM sample_items ORDER BY number DESC LIMIT $1 OFFSET $2
            """, ["\(limit)", "\(offset)", "\(Self.mostCounted)"])
        let total = rows.first.flatMap { $0.last ?? nil }.flatMap { Int($0) } ?? offset
        return (rows.compactMap { Self.item($0) }, total)
    }

    private static func item(_ row: [String?]) -> (id: Key128, item: Item)? {
        guard row.count >= 4, let id = row[0].flatMap({ Key128(text: $0, prefix: "") }), let name = row[1],
            let quantity = row[2].flatMap({ Int32($0) }), let created = row[3].flatMap({ Int64($0) }),
            let item = Item(name: name, quantity: quantity, createdAt: created)
        else { return nil }
        return (id, item)
    }
}
