import ArgumentParser
import Formats
import Glibc
import Report

/// The files that `report` writes, and which of them is standard output.
struct ReportOutputs: ParsableArguments {
    @Option(
        help: ArgumentHelp("Write the HTML page to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var html: String?

    @Option(
        help: ArgumentHelp(
            "Of a campaign: write the executive summary page to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var executive: String?

    @Option(
        help: ArgumentHelp("Write the summary as Markdown to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var markdown: String?

    @Flag(
        help: ArgumentHelp(
            "Append the summary to $GITHUB_STEP_SUMMARY, and print an ::error:: line for each failed gate."))
    var github = false

    @Option(
        help: ArgumentHelp(
            "Write CSV tables as Locust does: PREFIX_stats.csv, _stats_history, _failures, _exceptions. Of a campaign: a set for each run.",
            valueName: "prefix"))
    var csv: String?

    @Option(
        help: ArgumentHelp("Write the gates as JUnit XML to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var junit: String?

    @Option(
        name: .customLong("load-test"),
        help: ArgumentHelp(
            "Write a short JSON summary for load-test scripts (test_date, max_users, …, status) to this file.",
            valueName: "file"),
        completion: .file())
    var loadTest: String?

    @Option(
        help: ArgumentHelp(
            "Of a run: write JSON as k6 passes it to handleSummary; '-' is standard output.", valueName: "file"),
        completion: .file())
    var k6: String?

    @Option(
        help: ArgumentHelp(
            "Of a run: write the times of each second as an HdrHistogram log (.hlog); '-' is standard output.",
            valueName: "file"),
        completion: .file()
    )
    var hlog: String?

    @Flag(help: "Print the summary, or campaign.json, as JSON instead of the tables.")
    var json = false

    @Flag(help: "Overwrite output files that exist.")
    var force = false

    /// The given files, without standard output.
    private var files: [String?] { [html, executive, markdown, junit, loadTest, k6, hlog] }

    func validate() throws {
        guard files.count(where: { $0 == "-" }) + (json ? 1 : 0) < 2 else {
            throw ValidationError("Only one output can be standard output: --json, or one file named '-'.")
        }
        if github, getenv("GITHUB_STEP_SUMMARY") == nil {
            throw ValidationError("--github is for a step on GitHub: GITHUB_STEP_SUMMARY is not set.")
        }
    }

    /// Whether an output file is standard output, so that tables are not printed.
    var usesStandardOutput: Bool { files.contains("-") }

    /// Refuses outputs that are inputs.
    func check(against inputs: [String]) throws {
        let tables = csv.map { prefix in CSVTables.suffixes.map { prefix + $0 } } ?? []
        try OutputPaths.check(files.compactMap { $0 } + tables, against: inputs)
    }

    /// Refuses outputs that this kind of folder does not have.
    func refuse(_ options: [(name: String, isGiven: Bool)], because reason: String) throws(CommandFailure) {
        guard let given = options.first(where: \.isGiven) else { return }
        throw CommandFailure("\(given.name): \(reason)", .usage)
    }

    /// Writes a file if its path is given.
    func write(_ path: String?, _ text: () throws -> String) throws {
        guard let path else { return }
        var file = try ResultOutput.open(path: path, overwrites: force)
        try file.write(text())
    }

    /// Writes a set of tables.
    func write(_ tables: CSVTables, prefix: String) throws {
        for table in tables.all { try write(prefix + table.suffix) { table.text } }
    }

    /// Prints tables; on GitHub such that nothing in them acts as a workflow command, followed by a line per failed
    /// gate.
    func show(_ text: String, errors: [String]) throws {
        guard github else {
            if !usesStandardOutput { try ResultOutput.print(text) }
            return
        }
        guard !usesStandardOutput, !json else { return }
        let token =
            String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
        try ResultOutput.print(GitHubAnnotations.quoting(text, token: token) + errors.map { $0 + "\n" }.joined())
    }

    /// Appends to the summary of a step on GitHub, as far as there is room: GitHub rejects a summary of more than 1
    /// MiB.
    func appendToStep(_ markdown: MarkdownSummary) throws {
        guard github, let path = getenv("GITHUB_STEP_SUMMARY").map({ String(cString: $0) }) else { return }
        var status = stat()
        let size = stat(path, &status) == 0 ? Int(status.st_size) : 0
        guard size + markdown.text.utf8.count < MarkdownSummary.byteLimit else {
            Console.warn("the step's summary is full (1 MiB): nothing was added to it")
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        var output = ResultOutput(owning: descriptor, named: path)
        try output.write(markdown.text)
    }
}
