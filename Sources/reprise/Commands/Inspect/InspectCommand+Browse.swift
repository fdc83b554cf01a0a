import Glibc
import Live
import Report
import SessionLog
import Traffic

/// Serves the recording to a browser, page by page.
extension InspectCommand {
    func browsePages(port: UInt16) throws {
        var content = try pageContent()
        content.isServed = true
        let overview = LogReport(content).text
        let server: PageServer
        do throws(LiveServer.Failure) {
            server = try PageServer(port: port) { target in try page(at: target, overview: overview) }
        } catch {
            throw CommandFailure(error.description)
        }
        defer { server.stop() }
        try Interrupt.catchSignals()
        Console.note("http://127.0.0.1:\(server.port)/ shows \(input.name); Ctrl-C ends it")
        while !Interrupt.isRequested { usleep(100_000) }
    }

    /// The page at a path with its query; nil if there is none.
    private func page(at target: String, overview: String) throws -> String? {
        let path = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = path.count > 1 ? path[1] : ""
        if path[0] == "/" { return overview }
        if path[0] == "/exchanges" {
            let from = query.split(separator: "&").first { $0.hasPrefix("from=") }.flatMap {
                UInt64($0.dropFirst(5))
            }
            return try exchangeList(from: max(1, from ?? 1))
        }
        guard path[0].hasPrefix("/exchange/"), let number = UInt64(path[0].dropFirst(10)), number > 0 else {
            return nil
        }
        return try exchangePage(number)
    }

    private func exchangeList(from first: UInt64) throws -> String {
        let selection = try input.selection()
        var exchanges = try NumberedExchanges(selection, filter: filters.filter(of: selection))
        var shown: [LogReport.Shown] = []
        var hasMore = false
        while let next = try exchanges.next() {
            guard next.number >= first else { continue }
            guard next.number - first < ExchangeListReport.pageLength else {
                hasMore = true
                break
            }
            shown.append(self.shown(next.exchange, number: next.number))
        }
        return ExchangeListReport.list(shown, of: input.name, from: first, hasMore: hasMore)
    }

    private func exchangePage(_ number: UInt64) throws -> String? {
        var exchanges = try NumberedExchanges(try input.selection())
        guard let found = try exchanges.exchange(numbered: number) else { return nil }
        return ExchangeListReport.exchange(
            shown(found.exchange, number: number, connection: found.connection), of: input.name)
    }
}
