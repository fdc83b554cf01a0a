import Formats
import Testing
import Traffic

@testable import SessionLog

@Suite("Exchanges in the order in which they began")
struct OrderedExchangesTests {
    private let folder: ScratchFolder
    init() throws { folder = try ScratchFolder() }

    private func exchange(began: Int64, lasting: Int64, number: UInt32, body: Int = 0) -> Exchange {
        Exchange(
            connection: number, session: 1,
            request: Exchange.Message(
                head: Array("GET /\(number) HTTP/1.1\r\n\r\n".utf8), body: [UInt8](repeating: 1, count: body),
                firstByte: CaptureTime(nanoseconds: began), lastByte: CaptureTime(nanoseconds: began + lasting)),
            response: nil, status: nil)
    }

    @Test("Overlapping blocks are merged", arguments: [1, 400, 1 << 20])
    func merged(blockBytes: Int) throws {
        var random = SplitMix64(seed: 1)
        var exchanges = (0..<500).map { number in
            exchange(
                began: Int64.random(in: 0..<300, using: &random), lasting: Int64.random(in: 0..<200, using: &random),
                number: UInt32(number))
        }
        exchanges.sort { $0.ended < $1.ended }
        var batch = ExchangeBatch()
        for exchange in exchanges { batch.append(exchange) }
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: blockBytes)
        let ordered = try orderedExchanges(folder.file("a.rlog")).exchanges
        #expect(ordered.map(\.began) == exchanges.map(\.began).sorted())
        #expect(Set(ordered) == Set(exchanges))
        // Exchanges that began at the same time keep the order of the log.
        let stable = exchanges.enumerated().sorted { ($0.element.began, $0.offset) < ($1.element.began, $1.offset) }
        #expect(ordered == stable.map(\.element))
    }

    @Test("Long exchanges that keep more blocks open than fit in memory", arguments: [1, 1 << 17, 1 << 20])
    func longExchanges(cacheBytes: Int) throws {
        // Every block has one exchange that began at the very start and one that began when it ended.
        let size = 1 << 14
        let count = 40
        var batch = ExchangeBatch()
        var expected: [UInt32] = []
        for number in 0..<UInt32(count) {
            batch.append(exchange(began: Int64(number), lasting: 1_000_000, number: number))
            batch.append(exchange(began: 10_000 + Int64(number), lasting: 10, number: 1000 + number, body: size))
            expected.append(number)
        }
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: size)
        let ordered = try orderedExchanges(folder.file("a.rlog"), cacheBytes: cacheBytes)
        #expect(ordered.exchanges.map(\.connection) == expected + expected.map { 1000 + $0 })
        #expect(ordered.damages.isEmpty)
    }

    @Test("Connections come with or before their first exchange")
    func connections() throws {
        var traffic = SampleTraffic(seed: 41)
        let batch = traffic.batch(200)
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 2000)
        var ordered = try MergedBlocks(path: folder.file("a.rlog"))
        var known: Set<UInt32> = []
        while let exchange = try ordered.next() {
            known.formUnion(ordered.takeConnections().map(\.number))
            #expect(known.contains(exchange.connection))
        }
    }

    @Test("Long exchanges that keep every block open do not cause repeated decoding")
    func longExchanges() throws {
        // Each block ends with an exchange that began at the very start: all of them are open from then on.
        var batch = ExchangeBatch()
        for block in 0..<40 {
            for index in 0..<20 {
                let began = Int64(block * 1000 + index * 50 + 100)
                batch.append(exchange(began: began, lasting: 40, number: UInt32(block * 100 + index), body: 50))
            }
            batch.append(
                exchange(
                    began: Int64(block), lasting: Int64(block * 1000 + 1100), number: UInt32(block * 100 + 99), body: 50
                ))
        }
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 900)
        let blocks = try BlockIndex(path: folder.file("a.rlog")).entries.count
        #expect(blocks > 35)
        var ordered = try MergedBlocks(path: folder.file("a.rlog"), cacheBytes: 40_000)
        var found: [Exchange] = []
        while let exchange = try ordered.next() { found.append(exchange) }
        #expect(found.map(\.began) == batch.exchanges.map(\.began).sorted())
        #expect(ordered.decodedBlocks <= 3 * blocks)
    }

    @Test("Sessions are assembled from all blocks")
    func sessions() throws {
        var traffic = SampleTraffic(seed: 42)
        let batch = traffic.batch(300)
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 5000)
        let traffic2 = try LogReader.sessions(of: LogSelection(paths: [folder.file("a.rlog")]))
        let bySession = Dictionary(grouping: batch.exchanges, by: \.session)
        #expect(traffic2.sessions.count == bySession.count)
        for session in traffic2.sessions {
            #expect(Set(session.exchanges) == Set(bySession[session.number] ?? []))
            #expect(session.exchanges.map(\.began) == session.exchanges.map(\.began).sorted())
        }
        #expect(traffic2.sessions.map(\.began) == traffic2.sessions.map(\.began).sorted())
        #expect(traffic2.connections.count == batch.connections.count)
        #expect(throws: SessionLogError.tooLarge(path: folder.file("a.rlog"), limitBytes: 1000)) {
            _ = try LogReader.sessions(of: LogSelection(paths: [folder.file("a.rlog")]), maximumBytes: 1000)
        }
    }
}
