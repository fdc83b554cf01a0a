import Testing
import Traffic

@testable import SessionLog

/// A small log of many blocks with their contents, for tests that damage it.
struct BlockedLog {
    let folder: ScratchFolder
    /// The bytes of the log.
    let whole: [UInt8]
    /// The contents of the blocks, in order.
    let batches: [ExchangeBatch]
    /// The ranges of the blocks in ``whole``.
    let blocks: [Range<Int>]

    /// Writes the log of `exchanges` sample exchanges to `whole.rlog`, with blocks of about `blockBytes`.
    init(seed: UInt64, exchanges: Int, blockBytes: Int) throws {
        folder = try ScratchFolder()
        var traffic = SampleTraffic(seed: seed, maximumBodyBytes: 30)
        let path = folder.file("whole.rlog")
        try writeLog([traffic.batch(exchanges)], to: path, blockBytes: blockBytes)
        whole = try folder.bytes("whole.rlog")
        batches = try LogContent(path: path).batches
        blocks = try BlockIndex(path: path).entries.map { Int($0.bytes.lowerBound)..<Int($0.bytes.upperBound) }
        #expect(blocks.count == batches.count)
    }
}
