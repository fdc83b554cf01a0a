import Analysis
import ArgumentParser
import Measurement
import Report

/// `reprise merge`: merges the runs of several generators.
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge the runs of several generators into one run.",
        discussion: """
            The runs are aligned by their starts and added up, second by second. Percentiles are exact: histograms are \
            added, percentiles are not averaged.

            Example:
              reprise merge shard-1 shard-2 shard-3 -o whole
            """)

    @Argument(help: ArgumentHelp("Run folders.", valueName: "folder"), completion: .directory)
    var runs: [String]

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Run folder to write.", valueName: "folder")
    )
    var output: String

    @Flag(help: "Overwrite the run folder if it exists.")
    var force = false

    @OptionGroup var gates: GateArguments

    func run() throws {
        try OutputPaths.check([output], against: runs)
        let records = try runs.map { try RunRecord(folder: $0) }
        let merged = RunRecord(merging: records)
        let conditions = try gates.parsed()
        if let unknown = UnknownEndpoint.first(in: conditions, among: merged.description.endpoints) { throw unknown }
        var folder = try RunFolder(creating: output, merged.description, overwrites: force)
        try merged.write(into: &folder)
        let summary = RunSummary(of: merged, gates: conditions, isStrict: gates.strict, advisor: .commandLine)
        try folder.writeSummary(summary)
        let series = RunSeries(of: merged)
        let caption = RunCaption(folder: output, of: merged.description)
        try ResultOutput.print(
            TerminalReport(summary, series: series, caption: caption, options: .standardOutput).text)
        for (path, record) in zip(runs, records) {
            for damage in record.damages { Console.warn("\(path): \(damage)") }
        }
        if summary.verdict == .fail { throw ExitStatus.gateFailed.code }
        if !merged.damages.isEmpty { throw ExitStatus.badInput.code }
    }
}
