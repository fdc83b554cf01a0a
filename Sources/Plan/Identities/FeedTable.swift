/// Values from a file, one row per clone and one column per value.
///
/// The values are secrets: they are sent, and never shown.
public struct FeedTable: Sendable {
    /// The columns' names, without duplicates.
    public let columns: [String]
    /// The number of clones that it has values for.
    public let rowCount: Int
    private let bytes: [UInt8]
    /// Where each value ends in `bytes`, row by row.
    private let ends: [UInt32]

    /// The most bytes of values accepted.
    public static let byteLimit = 256 << 20
    /// The most columns.
    public static let columnLimit = 256

    /// A table of `rows` with a value for each column.
    init(columns: [String], bytes: [UInt8], ends: [UInt32]) {
        precondition(!columns.isEmpty && ends.count % columns.count == 0, "each row has a value for each column")
        self.columns = columns
        self.bytes = bytes
        self.ends = ends
        rowCount = ends.count / columns.count
    }

    /// The value of a column, by its index in ``columns``, in a row counted from 0.
    public func value(row: Int, column: Int) -> ArraySlice<UInt8> {
        let index = row * columns.count + column
        return bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
    }

    /// Why a file is not a valid table. Never includes any of its values.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case noRows
        case badHeader(String)
        /// A line with more or fewer values than the first.
        case unequalLine(line: Int, values: Int, columns: Int)
        case openQuote(line: Int)
        case badObject(line: Int)
        case missingMember(line: Int, name: String)
        case nestedMember(line: Int, name: String)

        /// One line for the user.
        public var description: String {
            switch self {
            case .noRows: "it has no rows"
            case .badHeader(let name):
                name.isEmpty
                    ? "its first line must name the columns, each by its own name"
                    : "its first line names the column '\(name)' twice"
            case .unequalLine(let line, let values, let columns):
                "line \(line) has \(values) values for \(columns) columns"
            case .openQuote(let line): "a quote that begins in line \(line) does not end"
            case .badObject(let line): "line \(line) is not a JSON object"
            case .missingMember(let line, let name): "line \(line) has no '\(name)', which the first one has"
            case .nestedMember(let line, let name): "'\(name)' in line \(line) is neither text nor a number"
            }
        }
    }
}

/// The tables that clones take values from.
public struct Feeds: Sendable {
    /// What happens to a clone when the rows have run out.
    public enum WhenUsedUp: String, Sendable, CaseIterable {
        /// It does not start.
        case stop
        /// It reuses the row of the previous clone in its slot, so that no two concurrent clones share one.
        case reuse
        /// Rows start again with the first, even while the first clone with it is still running.
        case wrap
    }

    /// A table, and the names of its columns in templates.
    struct Named: Sendable {
        var table: FeedTable
        var names: [String]
        /// Whether each person of a clone has its own row.
        var isOfPeople: Bool
    }

    private(set) var tables: [Named] = []
    /// What happens to a clone when the rows have run out.
    public var whenUsedUp = WhenUsedUp.stop
    /// The number of people per clone, each with a row.
    var peoplePerClone = 1

    /// No tables.
    public init() {}

    /// Whether there are no tables.
    public var isEmpty: Bool { tables.isEmpty }

    /// The clones' identities; nil when they do not come from a file.
    public var people: FeedTable? { tables.first(where: \.isOfPeople)?.table }

    /// Adds the rows of people.
    ///
    /// - Returns: a column name that is already taken by another column or a placeholder; nil when the table was added.
    public mutating func add(people table: FeedTable) -> String? { add(table, table.columns, isOfPeople: true) }

    /// Adds a table with a single column, under the name `name`.
    ///
    /// - Returns: as ``add(people:)``.
    public mutating func add(_ table: FeedTable, named name: String) -> String? {
        precondition(table.columns.count == 1, "a feed has one value per line")
        return add(table, [name], isOfPeople: false)
    }

    private mutating func add(_ table: FeedTable, _ names: [String], isOfPeople: Bool) -> String? {
        let taken = Set(tables.flatMap(\.names)).union(IdentityTemplate.ownNames)
        if let twice = names.first(where: taken.contains) { return twice }
        tables.append(Named(table: table, names: names, isOfPeople: isOfPeople))
        return nil
    }

    /// The number of clones that there are rows for; nil without tables.
    public var capacity: Int? {
        tables.map { $0.table.rowCount / ($0.isOfPeople ? peoplePerClone : 1) }.min()
    }

    /// The rows of the clone in `turn`.
    func row(of turn: CloneTurn) -> FeedRow? {
        guard let capacity, capacity > 0 else { return nil }
        switch whenUsedUp {
        case .stop: return turn.clone < capacity ? FeedRow(feeds: self, number: turn.clone) : nil
        case .reuse: return FeedRow(feeds: self, number: turn.slot % capacity)
        case .wrap: return FeedRow(feeds: self, number: turn.clone % capacity)
        }
    }
}

/// One clone's rows.
public struct FeedRow: Sendable {
    let feeds: Feeds
    let number: Int

    /// The value of a column for a person of the clone, counted from 0.
    func value(table: Int, column: Int, person: Int) -> ArraySlice<UInt8> {
        let own = feeds.tables[table]
        let row = own.isOfPeople ? number * feeds.peoplePerClone + min(person, feeds.peoplePerClone - 1) : number
        return own.table.value(row: row, column: column)
    }
}
