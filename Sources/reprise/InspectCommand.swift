import Analysis
import ArgumentParser
import Credentials
import Formats
import Interchange
import Redaction
import Report
import SessionLog
import Traffic

/// `reprise inspect`: what is in a log.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is in a log, how complete it is, and how fast its endpoints were.",
        discussion: """
            Service time is from the first byte of a request to the last byte of its response, as seen where the traffic was \
            recorded. Percentiles are exact to three digits. Kinds of credentials are counted, their values are not shown. \
            --exchange decodes bodies and lays JSON out; it says of tokens, cookies and passwords what they are, and shows \
            them with --show-secrets only. With --json it gives the exchange as 'export --full' does, secrets masked; with \
            --show-secrets as it was recorded.

            Examples:
              reprise inspect shop.rlog
              reprise inspect shop.rlog --json | jq .endpoints
              reprise inspect shop.rlog --exchange 12
            """)

    @OptionGroup var input: LogInput

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "List the sessions too, at most a million.")
    var sessions = false

    @Option(help: ArgumentHelp("Show one exchange whole: the Nth, from 1, by the time it began.", valueName: "n"))
    var exchange: UInt64?

    @Flag(help: "Show the values of tokens, cookies and passwords with --exchange.")
    var showSecrets = false

    @OptionGroup(title: "Which exchanges are looked at")
    var filters: FilterArguments

    func validate() throws {
        if exchange == 0 { throw ValidationError("exchanges are counted from 1") }
        if exchange != nil && sessions { throw ValidationError("--exchange and --sessions exclude each other") }
    }

    func run() throws {
        if let exchange { return try show(exchange: exchange) }
        var progress = ProgressLine()
        let selection = try input.selection()
        var filter = filters.filter
        filter.templates = try EndpointTemplates.learned(from: selection, rules: filters.rules())
        let result = try LogSurvey.summary(
            of: selection, filter: filter, templates: filter.templates, listsSessions: sessions
        ) {
            progress.update("\($0) exchanges read")
        }
        progress.clear()
        let width = ResultOutput.isTerminal ? ResultOutput.columns : .max
        let text =
            json
            ? try JSONText.encodedText(result.summary)
            : InspectPage(result.summary, name: input.name, width: width, advisor: .commandLine).text
        if result.statuses.allSatisfy(\.damages.isEmpty) || result.summary.exchanges > 0 {
            try ResultOutput.print(text)
        }
        try input.warn(of: result.statuses, readableExchanges: result.summary.exchanges)
    }

    private func show(exchange number: UInt64) throws {
        var exchanges = try LogReader(input.selection(), order: .began)
        var connections: [UInt32: RecordedConnection] = [:]
        var count: UInt64 = 0
        let filter = try filters.filter(of: input.selection())
        while let exchange = try exchanges.next() {
            if !filter.includes(exchange) { continue }
            count += 1
            guard count == number else { continue }
            for connection in exchanges.takeConnections() { connections[connection.number] = connection }
            try print(exchange, number: number, connections[exchange.connection])
            return
        }
        try input.warn(of: exchanges.statuses, readableExchanges: count)
        throw CommandFailure("\(input.name) has \(count) exchanges, so there is no exchange \(number)")
    }

    private func print(_ exchange: Exchange, number: UInt64, _ connection: RecordedConnection?) throws {
        guard json else {
            var options = ExchangePage.Options()
            options.usesColor = TerminalReport.Options.standardOutput.usesColor
            options.showsSecrets = showSecrets
            return try ResultOutput.print(
                ExchangePage(exchange, number: number, connection: connection, options: options).text)
        }
        var exporter = JSONLinesExporter(isFull: true)
        exporter.note(connection.map { [$0] } ?? [])
        var mask = SecretMask(.stars)
        exporter.append(showSecrets ? exchange : mask.masked(exchange))
        try ResultOutput.print(String(decoding: exporter.bytes, as: UTF8.self))
    }
}
