import Formats
import Testing
import Traffic

@testable import SessionLog

/// Blocks with valid checksums and malicious content: read or refused, but never trusted.
@Suite("A malicious log")
struct HostileLogTests {
    private var random = SplitMix64(seed: 77)
    /// The columns of a block and the header that goes with them.
    private let columns: [(column: Column, bytes: [UInt8])]
    private let header: BlockHeader

    init() throws {
        var traffic = SampleTraffic(seed: 51, maximumBodyBytes: 20)
        let batch = traffic.batch(8)
        var columns = BlockColumns(maximumBodyBytes: 1 << 20)
        for connection in batch.connections { columns.append(connection) }
        columns.append(CaptureLoss(second: 1))
        batch.bytes.withRawBytes { bytes in
            for record in batch.records { columns.append(record, bytes: bytes) }
        }
        self.columns = columns.all.map { ($0.column, Array($0.bytes)) }
        var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
        header.count = UInt32(columns.exchangeCount)
        header.earliest = columns.earliest
        header.latest = columns.latest
        self.header = header
    }

    /// Decodes a payload; every range of the result must be within its bytes.
    private func decode(_ header: BlockHeader, _ payload: UnsafeRawBufferPointer) throws -> ExchangeBatch? {
        var decoder = try BlockDecoder()
        var batch = ExchangeBatch()
        guard decoder.decode(header, payload: payload, into: &batch) else {
            #expect(batch.isEmpty && batch.bytes.isEmpty)
            return nil
        }
        for record in batch.records {
            for message in [record.request, record.response].compactMap({ $0 }) {
                for range in [message.head, message.body, message.trailers] {
                    #expect(range.indices.upperBound <= batch.bytes.count)
                }
            }
        }
        return batch
    }

