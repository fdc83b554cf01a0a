public import Analysis
import Foundation
import Glibc
public import Measurement

/// The runs and campaigns in a folder, as histories: the runs of each plan, and each scenario of each campaign.
public struct HistoryFolder {
    /// The most folders that are read: the newest by name if there are more.
    private static let mostFolders = 2000

    /// Sorted by name, then by their first runs; includes histories with a single run.
    public let histories: [RunHistory]
    /// What could not be read, one sentence each.
    public let unread: [String]

    /// Reads the summaries of the folder's runs, but not their windows, so that hundreds take a second.
    ///
    /// - Throws: an error if there is no such folder.
    public init(_ path: String) throws(RunFolderError) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .system(operation: "read", path: path, code: ENOENT)
        }
        var runs: [String: [RunHistory.Run]] = [:]
        var unread: [String] = []
        for name in names.sorted().suffix(HistoryFolder.mostFolders) {
            let folder = "\(path)/\(name)"
            do throws(RunFolderError) {
                if RunRecord.isFolder(folder) {
                    runs["runs", default: []].append(try HistoryFolder.run(folder, name: name))
                } else if CampaignFolder.isOne(folder) {
                    let campaign = try CampaignFolder(folder)
                    for scenario in campaign.result.scenarios {
                        guard let run = try HistoryFolder.run(of: scenario, in: campaign, name: name) else { continue }
                        runs["\(campaign.result.name): \(scenario.name)", default: []].append(run)
                    }
                }
            } catch {
                unread.append("\(name): \(error)")
            }
        }
        histories = runs.sorted { $0.key < $1.key }.flatMap { RunHistory.all(name: $0.key, runs: $0.value) }
        self.unread = unread
    }

    private static func run(
        of scenario: ScenarioResult, in campaign: CampaignFolder, name: String
    ) throws(RunFolderError) -> RunHistory.Run? {
        // Trial runs with divided durations are not comparable.
        guard campaign.result.shortenedBy == nil else { return nil }
        if scenario.ladder != nil {
            return RunHistory.Run(name: name, startedAt: campaign.result.startedAt, scenario)
        }
        guard let folder = campaign.runs(of: scenario).first else { return nil }
        return try run("\(campaign.path)/\(folder)", name: name)
    }

    private static func run(_ folder: String, name: String) throws(RunFolderError) -> RunHistory.Run {
        let description = try RunRecord.description(inFolder: folder)
        let summary = try RunRecord.summary(RunSummary.self, inFolder: folder)
        return RunHistory.Run(
            name: name, startedAt: description.startedAt, summary, settings: description.settings)
    }
}
