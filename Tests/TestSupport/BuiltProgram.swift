import Foundation

/// A program of this package, as built with the tests.
public struct BuiltProgram: Sendable {
    /// Where it is.
    public let path: String

    /// The program at `path`.
    public init(path: String) { self.path = path }

    /// What a run of the program left.
    public struct Outcome: Sendable {
        public var code: Int32
        public var output: String
        public var errors: String
    }

    /// The program named `name`.
    public init(_ name: String) {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        path = folder.appendingPathComponent(name).path
    }

    /// Runs it to its end.
    @discardableResult
    public func run(_ arguments: String...) throws -> Outcome {
        let process = try start(arguments)
        return process.wait()
    }

    /// Runs it to its end with `environment` added to that of the tests.
    public func run(_ arguments: [String], environment: [String: String]) throws -> Outcome {
        try RunningProgram(path, arguments, environment: environment).wait()
    }

    /// Runs a script of the shell to its end.
    public static func shell(_ script: String) throws -> Outcome {
        try RunningProgram("/bin/sh", ["-c", script]).wait()
    }

    /// Starts it; end it with the returned value.
    public func start(_ arguments: [String]) throws -> RunningProgram { try RunningProgram(path, arguments) }
}

/// A program under way, terminated with its last reference.
public final class RunningProgram {
    private let process = Process()
    private let output = Pipe()
    private let errorsFile: URL

    init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        errorsFile = FileManager.default.temporaryDirectory.appendingPathComponent("errors-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: errorsFile.path, contents: nil)
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        // A file, not a pipe: no one reads it while the program runs.
        process.standardError = try FileHandle(forWritingTo: errorsFile)
        try process.run()
    }

    deinit {
        if process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: errorsFile)
    }

    /// Its process id.
    public var pid: Int32 { process.processIdentifier }

    /// The next line of its standard output; nil at its end.
    public func readLine() -> String? {
        var line: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// Sends SIGINT.
    public func interrupt() { process.interrupt() }

    /// Waits for its end.
    public func wait() -> BuiltProgram.Outcome {
        let bytes = (try? output.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        let errors = (try? Data(contentsOf: errorsFile)) ?? Data()
        return BuiltProgram.Outcome(
            code: process.terminationStatus, output: String(decoding: bytes, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self))
    }
}

/// A folder that is removed with its last reference.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// A new, empty folder.
    public init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("reprise-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file into it and returns its path.
    public func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// The bytes of a file.
    public static func read(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

/// A file or folder of the project, found from the source of the tests.
public enum ProjectFile {
    /// The path of `name` in the project's folder.
    public static func path(_ name: String, source: String = #filePath) -> String {
        var url = URL(fileURLWithPath: source)
        while url.path != "/", !FileManager.default.fileExists(atPath: url.appendingPathComponent("Package.swift").path)
        {
            url.deleteLastPathComponent()
        }
        return url.appendingPathComponent(name).path
    }
}
