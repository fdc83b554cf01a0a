import Formats

/// The positions of the columns in a block's payload.
struct ColumnDirectory {
    /// One column of the payload.
    struct Entry {
        var coding: Column.Coding
        /// Its bytes within the payload.
        var stored: Range<Int>
        var rawBytes: Int
        /// The checksum of its stored bytes.
        var checksum: UInt32
    }

    private var entries = [Entry?](repeating: nil, count: Column.numberLimit)

    /// The directory of a payload without columns.
    private init() {}

    /// Reads the directory at the start of `payload`.
    ///
    /// - Parameters:
    ///   - rawBytes: the total the columns must have, from the block's header.
    ///   - count: exchanges or entries of the block, from its header.
    /// - Returns: nil if it is invalid or a column exceeds a limit.
    init?(_ payload: UnsafeRawBufferPointer, rawBytes: Int, count: Int) {
        guard !payload.isEmpty else {
            guard rawBytes == 0 else { return nil }
            self.init()
            return
        }
        self.init(start: payload, payloadBytes: payload.count, rawBytes: rawBytes, count: count)
    }

    /// Reads the directory of a payload with only its start in memory.
    ///
    /// - Returns: nil if it is invalid, does not match its checksum or exceeds `start`.
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

    /// Bytes of a directory with this many columns.
    static func bytes(columns: Int) -> Int { 6 + columns * LogFormat.columnEntryBytes }

    /// The entry of `column`; nil if the block does not have it.
    subscript(_ column: Column) -> Entry? { entries[Int(column.rawValue)] }

    /// Raw bytes of `column`; 0 if the block does not have it.
    func rawBytes(of column: Column) -> Int { self[column]?.rawBytes ?? 0 }
}

/// The numbers of a column, one after the other; endless zeros if the block omits the column.
struct NumberColumn {
    private var cursor: ByteCursor?

    /// The numbers in `bytes`, which must outlive this value; nil for an omitted column.
    init(_ bytes: UnsafeRawBufferPointer?) { cursor = bytes.map { ByteCursor($0) } }

    /// Whether no number is left.
    var isAtEnd: Bool { cursor?.isAtEnd ?? true }

    /// The next unsigned number; nil if there is none.
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
