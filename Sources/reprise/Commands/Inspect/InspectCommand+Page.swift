import Analysis
import Formats
import Plan
import Redaction
import Report
import SessionLog
import Traffic

/// The recording as a page.
extension InspectCommand {
    /// The most exchanges whose messages are on the page, and the most text of all of them, so that a page opens in a
    /// second.
    private static let shownExchanges = 500
    private static let shownBytes = 1 << 20
    /// The most text of one exchange, in bytes.
    private static let exchangeBytes = 16 << 10
    /// The most exchanges that are searched for bindings: the search holds them in memory.
    private static let searchedExchanges = 50_000

    func writePage(to path: String) throws {
        try OutputPaths.check([path], against: input.choice.inputs)
        var file = try ResultOutput.open(path: path, overwrites: force)
        try file.write(LogReport(try pageContent()).text)
    }

    func pageContent() throws -> LogReport.Content {
        let selection = try input.selection()
        var filter = filters.filter
        filter.templates = try EndpointTemplates.learned(from: selection, rules: filters.rules())
        let survey = try LogSurvey.summary(of: selection, filter: filter, templates: filter.templates)
        try input.warn(of: survey.statuses, readableExchanges: survey.summary.exchanges)
        let summary = survey.summary
        var exchanges = try NumberedExchanges(selection, filter: filters.filter(of: selection))
        // From the start of the first exchange to the start of the last: everything drawn lies between.
        var picture = RecordingOverview(from: summary.began ?? 0, to: summary.ended ?? 0)
        var shown: [LogReport.Shown] = []
        var bytes = 0
        while let next = try exchanges.next() {
            guard shown.count < Self.shownExchanges, bytes < Self.shownBytes else {
                picture.add(row(of: next.exchange, number: next.number))
                continue
            }
            let own = self.shown(next.exchange, number: next.number)
            picture.add(own.row)
            bytes += own.text.utf8.count
            shown.append(own)
        }
        let rest = summary.exchanges - min(summary.exchanges, UInt64(shown.count))
        let more =
            rest == 0
            ? ""
            : "The page has the first \(shown.count.grouped) of \(summary.exchanges.grouped); "
                + "'reprise inspect \(input.name) --exchange N' shows any of them."
        var content = LogReport.Content(
            name: input.name, summary: summary, picture: picture, exchanges: shown, more: more)
        if summary.exchanges <= UInt64(Self.searchedExchanges), summary.exchanges > 0 {
            do {
                content.bindings = try input.plan(PlanOptions(), filters: filters, hasPrelude: true).findings.bindings
            } catch {
                content.withoutBindings = "The search for them failed: \(error)"
            }
        } else if summary.exchanges > 0 {
            content.withoutBindings =
                "Too many exchanges to search for them here; 'reprise plan \(input.name) --bindings' does."
        }
        return content
    }

    /// The row of an exchange, with the secrets in its target masked.
    private func row(of exchange: Exchange, number: UInt64) -> ListedExchange {
        masked(
            ListedExchange(exchange, number: number, grpcStatus: RecordedResponse(exchange).grpcStatus), exchange)
    }

    /// An exchange with its messages as text.
    func shown(_ exchange: Exchange, number: UInt64, connection: RecordedConnection? = nil) -> LogReport.Shown {
        let options = ExchangePage.Options(showsSecrets: showSecrets)
        let text = ExchangePage(exchange, number: number, connection: connection, options: options).text
        let cut = text.utf8.count > Self.exchangeBytes ? String(text.prefix(Self.exchangeBytes)) + "\n… cut" : text
        return LogReport.Shown(row(of: exchange, number: number), text: cut)
    }
}
