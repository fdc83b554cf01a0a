import ArgumentParser
import Foundation
import Testing

@testable import SampleAPI

@Suite struct CommandTests {
    @Test func everyOptionIsRead() throws {
        let command = try SampleAPICommand.parse(
            [
                "--host", "::1", "--port", "0", "--token-lifetime", "1m30s", "--refresh-lifetime", "2h", "--leak",
                "64KiB", "--cache", "64MiB", "--sawtooth", "8MiB", "--step-after", "4m", "--step-by", "32MiB",
                "--slow-route",
                "/a", "--tail-after", "1m", "--tail-by", "3ms", "--tail-ratio", "0.5", "--tail-route", "/b",
                "--stall-after", "2m", "--stall-for", "2s", "--drift", "1.5", "--base-latency", "5ms", "--slow-after",
                "10m", "--slow-by", "200ms",
                "--error-ratio", "0.25", "--seed", "9", "--max-items", "500", "--max-users", "600", "--max-sessions",
                "700", "--log-level", "debug", "--signing-key", String(repeating: "k", count: 32),
            ])
        let settings = try command.settings()
        #expect(settings.tokenLifetime == .seconds(90))
        #expect(settings.refreshLifetime == .seconds(7200))
        #expect(settings.leakBytesPerRequest == 65_536)
        #expect(settings.faults.driftPerHour == 1.5)
        #expect(settings.faults.baseLatency == .milliseconds(5))
        #expect(settings.faults.slowAfter == .seconds(600))
        #expect(settings.faults.slowBy == .milliseconds(200))
        #expect(
            settings.memory
                == MemoryFaults.Amounts(cache: 64 << 20, step: 32 << 20, stepAfter: .seconds(240), garbage: 8 << 20))
        #expect(settings.faults.slowRoute == "/a")
        #expect(settings.faults.tailAfter == .seconds(60))
        #expect(settings.faults.tailBy == .milliseconds(3))
        #expect(settings.faults.tailRatio == 0.5)
        #expect(settings.faults.tailRoute == "/b")
        #expect(settings.faults.stallAfter == .seconds(120))
        #expect(settings.faults.stallFor == .seconds(2))
        #expect(settings.faults.errorRatio == 0.25)
        #expect(settings.seed == 9)
        #expect(settings.maximumItems == 500)
        #expect(settings.maximumUsers == 600)
        #expect(settings.maximumSessions == 700)
        #expect(settings.signingKey?.count == 32)
    }

    @Test func nothingFailsWithoutOptions() throws {
        let settings = try SampleAPICommand.parse([]).settings()
        #expect(settings.signingKey == nil)
        #expect(settings.leakBytesPerRequest == 0)
        #expect(settings.faults.serviceTime(worked: .milliseconds(1), uptime: .seconds(1e6)) == .milliseconds(1))
    }

    @Test(arguments: [
        (["--port", "65536"], "no port"), (["--token-lifetime", "500ms"], "under a second"),
        (["--token-lifetime", "5"], "no unit"), (["--leak", "many"], "no size"), (["--drift", "0"], "no factor"),
        (["--error-ratio", "1.1"], "past 1"), (["--slow-by", "1s"], "never sets in"),
        (["--slow-after", "1s"], "by nothing"), (["--max-items", "5"], "too few"),
        (["--log-level", "loud"], "no level"), (["--step-by", "1MiB"], "never taken"),
        (["--stall-for", "1s"], "never begins"), (["--tail-route", "/a"], "slow by nothing"),
        (["--tail-ratio", "2"], "past 1"), (["--cache", "2TiB"], "too large"),
        (["--workers", "4"], "people known to one worker only"), (["--workers", "0"], "nobody serves"),
        (["--postgres", "postgres://u:secret@h/d"], "a password that ps shows"),
        (["--postgres", "h", "--workers", "8", "--postgres-pool", "4"], "fewer connections than workers"),
    ])
    func whatMakesNoSenseIsRefused(_ arguments: [String], _ reason: String) {
        #expect(throws: (any Error).self, "\(reason)") { try SampleAPICommand.parse(arguments) }
    }

    @Test func aKeyFileIsTakenByteForByte() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "key-\(Key128.random().text(prefix: ""))")
        defer { try? FileManager.default.removeItem(at: file) }
        let key = Data((0..<40).map { UInt8($0 * 6) })
        try key.write(to: file)
        let settings = try SampleAPICommand.parse(["--signing-key-file", file.path]).settings()
        #expect(settings.signingKey == Array(key))
        try Data(count: 31).write(to: file)
        #expect(throws: (any Error).self, "31 bytes are too few") {
            try SampleAPICommand.parse(["--signing-key-file", file.path]).settings()
        }
        #expect(throws: (any Error).self, "no such file") {
            try SampleAPICommand.parse(["--signing-key-file", file.path + ".not"]).settings()
        }
    }
}
