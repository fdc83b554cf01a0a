import Formats
import Report
import Workflows

/// The files of a campaign folder other than `campaign.json`.
enum CampaignFiles {
    /// Writes `index.html`, `executive.html`, `summary.md` and `load-test.json`, replacing existing files.
    ///
    /// - Throws: the first error; the other files are written anyway
    static func write(into path: String) throws {
        let content = try CampaignReading(try CampaignFolder(path), advisor: .commandLine).content
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
