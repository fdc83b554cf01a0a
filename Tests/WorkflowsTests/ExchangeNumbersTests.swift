import Interchange
import Plan
import SessionLog
import TestSupport
import Testing
import Traffic
import Workflows

/// The numbers of the exchanges behind a plan's requests are those of `inspect --list`.
@Suite struct ExchangeNumbersTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func importing(_ file: String) throws -> LogSelection {
        let log = folder.file("a.rlog")
        var run = ImportRun(
            try SessionLogWriter(path: log), grouping: .placed(.auto), keyLog: nil, kept: ExchangeFilter()
        ) { _ in true }
        try run.readPackets([file])
        _ = try run.finish()
        return LogSelection(paths: [log])
    }

    private func log(of exchanges: [Exchange]) throws -> LogSelection {
        let log = folder.file("b.rlog")
        var batch = ExchangeBatch()
        for exchange in exchanges { batch.append(exchange) }
        var writer = try SessionLogWriter(path: log)
        try writer.append(batch)
        try writer.finish()
        return LogSelection(paths: [log])
    }

    /// The exchanges of a selection by number.
    private func exchanges(_ selection: LogSelection) throws -> [UInt64: Exchange] {
        var exchanges = try NumberedExchanges(selection)
        var found: [UInt64: Exchange] = [:]
        while let next = try exchanges.next() { found[next.number] = next.exchange }
        return found
    }

    /// Expects that each request of `plan` has the number of the exchange it was made of, and no two the same.
    private func check(_ plan: ReplayPlan, _ numbers: [[UInt64]], _ exchanges: [UInt64: Exchange]) throws {
        #expect(numbers.map(\.count) == plan.scripts.map(\.requests.count))
        for (script, own) in zip(plan.scripts, numbers) {
            for (request, number) in zip(script.requests, own) {
                let exchange = try #require(exchanges[number], "\(request.method) of session \(script.sessionNumber)")
                let head = try #require(exchange.request?.head)
                #expect(String(decoding: head, as: UTF8.self).hasPrefix("\(request.method) "))
                #expect(exchange.status == request.expectedStatus)
                #expect(exchange.began == request.recorded?.began && exchange.session == request.recorded?.session)
            }
        }
        let all = numbers.flatMap { $0 }
        #expect(Set(all).count == all.count)
    }

    @Test func everyRequestOfAPlanHasItsNumber() throws {
        let selection = try importing(ProjectFile.path("captures/demo.pcap"))
        let sessions = try LogReader.sessions(of: selection).sessions
        let plan = try ReplayPlan(sessions: sessions, options: PlanOptions())
        let found = try exchanges(selection)
        #expect(found.count > 200)
        try check(plan, plan.exchangeNumbers(in: selection), found)
    }

    @Test("Requests of a prelude have theirs, although they are sent at other times than recorded")
    func preludesHaveNumbers() throws {
        let selection = try importing(ProjectFile.path("captures/demo.pcap"))
        let sessions = try LogReader.sessions(of: selection).sessions
        let plan = try ReplayPlan(sessions: sessions, options: PlanOptions()) { $0.status == 201 }
        #expect(plan.scripts.contains { $0.requests.contains(where: \.isPrelude) })
        try check(plan, plan.exchangeNumbers(in: selection), exchanges(selection))
    }

    @Test("Requests of a session that is joined with another one have theirs")
    func joinedSessionsHaveNumbers() throws {
        let token = "Zk3vQ9tB2mXw7LsR4nYc8dHf1"
        let selection = try log(of: [
            Exchange(
                "POST", path: "/login", session: 1, begin: 1000, end: 1040, responseBody: #"{"token":"\#(token)"}"#),
            Exchange(path: "/other", session: 3, begin: 1100, end: 1150),
            Exchange(
                path: "/me", session: 2, begin: 1500, end: 1510, fields: [("Authorization", "Bearer \(token)")]),
        ])
        let plan = try ReplayPlan(sessions: LogReader.sessions(of: selection).sessions, options: PlanOptions())
        #expect(plan.findings.joinedSessions == 1)
        try check(plan, plan.exchangeNumbers(in: selection), exchanges(selection))
    }

    @Test("Exchanges that begin at the same time are told apart, and are found quickly")
    func exchangesOfTheSameTimeHaveNumbers() throws {
        let selection = try log(
            of: (0..<20_000).map { index in
                Exchange(path: "/items/\(index)", begin: 1000, end: 1010, status: index % 3 == 0 ? 404 : 200)
            })
        let plan = try ReplayPlan(sessions: LogReader.sessions(of: selection).sessions, options: PlanOptions())
        try check(plan, plan.exchangeNumbers(in: selection), exchanges(selection))
    }

    @Test func requestsOfPartsThatAreNotSelectedHaveNone() throws {
        var selection = try importing(ProjectFile.path("captures/demo.pcap"))
        let plan = try ReplayPlan(sessions: LogReader.sessions(of: selection).sessions, options: PlanOptions())
        selection.sessions = [1]
        let numbers = try plan.exchangeNumbers(in: selection)
        for (script, own) in zip(plan.scripts, numbers) {
            #expect(own.allSatisfy { ($0 > 0) == (script.sessionNumber == 1) }, "session \(script.sessionNumber)")
        }
    }
}
