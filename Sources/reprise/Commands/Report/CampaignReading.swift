import Analysis
import Formats
import Glibc
import Measurement
import Report
import Workflows

/// Reads runs back from their folders for reports.
enum RunReading {
    /// The stored summary of a run, or only its figures if the run was killed before it had one.
    static func summary(of record: RunRecord, inFolder folder: String) throws(RunFolderError) -> RunSummary {
        do throws(RunFolderError) {
            return try RunRecord.summary(RunSummary.self, inFolder: folder)
        } catch .system(_, _, ENOENT) {
            return RunSummary(of: record, advisor: .commandLine)
        }
    }
}

/// A campaign folder with its runs, read for a page; only one run at a time is in memory.
struct CampaignReading {
    let content: CampaignContent
    /// What could not be read, one sentence each, with the run's folder.
    private(set) var damages: [String] = []

    /// - Parameters:
    ///   - baseline: the earlier campaign's folder; nil for the last one next to it, if there is one.
    ///   - apdex: the time that satisfies users, if the index is wanted.
    init(_ campaign: CampaignFolder, baseline: String? = nil, apdex: Duration? = nil) throws(RunFolderError) {
        var earlier: CampaignFolder?
        if let baseline { earlier = try CampaignFolder(baseline) } else { earlier = campaign.earlier() }
        var times = TimeDistribution()
        var parts: [CampaignContent.Part] = []
        for scenario in campaign.result.scenarios {
            var runs: [CampaignContent.Run] = []
            for folder in campaign.runs(of: scenario) {
                let path = "\(campaign.path)/\(folder)"
                do throws(RunFolderError) {
                    let record = try RunRecord(folder: path)
                    damages += record.damages.map { "\(folder): \($0)" }
                    for window in record.series.windows { times.add(window.times[.response]) }
                    var run = CampaignContent.Run(
                        folder: folder, summary: try RunReading.summary(of: record, inFolder: path),
                        series: RunSeries(of: record), caption: RunCaption(folder: path, of: record.description))
                    run.apdex = apdex.flatMap { Apdex(of: record, thresholdMs: $0 / .milliseconds(1)) }
                    run.comparison = Self.comparison(of: record, scenario, earlier)
                    runs.append(run)
                } catch {
                    damages.append("\(folder): \(error)")
                }
            }
            parts.append(CampaignContent.Part(scenario, runs: runs))
        }
        content = CampaignContent(
            campaign.result, parts: parts, responseTimes: times.percentiles,
            earlier: earlier.map { CampaignContent.Earlier(folder: $0.path, result: $0.result) })
    }

    /// The comparison with the run of the same scenario; the levels of ladders differ, so these are not compared.
    private static func comparison(
        of record: RunRecord, _ scenario: ScenarioResult, _ earlier: CampaignFolder?
    ) -> RunComparison? {
        guard let earlier, scenario.ladder == nil,
            let other = earlier.result.scenarios.first(where: { $0.name == scenario.name && $0.ladder == nil }),
            let folder = earlier.runs(of: other).first,
            let baseline = try? RunRecord(folder: "\(earlier.path)/\(folder)")
        else { return nil }
        return RunComparison(baseline: [baseline], candidate: [record], advisor: .commandLine)
    }
}

/// The files of a campaign folder other than `campaign.json`.
enum CampaignFiles {
    /// Writes `index.html`, `executive.html`, `summary.md` and `load-test.json`, replacing existing files.
    ///
    /// - Throws: the first error; the other files are written anyway
    static func write(into path: String) throws {
        let content = try CampaignReading(try CampaignFolder(path)).content
        let files: [(String, () throws -> String)] = [
            ("index.html", { CampaignReport(content).text }),
            ("executive.html", { ExecutiveReport(content, pageOfAll: "index.html").text }),
            ("summary.md", { MarkdownSummary(content).text }),
            ("load-test.json", { try JSONText.encodedText(LoadTestSummary(content)) + "\n" }),
        ]
        var failure: (any Error)?
        for (name, text) in files {
            do { try ResultOutput.replace("\(path)/\(name)", with: text()) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }
}
