import Analysis
import ArgumentParser
import Formats
import FoundationEssentials
import Glibc
import Measurement
import Report
import Workflows

/// `reprise report`: shows a run again, on the terminal and as a page.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show a run again, or write its page, CSV, JUnit or .hlog file.",
        discussion: """
            Shows the run's own verdict; 'reprise analyze' judges it again with other gates. A killed run is shown as far as \
            it was written, without gates. The page of --html is one self-contained file.

            Examples:
              reprise report run --html run.html
              reprise report run --junit run.xml --csv run

            Exits with 2 when part of the folder could not be read; the rest is shown.
            """)

    @Argument(
        help: ArgumentHelp("Run folder, or the folder of a comparison.", valueName: "folder"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp("Write the HTML page to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var html: String?

    @Option(
        help: ArgumentHelp(
            "Write CSV tables as Locust does: PREFIX_stats.csv, _stats_history, _failures, _exceptions.",
            valueName: "prefix"))
    var csv: String?

    @Option(
        help: ArgumentHelp("Write the gates as JUnit XML to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var junit: String?

    @Option(
        help: ArgumentHelp(
            "Write the times of each second as an HdrHistogram log (.hlog); '-' is standard output.", valueName: "file"),
        completion: .file()
    )
    var hlog: String?

    @Flag(help: "Print the summary as JSON instead of the tables.")
    var json = false

    @Flag(help: "Overwrite output files that exist.")
    var force = false

    func validate() throws {
        guard [json, html == "-", junit == "-", hlog == "-"].count(where: { $0 }) < 2 else {
            throw ValidationError("Only one of --json, --html, --junit and --hlog can use standard output.")
        }
    }

    func run() throws {
        let tables = csv.map { prefix in CSVTables.suffixes.map { prefix + $0 } } ?? []
        try OutputPaths.check([html, junit, hlog].compactMap { $0 } + tables, against: [folder])
        if !RunRecord.isFolder(folder), PairsFolder.isOne(folder) { return try reportPairs() }
        let record = try RunRecord(folder: folder)
        var summary = try summary(of: record)
        if let damage = record.damages.first, summary.ending != .unfinished, summary.ending != .failed {
            let notice = "Part of the run folder is missing or damaged: \(damage)."
            summary.notices = [notice] + (summary.notices ?? [])
        }
        let series = RunSeries(of: record)
        let caption = RunCaption(folder: folder, of: record.description)
        if let html {
            var file = try ResultOutput.open(path: html, overwrites: force)
            try file.write(HTMLReport(summary, series: series, caption: caption).text)
        }
        try writeFiles(record, summary)
        if json {
            try ResultOutput.print(JSONText.encodedText(summary))
        } else if html != "-", junit != "-", hlog != "-" {
            let page = TerminalReport(summary, series: series, caption: caption, options: .standardOutput)
            try ResultOutput.print(page.text)
        }
        for damage in record.damages where !summary.warnings.contains(damage) { Console.warn("\(folder): \(damage)") }
        if !record.damages.isEmpty { throw ExitStatus.badInput.code }
    }

    /// Shows replays that took turns as their comparison.
    private func reportPairs() throws {
        guard csv == nil, junit == nil, hlog == nil else {
            throw CommandFailure(
                "\(folder) is a comparison, which has a page and JSON only; name one of the runs in it", .usage)
        }
        let sides = try PairsFolder.runs(in: folder)
        let margin = LatencyComparison.usualMargin
        let comparison = RunComparison(
            baseline: sides.baseline, candidate: sides.candidate, margin: margin, advisor: .commandLine)
        if let html {
            var file = try ResultOutput.open(path: html, overwrites: force)
            try file.write(ComparisonReport(comparison, margin: margin, title: folder).text)
        }
        if json {
            try ResultOutput.print(JSONText.encodedText(comparison, isPretty: false))
        } else if html != "-" {
            try ResultOutput.print(ComparisonPage(comparison, margin: margin, width: ResultOutput.columns).text)
        }
        let damages = (sides.baseline + sides.candidate).flatMap(\.damages)
        for damage in damages { Console.warn("\(folder): \(damage)") }
        if !damages.isEmpty { throw ExitStatus.badInput.code }
    }

    private func writeFiles(_ record: RunRecord, _ summary: RunSummary) throws {
        if let csv {
            for table in CSVTables(RunFigures(of: record)).all {
                var file = try ResultOutput.open(path: csv + table.suffix, overwrites: force)
                try file.write(table.text)
            }
        }
        if let junit {
            var file = try ResultOutput.open(path: junit, overwrites: force)
            try file.write(JUnitReport(summary, name: folder).text)
        }
        if let hlog {
            var file = try ResultOutput.open(path: hlog, overwrites: force)
            try file.write(HistogramLog.text(of: record))
        }
    }

    /// The summary that the run was given, or the figures alone of a run that did not live to have one.
    private func summary(of record: RunRecord) throws -> RunSummary {
        do throws(RunFolderError) {
            return try RunRecord.summary(RunSummary.self, inFolder: folder)
        } catch .system(_, _, ENOENT) {
            return RunSummary(of: record, advisor: .commandLine)
        }
    }
}
