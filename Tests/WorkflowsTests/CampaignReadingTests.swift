import Analysis
import Foundation
import Measurement
import Report
import TestSupport
import Testing
import Workflows

/// Campaign folders with runs that can be read, that are damaged, or that were killed.
struct CampaignReadingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A campaign with a run folder for each of `names`.
    private func campaign(_ names: [String], in parent: String = "campaign", startedAt: Double = 2) throws -> String {
        let path = folder.file(parent)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for name in names { try RunFolderSample.write(to: "\(path)/\(name)") { RunSummary(of: $0) } }
        let result = CampaignResult(
            name: "shop", startedAt: startedAt, scenarios: names.map { ScenarioResult(name: $0, folder: $0) },
            words: (pass: "PASS", fail: "FAIL"), bands: [])
        try JSONEncoder().encode(result).write(to: URL(fileURLWithPath: "\(path)/\(CampaignFolder.resultName)"))
        return path
    }

    @Test func everyRunIsReadWithItsSummary() throws {
        let reading = try CampaignReading(try CampaignFolder(campaign(["a", "b"])), apdex: .milliseconds(500))
        #expect(reading.damages.isEmpty)
        let runs = reading.content.parts.flatMap(\.runs)
        #expect(runs.map(\.folder) == ["a", "b"])
        #expect(runs.allSatisfy { $0.summary.requests == 320 && $0.apdex != nil }, "320 requests were recorded")
        #expect(reading.content.earlier == nil, "there is no other campaign")
    }

    @Test func aKilledRunHasFiguresWithoutAStoredSummary() throws {
        let path = try campaign(["a"])
        try FileManager.default.removeItem(atPath: "\(path)/a/summary.json")
        let reading = try CampaignReading(try CampaignFolder(path))
        #expect(reading.content.parts.flatMap(\.runs).map(\.summary.requests) == [320])
    }

    @Test func aDamagedRunIsReportedAndTheOthersAreRead() throws {
        let path = try campaign(["a", "b"])
        try Data("{".utf8).write(to: URL(fileURLWithPath: "\(path)/a/summary.json"))
        let reading = try CampaignReading(try CampaignFolder(path))
        #expect(reading.content.parts.flatMap(\.runs).map(\.folder) == ["b"])
        #expect(reading.damages.count == 1 && reading.damages[0].hasPrefix("a: "), "\(reading.damages)")
    }

    @Test func theLastCampaignOfTheSameNameIsTheEarlierOne() throws {
        for (name, startedAt) in [("first", 0), ("second", 1)] as [(String, Double)] {
            _ = try campaign(["a"], in: name, startedAt: startedAt)
        }
        let reading = try CampaignReading(try CampaignFolder(campaign(["a"])))
        #expect(reading.content.earlier?.folder.hasSuffix("/second") == true)
        #expect(reading.content.parts.flatMap(\.runs).allSatisfy { $0.comparison != nil }, "it is compared")
    }
}
