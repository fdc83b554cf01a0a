public import Analysis
import Formats
import Glibc
public import Measurement
public import Report

extension RunSummary {
    /// The stored summary of a run, or only its figures if the run was killed before it had one.
    ///
    /// - Parameters:
    ///   - record: the run
    ///   - folder: its folder
    ///   - advisor: names the options and commands that help
    /// - Throws: when the stored summary cannot be read.
    public init(reading record: RunRecord, inFolder folder: String, advisor: Advisor) throws(RunFolderError) {
        do throws(RunFolderError) {
            self = try RunRecord.summary(RunSummary.self, inFolder: folder)
        } catch .system(_, _, ENOENT) {
            self.init(of: record, advisor: advisor)
        }
    }
}

/// A campaign folder with its runs, read for a page; only one run at a time is in memory.
public struct CampaignReading {
    /// The content of the campaign's pages.
    public let content: CampaignContent
    /// What could not be read, one sentence each, with the run's folder.
    public private(set) var damages: [String] = []

    /// Reads the runs of a campaign; a run that cannot be read is one of the damages.
    ///
    /// - Parameters:
    ///   - baseline: the earlier campaign's folder; nil for the last one next to it, if there is one.
    ///   - apdex: the time that satisfies users, if the index is wanted.
    ///   - advisor: names the options and commands that help.
    /// - Throws: the error of the earlier campaign's folder.
    public init(
        _ campaign: CampaignFolder, baseline: String? = nil, apdex: Duration? = nil, advisor: Advisor = .silent
    ) throws(RunFolderError) {
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
                        folder: folder, summary: try RunSummary(reading: record, inFolder: path, advisor: advisor),
                        series: RunSeries(of: record), caption: RunCaption(folder: path, of: record.description))
                    run.apdex = apdex.flatMap { Apdex(of: record, thresholdMs: $0 / .milliseconds(1)) }
                    run.comparison = Self.comparison(of: record, scenario, earlier, advisor)
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
        of record: RunRecord, _ scenario: ScenarioResult, _ earlier: CampaignFolder?, _ advisor: Advisor
    ) -> RunComparison? {
        guard let earlier, scenario.ladder == nil,
            let other = earlier.result.scenarios.first(where: { $0.name == scenario.name && $0.ladder == nil }),
            let folder = earlier.runs(of: other).first,
            let baseline = try? RunRecord(folder: "\(earlier.path)/\(folder)")
        else { return nil }
        return RunComparison(baseline: [baseline], candidate: [record], advisor: advisor)
    }
}
