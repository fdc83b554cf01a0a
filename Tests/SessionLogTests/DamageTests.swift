import Formats
import Testing
import Traffic

@testable import SessionLog

@Suite("A damaged log loses only what is damaged")
struct DamageTests {
    private let log: BlockedLog
    private var folder: ScratchFolder { log.folder }
    private var whole: [UInt8] { log.whole }
    private var batches: [ExchangeBatch] { log.batches }
    private var blocks: [Range<Int>] { log.blocks }

    init() throws {
        log = try BlockedLog(seed: 11, exchanges: 12, blockBytes: 300)
        #expect(log.blocks.count >= 5)
    }

    /// The exchanges of the blocks for which `test` holds.
    private func exchanges(ofBlocks test: (Range<Int>) -> Bool) -> [Exchange] {
        zip(blocks, batches).filter { test($0.0) }.flatMap(\.1.exchanges)
    }

    @Test("Cut off at every byte: every closed block is read")
    func cutAnywhere() throws {
        for length in 0..<whole.count {
            try folder.write(whole[..<length], "cut.rlog")
            let path = folder.file("cut.rlog")
            if length < LogFormat.fileMagic.count {
                #expect(throws: SessionLogError.notSessionLog(path: path)) { _ = try BlockReader(path: path) }
                continue
            }
            let expected = exchanges { $0.upperBound <= length }
            let content = try LogContent(path: path)
            #expect(content.exchanges == expected, "cut at \(length)")
            #expect(content.ending == .unfinished)
            #expect(try orderedExchanges(path).exchanges.count == expected.count)
            let verification = try LogVerification(path: path)
            #expect(!verification.isWhole, "cut at \(length)")
            let isBetweenBlocks = length == LogFormat.fileHeaderBytes || blocks.contains { $0.upperBound == length }
            if isBetweenBlocks { #expect(verification.damages.isEmpty) }
        }
    }

    @Test("Any flipped bit is found, and no other block is affected")
    func anyBit() throws {
        var random = SplitMix64(seed: 5)
        let path = folder.file("flip.rlog")
        for round in 0..<2000 {
            var bytes = whole
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= 1 << UInt8(round % 8)
            try folder.write(bytes, "flip.rlog")
            let expected = exchanges { !$0.contains(place) }
            let content = try LogContent(path: path)
            #expect(content.exchanges == expected, "bit \(round % 8) of byte \(place)")
            #expect(try Set(orderedExchanges(path).exchanges) == Set(expected), "bit \(round % 8) of byte \(place)")
            #expect(try !LogVerification(path: path).isWhole, "bit \(round % 8) of byte \(place)")
        }
    }

    @Test("Damage of many bytes: nothing outside the blocks hit is lost")
    func anyRange() throws {
        var random = SplitMix64(seed: 6)
        let path = folder.file("smash.rlog")
        for _ in 0..<500 {
            var bytes = whole
            let start = Int.random(in: LogFormat.fileHeaderBytes..<bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 1...1000, using: &random))
            for place in start..<end { bytes[place] = UInt8.random(in: 0...255, using: &random) }
            if bytes == whole { continue }
            try folder.write(bytes, "smash.rlog")
            let content = try LogContent(path: path)
            #expect(content.exchanges == exchanges { !$0.overlaps(start..<end) }, "\(start)..<\(end)")
            #expect(try !LogVerification(path: path).isWhole, "\(start)..<\(end)")
        }
    }

    @Test("Removed and repeated blocks are noticed")
    func movedBlocks() throws {
        try folder.write(whole[..<blocks[1].lowerBound] + whole[blocks[1].upperBound...], "less.rlog")
        let less = try LogContent(path: folder.file("less.rlog"))
        #expect(less.damages.first.map(\.kind) == [.missingBlocks])
        #expect(less.exchanges == exchanges { $0 != blocks[1] })
        #expect(try orderedExchanges(folder.file("less.rlog")).exchanges.count == less.exchanges.count)

        try folder.write(
            whole[..<blocks[2].lowerBound] + whole[blocks[0]] + whole[blocks[2].lowerBound...], "more.rlog")
        let more = try LogContent(path: folder.file("more.rlog"))
        #expect(more.damages.first.map(\.kind) == [.repeatedBlock])
        #expect(more.exchanges == batches.flatMap(\.exchanges))
    }

    @Test("A block of another log, as in a recorded download of a log, is not read as part of this one")
    func foreignBlock() throws {
        var traffic = SampleTraffic(seed: 12)
        var options = SessionLogWriter.Options()
        options.logID = 99
        var writer = try SessionLogWriter(path: folder.file("other.rlog"), options: options)
        try writer.append(traffic.batch(3))
        try writer.finish()
        let other = try folder.bytes("other.rlog")
        var bytes = whole
        bytes.replaceSubrange(blocks[1].lowerBound..<blocks[1].lowerBound + 8, with: [UInt8](repeating: 0, count: 8))
        bytes.insert(contentsOf: other[LogFormat.fileHeaderBytes...], at: blocks[1].upperBound)
        try folder.write(bytes, "mixed.rlog")
        #expect(try LogContent(path: folder.file("mixed.rlog")).exchanges == exchanges { $0 != blocks[1] })
    }

    @Test("Damage is reported with its position and its cost")
    func description() throws {
        var bytes = whole
        bytes[blocks[2].upperBound - 1] ^= 1
        try folder.write(bytes, "flip.rlog")
        let damages = try LogContent(path: folder.file("flip.rlog")).damages
        #expect(damages.count == 1)
        #expect(damages.lostExchanges == UInt64(batches[2].records.count))
        #expect(
            damages.first.first?.description
                == "bytes \(blocks[2].lowerBound)-\(blocks[2].upperBound - 1): block checksum does not match, "
                + "\(batches[2].records.count) exchanges lost")
    }

    @Test("Bytes after the end are noticed and not read")
    func trailingBytes() throws {
        try folder.write(whole + [1, 2, 3], "long.rlog")
        let content = try LogContent(path: folder.file("long.rlog"))
        #expect(content.damages.first.map(\.kind) == [.trailing])
        #expect(content.exchanges == batches.flatMap(\.exchanges))
    }
}
