import Foundation
import TestSupport
import TestThreads
import Testing

/// The five suites of tools/scenarios, each in miniature: with PostgreSQL, Redis, workers, faults and all. Of scenarios
/// that differ by their levels only, one is run.
@Suite(.waits) struct SuitesTests {

    /// What of the machine is missing; nil where all is there.
    static let missing: String? = {
        let servers = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let hasPostgres = servers.contains {
            FileManager.default.isExecutableFile(atPath: "/usr/lib/postgresql/\($0)/bin/initdb")
        }
        guard hasPostgres else { return "postgresql is not installed" }
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server") else {
            return "redis-server is not installed"
        }
        let folder = FileManager.default.temporaryDirectory.path
        let entry = "runuser -u postgres -- test -x '\(folder)' -a -w /dev/null"
        guard getuid() != 0 || (try? BuiltProgram.shell(entry).code) == 0 else {
            return "the user of PostgreSQL may not enter the temporary folder or write to /dev/null"
        }
        return nil
    }()

    @Test(
        .enabled(if: missing == nil, "\(missing ?? "")"), .timeLimit(.minutes(10)),
        arguments: [
            ("authentication", ["limits", "revocation", "redis-failure"]), ("devices", ["normal", "stress", "spike"]),
            ("shared-state", ["sync", "failover"]), ("platform", ["suite"]), ("media", ["breaker", "invalidation"]),
        ])
    func runsToItsEnd(_ name: String, scenarios names: [String]) throws {
        let folder = try TemporaryFolder()
        // The product and its target have other names; where both were built, the newer one is meant.
        let services = ["sample-api", "SampleAPI"].map { BuiltProgram($0).path }.compactMap { path -> (String, Date)? in
            let date = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            return date.map { (path, $0) }
        }
        let service = try #require(services.max { $0.1 < $1.1 }?.0, "the sample service is built")
        for (path, link) in [(BuiltProgram("reprise").path, "reprise"), (service, "sample-api")] {
            try FileManager.default.createSymbolicLink(atPath: folder.file(link), withDestinationPath: path)
        }
        let script = BuiltProgram(path: ProjectFile.path("tools/scenarios/run"))
        let outcome = try script.run(
            [name, "--miniature"] + names.flatMap { ["--only", $0] },
            environment: ["REPRISE_BUILD": folder.path, "SCENARIO_RUNS": folder.file("runs")])
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let runs = try FileManager.default.contentsOfDirectory(atPath: folder.file("runs"))
        let path = folder.file("runs/\(try #require(runs.first))/campaign.json")
        let campaign = try #require(
            try JSONSerialization.jsonObject(with: Data(TemporaryFolder.read(path))) as? [String: Any])
        let scenarios = try #require(campaign["scenarios"] as? [[String: Any]])
        for scenario in scenarios {
            let own = scenario["name"] as? String ?? ""
            #expect(scenario["problem"] == nil, "\(own): \(scenario["problem"] ?? "")")
            #expect(scenario["ending"] as? String == "complete", "\(own)")
            let phases = scenario["phases"] as? [[String: Any]] ?? []
            let answered = phases.reduce(0) { $0 + ($1["requests"] as? Int ?? 0) - ($1["failures"] as? Int ?? 0) }
            #expect(answered > 0, "nothing succeeded in \(own): \(outcome.output)")
        }
        #expect(scenarios.compactMap { $0["name"] as? String } == names)
    }
}