    @Test("Columns with any bytes changed, added or taken away")
    mutating func changedColumns() throws {
        var encoder = try BlockEncoder(level: 1)
        var refused = 0
        for _ in 0..<3000 {
            var changed = columns
            let place = Int.random(in: 0..<changed.count, using: &random)
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&changed[place].bytes) }
            let header = try encoder.encode(header, columns: changed)
            let payload = UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...])
            if try decode(header, payload) == nil { refused += 1 }
        }
        #expect(refused > 1000, "most changes contradict something")
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2: bytes.insert(0xff, at: place)
        default: bytes.insert(contentsOf: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], at: place)
        }
    }

    @Test("A directory or compressed column with any bytes changed")
    mutating func changedPayload() throws {
        var encoder = try BlockEncoder(level: 1)
        let header = try encoder.encode(header, columns: columns)
        let payload = Array(encoder.bytes[LogFormat.blockHeaderBytes...])
        for _ in 0..<3000 {
            var changed = payload
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                changed[place] = Bool.random(using: &random) ? 0xff : UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { changed.removeLast(Int.random(in: 0..<changed.count, using: &random)) }
            _ = try changed.withRawBytes { try decode(header, $0) }
        }
    }

    static let liars: [(reason: String, change: @Sendable (inout BlockHeader) -> Void)] = [
        ("more exchanges than there are", { $0.count += 1 }), ("fewer", { $0.count -= 1 }),
        ("four thousand million", { $0.count = .max }), ("none", { $0.count = 0 }),
        ("began earlier", { $0.earliest -= 1 }), ("ended later", { $0.latest += 1 }),
        ("more bytes than the columns have", { $0.rawBytes += 1 }), ("fewer bytes", { $0.rawBytes -= 1 }),
        ("as many bytes as there can be", { $0.rawBytes = UInt32(LogFormat.maximumRawBytes) }),
    ]

    @Test("Heads that refer to lines endlessly do not need more memory than a block may take")
    func lineBomb() throws {
        var encoder = try BlockEncoder(level: 1)
        // A line of 64 KiB, and heads of 60 such lines: 2,000 of them would total 7.5 GiB.
        let line = [UInt8](repeating: 0x41, count: 1 << 16)
        var lengths: [UInt8] = []
        lengths.appendVarint(UInt64(line.count))
        var lines: [UInt8] = [60, 0] + [UInt8](repeating: 1, count: 59)
        for _ in 1..<2000 { lines += [60] + [UInt8](repeating: 1, count: 60) }
        var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
        header.count = 2000
        header = try encoder.encode(
            header,
            columns: [
                (.flags, [UInt8](repeating: ExchangeFlags.request.rawValue, count: 2000)),
                (.requestHeads, [UInt8](repeating: 1, count: 2000)), (.textLines, lines), (.lineLengths, lengths),
                (.lineBytes, line),
            ])
        #expect(
            try decode(header, UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...])) == nil)
    }

    static let liarsAboutReferences: [(reason: String, column: Column, bytes: [UInt8])] = [
        ("a head before the first", .requestHeads, [2]), ("a body before the first", .requestBodies, [2]),
        ("a number past 64 bits", .requestHeads, [255, 255, 255, 255, 255, 255, 255, 255, 255, 2]),
        ("a text nobody refers to", .requestHeads, [0]), ("a text of no lines", .textLines, [0]),
        ("a line before the first", .textLines, [1, 1]), ("more lines than there are", .textLines, [2, 0, 0]),
        ("a line nobody refers to", .textLines, []), ("an empty line", .lineLengths, [0]),
        ("a line past the bytes", .lineLengths, [5]), ("bytes that no line has", .lineLengths, [3]),
    ]

    @Test("References that lead nowhere", arguments: 0..<liarsAboutReferences.count)
    func lyingReference(index: Int) throws {
        let right: [(column: Column, bytes: [UInt8])] = [
            (.flags, [ExchangeFlags.request.rawValue]), (.requestHeads, [1]), (.requestBodies, [0]),
            (.textLines, [1, 0]), (.lineLengths, [4]), (.lineBytes, [65, 66, 67, 10]),
        ]
        var encoder = try BlockEncoder(level: 1)
        func decoded(_ columns: [(column: Column, bytes: [UInt8])]) throws -> ExchangeBatch? {
            var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
            header.count = 1
            header = try encoder.encode(header, columns: columns)
            return try decode(header, UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...]))
        }
        #expect(try decoded(right)?.exchanges.first?.request?.head == [65, 66, 67, 10])
        let lie = HostileLogTests.liarsAboutReferences[index]
        #expect(
            try decoded(right.map { $0.column == lie.column ? (lie.column, lie.bytes) : $0 }) == nil, "\(lie.reason)")
    }

    @Test("A header with false claims about its block", arguments: 0..<liars.count)
    func lyingHeader(index: Int) throws {
        var encoder = try BlockEncoder(level: 1)
        var header = try encoder.encode(header, columns: columns)
        let payload = UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...])
        #expect(try decode(header, payload) != nil)
        HostileLogTests.liars[index].change(&header)
        #expect(try decode(header, payload) == nil, "\(HostileLogTests.liars[index].reason)")
    }

    @Test("A column that claims a larger size than it has stays within the memory limit")
    func bomb() throws {
        var encoder = try BlockEncoder(level: 1)
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
        header.count = 1 << 20
        header = try encoder.encode(header, columns: [(.flags, zeros)])
        let payload = UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...])
        // As many exchanges as a block may have, all of them empty: the largest block that costs nothing to store.
        #expect(payload.count < 1000)
        #expect(try decode(header, payload)?.records.count == 1 << 20)
        header.count += 1
        #expect(try decode(header, payload) == nil)
        var tooLarge = header
        tooLarge.rawBytes = UInt32(LogFormat.maximumRawBytes) + 1
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: LogFormat.blockHeaderBytes, alignment: 8)
        defer { bytes.deallocate() }
        tooLarge.write(to: bytes)
        #expect(BlockHeader.read(UnsafeRawBufferPointer(bytes), logID: 1) == nil)
    }

    @Test("Index blocks with any bytes changed")
    mutating func changedIndex() throws {
        var index = IndexColumns()
        for number in 0..<20 {
            var header = BlockHeader(kind: .traffic, logID: 1, sequence: UInt64(number))
            header.storedBytes = 100
            header.count = 3
            index.append(BlockEntry(header, at: UInt64(72 + number * 172)), sessions: [1, 5, UInt32(100 + number)])
        }
        var encoder = try BlockEncoder(level: 1)
        var decoder = try BlockDecoder()
        for round in 0..<3000 {
            var changed = index.withColumns { $0.map { (column: $0.column, bytes: Array($0.bytes)) } }
            let place = Int.random(in: 0..<changed.count, using: &random)
            if round > 0 { mutate(&changed[place].bytes) }
            var header = BlockHeader(kind: .index, logID: 1, sequence: 20)
            header.count = 20
            header = try encoder.encode(header, columns: changed)
            let payload = UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...])
            let entries = decoder.withNumbers(header, payload: payload) { IndexColumns.entries(header, $0) }
            #expect(entries.map { $0.count == 20 } ?? (round > 0))
        }
    }

    static let rowBombs: [(reason: String, column: Column, row: Int, bound: Int)] = [
        ("connections", .connections, LogFormat.connectionRowBytes, LogFormat.maximumConnections),
        ("seconds of losses", .losses, LogFormat.lossRowBytes, LogFormat.maximumLosses),
        ("servers without a name", .opaqueServers, 2, LogFormat.maximumOpaqueServers),
        ("seconds of anomalies", .anomalies, 6, LogFormat.maximumLosses),
        ("seconds of input losses", .inputLosses, 3, LogFormat.maximumLosses),
    ]

    @Test("Rows that cost nothing to store are bounded, and one more is damage", arguments: 0..<rowBombs.count)
    func rowBomb(index: Int) throws {
        let bomb = HostileLogTests.rowBombs[index]
        var encoder = try BlockEncoder(level: 1)
        func decoded(_ rows: Int) throws -> ExchangeBatch? {
            var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
            header = try encoder.encode(header, columns: [(bomb.column, [UInt8](repeating: 0, count: rows * bomb.row))])
            return try decode(header, UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...]))
        }
        let most = try #require(try decoded(bomb.bound), "as many \(bomb.reason) as there may be")
        #expect(most.connections.count + most.losses.count + most.opaqueServers.count == bomb.bound)
        #expect(try decoded(bomb.bound + 1) == nil, "one of the \(bomb.reason) too many")
    }

    @Test("A column longer than its rows can be is refused before it is decompressed", arguments: Column.allCases)
    func columnBomb(column: Column) throws {
        let count = 3
        let bound = column.maximumBytes(count: count)
        #expect(bound <= LogFormat.maximumRawBytes)
        guard bound < LogFormat.maximumRawBytes else { return }
        var directory: [UInt8] = [column.rawValue, Column.Coding.zstd.rawValue]
        directory.appendLittleEndian(UInt32(9))
        directory.appendLittleEndian(UInt32(bound + 1))
        directory.appendLittleEndian(UInt32(0))
        var payload: [UInt8] = []
        payload.appendLittleEndian(UInt16(1))
        payload.appendLittleEndian(directory.withRawBytes { CRC32.of($0) })
        payload += directory + [UInt8](repeating: 0, count: 9)
        payload.withRawBytes {
            #expect(ColumnDirectory($0, rawBytes: bound + 1, count: count) == nil, "\(column) has a row too many")
        }
    }

    @Test("An index of more blocks than one covers, or of blocks that overlap, is refused")
    func indexBomb() throws {
        var encoder = try BlockEncoder(level: 1)
        var decoder = try BlockDecoder()
        func entries(_ count: Int, offsets: UInt64) throws -> [IndexedBlock]? {
            var index = IndexColumns()
            var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
            for number in 0..<count {
                header.sequence = UInt64(number)
                index.append(BlockEntry(header, at: UInt64(number) * offsets), sessions: [])
            }
            var indexHeader = BlockHeader(kind: .index, logID: 1, sequence: 1)
            indexHeader.count = UInt32(count)
            indexHeader = try index.withColumns { try encoder.encode(indexHeader, columns: $0) }
            let payload = UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...])
            return decoder.withNumbers(indexHeader, payload: payload) { IndexColumns.entries(indexHeader, $0) }
        }
        let length = UInt64(LogFormat.blockHeaderBytes)
        #expect(try entries(LogFormat.maximumIndexEntries, offsets: length)?.count == LogFormat.maximumIndexEntries)
        #expect(try entries(LogFormat.maximumIndexEntries + 1, offsets: length) == nil)
        #expect(try entries(2, offsets: length - 1) == nil, "blocks overlap")
        #expect(try entries(2, offsets: 0) == nil, "blocks in one place")
    }

    @Test("A writer closes a block before it has more rows than a block may")
    func writerRows() throws {
        let folder = try ScratchFolder()
        var batch = ExchangeBatch()
        batch.opaqueServers = (0..<LogFormat.maximumOpaqueServers * 2 + 1).map {
            OpaqueServer(name: "\($0)", connections: 1)
        }
        batch.losses = (0..<LogFormat.maximumLosses + 1).map { CaptureLoss(second: Int64($0)) }
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 32 << 20)
        let content = try LogContent(path: folder.file("a.rlog"))
        #expect(content.damages.isEmpty && content.losses == batch.losses)
        #expect(content.batches.flatMap(\.opaqueServers) == batch.opaqueServers)
    }
}

extension BlockEncoder {
    /// Like the other method, for columns that are arrays.
    mutating func encode(
        _ header: BlockHeader, columns: [(column: Column, bytes: [UInt8])]
    ) throws(SessionLogError) -> BlockHeader {
        var bytes = GrowingBuffer()
        for column in columns { column.bytes.withRawBytes { bytes.append($0) } }
        var start = 0
        var views: [(column: Column, bytes: UnsafeRawBufferPointer)] = []
        for column in columns {
            views.append(
                (column.column, UnsafeRawBufferPointer(rebasing: bytes.bytes[start..<start + column.bytes.count])))
            start += column.bytes.count
        }
        return try encode(header, columns: views)
    }
}
