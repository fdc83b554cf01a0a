import Formats

/// Where each column of a block's payload is.
struct ColumnDirectory {
    /// One column as the payload has it.
    struct Entry {
        var coding: Column.Coding
        /// Its bytes within the payload.
        var stored: Range<Int>
        var rawBytes: Int
        /// Of its stored bytes.
        var checksum: UInt32
    }

    private var entries = [Entry?](repeating: nil, count: Column.numberLimit)

    /// Of a payload without columns.
    private init() {}

    /// Reads the directory at the start of `payload`.
    ///
    /// - Parameters:
    ///   - rawBytes: what the columns must come to, from the block's header.
    ///   - count: exchanges or entries of the block, from its header.
    /// - Returns: nil when it makes no sense or a column passes a bound.
    init?(_ payload: UnsafeRawBufferPointer, rawBytes: Int, count: Int) {
        guard !payload.isEmpty else {
            guard rawBytes == 0 else { return nil }
            self.init()
            return
        }
        self.init(start: payload, payloadBytes: payload.count, rawBytes: rawBytes, count: count)
    }

    /// Reads the directory of a payload of which only the start is in memory.
    ///
    /// - Returns: nil when it makes no sense, does not match its checksum or passes the end of `start`.
    init?(start: UnsafeRawBufferPointer, payloadBytes: Int, rawBytes: Int, count rows: Int) {
        var cursor = ByteCursor(start)
        guard let count = cursor.integer(UInt16.self).map(Int.init), count <= LogFormat.maximumColumns,
            let sum = cursor.integer(UInt32.self), rows <= LogFormat.maximumExchanges
        else { return nil }
        var position = ColumnDirectory.bytes(columns: count)
        let listStart = ColumnDirectory.bytes(columns: 0)
        guard start.count >= position,
            CRC32.of(UnsafeRawBufferPointer(rebasing: start[listStart..<position])) == sum
        else { return nil }
        var total = 0
        for _ in 0..<count {
            guard let number = cursor.integer(UInt8.self), let coding = cursor.integer(UInt8.self),
                let stored = cursor.integer(UInt32.self).map(Int.init),
                let raw = cursor.integer(UInt32.self).map(Int.init), let sum = cursor.integer(UInt32.self),
                payloadBytes - position >= stored
            else { return nil }
            total += raw
            let range = position..<position + stored
            position += stored
            guard total <= rawBytes else { return nil }
            let column = Column(rawValue: number)
            if column == nil, number >= Column.firstOptional { continue }
            guard let column, let coding = Column.Coding(rawValue: coding),
                entries[Int(column.rawValue)] == nil, coding == .zstd || stored == raw,
                raw <= column.maximumBytes(count: rows)
            else { return nil }
            entries[Int(column.rawValue)] = Entry(coding: coding, stored: range, rawBytes: raw, checksum: sum)
        }
        guard position == payloadBytes, total == rawBytes else { return nil }
    }

    /// Bytes of a directory with that many columns.
    static func bytes(columns: Int) -> Int { 6 + columns * LogFormat.columnEntryBytes }

    /// The entry of `column`; nil when the block has none.
    subscript(_ column: Column) -> Entry? { entries[Int(column.rawValue)] }

    /// Raw bytes of `column`; 0 when the block has none.
    func rawBytes(of column: Column) -> Int { self[column]?.rawBytes ?? 0 }
}

/// Numbers of a column one after the other; zeros without end when the block left the column out.
struct NumberColumn {
    private var cursor: ByteCursor?

    /// The numbers in `bytes`, which must outlive this; nil for a column that was left out.
    init(_ bytes: UnsafeRawBufferPointer?) { cursor = bytes.map { ByteCursor($0) } }

    /// Whether no number is left over.
    var isAtEnd: Bool { cursor?.isAtEnd ?? true }

    /// The next unsigned number; nil when there is none.
    @inline(__always)
    mutating func varint() -> UInt64? { cursor == nil ? 0 : cursor!.varint() }

    /// The next signed number.
    @inline(__always)
    mutating func zigzag() -> Int64? { cursor == nil ? 0 : cursor!.zigzag() }

    /// The next number of fixed width.
    @inline(__always)
    mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? {
        cursor == nil ? 0 : cursor!.integer(type)
    }
}
