import Analysis
import ArgumentParser
import Foundation
import Glibc
import Measurement
import Report

/// `reprise analyze`: judges a run again, or tables of memory over time.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Judge a run by other gates, or find leaks in tables of memory.",
        discussion: """
            Reads a run folder, whole or cut off, and judges it anew: percentiles, memory growth, latency drift, gates. \
            The folder stays as it is.

            With --memory it reads comma-separated tables instead, such as another monitor writes: a time and a number \
            of bytes a line, found by the names of the columns (time, seconds, timestamp; rss_bytes, bytes, value) or \
            the first and the second.

            Examples:
              reprise analyze runs/nightly --gate no-leak --gate 'p95(GET /items)<200ms'
              reprise analyze --memory worker-1.csv worker-2.csv --gate no-leak

            Exits with 99 when a gate failed, and with 2 when part of a folder could not be read.
            """)

    @Argument(help: ArgumentHelp("The run folder.", valueName: "run"))
    var folder: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Tables of memory over time instead of a run.", valueName: "file"))
    var memory: [String] = []

    @Option(
        help: ArgumentHelp(
            "What must be met, or it exits with 99. Repeatable.",
            discussion: "no-leak, no-drift, failures<1%, p95<500ms, p99(GET /items)<1s, rps>100, …", valueName: "gate"))
    var gate: [String] = []

    @Flag(help: "An inconclusive gate fails too.")
    var strict = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (folder == nil) != memory.isEmpty else { throw ValidationError("Name a run folder, or --memory tables.") }
        let gates = try parsedGates()
        if !memory.isEmpty, let other = gates.first(where: { $0.subject != .noLeak }) {
            throw ValidationError("Tables of memory know no '\(other.text)', only no-leak.")
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
        let record = try RunRecord(folder: folder)
        let summary = RunSummary(of: record, gates: try parsedGates(), isStrict: strict)
        if json {
            try ResultOutput.print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
        } else {
            let caption = RunCaption(folder: folder, of: record.description)
            let page = TerminalReport(
                summary, series: RunSeries(of: record), caption: caption, options: .standardOutput)
            try ResultOutput.print(page.text)
        }
        if summary.verdict == .fail { throw ExitStatus.gateFailed.code }
        if !record.damages.isEmpty { throw ExitStatus.badInput.code }
    }

    private func judgeTables() throws {
        var findings: [RunSummary.SoakFinding] = []
        for file in memory {
            let samples = try SampleTable(file: file).samples
            findings.append(
                MemoryTrend(samples).finding(subject: file, name: file, lastBytes: samples.values.last ?? 0))
        }
        if json {
            try ResultOutput.print(String(decoding: try JSONText.encode(findings), as: UTF8.self))
        } else {
            let lines = findings.map { "\($0.verdict.rawValue): \($0.explanation)" }
            try ResultOutput.print(lines.joined(separator: "\n"))
        }
        guard !gate.isEmpty else { return }
        if findings.contains(where: { $0.verdict == .growing || (strict && $0.verdict == .inconclusive) }) {
            throw ExitStatus.gateFailed.code
        }
    }

    private func parsedGates() throws -> [Gate] {
        try gate.map { text in
            do throws(GateError) {
                return try Gate(parsing: text)
            } catch {
                throw ValidationError(error.description)
            }
        }
    }
}

extension SampleTable {
    /// The longest line that is read.
    private static let lineLimit = 1 << 16

    /// Reads a file line by line, so that its size does not matter.
    fileprivate init(file path: String) throws {
        self.init()
        guard let file = fopen(path, "re") else {
            throw CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))", .badInput)
        }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: Self.lineLimit)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard text.utf8.count < line.count - 1 else {
                throw CommandFailure("\(path) has too long a line", .badInput)
            }
            do throws(SampleTableError) {
                try append(text.last?.isNewline == true ? text.dropLast() : text[...])
            } catch {
                throw CommandFailure("\(path): \(error)", .badInput)
            }
        }
        guard ferror(file) == 0 else {
            throw CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))", .badInput)
        }
    }
}
