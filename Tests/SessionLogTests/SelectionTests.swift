import Glibc
import Testing
import Traffic

@testable import SessionLog

@Suite("Part of a log, and several logs as one")
struct SelectionTests {
    private let folder: ScratchFolder
    init() throws { folder = try ScratchFolder() }

    private func write(
        _ name: String, seed: UInt64, count: Int = 300, blockBytes: Int = 4000, key: LogKey? = nil,
        finishes: Bool = true,
        logID: UInt64 = 1, series: UInt64? = nil
    ) throws -> [Exchange] {
        var traffic = SampleTraffic(seed: seed)
        let batch = traffic.batch(count)
        try writeLog(
            [batch], to: folder.file(name), blockBytes: blockBytes, finishes: finishes, key: key, series: series,
            logID: logID)
        return batch.exchanges
    }

    private func read(_ selection: LogSelection) throws -> (exchanges: [Exchange], connections: Set<UInt32>) {
        var set = try LogReader(selection, order: .began)
        var exchanges: [Exchange] = []
        var connections: Set<UInt32> = []
        while let exchange = try set.next() {
            connections.formUnion(set.takeConnections().map(\.number))
            #expect(connections.contains(exchange.connection), "its connection is named with it or before it")
            exchanges.append(exchange)
        }
        let damaged = set.statuses.filter { !$0.damages.isEmpty }
        #expect(damaged.isEmpty)
        var batches = try LogReader(selection)
        var batch = ExchangeBatch()
        var unordered: [Exchange] = []
        while try batches.next(into: &batch) { unordered.append(contentsOf: batch.exchanges) }
        #expect(Set(unordered) == Set(exchanges))
        #expect(unordered.count == exchanges.count)
        return (exchanges, connections)
    }

    @Test("A span of time, to the nanosecond", arguments: [true, false])
    func time(hasIndex: Bool) throws {
        let all = try write("a.rlog", seed: 61, finishes: hasIndex)
        let times = all.map(\.began).sorted()
        for (from, to) in [(0, 300), (100, 200), (150, 151), (299, 300)] {
            var selection = LogSelection(paths: [folder.file("a.rlog")])
            selection.from = .absolute(times[from])
            selection.to = to < 300 ? .absolute(times[to]) : nil
            let expected = all.filter { $0.began >= times[from] && (to == 300 || $0.began < times[to]) }
            #expect(try read(selection).exchanges.map(\.began) == expected.map(\.began).sorted())
        }
        var relative = LogSelection(paths: [folder.file("a.rlog")])
        relative.from = .afterStart(.nanoseconds(times[20].nanoseconds(since: times[0])))
        relative.to = .afterStart(.nanoseconds(times[40].nanoseconds(since: times[0])))
        #expect(try read(relative).exchanges.map(\.began) == Array(times[20..<40]))
        relative.to = .afterStart(.zero)
        #expect(try read(relative).exchanges.isEmpty)
    }

    @Test("Sessions, with and without an index and sealed", arguments: [(true, false), (false, false), (true, true)])
    func sessions(hasIndex: Bool, isSealed: Bool) throws {
        let key = isSealed ? LogKey(content: Array(0..<32)) : nil
        let all = try write("a.rlog", seed: 62, key: key, finishes: hasIndex)
        var selection = LogSelection(paths: [folder.file("a.rlog")], key: key)
        selection.sessions = [2, 5, 4_000_000]
        #expect(try Set(read(selection).exchanges) == Set(all.filter { [2, 5].contains($0.session) }))
        selection.sessions = [4_000_000]
        #expect(try read(selection).exchanges.isEmpty)
    }

    @Test("Only blocks that may hold what is wanted are read")
    func readsLittle() throws {
        let all = try write("a.rlog", seed: 63)
        let blocks = try BlockIndex(path: folder.file("a.rlog")).entries
        var bytes = try folder.bytes("a.rlog")
        // Every block except those around the middle is damaged, which has no effect.
        let middle = all.map(\.began).sorted()[150]
        for block in blocks where block.earliest > middle.nanoseconds || block.latest < middle.nanoseconds {
            bytes[Int(block.bytes.upperBound) - 1] ^= 1
        }
        try folder.write(bytes, "a.rlog")
        var selection = LogSelection(paths: [folder.file("a.rlog")])
        selection.from = .absolute(middle)
        selection.to = .absolute(CaptureTime(nanoseconds: middle.nanoseconds + 1))
        #expect(try read(selection).exchanges.map(\.began) == [middle])
    }

