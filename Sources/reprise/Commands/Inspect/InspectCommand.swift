import Analysis
import ArgumentParser
import Credentials
import Formats
import Interchange
import Redaction
import Report
import SessionLog
import Traffic

/// `reprise inspect`: shows what is in a log.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is in a log: completeness, endpoints and percentiles, or single exchanges.",
        discussion: """
            Without options: a summary with a row for each endpoint. Service time runs from the first byte of a request to \
            the last byte of its response, as seen where the traffic was recorded.

            --list, --slowest, --failed and --sort list exchanges. The number in the first column is the one that \
            --exchange takes; it does not change with filters.

            --exchange shows one exchange with its bodies decoded. Secrets are masked unless --show-secrets is given. With \
            --json, lists have one object per line, and --exchange prints what 'export --full' writes.

            Examples:
              reprise inspect shop.rlog
              reprise inspect shop.rlog --slowest 10
              reprise inspect shop.rlog --failed --endpoint 'POST /orders'
              reprise inspect shop.rlog --exchange 12
              reprise inspect shop.rlog --json | jq .endpoints
              reprise inspect shop.rlog --html shop.html
            """)

    @OptionGroup var input: LogInput

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Add a table of the sessions, at most 1,000,000.")
    var listSessions = false

    @Flag(name: .customLong("sessions"), help: ArgumentHelp("As --list-sessions.", visibility: .hidden))
    var sessionsFlag = false

    private var sessions: Bool { listSessions || sessionsFlag }

    @OptionGroup var listing: ListArguments

    @Option(
        help: ArgumentHelp(
            "Write the recording as an HTML page to this file: traffic over time, sessions, exchanges; '-' is standard output.",
            valueName: "file"),
        completion: .file())
    var html: String?

    @Option(
        defaultAsFlag: 0,
        help: ArgumentHelp(
            "Serve the recording to a browser on this machine until Ctrl-C. Default port: a free one.",
            valueName: "port"))
    var browse: UInt16?

    @Flag(help: "Overwrite the page if it exists.")
    var force = false

    @Option(help: ArgumentHelp("Show exchange number N, as --list numbers them, from 1.", valueName: "n"))
    var exchange: UInt64?

    @Flag(help: "Show the values of tokens, cookies and passwords in lists and with --exchange.")
    var showSecrets = false

    @OptionGroup(title: "Filters")
    var filters: FilterArguments

    func validate() throws {
        if exchange == 0 { throw ValidationError("--exchange counts from 1.") }
        let isPart = input.to != nil || input.choice.from != nil || !input.choice.session.isEmpty
        if exchange != nil, isPart || !filters.filter.isEmpty {
            throw ValidationError("--exchange N counts all exchanges of the logs: give it without filters.")
        }
        if [exchange != nil, sessions, listing.isList, html != nil, browse != nil].count(where: { $0 }) > 1 {
            throw ValidationError(
                "Give one of --exchange, --list-sessions, --html, --browse and the options that list exchanges.")
        }
    }

    func run() throws {
        if let exchange { return try show(exchange: exchange) }
        if listing.isList { return try listExchanges() }
        if let html { return try writePage(to: html) }
        if let browse { return try browsePages(port: browse) }
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
                + "Single exchanges: --slowest 10, --failed or --list; --exchange N shows one.\n"
        if result.statuses.allSatisfy(\.damages.isEmpty) || result.summary.exchanges > 0 {
            try ResultOutput.print(text)
        }
        try input.warn(of: result.statuses, readableExchanges: result.summary.exchanges)
        if result.summary.exchanges == 0 { Console.warn(input.choice.reasonForNothing(to: input.to, filters)) }
    }

    private func show(exchange number: UInt64) throws {
        let selection = try input.selection()
        var exchanges = try NumberedExchanges(selection)
        if let (exchange, connection) = try exchanges.exchange(numbered: number) {
            return try print(exchange, number: number, connection)
        }
        try input.warn(of: exchanges.statuses, readableExchanges: exchanges.readExchanges)
        let count = Plural.text(exchanges.readExchanges, "exchange")
        throw CommandFailure("\(input.name) has \(count): there is no exchange \(number)")
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
