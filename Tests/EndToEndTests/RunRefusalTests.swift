import Foundation
import TestSupport
import TestThreads
import Testing

/// What `run` checks before it sends anything, and what a dry run reports.
@Suite(.waits) struct RunRefusalTests {
    private let bench: CampaignBench

    init() throws { bench = try CampaignBench() }

    @Test(arguments: [
        ("sessions: 2\nhold: 1s\ngates: ['GET /no/such/thing: p95<1s']", "GET /no/such/thing"),
        ("sessions: 2\nhold: 1s\ngates: ['max(redis.used_memory)<10MiB']", "there is no watch 'redis'"),
        ("sessions: 2\nhold: 1s\nspeeed: 10", "did you mean 'speed'?"),
        ("sessions: 2\nhold: 1s\nspeed: fast", "line 7, column 8: "),
        ("sessions: 2\nhold: 1s\nspeed: 0", "line 7, column 8: "),
        ("sessions: 2\nspeed: -1\nhold: 1s", "line 6, column 8: "),
        ("sessions: 2\nhold: 1s\nspeed: 0", "'speed' takes a number above 0 such as 10 or 0.5, or max, not '0'"),
        ("sessions: 9000000\nhold: 1s", "open files"),
        ("sessions: 2\nhold: 1s\nguards: ['no-leak']", "'no-leak' needs a 'watch'"),
        ("sessions: 2\nhold: 1s\nlog: missing.rlog", "missing.rlog"),
        (
            "sessions: 2\nhold: 1s\nthink: 3s..1s",
            "line 7, column 8: scenario 'test': The value '3s..1s' is invalid for 'think'"
        ),
        ("sessions: 2\nhold: 1s\ntimeout: -1s", "'-1s' is invalid for 'timeout'"),
        ("sessions: 2\nhold: 1s\nsource: 203.0.113.7", "203.0.113.7 is not an address of this machine"),
        ("sessions: 2\nhold: 1s\nwatch: {r: {redis: '203.0.113.7:6379'}}", "'allow-host: 203.0.113.7' allows it"),
        ("sessions: 2\nhold: 1s\nwatch: {r: {postgres: 'host=203.0.113.7'}}", "'allow-host: 203.0.113.7' allows it"),
        ("sessions: 2\nhold: 1s\nwatch: {l: {file: a.log}}\ngates: ['no-leak(l)']", "watch 'l' measures no memory"),
        ("scenarios: {a/b: {sessions: 1, hold: 1s}, a-b: {sessions: 1, hold: 1s}}", "into the same folder"),
        (
            "traffic: {a: {endpoint: GET /api/protected}}\nscenarios: {s: {traffic: a, sessions: 1, hold: 1s, gates: ['POST /auth/login: p95<1s']}}",
            "sends only because other requests need it"
        ),
        (
            "traffic: {a: {endpoint: GET /no/such}}\nscenarios: {s: {traffic: a, sessions: 1, hold: 1s}}",
            "scenario 's', traffic 'a': no exchange"
        ),
    ]) func anInvalidScenarioFileIsAnErrorBeforeAnythingIsSent(text: String, message: String) throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        var text = text
        if text.contains("missing.rlog") {
            text = "traffic: {a: {log: missing.rlog}}\nscenarios: {s: {traffic: a, sessions: 1, hold: 1s}}"
        }
        let outcome = try bench.reprise.run("run", try bench.file(text, server), "-o", bench.folder.file("run"))
        #expect(outcome.code != 0 && outcome.code != 99)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(server.requests.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: bench.folder.file("run")))
    }

    @Test func aDryRunSendsNothingAndReportsGatesThatCannotBeMet() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file("think: 1s..3s\nsessions: 100\nramp: 1m\nfor: 5m\ngates: [rps>100]", server)
        let outcome = try bench.reprise.run("run", file, "--dry-run")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("'rps>100' cannot be met"), "\(outcome.output)")
        #expect(server.requests.isEmpty)
    }

    @Test func aDryRunReportsAllScenariosEvenIfOneNeedsTooManyOpenFiles() throws {
        let file = try bench.folder.write(
            "test.yaml",
            Array(
                """
                log: demo.rlog
                target: http://127.0.0.1:9
                scenarios: {few: {sessions: 2, ramp: 10m, for: 8h}, many: {sessions: 150000, hold: 1s}}
                """.utf8))
        let outcome = try bench.reprise.run("run", file, "--dry-run")
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.contains { $0.first == "few" && $0.contains("10m") && $0.contains("7h50m") }, "\(outcome.output)")
        guard outcome.code != 0 else { return }
        #expect(outcome.code == 1)
        #expect(outcome.output.contains("! scenario 'many': the run needs 150"), "\(outcome.output)")
        #expect(outcome.errors.contains("open files"), "\(outcome.errors)")
    }

    @Test func aDryRunReportsATargetWithoutAnAddress() throws {
        let file = try bench.folder.write(
            "test.yaml",
            Array("log: demo.rlog\ntarget: http://shop.invalid\nallow-host: shop.invalid\nsessions: 1\nhold: 1s".utf8))
        let outcome = try bench.reprise.run("run", file, "--dry-run")
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("test.yaml: line 2, column 9: scenario "), "\(outcome.errors)")
        #expect(outcome.errors.contains("cannot find the address of shop.invalid"), "\(outcome.errors)")
    }

    @Test func aTargetThatIsDownIsReportedBeforeTheLoad() throws {
        let server = try CampaignBench.server()
        server.stop()
        let file = try bench.file("think: 10ms\nsessions: 2\nhold: 300ms\ngates: [failures<1%]", server)
        let outcome = try bench.reprise.run("run", file, "-o", bench.folder.file("run"))
        #expect(outcome.code == 99, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("nothing answers at \(server.url)"), "\(outcome.errors)")
    }
}
