import Analysis
import ArgumentParser
import Formats
import FoundationEssentials
import Glibc
import Measurement
import Report

/// `reprise report`: shows a run again, on the terminal and as a page.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show a run: its verdict, figures and pictures.",
        discussion: """
            Reads a run folder and sends nothing. Shows the verdict that the run was given; a run that was killed before it \
            had one is reported as far as it was kept, without gates.

            The page of --html is one file with everything in it, to be mailed or kept: it loads nothing.

            Exits with 2 when part of the folder could not be read; what could is shown all the same.
            """)

    @Argument(help: ArgumentHelp("The run folder, or the folder of a comparison.", valueName: "run"))
    var folder: String

    @Option(help: ArgumentHelp("Write the page with the pictures to FILE ('-': standard output).", valueName: "file"))
    var html: String?

    @Option(
        help: ArgumentHelp(
            "Write tables such as Locust's: PREFIX_stats.csv, _stats_history, _failures, _exceptions.",
            valueName: "prefix"))
    var csv: String?

    @Option(help: ArgumentHelp("Write the gates as JUnit's XML to FILE ('-': standard output).", valueName: "file"))
    var junit: String?

    @Option(
        help: ArgumentHelp(
            "Write the times of every second as an HdrHistogram log (.hlog) to FILE.", valueName: "file"))
    var hlog: String?

    @Flag(help: "Print the summary as JSON instead of the tables.")
    var json = false

    @Flag(help: "Overwrite FILE if it exists.")
    var force = false

    func validate() throws {
        guard [json, html == "-", junit == "-", hlog == "-"].count(where: { $0 }) < 2 else {
            throw ValidationError("Only one of --json, --html, --junit and --hlog can have standard output.")
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
                "\(folder) holds pairs of runs: they have a page and JSON only; name one of its runs", .usage)
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
