import Testing
import Traffic

@testable import SessionLog

/// Blocks whose checksums are right and whose content is made to harm: read as something or refused, never trusted.
@Suite("A log made to harm")
struct HostileLogTests {
    private var random = SplitMix64(state: 77)
    private let columns: BlockColumns

    init() throws {
        var traffic = SampleTraffic(seed: 51, maximumBodyBytes: 20)
        let batch = traffic.batch(8)
        var columns = BlockColumns(maximumBodyBytes: 1 << 20)
        for connection in batch.connections { columns.append(connection) }
        columns.append(CaptureLoss(second: 1))
        batch.bytes.withRawBytes { bytes in
            for record in batch.records { columns.append(record, bytes: bytes) }
        }
        self.columns = columns
    }

    private var header: BlockHeader {
        var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
        header.count = UInt32(columns.exchangeCount)
        header.earliest = columns.earliest
        header.latest = columns.latest
        return header
    }

    /// Decodes a payload; every range of what comes out must lie in its bytes.
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
            var changed = columns.all
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
        let header = try encoder.encode(header, columns: columns.all)
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

    @Test("A header that lies about its block", arguments: 0..<liars.count)
    func lyingHeader(index: Int) throws {
        var encoder = try BlockEncoder(level: 1)
        var header = try encoder.encode(header, columns: columns.all)
        let payload = UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...])
        #expect(try decode(header, payload) != nil)
        HostileLogTests.liars[index].change(&header)
        #expect(try decode(header, payload) == nil, "\(HostileLogTests.liars[index].reason)")
    }

    @Test("A column that says it comes to more than it does costs no more memory than it may")
    func bomb() throws {
        var encoder = try BlockEncoder(level: 1)
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
        header.count = 1 << 20
        header = try encoder.encode(header, columns: [(.flags, zeros)])
        let payload = UnsafeRawBufferPointer(rebasing: encoder.bytes[LogFormat.blockHeaderBytes...])
        // As many exchanges as a block may have, all of them empty: the largest that costs nothing to store.
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
            index.append(BlockEntry(header, at: UInt64(28 + number * 172)), sessions: [1, 5, UInt32(100 + number)])
        }
        var encoder = try BlockEncoder(level: 1)
        var decoder = try BlockDecoder()
        for round in 0..<3000 {
            var changed = index.columns
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
}
