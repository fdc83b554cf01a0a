import Foundation
import Glibc
import TestSupport
import TestThreads
import Testing

/// Signals and closed descriptors: a replay ends in bounded time, and its folder is whole or says that it is not.
@Suite(.serialized, .waits) struct SignalTests {
    private let reprise = BuiltProgram("reprise")

    /// A replay that waits for answers which never come, after its first requests have arrived.
    private func waiting(
        _ folder: TemporaryFolder, _ server: LoopbackServer, _ arguments: [String], transport: String = "wire"
    ) throws -> RunningProgram {
        let log = try reprise.demoLog(in: folder)
        let replay = try reprise.start(
            [
                "replay", log, "--target", server.url, "--sessions", "2", "-o", folder.file("run"), "--transport",
                transport,
            ]
                + arguments)
        for _ in 0..<3000 where server.requests.isEmpty { usleep(10_000) }
        return replay
    }

    private func seconds(_ body: () -> Void) -> Double {
        let began = ContinuousClock.now
        body()
        return (ContinuousClock.now - began) / .seconds(1)
    }

    @Test(arguments: ["wire", "curl"]) func theSecondSignalEndsItAtOnceWhicheverItIs(transport: String) throws {
        let folder = try TemporaryFolder()
        let server = try LoopbackServer { _ in .hang }
        defer { server.stop() }
        let replay = try waiting(folder, server, ["--for", "60s", "--drain", "60s"], transport: transport)
        kill(replay.pid, SIGINT)
        usleep(100_000)
        kill(replay.pid, SIGTERM)
        var code: Int32 = 0
        #expect(seconds { code = replay.wait().code } < 20)
        #expect(code == SIGTERM, "the signal ended it")
        let report = try reprise.run("report", folder.file("run"))
        #expect(report.code == 2 && report.output.contains("Not ended cleanly"), "\(report.output)")
    }

    /// A replay whose time is over only waits: an interruption then ends it with the report at once.
    @Test(arguments: ["wire", "curl"]) func anInterruptedDrainIsGivenUp(transport: String) throws {
        let folder = try TemporaryFolder()
        let server = try LoopbackServer { _ in .hang }
        defer { server.stop() }
        let replay = try waiting(folder, server, ["--for", "200ms", "--drain", "60s"], transport: transport)
        usleep(600_000)
        kill(replay.pid, SIGINT)
        var outcome: BuiltProgram.Outcome?
        #expect(seconds { outcome = replay.wait() } < 20)
        #expect(outcome?.code == 130)
        #expect(FileManager.default.fileExists(atPath: folder.file("run") + "/summary.json"))
        #expect(try reprise.run("report", folder.file("run")).code == 0, "the folder is whole")
    }

    /// Files must not take the numbers of closed standard descriptors: what is printed would go into them.
    @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"]) func closedDescriptorsDamageNoFile(closing: String) throws
    {
        let folder = try TemporaryFolder()
        let log = try reprise.demoLog(in: folder)
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let run = folder.file("run")
        _ = try BuiltProgram.shell(
            "'\(reprise.path)' replay '\(log)' --target \(server.url) --speed max --expect none -o '\(run)' \(closing)")
        let report = try reprise.run("report", run)
        #expect(report.code == 0, "\(report.output)\(report.errors)")
        let copy = folder.file("copy.rlog")
        _ = try BuiltProgram.shell("'\(reprise.path)' capture -r '\(recording)' -o '\(copy)' \(closing)")
        #expect(try reprise.run("verify", copy).code == 0)
    }

    private let recording = ProjectFile.path("captures/demo.pcap")

    /// A reader that goes away, as `head` does, is no failure.
    @Test func aClosedPipeIsNotAFailure() throws {
        let folder = try TemporaryFolder()
        let log = try reprise.demoLog(in: folder)
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let run = folder.file("run")
        let outcome = try BuiltProgram.shell(
            "{ '\(reprise.path)' replay '\(log)' --target \(server.url) --speed max --expect none --on-missing send "
                + "-o '\(run)'; echo $? >&2; } | head -1")
        #expect(!outcome.output.isEmpty)
        #expect(try reprise.run("report", run).code == 0)
    }

    /// A terminal that is paused takes nothing more: the replay goes on and ends without it.
    @Test func aPausedTerminalHoldsNothingUp() throws {
        let folder = try TemporaryFolder()
        let log = try reprise.demoLog(in: folder)
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        // The other end's number, and leave to open it (ioctl_tty(2): TIOCGPTN, TIOCSPTLCK).
        var (number, isLocked): (Int32, Int32) = (0, 0)
        try #require(
            terminal >= 0 && ioctl(terminal, 0x8004_5430, &number) == 0 && ioctl(terminal, 0x4004_5431, &isLocked) == 0)
        let name = "/dev/pts/\(number)"
        let end = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK)
        defer { close(end) }
        let run = folder.file("run")
        let replay = try BuiltProgram(path: "/bin/sh").start([
            "-c",
            "exec '\(reprise.path)' replay '\(log)' --target \(server.url) --sessions 2 --for 2s --drain 1s "
                + "--expect none --on-missing send -o '\(run)' 2>'\(name)'",
        ])
        for _ in 0..<3000 where server.requests.isEmpty { usleep(10_000) }
        // From here on no one reads: it is full soon.
        var line = [UInt8](repeating: UInt8(ascii: "x"), count: 1024)
        while write(end, line, line.count) > 0 {}
        for _ in 0..<3000 where !FileManager.default.fileExists(atPath: run + "/report.html") { usleep(10_000) }
        #expect(FileManager.default.fileExists(atPath: run + "/report.html"), "it is over, whoever reads")
        // Its last word may wait for a reader.
        _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
        for _ in 0..<1000 where kill(replay.pid, 0) == 0 && read(terminal, &line, line.count) != 0 { usleep(1000) }
        #expect(try reprise.run("report", run).code == 0)
    }

    /// A process that is stopped for a while is late by itself: no gate blames the target, and the report says so
    /// first.
    @Test func aStoppedGeneratorBlamesItself() throws {
        let folder = try TemporaryFolder()
        let log = try reprise.demoLog(in: folder)
        let answer = #"{"access_token":"live-access-1","refresh_token":"live-refresh-2","expires_in":3600,"id":77}"#
        let server = try LoopbackServer { _ in .ok(answer, fields: ["Content-Type: application/json"]) }
        defer { server.stop() }
        let run = folder.file("run")
        let replay = try reprise.start([
            "replay", log, "--target", server.url, "--sessions", "30", "--speed", "10", "--for", "5s", "--drain", "2s",
            "--expect", "none", "--gate", "max<1200ms", "-o", run,
        ])
        for _ in 0..<3000 where server.requests.count < 60 { usleep(10_000) }
        kill(replay.pid, SIGSTOP)
        usleep(1_500_000)
        kill(replay.pid, SIGCONT)
        let outcome = replay.wait()
        let text = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("The generator itself stalled between second"), "\(text)")
        #expect(text.contains("? max<1200ms"), "\(text)")
        #expect(outcome.code == 0, "an inconclusive gate fails under --strict only")
        let report = try reprise.run("report", run).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(report.contains("The generator itself stalled"))
    }
}
