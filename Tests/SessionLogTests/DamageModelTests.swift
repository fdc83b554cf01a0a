import Formats
import Testing
import Traffic

@testable import SessionLog

@Suite("A log under random damage, compared with a model")
struct DamageModelTests {
    private let folder: ScratchFolder
    private let model: DamageModel

    init() throws {
        folder = try ScratchFolder()
        var traffic = SampleTraffic(seed: 31, maximumBodyBytes: 30)
        try writeLog([traffic.batch(16)], to: folder.file("whole.rlog"), blockBytes: 500)
        var walker = try BlockWalker.open(path: folder.file("whole.rlog"), key: nil)
        var ranges: [Range<Int>] = []
        while let place = try walker.next() { ranges.append(Int(place.bytes.lowerBound)..<Int(place.bytes.upperBound)) }
        let whole = try folder.bytes("whole.rlog")
        let batches = try LogContent(path: folder.file("whole.rlog")).batches
        #expect(ranges.count == batches.count + 1 && batches.count >= 4, "some blocks and an index")
        ranges.append((ranges.last?.upperBound ?? 0)..<whole.count)
        let contents = batches.map { Optional($0.exchanges) } + [nil, nil]
        model = DamageModel(whole, blocks: Array(zip(ranges, contents)).map { (range: $0.0, exchanges: $0.1) })
    }

    @Test("Intact blocks are read, others are reported", arguments: 0..<8)
    func randomDamage(part: Int) throws {
        let path = folder.file("damaged.rlog")
        for seed in UInt64(part) * 1000..<UInt64(part) * 1000 + 400 {
            var random = SplitMix64(seed: seed)
            var damaged = model
            for _ in 0..<Int.random(in: 1...3, using: &random) { damaged.damage(using: &random) }
            let context: Comment = "seed \(seed): \(damaged.history.joined(separator: "; "))"
            try folder.write(damaged.file, "damaged.rlog")
            guard damaged.isLog else {
                #expect((try? LogContent(path: path))?.exchanges.isEmpty ?? true, context)
                continue
            }
            let expected = damaged.expectation
            let content = try LogContent(path: path)
            // Compared first, because a message with all exchanges would not help.
            let isRead = content.exchanges == expected.exchanges
            #expect(isRead, "read \(content.exchanges.count) of \(expected.exchanges.count), \(context)")
            #expect(content.ending == expected.ending, context)
            #expect(content.damages.isEmpty || !expected.isWhole, context)
            #expect(content.damages.lostExchanges == UInt64(expected.lost), context)
            let verification = try LogVerification(path: path)
            #expect(verification.isWhole == expected.isWhole, context)
            #expect(verification.exchanges == UInt64(expected.exchanges.count), context)
            let (ordered, damages) = try orderedExchanges(path)
            let isSubset = Set(ordered).isSubset(of: expected.exchanges) && Set(ordered).count == ordered.count
            #expect(isSubset, "in order, no unknown exchange and none twice, \(context)")
            // When read by the index, blocks that are not in their places are lost and reported.
            let isAll = ordered.count == expected.exchanges.count || !expected.isInFileOrder && !damages.isEmpty
            #expect(isAll, "in order \(ordered.count) of \(expected.exchanges.count), \(context)")
        }
    }
}
