import Analysis
import Foundation
public import Measurement

/// The earlier run that `no-regression` compares with.
public enum CampaignBaseline: Sendable {
    /// The scenario does not name a baseline.
    case none
    /// There is no run to compare with; the reason.
    case missing(String)
    case run(RunRecord)

    /// Finds the run that a scenario's `baseline` names.
    ///
    /// - Parameters:
    ///   - name: a run folder, a campaign folder, or `last` for the newest campaign of that name next to
    ///     `campaignFolder`
    ///   - scenario: the folder of the scenario in a campaign folder
    ///   - campaign: the campaign's name
    ///   - campaignFolder: the folder to which this campaign is written
    ///   - places: the folders in which a relative name is searched
    ///   - shortenedBy: the divisor of `--quick`; a run with another divisor has a different load
    /// - Throws: an error if a folder is named and there is no run in it
    public static func find(
        _ name: String?, scenario: String, campaign: String, excluding campaignFolder: String, in places: [String],
        shortenedBy: Int?
    ) throws(BaselineError) -> CampaignBaseline {
        guard let name else { return .none }
        guard name == "last" else {
            let paths = name.hasPrefix("/") ? [name] : places.map { "\($0)/\(name)" }
            for path in paths.flatMap({ [$0, "\($0)/\(scenario)"] }) where RunRecord.isFolder(path) {
                return try record(path)
            }
            let isThere = paths.contains { FileManager.default.fileExists(atPath: $0) }
            throw BaselineError(
                path: name, reason: isThere ? "there is no run of '\(scenario)'" : "there is no such folder")
        }
        let own = campaignFolder.last == "/" ? String(campaignFolder.dropLast()) : campaignFolder
        let parent = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        let siblings = ((try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []).map { "\(parent)/\($0)" }
        var found: (path: String, startedAt: Double)?
        for folder in siblings where folder != own && RunRecord.isFolder("\(folder)/\(scenario)") {
            guard let data = FileManager.default.contents(atPath: "\(folder)/campaign.json"),
                let result = try? JSONDecoder().decode(CampaignResult.self, from: data), result.name == campaign,
                result.shortenedBy == shortenedBy,
                result.scenarios.contains(where: { $0.folder == scenario && $0.ending == RunEnding.complete.rawValue }),
                result.startedAt > found?.startedAt ?? -.infinity
            else { continue }
            found = ("\(folder)/\(scenario)", result.startedAt)
        }
        guard let found else { return .missing("there is no earlier run of it in \(parent)") }
        return try record(found.path)
    }

    private static func record(_ path: String) throws(BaselineError) -> CampaignBaseline {
        do throws(RunFolderError) {
            return .run(try RunRecord(folder: path))
        } catch {
            throw BaselineError(path: path, reason: error.description)
        }
    }

    /// A difference between two runs that makes a comparison of their figures meaningless; nil if there is none.
    static func difference(of run: RunDescription, to other: RunDescription) -> String? {
        let phases = { (description: RunDescription) in
            description.stretches?.stretches.map { "\($0.phase) \($0.isRamp) \($0.beginNs) \($0.endNs)" } ?? []
        }
        if phases(run) != phases(other) { return "its phases differ" }
        if Set(run.stretches?.parts ?? []) != Set(other.stretches?.parts ?? []) { return "its traffic differs" }
        if run.settings["load"] != other.settings["load"] { return "its levels differ" }
        return nil
    }
}

/// A named baseline that cannot be used.
public struct BaselineError: Error, Hashable, CustomStringConvertible {
    /// The folder.
    public var path: String
    /// Why not.
    public var reason: String
    /// `baseline 'runs/main': there is no run of 'login'`.
    public var description: String { "baseline '\(path)': \(reason)" }
}
