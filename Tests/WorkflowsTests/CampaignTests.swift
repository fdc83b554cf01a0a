import Foundation
import Scenario
import Testing
import Traffic

@testable import Workflows

/// A folder that is removed at the end of its test.
final class ScratchFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "reprise-campaign-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

struct ShellCommandTests {

    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test(arguments: [
        ("exit 0", ShellCommand.Ending.exited(0)), ("exit 7", .exited(7)), ("kill -9 $$", .signalled(9)),
        ("no-such-program-here", .exited(127)),
    ]) func saysHowACommandEnded(command: String, ending: ShellCommand.Ending) throws {
        #expect(try ShellCommand.run(command, in: folder.path, upTo: .seconds(20)).ending == ending)
    }

    @Test func keepsTheEndOfBothOutputs() throws {
        let ran = try ShellCommand.run("seq 100000; echo failed >&2; exit 1", in: folder.path, upTo: .seconds(20))
        #expect(ran.output.hasSuffix("100000\nfailed\n"))
        #expect(ran.output.utf8.count <= ShellCommand.keptBytes)
    }

    @Test func aTimeLimitEndsAllThatACommandStarted() throws {
        let ran = try ShellCommand.run("sleep 600 & echo $! ; sleep 600", in: folder.path, upTo: .milliseconds(300))
        #expect(ran.ending == .timedOut)
        let child = try #require(Int32(ran.output.split(separator: "\n").first ?? ""))
        #expect(isGone(child), "the background process \(child) was to end too")
    }

    @Test func anInterruptedCommandIsNotOneThatTookTooLong() throws {
        let ran = try ShellCommand.run("echo one; sleep 600", in: folder.path, upTo: .seconds(20), unless: { true })
        #expect(ran.ending == .interrupted && ran.ending.text == "was interrupted")
        let command = try ScenarioFile(
            parsing: "sessions: 1\nhold: 1s\nbefore: [sleep 600]\n", name: "f"
        ).scenarios[0].before[0]
        #expect(CampaignCommand.run(command, in: folder.path) { true }.wasInterrupted)
    }

    @Test func aProgramThatIsMissingIsNamed() throws {
        let ran = try ShellCommand.run("no-such-program-here", in: folder.path, upTo: .seconds(20))
        #expect(ran.output.contains("no-such-program-here: not found"), "\(ran.output)")
        #expect(ran.output.hasPrefix("sh: "), "the message is of the shell, not of a folder: \(ran.output)")
        #expect(ran.ending.text == "exited with 127 (command not found)")
    }

    @Test func runsInItsFolder() throws {
        let ran = try ShellCommand.run("pwd -P", in: folder.path, upTo: .seconds(20))
        #expect(ran.output.contains((folder.path as NSString).lastPathComponent))
    }

    /// Whether a process ends within ten seconds. A signal takes effect when the kernel next runs the process, which may
    /// then wait for its new parent to collect it.
    private func isGone(_ process: Int32) -> Bool {
        for _ in 0..<1000 {
            guard kill(process, 0) == 0 else { return true }
            let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8))?.split(separator: " ")
            if state.map({ $0.count > 2 && $0[2] == "Z" }) ?? true { return true }
            usleep(10_000)
        }
        return false
    }
}

/// Faults that are made and undone on their own thread.
struct FaultRunnerTests {

    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func runner(_ faults: String) throws -> FaultRunner {
        let file = try ScenarioFile(parsing: "log: a.rlog\nsessions: 1\nhold: 2h\nfaults: \(faults)", name: "f")
        let services = CampaignServices([], in: folder.path, outputFolder: folder.path, isInterrupted: { false })
        return FaultRunner(
            file.scenarios[0], in: file, services: services, runFolder: folder.path, commandFolder: folder.path)
    }

    private func wait(_ isThere: () -> Bool) -> Bool {
        for _ in 0..<2000 where !isThere() { usleep(5000) }
        return isThere()
    }

    private var events: [Substring] {
        ((try? String(contentsOfFile: folder.path + "/events", encoding: .utf8)) ?? "").split(separator: "\n")
    }

    @Test func aFaultIsUndoneAtOnceWhereAPersonWantsIt() throws {
        let runner = try runner(
            "[{name: a, run: echo break-a >>events, undo: echo mend-a >>events, at: 0s, for: 1h}, "
                + "{name: b, run: echo break-b >>events, undo: echo mend-b >>events, at: 0s, for: 1h}]")
        runner.start(elapsed: .zero)
        #expect(wait { runner.marks.count == 2 && events.count == 2 })
        runner.undo("no such fault")
        runner.undo("b")
        #expect(wait { runner.marks.last?.undone != nil })
        #expect(events == ["break-a", "break-b", "mend-b"])
        #expect(runner.marks.map { $0.undone != nil } == [false, true], "the other is still in effect")
        runner.undo("b")
        let (marks, problems, missed) = runner.finish()
        #expect(events == ["break-a", "break-b", "mend-b", "mend-a"], "each is undone once")
        #expect(problems.isEmpty && missed.isEmpty && marks.allSatisfy { $0.undone != nil })
    }

