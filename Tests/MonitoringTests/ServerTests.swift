import Foundation
import Glibc
import TestSupport
import TestThreads
import Testing
import Traffic

@testable import Monitoring
@testable import RedisClient

/// Debian's own servers, on free ports or sockets in a temporary folder. Where they are not installed the tests say so.
@Suite(.waits) struct ServerTests {

    static let hasRedis = FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server")
    static let postgres = "/usr/lib/postgresql/15/bin"
    /// Root runs it as the user that Debian's package makes, who may not get to each temporary folder.
    static let hasPostgres =
        FileManager.default.isExecutableFile(atPath: "\(postgres)/initdb") && (getuid() != 0 || userReachesFolder)

    private static var userReachesFolder: Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/runuser")
        // initdb starts a shell that writes to /dev/null, which is not writable for everyone on every machine.
        let folder = FileManager.default.temporaryDirectory.path
        process.arguments = ["-u", "postgres", "--", "test", "-x", folder, "-a", "-w", "/dev/null"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func started(_ path: String, _ arguments: [String], ready: () -> Bool) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<600 where !ready() { usleep(50_000) }
        return process
    }

    private func end(_ process: Process) {
        // Threads of tests block signals, and their children inherit that: only this one ends them surely.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    @Test(.enabled(if: hasRedis, "redis-server is not installed"))
    func redisReportsItsMemoryAndItsHits() throws {
        let socket = folder.file("redis.sock")
        let address = try #require(RedisAddress(text: socket))
        let server = try started(
            "/usr/bin/redis-server",
            ["--port", "0", "--unixsocket", socket, "--requirepass", "secret-word", "--save", "", "--dir", folder.path]
        ) { (try? RedisSource(address, password: "secret-word")) != nil }
        defer { end(server) }
        let source = try RedisSource(address, password: "secret-word")
        let figures = try source.read()
        #expect(Set(figures.map(\.name)) == Set(RedisSource.names))
        #expect(figures.first { $0.name == "used_memory" }?.value ?? 0 > 100_000)
        #expect(source.questions == 3)
        let wrong = #expect(throws: WatchGap.self) { try RedisSource(address, password: "wrong-word") }
        #expect(wrong?.description.contains("wrong-word") == false, "a password is in no message")
        let none = #expect(throws: WatchGap.self) { try RedisSource(address, password: nil).read() }
        #expect(none?.description.contains("NOAUTH") == true)
    }

    @Test(.enabled(if: hasRedis, "redis-server is not installed"))
    func aServerThatIsUnavailableIsAGapAndReturns() throws {
        let socket = folder.file("redis.sock")
        let address = try #require(RedisAddress(text: socket))
        let arguments = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder.path]
        let isThere = { (try? RedisSource(address, password: nil).read()) != nil }
        let watcher = Watcher(name: "redis", interval: .milliseconds(10)) { () throws(WatchGap) in
            try RedisSource(address, password: nil)
        }
        watcher.start()
        defer { watcher.stop() }
        var server = try started("/usr/bin/redis-server", arguments, ready: isThere)
        try wait { watcher.load.readings > 0 }
        end(server)
        let before = watcher.load.readings
        try wait { watcher.warning?.contains("readings failed") == true }
        server = try started("/usr/bin/redis-server", arguments, ready: isThere)
        defer { end(server) }
        try wait { watcher.load.readings > before }
    }

    @Test(
        .enabled(
            if: hasPostgres,
            "postgresql is not installed, or its user may not enter the temporary folder or write to /dev/null"))
    func postgresReportsItsConnections() throws {
        let data = folder.file("data")
        // The server refuses to run as root.
        let user = getuid() == 0 ? "postgres" : nil
        func run(_ program: String, _ arguments: [String]) throws -> Process {
            let process = Process()
            let words = ["\(Self.postgres)/\(program)"] + arguments
            process.executableURL = URL(fileURLWithPath: user == nil ? words[0] : "/usr/sbin/runuser")
            process.arguments = user.map { ["-u", $0, "--"] + words } ?? Array(words.dropFirst())
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            return process
        }
        if let user, let entry = getpwnam(user) { chown(folder.path, entry.pointee.pw_uid, entry.pointee.pw_gid) }
        let making = try run("initdb", ["-D", data, "-A", "trust", "-U", "tester", "--no-sync"])
        making.waitUntilExit()
        try #require(making.terminationStatus == 0, "initdb could not make a database")
        let server = try run("postgres", ["-D", data, "-k", folder.path, "-c", "listen_addresses="])
        defer {
            if let stopping = try? run("pg_ctl", ["-D", data, "-m", "immediate", "stop"]) { stopping.waitUntilExit() }
            end(server)
        }
        let address = "host=\(folder.path) user=tester dbname=postgres"
        try wait { (try? PostgresSource(address, password: nil)) != nil }
        let source = try PostgresSource(address, password: nil)
        let other = try PostgresSource(address, password: nil)
        _ = try other.read()
        let figures = try source.read()
        #expect(Set(figures.map(\.name)) == Set(PostgresSource.names))
        #expect(figures.first { $0.name == "connections" }?.value == 1, "the other one; its own does not count")
        #expect(figures.first { $0.name == "max_connections" }?.value ?? 0 > 1)
        #expect(throws: WatchGap.self) {
            try PostgresSource("host=\(folder.path) user=nobody dbname=none", password: "x")
        }
    }

    /// Waits until something is so; bounded.
    private func wait(_ isSo: () -> Bool) throws {
        for _ in 0..<3000 {
            if isSo() { return }
            usleep(10_000)
        }
        Issue.record("what was waited for did not come")
    }
}
