import Analysis
import ArgumentParser
import Formats
import Report
import Workflows

/// `reprise history`: shows figures from run to run.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show the figures of a folder's runs over time, and at which run they changed.",
        discussion: """
            Reads the summaries of the runs and campaigns in a folder. Only statistically significant changes are \
            reported, by the statistics of 'compare'. Runs whose generator was too slow are shown, but left out of \
            the search. Runs that differ in log, speed, sessions, rate or duration are separate histories.

            Examples:
              reprise history runs
              reprise history runs --html history.html
            """)

    @Argument(help: ArgumentHelp("Folder with run or campaign folders.", valueName: "folder"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp("Write the HTML page to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var html: String?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Overwrite the page if it exists.")
    var force = false

    func run() throws {
        let history = try HistoryFolder(folder)
        for problem in history.unread { Console.warn("\(folder)/\(problem)") }
        guard !history.histories.isEmpty else {
            throw CommandFailure("\(folder) has no run folder and no campaign folder", .badInput)
        }
        if let html {
            var file = try ResultOutput.open(path: html, overwrites: force)
            try file.write(HistoryReport(history.histories, title: folder).text)
        }
        if json {
            try ResultOutput.print(JSONText.encodedText(history.histories))
        } else if html != "-" {
            try ResultOutput.print(HistoryPage(history.histories, width: ResultOutput.columns).text)
        }
    }
}