    @Test("A test of single exchanges")
    func predicate() throws {
        let all = try write("a.rlog", seed: 64)
        var selection = LogSelection(paths: [folder.file("a.rlog")])
        selection.includes = { batch, index in batch.records[index].connection == 3 }
        #expect(try Set(read(selection).exchanges) == Set(all.filter { $0.connection == 3 }))
    }

    @Test("Several logs are merged by time, and their numbers stay distinct")
    func severalLogs() throws {
        let parts = [
            try write("a.rlog", seed: 65, logID: 1), try write("b.rlog", seed: 66, count: 100, logID: 2),
            try write("c.rlog", seed: 67, count: 1, logID: 3),
        ]
        let paths = ["a.rlog", "b.rlog", "c.rlog"].map(folder.file)
        let (merged, connections) = try read(LogSelection(paths: paths))
        #expect(merged.count == 401)
        #expect(merged.map(\.began) == merged.map(\.began).sorted())
        for (place, part) in parts.enumerated() {
            let own = merged.filter { Int($0.session) % 3 == place }.map { exchange in
                var exchange = exchange
                exchange.session /= 3
                exchange.connection /= 3
                return exchange
            }
            #expect(Set(own) == Set(part))
        }
        #expect(connections.count == Set(merged.map(\.connection)).count)
        var selection = LogSelection(paths: paths)
        selection.sessions = [2 * 3 + 1]
        #expect(
            try Set(read(selection).exchanges.map(\.began)) == Set(parts[1].filter { $0.session == 2 }.map(\.began)))
        #expect(
            try Set(LogReader.sessions(of: LogSelection(paths: paths)).sessions.map(\.number))
                == Set(merged.map(\.session)))
    }

    @Test("Logs of one series share their numbers")
    func series() throws {
        let first = try write("1.rlog", seed: 68, logID: 1, series: 77)
        let second = try write("2.rlog", seed: 69, logID: 2, series: 77)
        let paths = ["1.rlog", "2.rlog"].map(folder.file)
        let merged = try read(LogSelection(paths: paths)).exchanges
        #expect(Set(merged) == Set(first + second))
    }

    @Test("A log that is being written is read up to its end, and then further")
    func beingWritten() throws {
        var traffic = SampleTraffic(seed: 70)
        var writer = try SessionLogWriter(path: folder.file("a.rlog"))
        var reader = try BlockReader(path: folder.file("a.rlog"))
        #expect(try reader.next() == nil && reader.ending == .beingWritten)
        var written: [Exchange] = []
        var found: [Exchange] = []
        for _ in 0..<3 {
            let batch = traffic.batch(10)
            written += batch.exchanges
            try writer.append(batch)
            try writer.closeBlock()
            while let batch = try reader.next() { found += batch.exchanges }
            #expect(found == written && reader.ending == .beingWritten && reader.damages.isEmpty)
        }
        try writer.finish()
        #expect(try reader.next() == nil)
        #expect(reader.ending == .whole && reader.damages.isEmpty)
    }

    @Test("A partial block at the end of a log that is being written is neither read nor damage")
    func halfBlock() throws {
        let all = try write("a.rlog", seed: 71, blockBytes: 1 << 20)
        let bytes = try folder.bytes("a.rlog")
        try folder.write(bytes[..<(bytes.count / 2)], "half.rlog")
        let lock = open(folder.file("half.rlog"), O_RDWR)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        var reader = try BlockReader(path: folder.file("half.rlog"))
        #expect(try reader.next() == nil)
        #expect(reader.ending == .beingWritten && reader.damages.isEmpty)
        let rest = Array(bytes[(bytes.count / 2)...])
        #expect(pwrite(lock, rest, rest.count, off_t(bytes.count / 2)) == rest.count)
        #expect(try reader.next()?.exchanges == all)
    }
}
