import Foundation

/// A program that the demo starts, and terminates if it has not exited by itself.
final class ChildProcess {
    private let process = Process()
    private let output = Pipe()

    /// The process id.
    var pid: Int32 { process.processIdentifier }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: a path, or a name to look up in `PATH`.
    ///   - readsOutput: whether ``readLine()`` and ``wait()`` read its standard output; otherwise it inherits this
    ///     process's.
    init(_ program: String, _ arguments: [String], readsOutput: Bool) throws {
        if program.contains("/") {
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
        } else {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [program] + arguments
        }
        process.standardInput = FileHandle.nullDevice
        if readsOutput { process.standardOutput = output }
        do {
            try process.run()
        } catch {
            throw CommandFailure("cannot start \(program): \(error.localizedDescription)")
        }
    }

    deinit {
        if process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
    }

    /// The first line of its standard output; nil if it ended without one.
    func readLine() -> String? {
        var line: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// Asks it to shut down cleanly (SIGINT).
    func interrupt() { process.interrupt() }

    /// Waits until it has ended.
    ///
    /// - Returns: its exit code, and the rest of its standard output if that is read.
    @discardableResult
    func wait() -> (code: Int32, output: [UInt8]) {
        var bytes: [UInt8] = []
        if process.standardOutput as? Pipe === output {
            bytes = Array((try? output.fileHandleForReading.readToEnd()) ?? Data())
        }
        process.waitUntilExit()
        return (process.terminationStatus, bytes)
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String], readsOutput: Bool = true) throws -> (
        code: Int32, output: [UInt8]
    ) {
        try ChildProcess(program, arguments, readsOutput: readsOutput).wait()
    }
}
