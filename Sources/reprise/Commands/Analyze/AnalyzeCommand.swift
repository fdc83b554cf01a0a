import Analysis
import ArgumentParser
import Formats
import Foundation
import Measurement
import Report
import Traffic
import Workflows

/// `reprise analyze`: judges a run again, or judges tables of memory and of requests.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Judge a run or a log again, or find leaks and drift in tables.",
        discussion: """
            Judges a run folder again, including that of a killed run: percentiles, memory growth, latency drift and \
            gates. The folder is not changed. A session log is judged in the same way; it has no schedule, so its times \
            are service times, and its failures are requests with a status of 500 or more, or without a response.

            --memory reads CSV tables of other monitors: a time and a number of bytes per line, in columns named seconds, \
            time or timestamp and bytes, rss_bytes or value, or in the first two columns. Optional columns: requests (sent \
            so far) and started (start time of the process). --latency reads a request per line: seconds, milliseconds.

            Verdicts: leak, no leak or inconclusive; drift, stable or inconclusive. With --json each table produces one object \
            on one line; growth is in bytes per hour with its 90 % interval.

            Examples:
              reprise analyze runs/nightly --gate no-leak --gate 'GET /items: p95<200ms'
              reprise analyze --memory worker-1.csv worker-2.csv --gate no-leak
              reprise analyze --latency requests.csv --json

            Exit codes: 99 a gate failed, 2 part of the input could not be read.
            """)

    @Argument(help: ArgumentHelp("A run folder or a session log.", valueName: "run"), completion: .file())
    var folder: String?

    @Option(
        help: ArgumentHelp(
            "File with endpoint templates, one per line: 'GET /users/{id}'. Other paths are grouped automatically.",
            valueName: "file"))
    var endpoints: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Tables of memory over time instead of a run.", valueName: "file"))
    var memory: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Tables of requests instead of a run.", valueName: "file"))
    var latency: [String] = []

    @OptionGroup var sealing: LogKeyArgument

    @OptionGroup var gates: GateArguments

    @Flag(help: "Print JSON.")
    var json = false

    private var tables: [String] { memory + latency }

    func validate() throws {
        guard (folder == nil) != tables.isEmpty else {
            throw ValidationError("Give a run folder or a log, or tables with --memory or --latency.")
        }
        let gates = try gates.parsed()
        let tests: [Criterion.Figure] = [.noLeak(watch: nil), .noDrift]
        if !tables.isEmpty, let other = gates.first(where: { $0.scope != .run || !tests.contains($0.figure) }) {
            throw ValidationError("Tables support the gates no-leak and no-drift only, not '\(other.text)'.")
        }
    }

    func run() throws {
        if let folder {
            try judge(run: folder)
        } else {
            try judgeTables()
        }
    }

    private func judge(run folder: String) throws {
        let source = try RunSource(
            folder, rules: try EndpointRules(file: endpoints), key: try sealing.logKey())
        let record = source.record
        let conditions = try gates.parsed()
        if let unknown = UnknownEndpoint.first(in: conditions, among: record.description.endpoints) { throw unknown }
        let summary = RunSummary(
            of: record, gates: conditions, isStrict: gates.strict, advisor: .commandLine)
        if json {
            try ResultOutput.print(JSONText.encodedText(summary))
        } else {
            let caption = RunCaption(folder: folder, of: record.description)
            let page = TerminalReport(
                summary, series: RunSeries(of: record), caption: caption, options: .standardOutput)
            try ResultOutput.print(page.text)
        }
        for damage in source.damages where !summary.warnings.contains(damage) { Console.warn(damage) }
        if summary.verdict == .fail { throw ExitStatus.gateFailed.code }
        if !source.damages.isEmpty { throw ExitStatus.badInput.code }
    }

    private func judgeTables() throws {
        var judgement = TableJudgement(isJSON: json)
        for file in memory { try judgement.judge(memory: file) }
        for file in latency { try judgement.judge(latency: file) }
        for gate in try gates.parsed() where fails(gate, judgement) {
            Console.note("gate failed: \(gate.text)")
            throw ExitStatus.gateFailed.code
        }
        if judgement.hasRefused { throw ExitStatus.badInput.code }
    }

    private func fails(_ gate: Criterion, _ judgement: TableJudgement) -> Bool {
        switch gate.figure {
        case .noLeak:
            judgement.memory.contains { $0 == .leak || (gates.strict && $0 == .inconclusive) }
        default:
            judgement.latency.contains { $0 == .drift || (gates.strict && $0 == .inconclusive) }
        }
    }
}
