import Credentials
import Formats
import Plan
import Redaction
import Report
import SessionLog
import Traffic

/// Lists exchanges: as they are read, or the first ones in a given order.
extension InspectCommand {
    /// Copied for each exchange: making one reads the built-in policy.
    private static let freshMask = SecretMask(.stars)
    /// Lines are written in chunks of this size.
    private static let chunkBytes = 1 << 16

    func listExchanges() throws {
        let selection = try input.selection()
        var exchanges = try NumberedExchanges(selection, filter: filters.filter(of: selection))
        let table = ExchangeTable(
            span: exchanges.span, width: ResultOutput.isTerminal ? ResultOutput.columns : .max)
        var output = ResultOutput()
        if !json { try output.write(table.head + "\n") }
        var ranked = listing.ranking.map { FirstExchanges(by: $0.order, limit: $0.limit) }
        var (listed, text) = (0, "")
        var progress = ProgressLine()
        while !output.isClosed, ranked != nil || listed < listing.limit ?? .max, let next = try exchanges.next() {
            if listing.failed, !RecordedResponse.isFailure(next.exchange) { continue }
            listed += 1
            let row = ListedExchange(
                next.exchange, number: next.number, grpcStatus: RecordedResponse(next.exchange).grpcStatus)
            if ranked != nil {
                ranked?.offer(row) { masked($0, next.exchange) }
                progress.update("\(exchanges.readExchanges) exchanges read")
                continue
            }
            text += try line(masked(row, next.exchange), table)
            guard text.utf8.count >= InspectCommand.chunkBytes else { continue }
            try output.write(text)
            text = ""
        }
        progress.clear()
        let rows = ranked?.rows ?? []
        for row in rows {
            text += try line(row, table)
            guard text.utf8.count >= InspectCommand.chunkBytes else { continue }
            try output.write(text)
            text = ""
        }
        try output.write(text)
        if listed == 0 { Console.note("no exchange matches (\(exchanges.readExchanges.grouped) read)") }
        if listing.slowest == nil, listing.limit == nil, let ranked, ranked.offered > rows.count {
            Console.note(
                "the first \(rows.count.grouped) of \(ranked.offered.grouped) are listed; --limit N lists more")
        }
        try input.warn(of: exchanges.statuses, readableExchanges: exchanges.readExchanges)
    }

    /// The row with the secrets in its target masked.
    func masked(_ row: ListedExchange, _ exchange: Exchange) -> ListedExchange {
        guard !showSecrets, let target = row.target else { return row }
        var (row, mask) = (row, InspectCommand.freshMask)
        mask.learn(exchange)
        row.target = mask.target(target)
        return row
    }

    private func line(_ row: ListedExchange, _ table: ExchangeTable) throws -> String {
        guard json else { return table.row(row) + "\n" }
        return try JSONText.encodedText(row, isPretty: false) + "\n"
    }
}
