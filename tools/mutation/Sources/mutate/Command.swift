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
    private let environment: [String: String]

    /// - Parameters:
    ///   - words: the program, looked up on the PATH, and its arguments
    ///   - folder: where it runs
    ///   - limit: the time in seconds after which it is ended, with all processes that it started
    ///   - environment: added to that of this process
    init(
        _ words: [String], in folder: String? = nil, limit: TimeInterval? = nil, environment: [String: String] = [:]
    ) {
        self.words = words
        self.folder = folder
        self.limit = limit
        self.environment = environment
    }

    /// Runs the program and reads both of its output streams by lines. When it ends, all processes that it started are
    /// ended.
    ///
    /// - Parameter stop: returns true for a line that ends the program at once
    func run(until stop: (String) -> Bool = { _ in false }) throws -> Result {
        let mark = ProcessMark()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = (limit.map { ["timeout", "--kill-after=5", "\(Int($0.rounded(.up)))"] } ?? []) + words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .merging(mark.environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        // A process that is left running may keep the pipe open.
        process.terminationHandler = { _ in mark.endProcesses() }
        try process.run()
        try? pipe.fileHandleForWriting.close()
        var result = Result(status: 0, isTimeout: false, output: [], stopLine: nil)
        var lines = OutputLines()
        while true {
            let chunk = pipe.fileHandleForReading.availableData
            if chunk.isEmpty { break }
            for line in lines.take(chunk) {
                result.output.append(line)
                if result.stopLine == nil, stop(line) {
                    result.stopLine = line
                    mark.endProcesses()
                }
            }
        }
        process.waitUntilExit()
        result.status = process.terminationStatus
        result.isTimeout =
            result.stopLine == nil && limit != nil && (result.status == 124 || result.status == 137)
        return result
    }
}

/// The output of a program as lines.
private struct OutputLines {

    /// The longest part of a line that is kept: a failure may show whole files.
    private static let longest = 10_000
    private var rest: [UInt8] = []

    /// The lines that a chunk completes.
    mutating func take(_ piece: Data) -> [String] {
        var lines: [String] = []
        var parts = piece.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let open = parts.removeLast()
        for part in parts {
            append(part)
            lines.append(String(decoding: rest, as: UTF8.self))
            rest = []
        }
        append(open)
        return lines
    }

    private mutating func append(_ part: Data) { rest += part.prefix(Self.longest - rest.count) }
}

/// A mark in the environment of a program and its child processes that identifies them.
private struct ProcessMark: Sendable {

    private static let name = "REPRISE_MUTATE_RUN"
    private let value = UUID().uuidString

    var environment: [String: String] { [Self.name: value] }

    /// Ends all processes with the mark.
    func endProcesses() {
        let mark = Data("\(Self.name)=\(value)".utf8)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let number = Int32(name),
                let variables = FileManager.default.contents(atPath: "/proc/\(name)/environ"),
                variables.range(of: mark) != nil
            else { continue }
            kill(number, SIGKILL)
        }
    }
}

/// Processes all items, several at a time; the results are in the order of the items.
func concurrently<Item: Sendable, Result: Sendable>(
    _ items: [Item], jobs: Int, _ work: @escaping @Sendable (Item) throws -> Result
) throws -> [Result] {
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = jobs
    let results = Results<Result>(count: items.count)
    for (index, item) in items.enumerated() {
        queue.addOperation { results.set(index, Swift.Result { try work(item) }) }
    }
    queue.waitUntilAllOperationsAreFinished()
    return try results.all()
}

private final class Results<Value: Sendable>: @unchecked Sendable {

    private let lock = NSLock()
    private var values: [Result<Value, any Error>?]

    init(count: Int) { values = Array(repeating: nil, count: count) }

    func set(_ index: Int, _ value: Result<Value, any Error>) { lock.withLock { values[index] = value } }

    func all() throws -> [Value] { try lock.withLock { try values.compactMap { try $0?.get() } } }
}
