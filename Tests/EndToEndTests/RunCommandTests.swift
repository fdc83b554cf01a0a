import Foundation
import Synchronization
import TestSupport
import TestThreads
import Testing

/// Campaigns as a user runs them, against a server in the test.
@Suite(.waits) struct RunCommandTests {
    private let reprise = BuiltProgram("reprise")
    private let folder: TemporaryFolder
    private let log: String

    init() throws {
        folder = try TemporaryFolder()
        log = try BuiltProgram("reprise").demoLog(in: folder)
    }

    /// What the recorded sessions take values from.
    private static let body =
        #"{"access_token":"a.b.c","refresh_token":"rt_1","id":"itm_1","items":[{"id":"itm_1"}],"expires_in":300}"#

    private func file(_ text: String, _ server: LoopbackServer) throws -> String {
        let head = "log: demo.rlog\ntarget: \(server.url)\nexpect: none\non-missing: send\n"
        return try folder.write("test.yaml", Array((head + text).utf8))
    }

    private func campaign(_ path: String) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(TemporaryFolder.read(path + "/campaign.json")))
                as? [String: Any])
    }

    private func scenarios(_ campaign: [String: Any]) -> [[String: Any]] {
        campaign["scenarios"] as? [[String: Any]] ?? []
    }

    @Test func phasesHaveFiguresOfTheirOwnThatAddUpToWhatTheServerSaw() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
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
        let run = folder.file("run")
        let outcome = try reprise.run("run", file, "-o", run, "--junit", folder.file("junit.xml"))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("APPROVED (PASS)   score 50 %: good"), "\(outcome.output)")
        let campaign = try campaign(run)
        #expect(campaign["verdict"] as? String == "PASS")
        #expect(campaign["label"] as? String == "APPROVED")
        let phases = try #require(scenarios(campaign).first?["phases"] as? [[String: Any]])
        #expect(phases.map { $0["name"] as? String } == ["low", "high"])
        let sent = phases.reduce(0) { $0 + ($1["requests"] as? Int ?? 0) + ($1["rampRequests"] as? Int ?? 0) }
        let summary = try #require(
            try JSONSerialization.jsonObject(with: Data(TemporaryFolder.read(run + "/s/summary.json")))
                as? [String: Any])
        #expect(summary["requests"] as? Int == sent, "what the phases have is all there is")
        #expect(server.requests.count == sent)
        #expect(try reprise.run("report", run + "/s").code == 0)
        let junit = String(decoding: try TemporaryFolder.read(folder.file("junit.xml")), as: UTF8.self)
        #expect(junit.contains("name=\"s\"") && junit.contains("tests=\"4\" failures=\"0\""), "\(junit)")
        #expect(junit.contains("skipped=\"1\""), "the goal that is not met: \(junit)")
        for file in ["index.html", "executive.html", "summary.md", "load-test.json"] {
            let text = String(decoding: try TemporaryFolder.read("\(run)/\(file)"), as: UTF8.self)
            #expect(text.contains("test") && text.count > 300, "\(file)")
        }
        let again = try reprise.run("report", run, "--html", folder.file("again.html"), "--csv", folder.file("locust"))
        #expect(again.code == 0 && again.output == outcome.output, "\(again.errors)")
        let page = String(decoding: try TemporaryFolder.read(folder.file("again.html")), as: UTF8.self)
        #expect(page == String(decoding: try TemporaryFolder.read(run + "/index.html"), as: UTF8.self))
        #expect(page.contains("class=\"over phase"), "the phases are drawn")
        #expect(FileManager.default.fileExists(atPath: folder.file("locust-s_stats.csv")))
    }

    @Test func aFailedGateOfAPhaseIsAnExitCode() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
            "speed: max\nverdict: {fail: BLOCKED}\nphases: [{name: one, sessions: 2, hold: 500ms, gates: [share(2xx)<50%]}]",
            server)
        let outcome = try reprise.run("run", file, "-o", folder.file("run"))
        #expect(outcome.code == 99, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("FAILED        one: share(2xx)<50%"), "\(outcome.output)")
        #expect(outcome.output.contains("BLOCKED (FAIL)"))
    }

    @Test func aServiceThatAnswersNothingFailsEvenWhereItsGatesSayNothing() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        server.stop()
        let file = try file("speed: max\nsessions: 2\nhold: 300ms\ngates: [p95<1s]", server)
        let outcome = try reprise.run("run", file, "-o", folder.file("run"))
        #expect(outcome.code == 99, "\(outcome.output)\(outcome.errors)")
    }

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
    ]) func whatCannotBeRunIsToldBeforeAnythingIsSent(text: String, told: String) throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        var text = text
        if text.contains("missing.rlog") {
            text = "traffic: {a: {log: missing.rlog}}\nscenarios: {s: {traffic: a, sessions: 1, hold: 1s}}"
        }
        let outcome = try reprise.run("run", try file(text, server), "-o", folder.file("run"))
        #expect(outcome.code != 0 && outcome.code != 99)
        #expect(outcome.errors.contains(told), "\(outcome.errors)")
        #expect(server.requests.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.file("run")))
    }

    @Test func aDryRunSendsNothingAndTellsWhatCannotBeMet() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file("think: 1s..3s\nsessions: 100\nramp: 1m\nfor: 5m\ngates: [rps>100]", server)
        let outcome = try reprise.run("run", file, "--dry-run")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("'rps>100' cannot be met"), "\(outcome.output)")
        #expect(server.requests.isEmpty)
    }

    @Test func aDryRunTellsOfAllScenariosThoughOneNeedsMoreFilesThanThereMayBe() throws {
        let file = try folder.write(
            "test.yaml",
            Array(
                """
                log: demo.rlog
                target: http://127.0.0.1:9
                scenarios: {few: {sessions: 2, ramp: 10m, for: 8h}, many: {sessions: 150000, hold: 1s}}
                """.utf8))
        let outcome = try reprise.run("run", file, "--dry-run")
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.contains { $0.first == "few" && $0.contains("10m") && $0.contains("7h50m") }, "\(outcome.output)")
        guard outcome.code != 0 else { return }
        #expect(outcome.code == 1)
        #expect(outcome.output.contains("! scenario 'many': the run needs 150"), "\(outcome.output)")
        #expect(outcome.errors.contains("open files"), "\(outcome.errors)")
    }

    @Test func aMonitorThatFailsIsAGapAndAWarning() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
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
              told: {command: exit 3}
            gates: [failures<1%, 'restarts(port)<1', 'max(redis.used_memory)<1GiB', 'max(disk.used)<1GiB']
            """, server)
        let outcome = try reprise.run("run", file, "-o", folder.file("run"))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(server.requests.count > 10)
        for name in ["port", "page", "redis", "group", "card", "disk", "told"] {
            let told = outcome.output.split(separator: "\n").filter {
                $0.hasPrefix("! watch '\(name)'") || name == "page" && $0.hasPrefix("! ") && $0.contains("/metrics")
            }
            #expect(!told.isEmpty, "\(name): \(outcome.output)")
        }
        for gate in ["restarts(port)<1", "max(redis.used_memory)<1GiB", "max(disk.used)<1GiB"] {
            #expect(outcome.output.contains("inconclusive  \(gate)"), "\(gate): \(outcome.output)")
        }
    }

    @Test func aTargetThatIsDownIsToldBeforeTheLoad() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        server.stop()
        let file = try file("think: 10ms\nsessions: 2\nhold: 300ms\ngates: [failures<1%]", server)
        let outcome = try reprise.run("run", file, "-o", folder.file("run"))
        #expect(outcome.code == 99, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("nothing answers at \(server.url)"), "\(outcome.errors)")
    }

    @Test func aDryRunTellsATargetWithoutAnAddress() throws {
        let file = try folder.write(
            "test.yaml",
            Array("log: demo.rlog\ntarget: http://shop.invalid\nallow-host: shop.invalid\nsessions: 1\nhold: 1s".utf8))
        let outcome = try reprise.run("run", file, "--dry-run")
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("test.yaml: line 2, column 9: scenario "), "\(outcome.errors)")
        #expect(outcome.errors.contains("cannot find the address of shop.invalid"), "\(outcome.errors)")
    }

    @Test func onlyTheScenariosThatAreNamedRun() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
            "speed: max\nscenarios: {a: {sessions: 1, hold: 200ms}, b: {sessions: 1, hold: 1h}, c: {sessions: 1, hold: 200ms}}",
            server)
        let run = folder.file("run")
        let outcome = try reprise.run("run", file, "a", "--only", "c", "-o", run)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(scenarios(try campaign(run)).map { $0["name"] as? String } == ["a", "c"])
        #expect(try reprise.run("run", file, "d").code == 64)
    }

    @Test func aFaultIsMadeAndUndoneOnTheLoadsClock() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
            """
            think: 10ms
            sessions: 2
            hold: 2s
            before: ["echo before >>events"]
            after: ["echo after >>events"]
            faults: [{name: broken, run: "echo broken >>events", undo: "echo mended >>events", at: 500ms, for: 500ms}]
            gates: {during broken: [failures<1%], all: [outage(broken)<=1s]}
            """, server)
        let run = folder.file("run")
        let outcome = try reprise.run("run", file, "-o", run)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let events = String(decoding: try TemporaryFolder.read(folder.file("events")), as: UTF8.self)
        #expect(events == "before\nbroken\nmended\nafter\n")
        let faults = try #require(scenarios(try campaign(run)).first?["faults"] as? [[String: Any]])
        #expect(faults.map { $0["name"] as? String } == ["broken"])
        #expect(faults.first?["undoneSeconds"] as? Double != nil)
        #expect(try reprise.run("run", "--undo", run).output.contains("left to undo"))
    }

    @Test(arguments: [SIGINT, SIGTERM]) func aSignalUndoesWhatIsBroken(signal: Int32) throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
            """
            think: 10ms
            sessions: 2
            hold: 10m
            drain: 100ms
            after: ["echo after >>events"]
            faults: [{name: broken, run: "echo broken >>events", undo: "echo mended >>events", at: 100ms, for: 5m}]
            """, server)
        let program = try reprise.start(["run", file, "-o", folder.file("run")])
        try waitForEvents("broken\n")
        kill(program.pid, signal)
        let outcome = program.wait()
        #expect(outcome.code == 130, "\(outcome.output)\(outcome.errors)")
        let events = String(decoding: try TemporaryFolder.read(folder.file("events")), as: UTF8.self)
        #expect(events == "broken\nmended\nafter\n")
    }

    @Test func whatAKilledCampaignLeftIsUndoneByItsJournal() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
            """
            think: 10ms
            sessions: 2
            hold: 10m
            faults: [{name: broken, run: "echo broken >>events", undo: "echo mended >>events", at: 100ms, for: 5m}]
            """, server)
        let run = folder.file("run")
        let program = try reprise.start(["run", file, "-o", run])
        try waitForEvents("broken\n")
        kill(program.pid, SIGKILL)
        _ = program.wait()
        let undone = try reprise.run("run", "--undo", run)
        #expect(undone.code == 0 && undone.output == "undone: broken\n", "\(undone.output)\(undone.errors)")
        let events = String(decoding: try TemporaryFolder.read(folder.file("events")), as: UTF8.self)
        #expect(events == "broken\nmended\n")
        #expect(try reprise.run("run", "--undo", run).output.contains("left to undo"), "once is enough")
    }

    @Test func anUndoThatFailsIsShouted() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
            "think: 10ms\nsessions: 2\nhold: 1s\nfaults: [{name: broken, run: 'true', undo: 'exit 3', at: 100ms, for: 100ms}]",
            server)
        let outcome = try reprise.run("run", file, "-o", folder.file("run"))
        #expect(outcome.code == 1, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("FAULT 'broken' IS NOT UNDONE"), "\(outcome.errors)")
        #expect(outcome.errors.contains("By hand: run 'exit 3'"))
    }

    @Test func aCommandThatFailsBeforeKeepsTheLoadFromBeingSent() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file("sessions: 2\nhold: 1s\nbefore: [exit 4]\nafter: ['echo after >>events']", server)
        let outcome = try reprise.run("run", file, "-o", folder.file("run"))
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("the before command 'exit 4' exited with 4"), "\(outcome.errors)")
        #expect(server.requests.isEmpty)
        #expect(FileManager.default.fileExists(atPath: folder.file("events")), "what cleans up runs all the same")
    }

    @Test(arguments: [
        ("{start: 'echo no room; exit 3'}", "service 'db' exited with 3 when started"),
        ("{start: 'sleep 60', ready: 'false', timeout: 300ms}", "service 'db' is not ready within its time limit"),
    ]) func aServiceThatDoesNotStartKeepsTheLoadFromBeingSent(service: String, told: String) throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file("sessions: 2\nhold: 1s\nservices: {db: \(service)}", server)
        let outcome = try reprise.run("run", file, "-o", folder.file("run"))
        #expect(outcome.code == 1, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains(told), "\(outcome.errors)")
        #expect(server.requests.isEmpty)
    }

    @Test func aServiceThatDoesNotStopIsToldAndWhatWasMeasuredIsKept() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
            "think: 10ms\nsessions: 2\nhold: 500ms\nservices: {db: {start: touch there, stop: exit 5, ready: test -e there}}",
            server)
        let run = folder.file("run")
        let outcome = try reprise.run("run", file, "-o", run)
        #expect(outcome.code == 1, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("service 'db' was not stopped: its command exited with 5"), "\(outcome.errors)")
        #expect(try reprise.run("report", run + "/test").code == 0)
    }

    /// The load, what it is said to have come to, and which files are whole afterwards.
    @Test(
        .enabled(if: SmallDisk.isAvailable, "needs the right to mount a tmpfs"),
        arguments: [
            ("sessions: 20\nhold: 2s\ngates: [p95<10s]", 100), ("ladder: [5, 20]\nhold: 1s\ngates: [p95<10s]", 100),
            ("sessions: 2\nhold: 1s", 24),
        ])
    func aFullDiskIsToldAndWhatWasMeasuredIsKept(load: String, kibibytes: Int) throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let disk = try SmallDisk(kibibytes: kibibytes)
        let file = try file("think: 2ms\n\(load)", server)
        let outcome = try reprise.run("run", file, "-o", disk.path + "/run")
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
            #expect(scenarios(try campaign(disk.path + "/run")).first?["problem"] != nil)
        }
    }

    /// A watch whose file is not there is a gap, said once, and its gates are unknown.
    @Test func aLogThatIsNotThereIsToldAndItsGatesAreUnknown() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
            "watch: {log: {file: nothere.log, count: {lost: 'not served'}}}\nthink: 2ms\nsessions: 2\nhold: 1s\ngates: [failures<1%, 'increase(log.lost)<1']",
            server)
        for (options, code) in [([], 0), (["--strict"], 99)] as [([String], Int32)] {
            let outcome = try reprise.run(
                ["run", file, "-o", folder.file("run"), "--force"] + options, environment: [:])
            #expect(outcome.code == code, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.contains("inconclusive  increase(log.lost)<1"), "\(outcome.output)")
            let told = outcome.output.split(separator: "\n").filter { $0.hasPrefix("! watch 'log'") }
            #expect(told.count == 1, "\(outcome.output)")
        }
    }

    @Test func aPhaseHasOptionsOfItsOwn() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file(
            "speed: max\nphases: [{name: fast, sessions: 2, hold: 500ms}, {name: slow, sessions: 2, hold: 1s, think: 400ms}]",
            server)
        let run = folder.file("run")
        let outcome = try reprise.run("run", file, "-o", run)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let phases = try #require(scenarios(try campaign(run)).first?["phases"] as? [[String: Any]])
        let requests = phases.map { $0["requests"] as? Int ?? 0 }
        // Two sessions that pause for 0.4 s send at most six requests in a second.
        #expect(requests[1] <= 6 && requests[0] > 6, "\(requests)")
    }

    @Test(arguments: [("before(429)<=3", 0), ("before(429)<=2", 99), ("before(503)<=3", 99)])
    func theAnswersBeforeTheFirstRefusalAreCounted(gate: String, code: Int32) throws {
        let asked = Mutex(0)
        let server = try LoopbackServer { _ in
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            return number > 3 ? .ok(Self.body, status: "429 Too Many Requests") : .ok(Self.body)
        }
        defer { server.stop() }
        let file = try file("speed: max\nsessions: 1\nhold: 500ms\ngates: ['\(gate)']", server)
        let outcome = try reprise.run("run", file, "-o", folder.file("run"))
        #expect(outcome.code == code, "\(outcome.output)\(outcome.errors)")
    }

    @Test func theLastRunIsTheBaselineOfTheNext() throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let file = try file("think: 2ms\nsessions: 2\nhold: 2s\nbaseline: last\ngates: [no-regression]", server)
        let first = try reprise.run("run", file, "-o", folder.file("runs/1"))
        #expect(first.output.contains("there is no earlier run of it"), "\(first.output)\(first.errors)")
        let second = try reprise.run("run", file, "-o", folder.file("runs/2"))
        #expect(!second.output.contains("there is no earlier run of it"), "\(second.output)\(second.errors)")
        #expect(second.output.contains("no-regression"), "\(second.output)")
        let missing = try reprise.run("run", file, "--set", "baseline=runs/none", "-o", folder.file("runs/3"))
        #expect(missing.code == 64 && missing.errors.contains("baseline"), "\(missing.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("runs/3")), "nothing is begun")
    }

    @Test(arguments: [
        ("share(2xx)>=100%", 0), ("share(429)>50%", 99), ("each: failures<1%", 0), ("sessions>=1", 0),
        ("before(500)<=1", 99), ("max(redis.ping)<1s", 64), ("during redis: p95<1s", 64), ("failures<1% for 10s", 64),
    ]) func gatesOfAReplayHaveTheSameGrammar(gate: String, code: Int32) throws {
        let server = try LoopbackServer { _ in .ok(Self.body) }
        defer { server.stop() }
        let outcome = try reprise.run(
            "replay", log, "--target", server.url, "--expect", "none", "--on-missing", "send", "--speed", "max",
            "--sessions", "12", "--ramp", "0s", "--gate", gate, "-o", folder.file("run"))
        #expect(outcome.code == code, "\(gate): \(outcome.output)\(outcome.errors)")
    }

    /// Waits until the commands of a campaign have left this; bounded.
    private func waitForEvents(_ text: String) throws {
        for _ in 0..<6000 {
            if (try? TemporaryFolder.read(folder.file("events"))).map({ String(decoding: $0, as: UTF8.self) }) == text {
                return
            }
            usleep(10_000)
        }
        Issue.record("the campaign did not come as far as '\(text)'")
    }
}
