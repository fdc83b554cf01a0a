import Foundation
import Synchronization
import TestSupport
import TestThreads
import Testing

/// Campaigns as a user runs them, against a server in the test: phases, gates and verdicts.
@Suite(.waits) struct RunCommandTests {
    private let bench: CampaignBench

    init() throws { bench = try CampaignBench() }

    @Test func figuresOfPhasesAddUpToTheRequestsThatTheServerReceived() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            """
            think: 5ms..15ms
            max-behind: 5m
            verdict: {pass: APPROVED, fail: BLOCKED}
            gates: ["failures<1%", {high: [sessions>=4]}]
            goals: ["p95<1h", "rps>1000000"]
            score: {good: 50}
            scenarios:
              s: {phases: [{name: low, sessions: 2, ramp: 300ms, hold: 700ms}, {name: high, sessions: 4, hold: 2s}]}
            """, server)
        let run = bench.folder.file("run")
        let outcome = try bench.reprise.run("run", file, "-o", run, "--junit", bench.folder.file("junit.xml"))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("APPROVED (PASS)   score 50 %: good"), "\(outcome.output)")
        let campaign = try bench.campaign(run)
        #expect(campaign["verdict"] as? String == "PASS")
        #expect(campaign["label"] as? String == "APPROVED")
        let phases = try #require(CampaignBench.scenarios(campaign).first?["phases"] as? [[String: Any]])
        #expect(phases.map { $0["name"] as? String } == ["low", "high"])
        let sent = phases.reduce(0) { $0 + ($1["requests"] as? Int ?? 0) + ($1["rampRequests"] as? Int ?? 0) }
        let summary = try #require(
            try JSONSerialization.jsonObject(with: Data(TemporaryFolder.read(run + "/s/summary.json")))
                as? [String: Any])
        #expect(summary["requests"] as? Int == sent, "what the phases have is all there is")
        #expect(server.requests.count == sent)
        #expect(try bench.reprise.run("report", run + "/s").code == 0)
        let junit = String(decoding: try TemporaryFolder.read(bench.folder.file("junit.xml")), as: UTF8.self)
        #expect(junit.contains("name=\"s\"") && junit.contains("tests=\"4\" failures=\"0\""), "\(junit)")
        #expect(junit.contains("skipped=\"1\""), "the goal that is not met: \(junit)")
        for file in ["index.html", "executive.html", "summary.md", "load-test.json"] {
            let text = String(decoding: try TemporaryFolder.read("\(run)/\(file)"), as: UTF8.self)
            #expect(text.contains("test") && text.count > 300, "\(file)")
        }
        let again = try bench.reprise.run(
            "report", run, "--html", bench.folder.file("again.html"), "--csv", bench.folder.file("locust"))
        #expect(again.code == 0 && again.output == outcome.output, "\(again.errors)")
        let page = String(decoding: try TemporaryFolder.read(bench.folder.file("again.html")), as: UTF8.self)
        #expect(page == String(decoding: try TemporaryFolder.read(run + "/index.html"), as: UTF8.self))
        #expect(page.contains("class=\"over phase"), "the phases are drawn")
        #expect(FileManager.default.fileExists(atPath: bench.folder.file("locust-s_stats.csv")))
    }

    @Test func aFailedGateOfAPhaseIsAnExitCode() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            "speed: max\nverdict: {fail: BLOCKED}\nphases: [{name: one, sessions: 2, hold: 500ms, gates: [share(2xx)<50%]}]",
            server)
        let outcome = try bench.reprise.run("run", file, "-o", bench.folder.file("run"))
        #expect(outcome.code == 99, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("FAILED        one: share(2xx)<50%"), "\(outcome.output)")
        #expect(outcome.output.contains("BLOCKED (FAIL)"))
    }

    @Test func aServiceThatDoesNotAnswerFailsWithoutAGateOnFailures() throws {
        let server = try CampaignBench.server()
        server.stop()
        let file = try bench.file("speed: max\nsessions: 2\nhold: 300ms\ngates: [p95<1s]", server)
        let outcome = try bench.reprise.run("run", file, "-o", bench.folder.file("run"))
        #expect(outcome.code == 99, "\(outcome.output)\(outcome.errors)")
    }

    @Test func onlyNamedScenariosRun() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            "speed: max\nscenarios: {a: {sessions: 1, hold: 200ms}, b: {sessions: 1, hold: 1h}, c: {sessions: 1, hold: 200ms}}",
            server)
        let run = bench.folder.file("run")
        let outcome = try bench.reprise.run("run", file, "a", "--only", "c", "-o", run)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try bench.scenarios(run).map { $0["name"] as? String } == ["a", "c"])
        #expect(try bench.reprise.run("run", file, "d").code == 64)
    }

    @Test func aPhaseCanOverrideTheOptionsOfTheScenario() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            "speed: max\nphases: [{name: fast, sessions: 2, hold: 500ms}, {name: slow, sessions: 2, hold: 1s, think: 400ms}]",
            server)
        let run = bench.folder.file("run")
        let outcome = try bench.reprise.run("run", file, "-o", run)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let phases = try #require(try bench.scenarios(run).first?["phases"] as? [[String: Any]])
        let requests = phases.map { $0["requests"] as? Int ?? 0 }
        // Two sessions that pause for 0.4 s send at most six requests in a second.
        #expect(requests[1] <= 6 && requests[0] > 6, "\(requests)")
    }

    @Test(arguments: [("before(429)<=3", 0), ("before(429)<=2", 99), ("before(503)<=3", 99)])
    func responsesBeforeTheFirstRefusalAreCounted(gate: String, code: Int32) throws {
        let asked = Mutex(0)
        let server = try LoopbackServer { _ in
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            return number > 3 ? .ok(CampaignBench.body, status: "429 Too Many Requests") : .ok(CampaignBench.body)
        }
        defer { server.stop() }
        let file = try bench.file("speed: max\nsessions: 1\nhold: 500ms\ngates: ['\(gate)']", server)
        let outcome = try bench.reprise.run("run", file, "-o", bench.folder.file("run"))
        #expect(outcome.code == code, "\(outcome.output)\(outcome.errors)")
    }

    @Test func theLastRunIsTheBaselineOfTheNext() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file("think: 2ms\nsessions: 2\nhold: 2s\nbaseline: last\ngates: [no-regression]", server)
        let first = try bench.reprise.run("run", file, "-o", bench.folder.file("runs/1"))
        #expect(first.output.contains("there is no earlier run of it"), "\(first.output)\(first.errors)")
        let second = try bench.reprise.run("run", file, "-o", bench.folder.file("runs/2"))
        #expect(!second.output.contains("there is no earlier run of it"), "\(second.output)\(second.errors)")
        #expect(second.output.contains("no-regression"), "\(second.output)")
        let missing = try bench.reprise.run(
            "run", file, "--set", "baseline=runs/none", "-o", bench.folder.file("runs/3"))
        #expect(missing.code == 64 && missing.errors.contains("baseline"), "\(missing.errors)")
        #expect(!FileManager.default.fileExists(atPath: bench.folder.file("runs/3")), "nothing is started")
    }

    @Test(arguments: [
        ("share(2xx)>=100%", 0), ("share(429)>50%", 99), ("each: failures<1%", 0), ("sessions>=1", 0),
        ("before(500)<=1", 99), ("max(redis.ping)<1s", 64), ("during redis: p95<1s", 64), ("failures<1% for 10s", 64),
    ]) func gatesOfAReplayHaveTheSameGrammar(gate: String, code: Int32) throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let outcome = try bench.reprise.run(
            "replay", bench.log, "--target", server.url, "--expect", "none", "--on-missing", "send", "--speed", "max",
            "--sessions", "12", "--ramp", "0s", "--gate", gate, "-o", bench.folder.file("run"))
        #expect(outcome.code == code, "\(gate): \(outcome.output)\(outcome.errors)")
    }
}
