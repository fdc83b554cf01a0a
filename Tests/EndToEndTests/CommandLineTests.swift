import Foundation
import TestSupport
import TestThreads
import Testing

/// The program as a user runs it, on the recording that ships with the project.
@Suite(.waits) struct CommandLineTests {
    private let reprise = BuiltProgram("reprise")
    private let recording = ProjectFile.path("captures/demo.pcap")

    private func oneLine(_ text: String) -> Bool {
        text.hasPrefix("reprise: ") && text.hasSuffix("\n") && text.dropLast().allSatisfy { $0 != "\n" }
    }

    /// The shipped recording as a session log.
    private func log(in folder: TemporaryFolder) throws -> String {
        let log = folder.file("demo.rlog")
        let outcome = try reprise.run("capture", "-r", recording, "-o", log)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return log
    }

    @Test func recordingBecomesALogThatSaysWhatTheRecordingHolds() throws {
        let folder = try TemporaryFolder()
        let log = try log(in: folder)
        #expect(try reprise.run("verify", log).code == 0)
        let exported = try reprise.run("export", log, "--to", "jsonl")
        #expect(exported.code == 0)
        let expected = String(
            decoding: try TemporaryFolder.read(ProjectFile.path("captures/expected/demo.jsonl")), as: UTF8.self)
        #expect(exported.output == expected)
        #expect(try reprise.run("inspect", log).code == 0)
    }

    @Test func recordedSessionsReplayAgainstARestartedServiceWithFreshTokens() throws {
        let folder = try TemporaryFolder()
        let log = try log(in: folder)
        let service = try BuiltProgram("sample-api").start(["--port", "0"])
        let listening = try #require(service.readLine())
        let url = try #require(listening.split(separator: " ").first { $0.hasPrefix("http://") })
        let run = folder.file("run")
        let outcome = try reprise.run(
            "replay", log, "--target", String(url), "--sessions", "40", "--speed", "20", "--ramp", "0", "--gate",
            "failures<0.01%", "--watch-pid", "\(service.pid)", "-o", run)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let summary = try #require(
            try JSONSerialization.jsonObject(with: Data(TemporaryFolder.read(run + "/summary.json"))) as? [String: Any])
        #expect(summary["failures"] as? Int == 0)
        #expect(summary["verdict"] as? String == "PASS")
        #expect((summary["sessions"] as? [String: Any])?["completed"] as? Int == 40)
        #expect((summary["tokens"] as? [String: Any])?["rejected"] as? Int == 0)
        #expect(FileManager.default.fileExists(atPath: run + "/report.html"))
    }

    @Test func failedGateIsAnExitCode() throws {
        let folder = try TemporaryFolder()
        let log = try log(in: folder)
        let server = try LoopbackServer { _ in .ok(status: "500 Broken") }
        defer { server.stop() }
        let outcome = try reprise.run(
            "replay", log, "--target", server.url, "--speed", "max", "--gate", "failures<1%", "-o", folder.file("run"))
        #expect(outcome.code == 99)
        #expect(outcome.output.contains("FAIL"))
    }

    @Test func interruptedReplayLeavesItsReport() throws {
        let folder = try TemporaryFolder()
        let log = try log(in: folder)
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let run = folder.file("run")
        let replay = try reprise.start(
            ["replay", log, "--target", server.url, "--for", "60s", "--sessions", "2", "--expect", "none", "-o", run])
        // Bounded, so that a replay that cannot start fails the test and does not hang it.
        for _ in 0..<3000 where server.requests.count < 3 { usleep(10_000) }
        replay.interrupt()
        #expect(replay.wait().code == 130)
        #expect(FileManager.default.fileExists(atPath: run + "/summary.json"))
        #expect(FileManager.default.fileExists(atPath: run + "/report.html"))
    }

    @Test func nothingIsSentElsewhereWithoutLeave() throws {
        let folder = try TemporaryFolder()
        let outcome = try reprise.run(
            "replay", try log(in: folder), "--target", "http://192.0.2.1", "-o", folder.file("run"))
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("--allow-host 192.0.2.1"))
        #expect(oneLine(outcome.errors))
    }

    @Test(
        arguments: [
            ([], "an empty file"), (Array("GET / HTTP/1.1\r\n\r\n".utf8), "no capture at all"),
            ([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4], "cut within its header"),
        ] as [([UInt8], Comment)])
    func unreadableCaptureIsAOneLineError(bytes: [UInt8], reason: Comment) throws {
        let folder = try TemporaryFolder()
        let outcome = try reprise.run(
            "capture", "-r", folder.write("bad.pcap", bytes), "-o", folder.file("x.rlog"))
        #expect(outcome.code == 2, reason)
        #expect(oneLine(outcome.errors), "\(outcome.errors)")
    }

    @Test func aTruncatedCaptureKeepsWhatPrecedesTheCut() throws {
        let folder = try TemporaryFolder()
        let bytes = try TemporaryFolder.read(recording)
        let cut = try folder.write("cut.pcap", Array(bytes[..<(bytes.count * 2 / 3)]))
        let log = folder.file("cut.rlog")
        let outcome = try reprise.run("capture", "-r", cut, "-o", log)
        #expect(outcome.code == 0)
        #expect(outcome.errors.hasPrefix("reprise: warning: ") && outcome.errors.contains("cut off"))
        let exported = try reprise.run("export", log, "--to", "jsonl")
        #expect(exported.code == 0)
        #expect(exported.output.split(separator: "\n").count > 20)
    }

    @Test func unreadableLogIsAOneLineError() throws {
        let folder = try TemporaryFolder()
        let whole = try TemporaryFolder.read(log(in: folder))
        var newer = whole
        // The version is behind the eight bytes of the magic.
        newer[8] = 0xff
        for (name, bytes) in [("empty", []), ("text", Array("hello".utf8)), ("newer", newer)] {
            let path = try folder.write("\(name).rlog", bytes)
            for command in [["export", path, "--to", "jsonl"], ["inspect", path], ["verify", path]] {
                let outcome = try reprise.start(command).wait()
                #expect(outcome.code == 2, "\(command)")
                #expect(oneLine(outcome.errors), "\(command): \(outcome.errors)")
            }
        }
    }

    @Test func cutOffLogIsReadUpToTheCut() throws {
        let folder = try TemporaryFolder()
        let whole = try TemporaryFolder.read(log(in: folder))
        // All of the recording is in one block; what is cut is the index behind it.
        let cut = try folder.write("cut.rlog", Array(whole[..<(whole.count - 16)]))
        let exported = try reprise.run("export", cut, "--to", "jsonl")
        #expect(exported.code == 0)
        #expect(exported.errors.hasPrefix("reprise: warning: "))
        #expect(try reprise.run("verify", cut).code == 2)
    }

    @Test(arguments: [
        ["frobnicate"], ["replay"], ["replay", "x.rlog"], ["capture", "-o", "x"], ["replay", "x", "--speed", "0"],
    ])
    func senselessArgumentsExitWith64(arguments: [String]) throws {
        #expect(try reprise.start(arguments).wait().code == 64)
    }
}
