import Foundation
import TestSupport
import TestThreads
import Testing

/// The built program, a folder with a log and scenario files, and a server to run campaigns against.
struct CampaignBench {
    let reprise = BuiltProgram("reprise")
    let folder: TemporaryFolder
    let log: String

    init() throws {
        folder = try TemporaryFolder()
        log = try BuiltProgram("reprise").demoLog(in: folder)
    }

    /// A response with all values that the recorded sessions bind.
    static let body =
        #"{"access_token":"a.b.c","refresh_token":"rt_1","id":"itm_1","items":[{"id":"itm_1"}],"expires_in":300}"#

    /// A server that answers every request with ``body``; the caller stops it.
    static func server() throws -> LoopbackServer { try LoopbackServer { _ in .ok(body) } }

    /// Writes a scenario file for `server`, whose other keys are `text`, and returns its path.
    func file(_ text: String, _ server: LoopbackServer) throws -> String {
        let head = "log: demo.rlog\ntarget: \(server.url)\nexpect: none\non-missing: send\n"
        return try folder.write("test.yaml", Array((head + text).utf8))
    }

    /// The `campaign.json` of a campaign folder.
    func campaign(_ path: String) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(TemporaryFolder.read(path + "/campaign.json")))
                as? [String: Any])
    }

    /// The scenarios of a campaign folder.
    func scenarios(_ path: String) throws -> [[String: Any]] { Self.scenarios(try campaign(path)) }

    static func scenarios(_ campaign: [String: Any]) -> [[String: Any]] {
        campaign["scenarios"] as? [[String: Any]] ?? []
    }

    /// What the commands of a campaign have written to the file `events`.
    func events() throws -> String { String(decoding: try TemporaryFolder.read(folder.file("events")), as: UTF8.self) }

    /// Waits, for a limited time, until the commands of a campaign have written `text` to the file `events`.
    func waitForEvents(_ text: String) throws {
        for _ in 0..<6000 {
            if (try? events()) == text { return }
            usleep(10_000)
        }
        Issue.record("the commands of the campaign did not write '\(text)'")
    }
}
