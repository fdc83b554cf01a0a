import FoundationEssentials
import Glibc
import Traffic

extension RunRecord {
    /// Reads a run folder.
    ///
    /// A truncated last window or sample, and windows after a damaged one, are left out and reported in `damages`.
    ///
    /// - Throws: when there is no run folder at `path`, or its description cannot be read.
    public init(folder path: String) throws(RunFolderError) {
        let description = try RunRecord.description(at: "\(path)/\(RunFolder.descriptionName)", folder: path)
        self.init(description: description, series: WindowSeries(), targets: [])
        if description.end == nil { damages.append("the run did not end cleanly") }
        if let problem = description.end?.problem { damages.append("not all of the run was kept: \(problem)") }
        try readWindows(at: "\(path)/\(RunFolder.windowsName)")
        try readTargets(at: "\(path)/\(RunFolder.targetsName)")
        try readMetrics(at: "\(path)/\(RunFolder.metricsName)")
        failures = read(FailureTable(), "\(path)/\(RunFolder.failuresName)", "table of failures")
        stretches = read(StretchTable(), "\(path)/\(RunFolder.stretchesName)", "figures by stretch")
        examples = read([], "\(path)/\(RunFolder.examplesName)", "examples of requests")
    }

    /// Reads an optional file; one that exists but cannot be read is reported as damage.
    private mutating func read<Value: Decodable>(_ none: Value, _ path: String, _ what: String) -> Value {
        guard access(path, F_OK) == 0 else { return none }
        do throws(RunFolderError) {
            return try RunRecord.decode(Value.self, at: path)
        } catch {
            damages.append("the \(what) could not be read")
            return none
        }
    }

    /// Reads a JSON file such as `summary.json`.
    ///
    /// - Throws: when it does not exist or is damaged.
    public static func summary<Summary: Decodable>(
        _ type: Summary.Type, inFolder path: String
    ) throws(RunFolderError) -> Summary {
        try content(type, ofFile: "\(path)/\(RunFolder.summaryName)")
    }

    /// Reads a JSON file with bounded numbers: integers up to 1e15, others up to 1e30.
    ///
    /// - Throws: when it does not exist or is damaged.
    public static func content<Content: Decodable>(
        _ type: Content.Type, ofFile path: String
    ) throws(RunFolderError) -> Content {
        try decode(type, at: path)
    }

    /// Reads a run's description without its figures.
    ///
    /// - Throws: when there is no run folder at `path`, or its description cannot be read.
    public static func description(inFolder path: String) throws(RunFolderError) -> RunDescription {
        try description(at: "\(path)/\(RunFolder.descriptionName)", folder: path)
    }

    /// Whether there is a run folder at a path.
    public static func isFolder(_ path: String) -> Bool { access("\(path)/\(RunFolder.descriptionName)", F_OK) == 0 }

    private static func description(at path: String, folder: String) throws(RunFolderError) -> RunDescription {
        struct Version: Decodable { var formatVersion: Int }
        guard access(path, F_OK) == 0 else {
            let code = errno
            throw code == ENOENT || code == ENOTDIR
                ? .notARunFolder(path: folder) : .system(operation: "read", path: folder, code: code)
        }
        let version = try decode(Version.self, at: path, integer: Double(RunBounds.amount)).formatVersion
        guard version == RunDescription.currentVersion else { throw .unknownVersion(path: path, version: version) }
        let description = try decode(RunDescription.self, at: path, integer: Double(RunBounds.amount))
        guard description.isPlausible else { throw .damaged(path: path, reason: "a figure is out of bounds") }
        return description
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, at path: String, integer: Double = RunBounds.jsonInteger
    ) throws(RunFolderError) -> Value {
        var bytes: [UInt8] = []
        try FileChunks.read(path) { (piece: ArraySlice<UInt8>) in
            bytes.append(contentsOf: piece)
            return bytes.count <= 64 << 20
        }
        guard JSONBounds.isShallow(bytes), JSONBounds.hold(in: bytes, integer: integer) else {
            throw .damaged(path: path, reason: "a figure is out of bounds")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .damaged(path: path, reason: "it is not the JSON expected")
        }
    }

    private mutating func readWindows(at path: String) throws(RunFolderError) {
        var pending: [UInt8] = []
        var taken = 0
        var isBegun = false
        var damage: String?
        var otherVersion: Int?
        try FileChunks.read(path) { (piece: ArraySlice<UInt8>) in
            pending.removeFirst(taken)
            taken = 0
            pending.append(contentsOf: piece)
            if !isBegun {
                guard pending.count >= WindowFrames.magic.count else { return true }
                guard pending.starts(with: WindowFrames.magic.dropLast()) else {
                    damage = "it is not a file of windows"
                    return false
                }
                guard pending.starts(with: WindowFrames.magic) else {
                    otherVersion = Int(pending[WindowFrames.magic.count - 1])
                    return false
                }
                isBegun = true
                taken = WindowFrames.magic.count
            }
            while true {
                switch WindowFrames.next(in: pending[taken...]) {
                case .window(let window, let byteCount):
                    taken += byteCount
                    series.append(window)
                case .needsMore: return true
                case .damaged(let reason):
                    damage = reason
                    return false
                }
            }
        }
        if let otherVersion { throw .unknownVersion(path: path, version: otherVersion) }
        guard isBegun || damage == nil else { throw .damaged(path: path, reason: damage ?? "") }
        if let damage {
            damages.append("windows after the first \(series.windows.count) s are lost: \(damage)")
        } else if pending.count > taken || !isBegun {
            damages.append("the last window is incomplete")
        }
    }

    private mutating func readTargets(at path: String) throws(RunFolderError) {
        guard access(path, F_OK) == 0 else {
            damages.append("the samples of the watched processes are missing")
            return
        }
        let unread = try FileChunks.countUnread(path) { line in
            guard let reading = TargetTable.reading(line) else { return false }
            targets.add(reading)
            return true
        }
        if unread > 0 { damages.append("\(unread) lines of the watched processes' samples could not be read") }
    }

    private mutating func readMetrics(at path: String) throws(RunFolderError) {
        guard access(path, F_OK) == 0 else { return }
        let unread = try FileChunks.countUnread(path) { line in
            MetricTable.reading(line).map { metrics.add($0) } ?? false
        }
        if unread > 0 { damages.append("\(unread) lines of the scraped metrics could not be read") }
    }
}

/// Reads a file from start to end without loading it as a whole.
enum FileChunks {
    /// - Parameter take: receives each chunk of up to 1 MiB; false ends the reading.
    static func read(_ path: String, _ take: (ArraySlice<UInt8>) -> Bool) throws(RunFolderError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(operation: "open", path: path, code: errno) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(operation: "read", path: path, code: errno) }
            guard count > 0, take(buffer[..<count]) else { return }
        }
    }

    /// Reads a table with a header.
    ///
    /// - Parameter take: receives each line but the header; returns whether it was valid.
    /// - Returns: the number of invalid lines, including a truncated one.
    static func countUnread(_ path: String, _ take: (ArraySlice<UInt8>) -> Bool) throws(RunFolderError) -> Int {
        var pending: [UInt8] = []
        var unread = 0
        var isHeader = true
        try read(path) { (piece: ArraySlice<UInt8>) in
            pending.append(contentsOf: piece)
            guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { return pending.count <= 1 << 20 }
            for line in pending[...end].split(separator: UInt8(ascii: "\n")) {
                if !isHeader, !take(line) { unread += 1 }
                isHeader = false
            }
            pending.removeFirst(end + 1)
            return true
        }
        return pending.isEmpty ? unread : unread + 1
    }
}
