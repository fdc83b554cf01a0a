import Formats
import Testing
import Traffic

@testable import SessionLog

/// What follows damage: where the reader finds the next block, which index it trusts, which addresses it reports.
@Suite("After damage, the reader finds what is intact and trusts nothing else")
struct RecoveryTests {
    private let log: BlockedLog
    private var folder: ScratchFolder { log.folder }
    private var whole: [UInt8] { log.whole }
    private var batches: [ExchangeBatch] { log.batches }
    private var blocks: [Range<Int>] { log.blocks }

    init() throws {
        log = try BlockedLog(seed: 21, exchanges: 30, blockBytes: 900)
        #expect(log.blocks.count >= 3)
    }

    /// Bytes without a block's magic.
    private func junk(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x55, count: count) }

    /// How far before the end of a searched chunk the next header begins; 0 is directly after it.
    static let reaches = [0, 1, 7, 8, 36, 71, 72, 73]

    @Test("A header across the edge of a searched chunk is found", arguments: reaches)
    func headerAcrossChunks(reach: Int) throws {
        // A search begins after the first damaged byte and continues in chunks of 256 KiB.
        let bytes = whole[..<blocks[1].lowerBound] + junk(1 + (1 << 18) - reach) + whole[blocks[1].lowerBound...]
        try folder.write(bytes, "far.rlog")
        let content = try LogContent(path: folder.file("far.rlog"))
        #expect(content.exchanges == batches.flatMap(\.exchanges), "\(reach) bytes before the edge")
        let damaged = UInt64(blocks[1].lowerBound)..<UInt64(blocks[1].lowerBound + 1 + (1 << 18) - reach)
        #expect(content.damages.first == [LogDamage(kind: .blockHeader, bytes: damaged)])
        #expect(try orderedExchanges(folder.file("far.rlog")).exchanges.count == content.exchanges.count)
    }

    @Test("Without a file header the first block is found across such an edge too", arguments: reaches)
    func firstBlockAcrossChunks(reach: Int) throws {
        try folder.write(junk((1 << 18) - reach) + whole[blocks[0].lowerBound...], "far.rlog")
        let content = try LogContent(path: folder.file("far.rlog"))
        #expect(content.exchanges == batches.flatMap(\.exchanges), "\(reach) bytes before the edge")
        #expect(content.damages.first.first?.kind == .fileHeader)
    }

    @Test("The first block is searched in one MiB, and one byte less is enough")
    func searchBound() throws {
        let path = folder.file("far.rlog")
        try folder.write(junk((1 << 20) - 1) + whole[blocks[0].lowerBound...], "far.rlog")
        #expect(try LogContent(path: path).exchanges == batches.flatMap(\.exchanges))
        try folder.write(junk(1 << 20) + whole[blocks[0].lowerBound...], "far.rlog")
        #expect(throws: SessionLogError.notSessionLog(path: path)) { _ = try BlockReader(path: path) }
    }

    @Test("Bytes missing inside a block cost that block only, whatever its size then reaches over")
    func holes() throws {
        let path = folder.file("hole.rlog")
        let most = blocks[1].count - LogFormat.blockHeaderBytes - 1
        for count in Array(1...20) + Array(stride(from: 21, to: most, by: 7)) + [most] {
            let start = blocks[1].lowerBound + LogFormat.blockHeaderBytes
            try folder.write(whole[..<start] + whole[(start + count)...], "hole.rlog")
            let expected = batches.indices.filter { $0 != 1 }.flatMap { batches[$0].exchanges }
            let content = try LogContent(path: path)
            #expect(content.exchanges == expected, "\(count) bytes missing")
            #expect(content.damages.lostExchanges == UInt64(batches[1].records.count), "\(count) bytes missing")
            #expect(try orderedExchanges(path).exchanges.count == expected.count, "\(count) bytes missing")
        }
    }

    /// An index of the log's blocks that links to `link`, and the end block that links to the index, with valid
    /// checksums.
    private func indexAndEnd(
        link: (_ offset: UInt64) -> UInt64, endInside: Bool = false
    ) throws -> [UInt8] {
        let logID: UInt64 = 0x0123_4567_89ab_cdef
        var index = IndexColumns()
        for entry in try BlockIndex(path: folder.file("whole.rlog")).entries { index.append(entry, sessions: [1]) }
        let offset = UInt64(blocks.last?.upperBound ?? 0)
        var header = BlockHeader(kind: .index, logID: logID, sequence: UInt64(blocks.count))
        header.count = UInt32(blocks.count)
        header.link = link(offset)
        var end = BlockHeader(kind: .end, logID: logID, sequence: UInt64(blocks.count) + 1)
        end.link = offset
        var endBytes = [UInt8](repeating: 0, count: LogFormat.blockHeaderBytes)
        endBytes.withUnsafeMutableBytes { end.write(to: $0) }
        var encoder = try BlockEncoder(level: 1)
        guard endInside else {
            _ = try index.withColumns { try encoder.encode(header, columns: $0) }
            return Array(encoder.bytes) + endBytes
        }
        // The end block is the last column of the index, one that readers skip.
        var columns = index.withColumns { $0.map { (number: $0.column.rawValue, bytes: Array($0.bytes)) } }
        columns.removeAll { $0.bytes.isEmpty }
        columns.append((Column.firstOptional, endBytes))
        var payload: [UInt8] = []
        for column in columns {
            payload += [column.number, Column.Coding.stored.rawValue]
            payload.appendLittleEndian(UInt32(column.bytes.count))
            payload.appendLittleEndian(UInt32(column.bytes.count))
            payload.appendLittleEndian(column.bytes.withRawBytes { CRC32.of($0) })
        }
        var start: [UInt8] = []
        start.appendLittleEndian(UInt16(columns.count))
        start.appendLittleEndian(payload.withRawBytes { CRC32.of($0) })
        payload = start + payload + columns.flatMap(\.bytes)
        header.storedBytes = UInt32(payload.count)
        header.rawBytes = UInt32(columns.reduce(0) { $0 + $1.bytes.count })
        header.payloadChecksum = payload.withRawBytes { CRC32.of($0) }
        var headerBytes = [UInt8](repeating: 0, count: LogFormat.blockHeaderBytes)
        headerBytes.withUnsafeMutableBytes { header.write(to: $0) }
        return headerBytes + payload
    }

    @Test("An index is trusted if its links lead back to the first")
    func soundIndex() throws {
        try folder.write(whole[..<blocks[blocks.count - 1].upperBound] + indexAndEnd { _ in 0 }, "index.rlog")
        let index = try BlockIndex(path: folder.file("index.rlog"))
        #expect(index.ending == .whole && index.entries.count == blocks.count)
        // A number of sessions that only the index contains.
        #expect(try BlockIndex(path: folder.file("index.rlog"), sessions: [2]).without.count == blocks.count)
    }

    @Test("An end block inside the index it links to is ignored")
    func endInsideIndex() throws {
        let tail = try indexAndEnd(link: { _ in 0 }, endInside: true)
        try folder.write(whole[..<blocks[blocks.count - 1].upperBound] + tail, "index.rlog")
        let index = try BlockIndex(path: folder.file("index.rlog"))
        #expect(index.ending == .unfinished, "the log has no end block behind its index")
        #expect(index.entries.count == blocks.count)
    }

    @Test("An index that links to itself, to the end or behind it is not followed forever", .timeLimit(.minutes(10)))
    func linksThatDoNotLeadBack() throws {
        for distance: UInt64 in [0, 1, 72, 1 << 40, .max - 1000] {
            let tail = try indexAndEnd(link: { $0 &+ distance })
            try folder.write(whole[..<blocks[blocks.count - 1].upperBound] + tail, "index.rlog")
            let path = folder.file("index.rlog")
            #expect(try BlockIndex(path: path, sessions: [2]).without.isEmpty, "link \(distance) bytes on")
            #expect(try orderedExchanges(path).exchanges.count == 30, "link \(distance) bytes on")
        }
    }

    @Test("A flipped bit in a skipped block's connections gives no false addresses", arguments: [1, 3])
    func skippedConnections(level: Int32) throws {
        // The first block has its own connection and is skipped because of its time; its columns are small or larger
        // than a single read.
        for count in [1, 3, 400] {
            var batch = ExchangeBatch()
            var random = SplitMix64(seed: UInt64(count))
            for number in 1...UInt32(count) {
                batch.connections.append(
                    RecordedConnection(
                        number: number,
                        client: SocketAddress(v4: UInt32.random(in: 0...UInt32.max, using: &random), port: 40_000),
                        server: SocketAddress(v4: UInt32.random(in: 0...UInt32.max, using: &random), port: 8080)))
            }
            let truth = Set(batch.connections)
            let path = folder.file("skipped.rlog")
            var options = SessionLogWriter.Options()
            options.level = level
            options.overwrites = true
            var writer = try SessionLogWriter(path: path, options: options)
            var traffic = SampleTraffic(seed: 4)
            var other = traffic.batch(2)
            // The second begins long after the first ended, so that the block of the first is not requested.
            let later = other.records[0].ended + 1_000_000_000
            other.records[1].request?.firstByte = CaptureTime(nanoseconds: later)
            other.records[1].request?.lastByte = CaptureTime(nanoseconds: later)
            other.records[1].response = nil
            other.records[1].status = 0
            batch.append(other.exchange(at: 0))
            try writer.append(batch)
            try writer.closeBlock()
            var second = ExchangeBatch()
            second.append(other.exchange(at: 1))
            try writer.append(second)
            try writer.finish()
            let original = try folder.bytes("skipped.rlog")
            let block = try #require(try BlockIndex(path: path).entries.first).bytes
            let start = Int(block.lowerBound) + LogFormat.blockHeaderBytes
            let bits = count < 10 ? 8 * (Int(block.upperBound) - start) : 400
            for bit in 0..<bits {
                let place = count < 10 ? bit : Int.random(in: 0..<8 * (Int(block.upperBound) - start), using: &random)
                var bytes = original
                bytes[start + place / 8] ^= 1 << UInt8(place % 8)
                try folder.write(bytes, "skipped.rlog")
                var selection = LogSelection(paths: [path])
                selection.from = .absolute(other.records[1].began)
                var set = try LogReader(selection, order: .began)
                _ = try set.next()
                let named = set.takeConnections()
                #expect(Set(named).isSubset(of: truth), "bit \(place % 8) of byte \(place / 8) of the payload")
            }
            try folder.write(original, "skipped.rlog")
            var selection = LogSelection(paths: [path])
            selection.from = .absolute(other.records[1].began)
            var set = try LogReader(selection, order: .began)
            _ = try set.next()
            #expect(Set(set.takeConnections()) == truth, "an undamaged block names its connections")
        }
    }
}
