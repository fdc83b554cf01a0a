import Foundation
import TestSupport
import TestThreads
import Testing

/// Faults, services and commands of a campaign, which are undone and stopped whatever happens.
@Suite(.waits) struct RunFaultTests {
    private let bench: CampaignBench

    init() throws { bench = try CampaignBench() }

    @Test func aFaultBeginsAndEndsOnTheClockOfTheLoad() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            """
            think: 10ms
            sessions: 2
            hold: 2s
            before: ["echo before >>events"]
            after: ["echo after >>events"]
            faults: [{name: broken, run: "echo broken >>events", undo: "echo mended >>events", at: 500ms, for: 500ms}]
            gates: {during broken: [failures<1%], all: [outage(broken)<=1s]}
            """, server)
        let run = bench.folder.file("run")
        let outcome = try bench.reprise.run("run", file, "-o", run)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(try bench.events() == "before\nbroken\nmended\nafter\n")
        let faults = try #require(try bench.scenarios(run).first?["faults"] as? [[String: Any]])
        #expect(faults.map { $0["name"] as? String } == ["broken"])
        #expect(faults.first?["undoneSeconds"] as? Double != nil)
        #expect(try bench.reprise.run("run", "--undo", run).output.contains("left to undo"))
    }

    @Test(arguments: [SIGINT, SIGTERM]) func aSignalUndoesActiveFaults(signal: Int32) throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            """
            think: 10ms
            sessions: 2
            hold: 10m
            drain: 100ms
            after: ["echo after >>events"]
            faults: [{name: broken, run: "echo broken >>events", undo: "echo mended >>events", at: 100ms, for: 5m}]
            """, server)
        let program = try bench.reprise.start(["run", file, "-o", bench.folder.file("run")])
        try bench.waitForEvents("broken\n")
        kill(program.pid, signal)
        let outcome = program.wait()
        #expect(outcome.code == 130, "\(outcome.output)\(outcome.errors)")
        #expect(try bench.events() == "broken\nmended\nafter\n")
    }

    @Test func aSecondSignalDuringTheUndoLeavesTheJournal() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            """
            think: 10ms
            sessions: 2
            hold: 10m
            drain: 100ms
            faults:
              - name: broken
                run: "echo broken >>events"
                undo: "echo undoing >>events; test -e again || { touch again; exec sleep 5; }; echo mended >>events"
                at: 100ms
                for: 5m
            """, server)
        let run = bench.folder.file("run")
        let program = try bench.reprise.start(["run", file, "-o", run])
        try bench.waitForEvents("broken\n")
        kill(program.pid, SIGINT)
        try bench.waitForEvents("broken\nundoing\n")
        kill(program.pid, SIGINT)
        let outcome = program.wait()
        #expect(outcome.errors.contains("a fault that is not undone yet stays in effect"), "\(outcome.errors)")
        #expect(outcome.errors.contains("reprise run --undo \(run)"), "\(outcome.errors)")
        let undo = try bench.reprise.run("run", "--undo", run)
        #expect(undo.code == 0 && undo.output.contains("undone: broken"), "\(undo.output)\(undo.errors)")
        #expect(try bench.events() == "broken\nundoing\nundoing\nmended\n")
    }

    @Test func theJournalOfAKilledCampaignUndoesItsFaults() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            """
            think: 10ms
            sessions: 2
            hold: 10m
            faults: [{name: broken, run: "echo broken >>events", undo: "echo mended >>events", at: 100ms, for: 5m}]
            """, server)
        let run = bench.folder.file("run")
        let program = try bench.reprise.start(["run", file, "-o", run])
        try bench.waitForEvents("broken\n")
        kill(program.pid, SIGKILL)
        _ = program.wait()
        let undone = try bench.reprise.run("run", "--undo", run)
        #expect(undone.code == 0 && undone.output == "undone: broken\n", "\(undone.output)\(undone.errors)")
        #expect(try bench.events() == "broken\nmended\n")
        #expect(try bench.reprise.run("run", "--undo", run).output.contains("left to undo"), "once is enough")
    }

    @Test func anUndoThatFailsIsReportedProminently() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            "think: 10ms\nsessions: 2\nhold: 1s\nfaults: [{name: broken, run: 'true', undo: 'exit 3', at: 100ms, for: 100ms}]",
            server)
        let outcome = try bench.reprise.run("run", file, "-o", bench.folder.file("run"))
        #expect(outcome.code == 1, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("FAULT 'broken' IS NOT UNDONE"), "\(outcome.errors)")
        #expect(outcome.errors.contains("By hand: run 'exit 3'"))
    }

    @Test func nothingIsSentAfterABeforeCommandFails() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file("sessions: 2\nhold: 1s\nbefore: [exit 4]\nafter: ['echo after >>events']", server)
        let outcome = try bench.reprise.run("run", file, "-o", bench.folder.file("run"))
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("the before command 'exit 4' exited with 4"), "\(outcome.errors)")
        #expect(server.requests.isEmpty)
        #expect(FileManager.default.fileExists(atPath: bench.folder.file("events")), "what cleans up runs all the same")
    }

    @Test(arguments: [
        ("{start: 'echo no room; exit 3'}", "service 'db' exited with 3 when started"),
        ("{start: 'sleep 60', ready: 'false', timeout: 300ms}", "service 'db' is not ready within its time limit"),
    ]) func nothingIsSentIfAServiceDoesNotStart(service: String, message: String) throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file("sessions: 2\nhold: 1s\nservices: {db: \(service)}", server)
        let outcome = try bench.reprise.run("run", file, "-o", bench.folder.file("run"))
        #expect(outcome.code == 1, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(server.requests.isEmpty)
    }

    @Test func aServiceThatDoesNotStopIsReportedAndTheResultsAreKept() throws {
        let server = try CampaignBench.server()
        defer { server.stop() }
        let file = try bench.file(
            "think: 10ms\nsessions: 2\nhold: 500ms\nservices: {db: {start: touch there, stop: exit 5, ready: test -e there}}",
            server)
        let run = bench.folder.file("run")
        let outcome = try bench.reprise.run("run", file, "-o", run)
        #expect(outcome.code == 1, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("service 'db' was not stopped: its command exited with 5"), "\(outcome.errors)")
        #expect(try bench.reprise.run("report", run + "/test").code == 0)
    }
}
