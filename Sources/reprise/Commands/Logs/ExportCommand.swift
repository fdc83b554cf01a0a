import ArgumentParser
import Formats
import Interchange
import SessionLog
import Traffic

/// `reprise export`: writes a log in a format that other programs read.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a log as JSON Lines, HAR or .gor.",
        discussion: """
            jsonl  one JSON object per exchange, ordered by start. With --full also heads, bodies, trailers, addresses, all \
            times and capture losses: enough to rebuild the log with 'reprise import'
            har    HAR 1.2, for browsers and proxies. Does not contain trailers, responses without a request, content \
            codings (bodies are decoded), header bytes that are not UTF-8, and capture losses
            gor    GoReplay. Does not contain connections, sessions, addresses, https, HTTP/2 (written as HTTP/1.1), responses \
            without a request, and capture losses

            Examples:
              reprise export shop.rlog --to jsonl | jq 'select(.status >= 500).target'
              reprise export shop.rlog --to har -o shop.har
              reprise export shop.rlog --to jsonl --from 5m --until 10m
            """)

    /// The formats.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case jsonl, har, gor
    }

    @OptionGroup var start: LogStart

    @Option(
        help: ArgumentHelp("Only exchanges that began before this time.", valueName: "time"))
    var until: LogTime?

    @Option(
        help: ArgumentHelp(
            "The format to write: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "format"))
    var to: Format

    @OptionGroup var part: LogPart

    private var input: LogChoice { LogChoice(start, part) }

    @Flag(help: "With jsonl: also write heads, bodies, all times and losses. The other formats always do.")
    var full = false

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The file to write; '-' is standard output.", valueName: "file"),
        completion: .file())
    var output = "-"

    @OptionGroup(title: "Filters")
    var filters: FilterArguments

    @Flag(help: "Overwrite the output file if it exists.")
    var force = false

    func run() throws {
        try OutputPaths.check([output], against: input.inputs)
        var exchanges = try LogReader(input.selection(to: until), order: .began)
        var sink = try ResultOutput.open(path: output, overwrites: force)
        var exporter = makeExporter()
        var progress = ProgressLine()
        var (count, written): (UInt64, UInt64) = (0, 0)
        let filter = try filters.filter(of: input.selection(to: until))
        while !sink.isClosed, let exchange = try exchanges.next() {
            exporter.note(exchanges.takeConnections())
            exporter.note(exchanges.takeLosses())
            count += 1
            if !filter.isEmpty, !filter.includes(exchange) { continue }
            exporter.append(exchange)
            written += 1
            if exporter.bytes.count >= ExportCommand.chunkBytes {
                try flush(&exporter, to: &sink)
                if output != "-" || !ResultOutput.isTerminal { progress.update("\(count) exchanges written") }
            }
        }
        exporter.note(exchanges.takeLosses())
        exporter.finish()
        try flush(&exporter, to: &sink)
        progress.clear()
        for (problem, count) in exporter.leftOut.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            Console.warn(
                "left out, \(to.rawValue) cannot contain it: \(Plural.text(count, problem.rawValue))")
        }
        try LogChoice.warn(of: exchanges.statuses, readableExchanges: count)
        if written == 0 { Console.warn(input.reasonForNothing(to: until, filters)) }
    }

    /// Lines are written in chunks of this size.
    private static let chunkBytes = 1 << 18

    private func makeExporter() -> any ExchangeExporter {
        switch to {
        case .jsonl: JSONLinesExporter(isFull: full)
        case .har: HARExporter(version: Reprise.version)
        case .gor: GorExporter()
        }
    }

    private func flush(_ exporter: inout any ExchangeExporter, to sink: inout ResultOutput) throws {
        try exporter.bytes.withUnsafeBytes { try sink.write($0) }
        exporter.removeAll()
    }
}