    @Test func aFaultThatCannotBeInjectedLeavesNoMark() throws {
        let runner = try runner(
            "[{name: a, run: 'echo no; echo break >>events; exit 3', undo: echo mend >>events, "
                + "at: 0s, for: 1h}]")
        runner.start(elapsed: .zero)
        #expect(wait { !events.isEmpty })
        let (marks, problems, missed) = runner.finish()
        #expect(marks.isEmpty, "what did not happen has no outage and no recovery")
        #expect(missed.isEmpty, "its time came")
        #expect(
            problems == ["fault 'a' could not be injected: 'echo no; echo break >>events; exit 3' exited with 3: no"])
        #expect(events == ["break", "mend"], "the command may have done half of its work")
    }

    @Test func anUndoAheadOfItsFaultDoesNothing() throws {
        let runner = try runner("[{name: a, run: echo break >>events, undo: echo mend >>events, at: 1h, for: 1m}]")
        runner.start(elapsed: .zero)
        runner.undo("a")
        let (marks, problems, missed) = runner.finish()
        #expect(events.isEmpty && marks.isEmpty && problems.isEmpty)
        #expect(missed.map(\.name) == ["a"], "the run ended before its time")
    }
}

struct FaultTimelineTests {

    private static func faults() throws -> [FaultDefinition] {
        let text = """
            services: {redis: {start: x}, db: {start: y}}
            sessions: 1
            hold: 10m
            faults: [{stop: redis, at: 1m, for: 2m}, {stop: db, at: 3m, for: 1m}, {run: flush, at: 5m}]
            """
        return try ScenarioFile(parsing: text, name: "f").scenarios[0].faults
    }

    @Test func faultsBeginAndAreUndoneInTheirOrder() throws {
        var timeline = FaultTimeline(try Self.faults())
        var log: [String] = []
        while let next = timeline.next {
            for action in timeline.due(at: next) {
                switch action {
                case .begin(let index):
                    log.append("begin \(index) at \(next.components.seconds)")
                    timeline.began(index, at: next)
                case .undo(let index):
                    log.append("undo \(index) at \(next.components.seconds)")
                    timeline.undone(index, at: next)
                }
            }
        }
        #expect(log == ["begin 0 at 60", "undo 0 at 180", "begin 1 at 180", "undo 1 at 240", "begin 2 at 300"])
        #expect(timeline.open.isEmpty)
    }

    @Test func whatIsOpenAtTheEndIsUndoneLastFirst() throws {
        var timeline = FaultTimeline(try Self.faults())
        timeline.began(0, at: .seconds(60))
        timeline.began(1, at: .seconds(180))
        timeline.began(2, at: .seconds(300))
        #expect(timeline.open == [1, 0], "the third has no undo")
    }
}

struct FaultJournalTests {

    @Test func reportsFaultsThatAreStillActive() throws {
        let folder = try ScratchFolder()
        let journal = FaultJournal(folder: folder.path)
        #expect(try journal.open().isEmpty)
        let start = FaultJournal.Undo.start(service: "redis", command: "r", ready: nil, timeoutSeconds: 3)
        try journal.begin("redis", undo: start, folder: "/a")
        try journal.begin("db", undo: .resume(processes: [.init(id: 7, startTime: 9)]), folder: "/a")
        try journal.begin("net", undo: .command("tc qdisc del"), folder: "/b")
        try journal.undone("db")
        #expect(try journal.open().map(\.fault) == ["net", "redis"])
        #expect(try journal.open().last?.undo == start)
    }

    @Test func aLineThatACrashCutIsAFaultThatHadNotBegun() throws {
        let folder = try ScratchFolder()
        let journal = FaultJournal(folder: folder.path)
        try journal.begin("redis", undo: .command("a"), folder: "/")
        let handle = try #require(FileHandle(forWritingAtPath: journal.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(#"{"fault":"db","undo":{"comm"#.utf8))
        #expect(try journal.open().map(\.fault) == ["redis"])
    }

    @Test func aJournalThatCannotBeReadIsNotAnEmptyOne() throws {
        let folder = try ScratchFolder()
        let journal = FaultJournal(folder: folder.path)
        try FileManager.default.createDirectory(atPath: journal.path, withIntermediateDirectories: false)
        #expect(throws: FaultJournal.JournalError(path: journal.path, reason: "cannot be read")) { try journal.open() }
    }
}

