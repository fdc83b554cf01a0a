import Analysis
import ArgumentParser
import Formats
import Foundation
import Measurement
import Report

/// `reprise analyze`: judges a run again, or tables of memory and of requests.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Judge a run or recorded traffic, or find leaks and drift in tables.",
        discussion: """
            Reads a run folder, whole or cut off, and judges it anew: percentiles, memory growth, latency drift, gates. \
            The folder stays as it is. A session log is judged in the same way; it has no schedule, so its times are \
            service times, and its failures are answers of 500 or more and requests without one.

            With --memory it reads comma-separated tables instead, such as another monitor writes: a time and a number \
            of bytes a line, found by the names of the columns (seconds, time, timestamp; bytes, rss_bytes, value) or \
            the first and the second. Columns named requests (sent so far) and started (when the process had started) \
            make load and restarts known. With --latency a line is a request: seconds, milliseconds.

            A verdict is leak, no leak or inconclusive; drift, stable or inconclusive. With --json each table gives one \
            object on one line; growth is told in bytes an hour with its 90 % interval.

            Examples:
              reprise analyze runs/nightly --gate no-leak --gate 'p95(GET /items)<200ms'
              reprise analyze --memory worker-1.csv worker-2.csv --gate no-leak
              reprise analyze --latency requests.csv --json

            Exits with 99 when a gate failed, and with 2 when part of the input could not be read.
            """)

    @Argument(help: ArgumentHelp("A run folder or a session log.", valueName: "run"))
    var folder: String?

    @Option(
        help: ArgumentHelp(
            "A file with endpoints of a log, 'GET /users/{id}' a line; others are learned.", valueName: "file"))
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
            throw ValidationError("Name a run folder or a log, or --memory or --latency tables.")
        }
        let gates = try gates.parsed()
        if !tables.isEmpty, let other = gates.first(where: { $0.subject != .noLeak && $0.subject != .noDrift }) {
            throw ValidationError("Tables know no '\(other.text)', only no-leak and no-drift.")
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
            folder, rules: try RunSource.rules(file: endpoints), key: try sealing.logKey())
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

    private func fails(_ gate: Gate, _ judgement: TableJudgement) -> Bool {
        switch gate.subject {
        case .noLeak:
            judgement.memory.contains { $0 == .leak || (gates.strict && $0 == .inconclusive) }
        default:
            judgement.latency.contains { $0 == .drift || (gates.strict && $0 == .inconclusive) }
        }
    }
}
