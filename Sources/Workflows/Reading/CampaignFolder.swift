public import Analysis
import Formats
import Foundation
import Glibc
public import Measurement

/// A folder that `run` wrote: `campaign.json`, and one run folder per scenario (for a ladder, one per level).
public struct CampaignFolder {
    /// The file that identifies a campaign folder.
    public static let resultName = "campaign.json"

    /// The path of the folder.
    public let path: String
    /// The result of the campaign.
    public let result: CampaignResult

    /// Whether there is a campaign folder at a path.
    public static func isOne(_ path: String) -> Bool { access("\(path)/\(resultName)", F_OK) == 0 }

    /// Reads the result.
    ///
    /// - Throws: an error if it is missing or damaged.
    public init(_ path: String) throws(RunFolderError) {
        self.path = path
        result = try RunRecord.content(CampaignResult.self, ofFile: "\(path)/\(CampaignFolder.resultName)")
    }

    /// The run folders of a scenario, relative to the campaign's folder; only those that exist and are inside it.
    public func runs(of scenario: ScenarioResult) -> [String] {
        let folders: [String]
        if let ladder = scenario.ladder {
            folders = ladder.trials.indices.map { "\(scenario.folder)/\(ladder.folderName(ofTrial: $0))" }
        } else {
            folders = [scenario.folder]
        }
        return folders.filter { CampaignFolder.isInside($0) && RunRecord.isFolder("\(path)/\($0)") }
    }

    /// The run in a campaign's folder that began last; during the campaign, the current one.
    ///
    /// - Parameter path: the folder of a campaign, finished or running
    /// - Returns: the run folder's path; nil if no run has begun
    public static func newestRun(in path: String) -> String? {
        let folders = subfolders(of: path)
        // The levels of a ladder are folders inside the ladder's folder.
        let runs = (folders + folders.filter { !RunRecord.isFolder($0) }.flatMap(subfolders)).filter(RunRecord.isFolder)
        return runs.compactMap { run in
            (try? RunRecord.description(inFolder: run)).map { (run, $0.startedAt) }
        }.max { $0.1 < $1.1 }?.0
    }

    private static func subfolders(of path: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().prefix(mostNeighbours).filter(isInside).map { "\(path)/\($0)" }
    }

    /// Whether a relative path stays inside the folder.
    private static func isInside(_ folder: String) -> Bool {
        folder.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.first != "."
                && part.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
        }
    }

    /// The most neighbouring folders that are searched.
    private static let mostNeighbours = 10_000

    /// The newest campaign of the same name that began before this one, in the same parent folder; nil if there is
    /// none.
    public func earlier() -> CampaignFolder? {
        var name = self.path
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        let cut = name.lastIndex(of: "/")
        let parent = cut.map { $0 == name.startIndex ? "/" : String(name[..<$0]) } ?? "."
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        var found: (path: String, startedAt: Double)?
        for neighbour in names.sorted().prefix(CampaignFolder.mostNeighbours) {
            let path = parent == "." && cut == nil ? neighbour : "\(parent)/\(neighbour)"
            guard CampaignFolder.isOne(path),
                let head = try? RunRecord.content(Head.self, ofFile: "\(path)/\(CampaignFolder.resultName)"),
                head.name == result.name, head.startedAt < result.startedAt, head.shortenedBy == result.shortenedBy,
                head.startedAt > found?.startedAt ?? -.infinity
            else { continue }
            found = (path, head.startedAt)
        }
        return found.flatMap { try? CampaignFolder($0.path) }
    }

    /// The part of a result that is needed to select a campaign.
    private struct Head: Decodable {
        var name: String
        var startedAt: Double
        var shortenedBy: Int?
    }
}
