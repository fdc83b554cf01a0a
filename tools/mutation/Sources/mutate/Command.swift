import Foundation

/// One run of a program.
struct Command {

    struct Result {
        var status: Int32
        var isTimeout: Bool
        var output: [String]
        /// The line that ended the run early.
        var stopLine: String?
    }

    private let words: [String]
    private let folder: String?
    private let limit: TimeInterval?

    /// - Parameters:
    ///   - words: the program, looked up on the PATH, and its arguments
    ///   - folder: where it runs
    ///   - limit: after so many seconds it is ended, with all that it started
    init(_ words: [String], in folder: String? = nil, limit: TimeInterval? = nil) {
        self.words = words
        self.folder = folder
        self.limit = limit
    }

    /// Runs the program and reads what it writes to either stream, line by line.
    ///
    /// - Parameter stop: a line for which this says true ends the program at once
    func run(until stop: (String) -> Bool = { _ in false }) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // `timeout` ends the whole group of processes, also when it is ended itself.
        process.arguments = (limit.map { ["timeout", "--kill-after=5", "\(Int($0.rounded(.up)))"] } ?? []) + words
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var result = Result(status: 0, isTimeout: false, output: [], stopLine: nil)
        var rest = Data()
        while true {
            let chunk = pipe.fileHandleForReading.availableData
            if chunk.isEmpty { break }
            rest.append(chunk)
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
                rest.removeSubrange(rest.startIndex...end)
                result.output.append(line)
                if result.stopLine == nil, stop(line) {
                    result.stopLine = line
                    process.terminate()
                }
            }
        }
        process.waitUntilExit()
        result.status = process.terminationStatus
        result.isTimeout = result.stopLine == nil && limit != nil && (result.status == 124 || result.status == 137)
        return result
    }
}