struct ServiceControlTests {

    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func service(_ text: String) throws -> ServiceDefinition {
        try ScenarioFile(parsing: "services: {s: \(text)}\nsessions: 1\nhold: 1s\n", name: "f").services[0]
    }

    @Test(arguments: [
        ("{start: touch up, stop: rm up, ready: test -e up}", "a command that detaches"),
        (
            "{start: 'touch up; exec sleep 600', stop: rm up; kill $(cat /dev/null) 2>/dev/null; true, ready: test -e up, timeout: 2s}",
            "one that stays"
        ),
    ]) func startsAndStops(text: String, reason: Comment) throws {
        let service = try service(text)
        let control = ServiceControl(folder: folder.path)
        #expect(control.isReady(service) == false, reason)
        try control.ensureStarted(service)
        #expect(control.isReady(service) == true, reason)
        #expect(control.stopStarted().isEmpty, reason)
        #expect(control.isReady(service) == false, reason)
    }

    @Test func aServiceThatIsReadyIsLeftAsItIs() throws {
        let service = try service("{start: touch started, stop: rm up, ready: 'true'}")
        let control = ServiceControl(folder: folder.path)
        try control.ensureStarted(service)
        #expect(control.started.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/started"))
    }

    @Test(arguments: [
        ("{start: 'echo no port; exit 3'}", "service 's' exited with 3 when started: no port"),
        (
            "{start: 'true', ready: 'false', timeout: 200ms}",
            "service 's' is not ready within its time limit of 200ms ('false' fails)"
        ),
    ]) func saysWhyAServiceDoesNotStart(text: String, message: String) throws {
        let control = ServiceControl(folder: folder.path)
        let error = #expect(throws: ServiceControl.ServiceError.self) { try control.start(try service(text)) }
        #expect(error?.description == message)
    }

    @Test func whatAStartLeftRunningIsStoppedAlthoughItIsNotReady() throws {
        let service = try service("{start: touch left, stop: rm left, ready: 'false', timeout: 200ms}")
        let control = ServiceControl(folder: folder.path)
        #expect(throws: ServiceControl.ServiceError.self) { try control.ensureStarted(service) }
        #expect(FileManager.default.fileExists(atPath: folder.path + "/left"))
        #expect(control.stopStarted().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/left"), "its stop command was to run")
    }

    @Test func anInterruptedStartIsNoLateService() throws {
        let service = try service("{start: sleep 600, ready: 'false', timeout: 1h}")
        let control = ServiceControl(folder: folder.path, isInterrupted: { true })
        let error = #expect(throws: ServiceControl.ServiceError.self) { try control.ensureStarted(service) }
        #expect(error?.description == "service 's' was interrupted before it was ready")
        #expect(error?.wasInterrupted == true)
        let services = CampaignServices(
            [service], in: folder.path, outputFolder: folder.path, isInterrupted: { true })
        #expect(services.start() == nil, "an interruption is no problem of the service")
        #expect(services.stop().isEmpty)
    }

    @Test func aServiceThatStillAnswersIsNotStopped() throws {
        let service = try service("{start: 'true', stop: 'true', ready: 'true', timeout: 200ms}")
        let error = #expect(throws: ServiceControl.ServiceError.self) {
            try ServiceControl(folder: folder.path).stop(service)
        }
        #expect(error?.reason == "still answers after it was stopped")
    }
}

struct CommandLogTests {

    @Test func keepsWhatCommandsPrintWithoutSecrets() throws {
        let folder = try ScratchFolder()
        setenv("REPRISE_COMMAND_LOG_TEST", "postgres://app:open sesame@127.0.0.1/app", 1)
        let file = try ScenarioFile(
            parsing: "watch: {d: {postgres: 'env:REPRISE_COMMAND_LOG_TEST'}}\nsessions: 1\nhold: 1s\n"
                + "before: ['echo users_created 100; echo to $REPRISE_COMMAND_LOG_TEST; echo Authorization: Bearer abc.def', 'exit 4']",
            name: "c")
        let log = CommandLog(folder: folder.path, file)
        for command in file.scenarios[0].before {
            log.add(
                command.command, CampaignCommand.run(command, in: folder.path) { false }, what: "before", scenario: "c")
        }
        let text = try String(contentsOfFile: folder.path + "/commands.log", encoding: .utf8)
        #expect(text.contains("  exited with 0\n    users_created 100\n    to ***\n    Authorization: "), "\(text)")
        #expect(text.hasSuffix("c, before: exit 4\n  failed: exited with 4\n"), "\(text)")
        #expect(!text.contains("open sesame") && !text.contains("\n    Authorization: Bearer abc"), "\(text)")
    }
}
