import Formats
import Testing
import Traffic

@testable import SessionLog

@Suite("Exchanges with their numbers, and lists of them")
struct NumberedExchangesTests {
    private let folder: ScratchFolder
    init() throws { folder = try ScratchFolder() }

    private func log() throws -> (path: String, began: [Exchange]) {
        var traffic = SampleTraffic(seed: 71)
        let batch = traffic.batch(300)
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 4000)
        return (folder.file("a.rlog"), batch.exchanges.sorted { $0.began < $1.began })
    }

    private func numbers(_ selection: LogSelection, _ filter: ExchangeFilter = ExchangeFilter()) throws -> [UInt64] {
        var exchanges = try NumberedExchanges(selection, filter: filter)
        var numbers: [UInt64] = []
        while let next = try exchanges.next() { numbers.append(next.number) }
        return numbers
    }

    @Test("A number counts all exchanges of the log, whatever is selected")
    func numbersDoNotChange() throws {
        let (path, all) = try log()
        #expect(try numbers(LogSelection(paths: [path])) == Array(1...300))
        var part = LogSelection(paths: [path])
        part.from = .absolute(all[100].began)
        part.to = .absolute(all[200].began)
        let inTime = all.indices.filter { (all[100].began..<all[200].began).contains(all[$0].began) }
        #expect(try numbers(part) == inTime.map { UInt64($0 + 1) })
        var session = LogSelection(paths: [path])
        session.sessions = [3]
        #expect(try numbers(session) == all.indices.filter { all[$0].session == 3 }.map { UInt64($0 + 1) })
        var filter = ExchangeFilter()
        filter.methods = ["GET"]
        #expect(try numbers(LogSelection(paths: [path]), filter).isEmpty, "all are POST")
    }

    @Test("The exchange of a number is found, with its connection")
    func exchangeOfNumber() throws {
        let (path, all) = try log()
        for number in [1, 17, 300] {
            var exchanges = try NumberedExchanges(LogSelection(paths: [path]))
            let found = try #require(try exchanges.exchange(numbered: UInt64(number)))
            #expect(found.exchange == all[number - 1])
            #expect(found.connection?.number == found.exchange.connection)
        }
        var exchanges = try NumberedExchanges(LogSelection(paths: [path]))
        #expect(try exchanges.exchange(numbered: 301) == nil)
        #expect(exchanges.readExchanges == 300)
    }

    private func row(
        _ number: UInt64, ms: Double? = 1, status: UInt16? = 200, path: String = "/", bytes: UInt64 = 0
    ) -> ListedExchange {
        var row = ListedExchange(
            Exchange(connection: 1, session: 1, request: nil, response: nil, status: nil), number: number)
        row.ms = ms
        row.status = status
        row.target = path
        row.responseBodyBytes = bytes
        return row
    }

    @Test("The first of an order are the first of a full sort", arguments: ListOrder.allCases)
    func firstOfOrder(order: ListOrder) {
        var random = SplitMix64(seed: 5)
        var rows: [ListedExchange] = []
        for number in 1...500 {
            let ms = number % 50 == 0 ? nil : Double(UInt8.random(in: 0...99, using: &random))
            let statuses: [UInt16] = [200, 404, 500]
            let status = number % 60 == 0 ? nil : statuses.randomElement(using: &random)
            let path = "/\(UInt8.random(in: 0...9, using: &random))"
            let bytes = UInt64.random(in: 0...20, using: &random)
            rows.append(row(UInt64(number), ms: ms, status: status, path: path, bytes: bytes))
        }
        var first = FirstExchanges(by: order, limit: 40)
        for row in rows.shuffled(using: &random) { first.offer(row) }
        #expect(first.rows == Array(rows.sorted(by: order.lists).prefix(40)))
        #expect(first.offered == 500)
    }

    @Test("The slowest come first, those without a time last")
    func slowest() {
        var first = FirstExchanges(by: .ms, limit: 3)
        for row in [row(1, ms: nil), row(2, ms: 5), row(3, ms: 900), row(4, ms: 5)] { first.offer(row) }
        #expect(first.rows.map(\.number) == [3, 2, 4])
        var all = FirstExchanges(by: .ms, limit: 9)
        for row in [row(1, ms: nil), row(2, ms: 5), row(3, ms: 900)] { all.offer(row) }
        #expect(all.rows.map(\.number) == [3, 2, 1])
    }
}
