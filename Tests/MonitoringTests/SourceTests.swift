import Foundation
import TestSupport
import Testing

@testable import Monitoring
@testable import RedisClient

struct LogFileSourceTests {

    private let folder: TemporaryFolder
    private var path: String { folder.file("api.log") }

    init() throws { folder = try TemporaryFolder() }

    private func append(_ text: String) throws {
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    private func source() -> LogFileSource {
        LogFileSource(path: path, patterns: [.init(name: "fallback", text: "Redis unavailable")])
    }

    private func value(_ source: LogFileSource, _ name: String = "fallback") throws -> Double? {
        try source.read().first { $0.name == name }?.value
    }

    @Test func countsLinesThatComeAfterItsStart() throws {
        try append("WARN Redis unavailable\n")
        let source = source()
        #expect(try value(source) == 0)
        try append("WARN Redis unavailable, memory is used\nINFO other\nWARN Redis unav")
        #expect(try value(source) == 1, "a line that is not whole yet is not counted")
        try append("ailable\n")
        #expect(try value(source) == 2)
        #expect(try value(source, "lines") == 3)
    }

    @Test func goesOnInTheFileThatTakesItsName() throws {
        try append("a\n")
        let source = source()
        try append("Redis unavailable 1\n")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try append("Redis unavailable 2\nRedis unavailable 3\n")
        #expect(try value(source) == 3)
    }

    @Test func beginsAgainInAFileThatWasCut() throws {
        try append(String(repeating: "filler\n", count: 100))
        let source = source()
        #expect(try value(source) == 0)
        #expect(truncate(path, 0) == 0)
        try append("Redis unavailable\n")
        #expect(try value(source) == 1)
    }

    @Test func aFileThatComesLaterIsReadFromItsBeginning() throws {
        let source = source()
        #expect(throws: WatchGap.self) { try source.read() }
        try append("Redis unavailable\n")
        #expect(try value(source) == 1)
    }

    @Test func aLineWithoutEndIsLookedAtInPieces() throws {
        let source = source()
        try append(String(repeating: "x", count: 200_000) + "Redis unavailable")
        _ = try source.read()
        try append("\n")
        #expect(try value(source) == 1)
    }
}

struct RedisAddressTests {

    @Test(arguments: [
        ("127.0.0.1:6379", "127.0.0.1", 6379), ("redis.example", "redis.example", 6379),
        ("redis://user@host:7000/2", "host", 7000), ("[::1]:6380", "::1", 6380),
    ]) func readsAddresses(text: String, host: String, port: Int) throws {
        let address = try #require(RedisAddress(text: text))
        #expect(address.host == host)
        #expect(Int(address.port) == port)
    }

    @Test(arguments: ["redis://user:secret@host", "rediss://host", "host:0", "host:99999", "", "host:6379x"])
    func refusesOthers(text: String) { #expect(RedisAddress(text: text) == nil) }

    @Test func readsFiguresOutOfAnInfoText() {
        let figures = RedisSource.figures(
            in:
                "# Memory\r\nused_memory:1048576\r\nused_memory_human:1.00M\r\nmaxmemory:0\r\n# Stats\r\nrejected_connections:7\r\n"
        )
        #expect(figures.first { $0.name == "used_memory" }?.value == 1_048_576)
        #expect(figures.first { $0.name == "rejected" }?.value == 7)
        #expect(figures.allSatisfy { $0.name != "used_memory_human" })
    }
}

struct SystemSourceTests {

    @Test func thisProcessIsWatched() throws {
        let source = ProcessSource(.id(getpid()))
        let first = try source.read()
        #expect(first.first { $0.name == "processes" }?.value == 1)
        #expect(first.first { $0.name == "rss" }?.value ?? 0 > 1_048_576)
        #expect(try source.read().first { $0.name == "restarts" }?.value == 0)
    }

    @Test func aProcessThatIsNotThereIsAGap() {
        #expect(throws: WatchGap.self) { try ProcessSource(.id(Int32.max)).read() }
    }

    @Test func aServiceThatWasAwayForAWhileHasRestarted() throws {
        let seconds = "98\(getpid()).25"
        func start() throws -> Process {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sleep")
            process.arguments = [seconds]
            try process.run()
            // Until it has become the program, it has the command line of this one.
            let path = "/proc/\(process.processIdentifier)/cmdline"
            for _ in 0..<5000 where SmallFile.text(path)?.contains(seconds) != true { usleep(1000) }
            return process
        }
        let source = ProcessSource(.command("sleep \(seconds)"))
        let first = try start()
        // A process that is left would keep the output of the tests open.
        defer { kill(first.processIdentifier, SIGKILL) }
        #expect(try source.read().first { $0.name == "restarts" }?.value == 0)
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        #expect(throws: WatchGap.self) { try source.read() }
        let second = try start()
        defer { kill(second.processIdentifier, SIGKILL) }
        #expect(try source.read().first { $0.name == "restarts" }?.value == 1, "the gap hid nothing")
    }

    @Test func theLoopbackInterfaceCountsBytes() throws {
        let figures = try NetworkSource(interface: "lo").read()
        #expect(Set(figures.map(\.name)) == Set(NetworkSource.names))
        #expect(throws: WatchGap.self) { try NetworkSource(interface: "no-such-0") }
    }

    @Test func aDiskIsAsFullAsItIs() throws {
        let figures = try DiskSource(path: "/tmp").read()
        #expect(figures.first { $0.name == "used" }?.value ?? 0 > 0)
        #expect(throws: WatchGap.self) { try DiskSource(path: "/no/such/path").read() }
    }

    @Test func linesOfANameAndANumberAreRead() {
        #expect(
            SmallFile.members(of: "usage_usec 12\nnr_periods x\nthrottled_usec 3\n") == [
                "usage_usec": 12, "throttled_usec": 3,
            ])
    }
}
