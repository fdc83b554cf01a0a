import Testing
import Traffic

@testable import SessionLog

@Suite("The reader of logs: the same exchanges in either order, one by one and in batches")
struct LogReaderTests {
    private let folder: ScratchFolder
    private let batches: [ExchangeBatch]
    private let selection: LogSelection

    init() throws {
        folder = try ScratchFolder()
        var traffic = SampleTraffic(seed: 71)
        batches = [traffic.batch(80), traffic.batch(5), traffic.batch(40)]
        var paths: [String] = []
        for (number, batch) in batches.enumerated() {
            paths.append(folder.file("\(number).rlog"))
            var batch = batch
            batch.losses = [CaptureLoss(second: Int64(number))]
            batch.opaqueServers = [OpaqueServer(name: "\(number).test", connections: 1)]
            try writeLog(
                [batch], to: paths[number], blockBytes: 3000, series: UInt64(number % 2), logID: UInt64(number + 1))
        }
        selection = LogSelection(paths: paths)
    }

    /// Everything that a reader returns, including its notes.
    private struct Found {
        var exchanges: [Exchange] = []
        var connections: [RecordedConnection] = []
        var losses: [CaptureLoss] = []
        var servers: [OpaqueServer] = []

        init(oneByOne reader: consuming LogReader) throws {
            var reader = reader
            while let exchange = try reader.next() {
                exchanges.append(exchange)
                connections += reader.takeConnections()
                #expect(connections.contains { $0.number == exchange.connection }, "the connection is named by now")
            }
            connections += reader.takeConnections()
            losses = reader.takeLosses()
            servers = reader.takeOpaqueServers()
        }

        init(batches reader: consuming LogReader) throws {
            var reader = reader
            var batch = ExchangeBatch()
            while try reader.next(into: &batch) {
                exchanges += batch.exchanges
                connections += batch.connections
                losses += batch.losses
                servers += batch.opaqueServers
            }
            #expect(batch.isEmpty, "nothing is left from the last batch")
        }
    }

    @Test("Both ways and both orders read the same")
    func orders() throws {
        let written = try Found(oneByOne: LogReader(selection))
        let began = try Found(oneByOne: LogReader(selection, order: .began))
        let writtenBatches = try Found(batches: LogReader(selection))
        let beganBatches = try Found(batches: LogReader(selection, order: .began))
        #expect(written.exchanges.count == 125 && written.exchanges == writtenBatches.exchanges)
        #expect(began.exchanges == beganBatches.exchanges && Set(began.exchanges) == Set(written.exchanges))
        #expect(began.exchanges.map(\.began) == began.exchanges.map(\.began).sorted())
        for found in [written, began, writtenBatches, beganBatches] {
            #expect(Set(found.connections) == Set(written.connections))
            #expect(Set(found.connections.map(\.number)) == Set(found.exchanges.map(\.connection)))
            #expect(found.losses.map(\.second).sorted() == [0, 1, 2])
            #expect(found.servers.map(\.name).sorted() == ["0.test", "1.test", "2.test"])
        }
    }

    @Test("A selection holds in both orders")
    func selected() throws {
        var some = selection
        some.sessions = [3, 4, 9]
        some.from = .afterStart(.milliseconds(20))
        let written = try Found(batches: LogReader(some)).exchanges
        let began = try Found(oneByOne: LogReader(some, order: .began)).exchanges
        #expect(!began.isEmpty && Set(began) == Set(written) && began.count == written.count)
        #expect(began.allSatisfy { [3, 4, 9].contains($0.session) })
    }

    @Test("Its span, its bytes and the status of each log")
    func facts() throws {
        var reader = try LogReader(selection, order: .began)
        let all = batches.flatMap(\.exchanges)
        #expect(reader.span?.lowerBound == all.map(\.began).min() && reader.span?.upperBound == all.map(\.ended).max())
        while try reader.next() != nil {}
        #expect(reader.statuses.map(\.path) == selection.paths && reader.statuses.allSatisfy { $0.ending == .whole })
        #expect(reader.fileBytes == reader.statuses.reduce(0) { $0 + $1.fileBytes })
    }

    @Test("A log that is being written is followed")
    func following() throws {
        let path = folder.file("live.rlog")
        var writer = try SessionLogWriter(path: path)
        var traffic = SampleTraffic(seed: 72)
        try writer.append(traffic.batch(3))
        try writer.closeBlock()
        var reader = try LogReader(LogSelection(paths: [path]))
        var batch = ExchangeBatch()
        #expect(try reader.next(into: &batch) && batch.records.count == 3)
        #expect(try !reader.next(into: &batch) && reader.statuses.map(\.ending) == [.beingWritten])
        try writer.append(traffic.batch(4))
        try writer.closeBlock()
        #expect(try reader.next(into: &batch) && batch.records.count == 4)
        try writer.finish()
        #expect(try !reader.next(into: &batch) && reader.statuses.map(\.ending) == [.whole])
    }
}
