import ArgumentParser
import SessionLog
import Traffic

/// `reprise export`: a log in a format that other programs read.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a log's exchanges in a format that other programs read.",
        discussion: """
            jsonl: one JSON object a line and exchange, in the order in which they began. With --full also heads, bodies, \
            trailers, addresses and all byte times, enough to rebuild the log; what capture lost is not carried.

            Example: reprise export shop.rlog --to jsonl | jq -r 'select(.status >= 500) | .target'
            """)

    /// The formats.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case jsonl
    }

    @OptionGroup var input: LogArgument

    @Option(help: "The format to write.")
    var to: Format

    @Flag(help: "Write heads, bodies and all times too.")
    var full = false

    @Option(name: .shortAndLong, help: "The file to write; '-' is standard output.")
    var output = "-"

    @Flag(help: "Overwrite the output file.")
    var force = false

    func run() throws {
        var exchanges = try OrderedExchanges(path: input.log)
        var sink = try ResultOutput.open(path: output, overwrites: force)
        var exporter = JSONLinesExporter(isFull: full)
        var progress = ProgressLine()
        var count: UInt64 = 0
        while !sink.isClosed, let exchange = try exchanges.next() {
            exporter.note(exchanges.takeConnections())
            exporter.append(exchange)
            count += 1
            if exporter.bytes.count >= ExportCommand.chunkBytes {
                try flush(&exporter, to: &sink)
                if output != "-" || !ResultOutput.isTerminal { progress.update("\(count) exchanges written") }
            }
        }
        try flush(&exporter, to: &sink)
        progress.clear()
        try input.warn(of: exchanges.damages, ending: exchanges.ending, readableExchanges: count)
    }

    /// Lines are written in chunks of this size.
    private static let chunkBytes = 1 << 18

    private func flush(_ exporter: inout JSONLinesExporter, to sink: inout ResultOutput) throws {
        try exporter.bytes.withUnsafeBytes { try sink.write($0) }
        exporter.removeAll()
    }
}
