import Foundation
import TestSupport
import TestThreads
import Testing

/// What a campaign cannot measure or store is reported, and what it has is kept.
@Suite(.waits) struct RunDataLossTests {
    private let bench: CampaignBench

    init() throws { bench = try CampaignBench() }

    @Test func aWatchThatFailsIsAGapAndAWarning() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            """
            think: 2ms
            sessions: 2
            hold: 1500ms
            watch:
              port: {port: 9}
              page: {metrics: 'http://127.0.0.1:9/metrics'}
              redis: {redis: '127.0.0.1:9'}
              group: {cgroup: /no/such}
              card: {network: none9}
              disk: {disk: /no/such}
              number: {command: exit 3}
            gates: [failures<1%, 'restarts(port)<1', 'max(redis.used_memory)<1GiB', 'max(disk.used)<1GiB']
            """, server)
        let outcome = try bench.reprise.run("run", file, "-o", bench.folder.file("run"))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(server.requests.count > 10)
        for name in ["port", "page", "redis", "group", "card", "disk", "number"] {
            let warnings = outcome.output.split(separator: "\n").filter {
                $0.hasPrefix("! watch '\(name)'") || name == "page" && $0.hasPrefix("! ") && $0.contains("/metrics")
            }
            #expect(!warnings.isEmpty, "\(name): \(outcome.output)")
        }
        for gate in ["restarts(port)<1", "max(redis.used_memory)<1GiB", "max(disk.used)<1GiB"] {
            #expect(outcome.output.contains("inconclusive  \(gate)"), "\(gate): \(outcome.output)")
        }
    }

    /// A watch whose file is not there is a gap, said once, and its gates are unknown.
    @Test func aMissingLogFileIsReportedAndItsGatesAreInconclusive() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            "watch: {log: {file: nothere.log, count: {lost: 'not served'}}}\nthink: 2ms\nsessions: 2\nhold: 1s\ngates: [failures<1%, 'increase(log.lost)<1']",
            server)
        for (options, code) in [([], 0), (["--strict"], 99)] as [([String], Int32)] {
            let outcome = try bench.reprise.run(
                ["run", file, "-o", bench.folder.file("run"), "--force"] + options, environment: [:])
            #expect(outcome.code == code, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.contains("inconclusive  increase(log.lost)<1"), "\(outcome.output)")
            let warnings = outcome.output.split(separator: "\n").filter { $0.hasPrefix("! watch 'log'") }
            #expect(warnings.count == 1, "\(outcome.output)")
        }
    }

    /// The load, what it is said to have come to, and which files are whole afterwards.
    @Test(
        .enabled(if: SmallDisk.isAvailable, "needs the right to mount a tmpfs"),
        arguments: [
            ("sessions: 20\nhold: 2s\ngates: [p95<10s]", 100), ("ladder: [5, 20]\nhold: 1s\ngates: [p95<10s]", 100),
            ("sessions: 2\nhold: 1s", 24),
        ])
    func aFullDiskIsReportedAndTheResultsAreKept(load: String, kibibytes: Int) throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let disk = try SmallDisk(kibibytes: kibibytes)
        let file = try bench.file("think: 2ms\n\(load)", server)
        let outcome = try bench.reprise.run("run", file, "-o", disk.path + "/run")
        #expect(outcome.code == 1, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
        #expect(outcome.output.contains("test: FAIL"), "what was measured is shown:\n\(outcome.output)")
        let names = try FileManager.default.contentsOfDirectory(atPath: disk.path + "/run")
        #expect(!names.contains { $0.hasSuffix(".part") }, "\(names)")
        for name in names where name.hasSuffix(".html") {
            let page = String(decoding: try TemporaryFolder.read(disk.path + "/run/" + name), as: UTF8.self)
            #expect(page.hasSuffix("</html>\n"), "\(name) is whole")
        }
        if names.contains("campaign.json") {
            #expect(try bench.scenarios(disk.path + "/run").first?["problem"] != nil)
        }
    }
}
