import Analysis
import ArgumentParser
import Formats
import FoundationEssentials
import Glibc
import Measurement
import Report
import Workflows

/// `reprise report`: shows a run or a campaign again, on the terminal, as a page, and in formats that other tools read.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show a run or a campaign again, or write its page, CSV, JUnit, Markdown or .hlog file.",
        discussion: """
            Shows the run's own verdict; 'reprise analyze' judges it again with other gates. A killed run is shown as far as \
            it was written, without gates. Pages are self-contained files.

            Examples:
              reprise report run --html run.html --apdex 500ms
              reprise report run --junit run.xml --csv run
              reprise report runs/shop --github
              reprise report runs/shop --html shop.html --baseline runs/shop-last-week

            Exits with 2 when part of the folder could not be read; the rest is shown.
            """)

    @Argument(
        help: ArgumentHelp("Run folder, campaign folder, or the folder of a comparison.", valueName: "folder"),
        completion: .directory)
    var folder: String

    @OptionGroup var outputs: ReportOutputs

    @Option(
        help: ArgumentHelp(
            "Also show the Apdex: the share of requests answered within T, plus half of those within 4T.",
            valueName: "t"
        ))
    var apdex: Duration?

    @Option(
        help: ArgumentHelp(
            "Of a campaign: the earlier campaign to compare with. Default: the last one of the same name next to it.",
            valueName: "folder"),
        completion: .directory)
    var baseline: String?

    func validate() throws {
        if let apdex, apdex <= .zero { throw ValidationError("--apdex takes a time above 0, such as 500ms.") }
    }

    func run() throws {
        try outputs.check(against: [folder] + [baseline].compactMap { $0 })
        if RunRecord.isFolder(folder) { return try reportRun() }
        if CampaignFolder.isOne(folder) { return try reportCampaign() }
        if PairsFolder.isOne(folder) { return try reportPairs() }
        return try reportRun()
    }

    private func reportRun() throws {
        try outputs.refuse(
            [("--executive", outputs.executive != nil), ("--baseline", baseline != nil)],
            because: "\(folder) is not a campaign; 'reprise compare' compares runs")
        let record = try RunRecord(folder: folder)
        var summary = try RunSummary(reading: record, inFolder: folder, advisor: .commandLine)
        if let damage = record.damages.first, summary.ending != .unfinished, summary.ending != .failed {
            let notice = "Part of the run folder is missing or damaged: \(damage)."
            summary.notices = [notice] + (summary.notices ?? [])
        }
        let series = RunSeries(of: record)
        let caption = RunCaption(folder: folder, of: record.description)
        let startedAt = record.description.startedAt
        let apdex = apdex.flatMap { Apdex(of: record, thresholdMs: $0 / .milliseconds(1)) }
        try outputs.write(outputs.html) {
            HTMLReport(summary, series: series, caption: caption, apdex: apdex).text
        }
        let markdown = MarkdownSummary(summary, series: series, caption: caption)
        try outputs.write(outputs.markdown) { markdown.text }
        if let csv = outputs.csv { try outputs.write(CSVTables(RunFigures(of: record)), prefix: csv) }
        try outputs.write(outputs.junit) { JUnitReport(summary, name: folder, startedAt: startedAt).text }
        try outputs.write(outputs.loadTest) {
            try JSONText.encodedText(LoadTestSummary(summary, name: caption.title, startedAt: startedAt)) + "\n"
        }
        try outputs.write(outputs.k6) { try JSONText.encodedText(K6Summary(record, summary)) + "\n" }
        try outputs.write(outputs.hlog) { HistogramLog.text(of: record) }
        try outputs.appendToStep(markdown)
        if outputs.json {
            try ResultOutput.print(JSONText.encodedText(summary))
        } else {
            let page = TerminalReport(
                summary, series: series, caption: caption, apdex: apdex, options: .standardOutput)
            try outputs.show(page.text, errors: GitHubAnnotations.errors(of: summary, name: caption.title))
        }
        for damage in record.damages where !summary.warnings.contains(damage) { Console.warn("\(folder): \(damage)") }
        if summary.ending == .unfinished {
            Console.note("'reprise analyze \(folder) --gate …' judges what was recorded")
        }
        if !record.damages.isEmpty { throw ExitStatus.badInput.code }
    }

    private func reportCampaign() throws {
        try outputs.refuse(
            [("--k6", outputs.k6 != nil), ("--hlog", outputs.hlog != nil)],
            because: "\(folder) is a campaign; give one of the runs in it")
        let campaign = try CampaignFolder(folder)
        let reading = try CampaignReading(campaign, baseline: baseline, apdex: apdex, advisor: .commandLine)
        let content = reading.content
        try outputs.write(outputs.html) { CampaignReport(content).text }
        try outputs.write(outputs.executive) { ExecutiveReport(content).text }
        let markdown = MarkdownSummary(content)
        try outputs.write(outputs.markdown) { markdown.text }
        if let csv = outputs.csv {
            for part in campaign.result.scenarios {
                for run in campaign.runs(of: part) {
                    let record = try RunRecord(folder: "\(folder)/\(run)")
                    try outputs.write(
                        CSVTables(RunFigures(of: record)), prefix: "\(csv)-\(run.replacing("/", with: "-"))")
                }
            }
        }
        try outputs.write(outputs.junit) { JUnitReport(campaign.result).text }
        try outputs.write(outputs.loadTest) { try JSONText.encodedText(LoadTestSummary(content)) + "\n" }
        try outputs.appendToStep(markdown)
        if outputs.json {
            try ResultOutput.print(JSONText.encodedText(campaign.result))
        } else {
            try outputs.show(
                CampaignPage(campaign.result, width: ResultOutput.columns).text,
                errors: GitHubAnnotations.errors(of: campaign.result))
        }
        for damage in reading.damages { Console.warn("\(folder)/\(damage)") }
        if !reading.damages.isEmpty { throw ExitStatus.badInput.code }
    }

    /// Shows alternating replays as their comparison.
    private func reportPairs() throws {
        let own = [
            ("--csv", outputs.csv), ("--junit", outputs.junit), ("--hlog", outputs.hlog), ("--k6", outputs.k6),
            ("--markdown", outputs.markdown), ("--load-test", outputs.loadTest), ("--executive", outputs.executive),
            ("--baseline", baseline), ("--github", outputs.github ? "" : nil),
        ]
        try outputs.refuse(
            own.map { ($0.0, $0.1 != nil) },
            because: "\(folder) is a comparison, which has a page and JSON only; give one of the runs in it")
        let sides = try PairsFolder.runs(in: folder)
        let margin = LatencyComparison.usualMargin
        let comparison = RunComparison(
            baseline: sides.baseline, candidate: sides.candidate, margin: margin, advisor: .commandLine)
        try outputs.write(outputs.html) { ComparisonReport(comparison, margin: margin, title: folder).text }
        if outputs.json {
            try ResultOutput.print(JSONText.encodedText(comparison, isPretty: false))
        } else if outputs.html != "-" {
            try ResultOutput.print(ComparisonPage(comparison, margin: margin, width: ResultOutput.columns).text)
        }
        let damages = (sides.baseline + sides.candidate).flatMap(\.damages)
        for damage in damages { Console.warn("\(folder): \(damage)") }
        if !damages.isEmpty { throw ExitStatus.badInput.code }
    }
}
