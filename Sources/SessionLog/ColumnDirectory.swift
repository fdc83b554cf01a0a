/// Where each column of a block's payload stands.
struct ColumnDirectory {
    /// One column as the payload has it.
    struct Entry {
        var coding: Column.Coding
        /// Its bytes within the payload.
        var stored: Range<Int>
        var rawBytes: Int
    }

    private var entries = [Entry?](repeating: nil, count: LogFormat.maximumColumns)

    /// Reads the directory at the start of `payload`.
    ///
    /// - Parameter rawBytes: what the columns must come to, from the block's header.
    /// - Returns: nil when it makes no sense.
    init?(_ payload: UnsafeRawBufferPointer, rawBytes: Int) {
        guard !payload.isEmpty else {
            guard rawBytes == 0 else { return nil }
            return
        }
        var cursor = ByteCursor(payload)
        guard let count = cursor.integer(UInt16.self).map(Int.init), count <= LogFormat.maximumColumns else {
            return nil
        }
        var position = 2 + count * LogFormat.columnEntryBytes
        var total = 0
        for _ in 0..<count {
            guard let number = cursor.integer(UInt8.self), let coding = cursor.integer(UInt8.self),
                let stored = cursor.integer(UInt32.self).map(Int.init),
                let raw = cursor.integer(UInt32.self).map(Int.init), payload.count - position >= stored
            else { return nil }
            total += raw
            let range = position..<position + stored
            position += stored
            if number >= Column.firstOptional { continue }
            guard let column = Column(rawValue: number), let coding = Column.Coding(rawValue: coding),
                entries[Int(column.rawValue)] == nil, total <= rawBytes, coding == .zstd || stored == raw
            else { return nil }
            entries[Int(column.rawValue)] = Entry(coding: coding, stored: range, rawBytes: raw)
        }
        guard position == payload.count, total == rawBytes else { return nil }
    }

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
