import Formats

/// The position and coverage of a traffic block, as stored in an index.
struct BlockEntry: Hashable {
    /// Byte offset of its header.
    var offset: UInt64
    var storedBytes: UInt32
    var rawBytes: UInt32
    /// Exchanges in it.
    var count: UInt32
    var sequence: UInt64
    /// When its first exchange began and its last ended, nanoseconds since the Unix epoch.
    var earliest: Int64
    var latest: Int64

    init(_ header: BlockHeader, at offset: UInt64) {
        self.offset = offset
        storedBytes = header.storedBytes
        rawBytes = header.rawBytes
        count = header.count
        sequence = header.sequence
        earliest = header.earliest
        latest = header.latest
    }

    /// Byte offset of its payload.
    var payloadOffset: UInt64 { offset + UInt64(LogFormat.blockHeaderBytes) }

    /// The byte range of the block in the file.
    var bytes: Range<UInt64> {
        offset..<offset + UInt64(LogFormat.blockHeaderBytes) + UInt64(storedBytes)
    }
}

/// The columns of the index of the blocks written since the last index block.
struct IndexColumns {
    private var buffers: [(column: Column, bytes: [UInt8])] = IndexColumns.order.map { ($0, []) }
    private(set) var count = 0
    private var last: BlockEntry?

    static let order: [Column] = [
        .blockOffsets, .blockStoredBytes, .blockRawBytes, .blockCounts, .blockSequences, .blockEarliest, .blockSpans,
        .blockSessionCounts, .blockSessions,
    ]

    /// Calls `body` with the columns and their bytes.
    func withColumns<Result, Failure: Error>(
        _ body: ([(column: Column, bytes: UnsafeRawBufferPointer)]) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var bytes = GrowingBuffer()
        var ranges: [(column: Column, range: Range<Int>)] = []
        for buffer in buffers {
            let start = bytes.count
            buffer.bytes.withRawBytes { bytes.append($0) }
            ranges.append((buffer.column, start..<bytes.count))
        }
        return try body(ranges.map { ($0.column, UnsafeRawBufferPointer(rebasing: bytes.bytes[$0.range])) })
    }

    /// Adds a block.
    ///
    /// - Parameter sessions: its distinct session numbers, ascending.
    mutating func append(_ entry: BlockEntry, sessions: [UInt32]) {
        buffers[0].bytes.appendVarint(entry.offset &- (last?.offset ?? 0))
        buffers[1].bytes.appendVarint(UInt64(entry.storedBytes))
        buffers[2].bytes.appendVarint(UInt64(entry.rawBytes))
        buffers[3].bytes.appendVarint(UInt64(entry.count))
        buffers[4].bytes.appendVarint(entry.sequence &- (last?.sequence ?? 0))
        buffers[5].bytes.appendZigzag(entry.earliest &- (last?.earliest ?? 0))
        buffers[6].bytes.appendZigzag(entry.latest &- entry.earliest)
        buffers[7].bytes.appendVarint(UInt64(sessions.count))
        var previous: UInt32 = 0
        for session in sessions {
            buffers[8].bytes.appendVarint(UInt64(session &- previous))
            previous = session
        }
        last = entry
        count += 1
    }

    /// Removes the blocks after their index was written.
    mutating func removeAll() {
        for index in buffers.indices { buffers[index].bytes.removeAll(keepingCapacity: true) }
        count = 0
        last = nil
    }
}

extension IndexColumns {
    /// Reads the entries of an index block.
    ///
    /// - Parameter wanted: sessions to search for in the blocks; nil for none.
    /// - Returns: nil if the columns contradict each other or the header, or if the blocks are not in order.
    static func entries(
        _ header: BlockHeader, _ view: NumberView, wanted: Set<UInt32>? = nil
    ) -> [IndexedBlock]? {
        guard let stored = view[.blockStoredBytes], Int(header.count) <= stored.count else {
            return header.count == 0 ? [] : nil
        }
        var numbers = order.map { view.numbers($0) }
        var entries: [IndexedBlock] = []
        entries.reserveCapacity(Int(header.count))
        for _ in 0..<header.count {
            guard
                let entry = IndexedBlock(&numbers, after: entries.last?.entry, wanted: wanted),
                entries.last.map({ $0.entry.bytes.upperBound <= entry.entry.offset }) ?? true
            else { return nil }
            entries.append(entry)
        }
        return numbers.allSatisfy(\.isAtEnd) ? entries : nil
    }
}

/// A block as described by an index.
struct IndexedBlock: Hashable {
    var entry: BlockEntry
    /// The number of distinct sessions in it.
    var sessionCount: Int
    /// Whether it contains one of the wanted sessions.
    var hasWanted = false

    fileprivate init?(_ numbers: inout [NumberColumn], after last: BlockEntry?, wanted: Set<UInt32>?) {
        guard let offset = numbers[0].varint(), let stored = numbers[1].varint().flatMap(UInt32.init(exactly:)),
            let raw = numbers[2].varint().flatMap(UInt32.init(exactly:)),
            let count = numbers[3].varint().flatMap(UInt32.init(exactly:)), let sequence = numbers[4].varint(),
            let earliest = numbers[5].zigzag(), let span = numbers[6].zigzag(),
            let sessionCount = numbers[7].varint(), sessionCount <= UInt64(count)
        else { return nil }
        let begins = earliest &+ (last?.earliest ?? 0)
        var header = BlockHeader(kind: .traffic, logID: 0, sequence: sequence &+ (last?.sequence ?? 0))
        header.storedBytes = stored
        header.rawBytes = raw
        header.count = count
        header.earliest = begins
        header.latest = begins &+ span
        let (position, overflow) = offset.addingReportingOverflow(last?.offset ?? 0)
        guard !overflow, position < UInt64(Int64.max) else { return nil }
        entry = BlockEntry(header, at: position)
        self.sessionCount = Int(sessionCount)
        var session: UInt32 = 0
        for _ in 0..<sessionCount {
            guard let step = numbers[8].varint().flatMap(UInt32.init(exactly:)) else { return nil }
            session &+= step
            if let wanted, !hasWanted { hasWanted = wanted.contains(session) }
        }
    }
}
