import Formats
import Testing
import Traffic

@testable import SessionLog

/// Logs that were changed and whose checksums were then corrected.
@Suite("Changed logs with valid checksums")
struct MutatedLogTests {
    /// A block of a log: its header and its columns.
    private struct Block {
        var header: BlockHeader
        var columns: [(column: Column, bytes: [UInt8])]
    }

    private let folder: ScratchFolder
    private let fileHeader: [UInt8]
    private let blocks: [Block]

    init() throws {
        folder = try ScratchFolder()
        var traffic = SampleTraffic(seed: 61, maximumBodyBytes: 40)
        var batch = traffic.batch(24)
        batch.losses = [CaptureLoss(second: 1_700_000_000)]
        batch.opaqueServers = [OpaqueServer(name: "a.test", connections: 3)]
        try writeLog([batch], to: folder.file("whole.rlog"), blockBytes: 1500)
        let bytes = try folder.bytes("whole.rlog")
        fileHeader = Array(bytes[..<LogFormat.fileHeaderBytes])
        var walker = try BlockWalker.open(path: folder.file("whole.rlog"), key: nil)
        var decoder = try BlockDecoder()
        var payload = GrowingBuffer()
        var blocks: [Block] = []
        while let place = try walker.next() {
            #expect(try walker.read(place, into: &payload))
            let columns = decoder.withNumbers(place.header, payload: payload.bytes) { view in
                Column.allCases.compactMap { column in view[column].map { (column: column, bytes: Array($0)) } }
            }
            let directory = try #require(
                ColumnDirectory(
                    payload.bytes, rawBytes: Int(place.header.rawBytes), count: Int(place.header.count)))
            var all = try #require(columns)
            // The columns of bodies, which the reader of numbers leaves out.
            for column in [Column.requestBodyBytes, .responseBodyBytes] {
                guard let entry = directory[column] else { continue }
                let stored = UnsafeRawBufferPointer(rebasing: payload.bytes[entry.stored])
                var raw = [UInt8](repeating: 0, count: entry.rawBytes)
                let isDecompressed = try raw.withUnsafeMutableBytes { target in
                    entry.coding == .zstd ? try ZstdDecompressor().decompress(stored, into: target) : true
                }
                if entry.coding == .stored { raw = Array(stored) }
                #expect(isDecompressed)
                all.append((column: column, bytes: raw))
            }
            blocks.append(Block(header: place.header, columns: all))
        }
        self.blocks = blocks
        #expect(blocks.count >= 3)
    }

    /// The log with its last traffic block or its index changed, and with correct offsets and checksums.
    private func file(_ changed: [Block]) throws -> [UInt8] {
        var encoder = try BlockEncoder(level: 1)
        var bytes = fileHeader
        var lastIndex: UInt64 = 0
        for var block in changed {
            if block.header.kind == .index { lastIndex = UInt64(bytes.count) }
            if block.header.kind == .end { block.header.link = lastIndex }
            _ = try encoder.encode(block.header, columns: block.columns)
            bytes += Array(encoder.bytes)
        }
        var end = BlockHeader(kind: .end, logID: blocks[0].header.logID, sequence: UInt64(changed.count))
        end.link = lastIndex
        _ = try encoder.encode(end, columns: [(column: Column, bytes: [UInt8])]())
        return bytes + Array(encoder.bytes)
    }

    private static let oddVarints: [[UInt8]] = [
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0xff, 0xff, 0xff, 0xff, 0x0f], [0x80],
        [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    ]

    private func mutate(_ block: inout Block, using random: inout SplitMix64) {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: block.header.count = [0, 1, 7, 1 << 16, 1 << 20, .max].randomElement(using: &random) ?? 0
        case 1: block.header.earliest = [.min, .max, 0, -1].randomElement(using: &random) ?? 0
        case 2: block.header.latest = [.min, .max, 0, -1].randomElement(using: &random) ?? 0
        case 3: block.header.sequence = [.max, 0, 1 << 63].randomElement(using: &random) ?? 0
        case 4: block.header.link = .random(in: 0...10_000, using: &random)
        case 5 where !block.columns.isEmpty:
            block.columns.remove(at: Int.random(in: 0..<block.columns.count, using: &random))
        case 6:
            let column = Column.allCases.randomElement(using: &random) ?? .flags
            block.columns.removeAll { $0.column == column }
            let count = [1, 1000, 1 << 16, 1 << 22].randomElement(using: &random) ?? 1
            let byte: UInt8 = [0, 1, 0xff].randomElement(using: &random) ?? 0
            block.columns.append((column: column, bytes: [UInt8](repeating: byte, count: count)))
        default:
            guard !block.columns.isEmpty else { return }
            let place = Int.random(in: 0..<block.columns.count, using: &random)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                change(&block.columns[place].bytes, using: &random)
            }
        }
    }

    private func change(_ bytes: inout [UInt8], using random: inout SplitMix64) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where place < bytes.count: bytes[place] = .random(in: .min ... .max, using: &random)
        case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 2 where place < bytes.count:
            let odd = MutatedLogTests.oddVarints.randomElement(using: &random) ?? []
            bytes.replaceSubrange(place..<place + 1, with: odd)
        default: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
        }
    }

    @Test("Every way of reading ends, within its bounds", arguments: 0..<4)
    func everyDoor(part: Int) throws {
        let path = folder.file("changed.rlog")
        for seed in UInt64(part) * 50..<UInt64(part) * 50 + 50 {
            var random = SplitMix64(seed: seed)
            var changed = blocks
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                mutate(&changed[Int.random(in: 0..<changed.count, using: &random)], using: &random)
            }
            try folder.write(file(changed), "changed.rlog")
            do {
                try readAll(path, seed)
            } catch is SessionLogError {
                // Refusing is as valid as reading.
            }
        }
    }

    private func readAll(_ path: String, _ seed: UInt64) throws {
        var reader = try BlockReader(path: path)
        var batch = ExchangeBatch()
        while try reader.next(into: &batch) {
            #expect(batch.records.count <= LogFormat.maximumExchanges, "seed \(seed)")
            #expect(batch.connections.count <= LogFormat.maximumConnections, "seed \(seed)")
            #expect(batch.losses.count <= LogFormat.maximumLosses, "seed \(seed)")
            #expect(batch.opaqueServers.count <= LogFormat.maximumOpaqueServers, "seed \(seed)")
            #expect(batch.bytes.count <= 2 * LogFormat.maximumRawBytes, "seed \(seed)")
        }
        _ = try LogVerification(path: path)
        var selection = LogSelection(paths: [path, path])
        _ = try LogSurvey.summary(of: selection, listsSessions: true)
        _ = try LogReader.sessions(of: selection, maximumBytes: 256 << 20)
        try readAll(selection)
        selection.sessions = [1, 2, 3]
        selection.from = .afterStart(.milliseconds(1))
        selection.to = .afterStart(.seconds(1 << 40))
        try readAll(selection)
    }

    /// Reads exchanges with their notes. tools/fuzz tests how exporters handle unusual exchanges.
    private func readAll(_ selection: LogSelection) throws {
        var reader = try LogReader(selection, order: .began)
        while try reader.next() != nil { _ = (reader.takeConnections(), reader.takeLosses()) }
        _ = reader.takeOpaqueServers()
    }
}
