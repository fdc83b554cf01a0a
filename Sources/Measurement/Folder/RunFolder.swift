import FoundationEssentials
import Glibc

/// The folder of a run while it is written: `run.json`, `windows.bin`, `targets.csv`, `metrics.csv` if metrics are
/// scraped, `examples.json`, `failures.json` and `stretches.json` if there are any, and at the end `summary.json` and
/// `report.html`.
///
/// The folder has mode 0700, files have 0600. Windows and samples are appended as they arrive, so a killed run is
/// readable up to that point. Belongs to one thread.
public struct RunFolder: ~Copyable {
    static let descriptionName = "run.json"
    static let windowsName = "windows.bin"
    static let targetsName = "targets.csv"
    static let metricsName = "metrics.csv"
    static let summaryName = "summary.json"
    static let examplesName = "examples.json"
    static let failuresName = "failures.json"
    static let stretchesName = "stretches.json"
    static let reportName = "report.html"

    /// The folder's path.
    public let path: String

    private var windows: AppendedFile
    private var targets: AppendedFile
    private var metrics: AppendedFile?

    /// Creates the folder and its files.
    ///
    /// - Parameter overwrites: whether an existing run folder at the path is replaced; anything else there never is.
    /// - Throws: when a system call fails: disk full, no permission.
    public init(creating path: String, _ description: RunDescription, overwrites: Bool = false) throws(RunFolderError) {
        if try !RunFolder.createFolder(path) { try RunFolder.makeRoom(at: path, overwrites: overwrites) }
        var windows = try AppendedFile(creating: "\(path)/\(RunFolder.windowsName)")
        var targets = try AppendedFile(creating: "\(path)/\(RunFolder.targetsName)")
        try windows.append(WindowFrames.magic)
        try targets.append(Array("\(TargetTable.header)\n".utf8))
        try RunFolder.replace("\(path)/\(RunFolder.descriptionName)", with: description)
        self.path = path
        self.windows = windows
        self.targets = targets
    }

    /// Removes the run folder at `path`, if there is one; anything else there is left alone.
    ///
    /// - Throws: when a system call fails.
    public static func remove(_ path: String) throws(RunFolderError) {
        guard names(in: path)?.contains(descriptionName) == true else { return }
        try makeRoom(at: path, overwrites: true)
        guard rmdir(path) == 0 || errno == ENOTEMPTY else {
            throw .system(operation: "remove", path: path, code: errno)
        }
    }

    /// Creates a folder and its parents with mode 0700.
    ///
    /// - Returns: false if something exists at the path.
    /// - Throws: when it cannot be created; names the parent that could not be.
    public static func createFolder(_ path: String) throws(RunFolderError) -> Bool {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        var missing: (path: String, code: Int32)?
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: "/") {
            let parent = String(path[..<slash])
            if !parent.isEmpty, mkdir(parent, 0o700) != 0, errno != EEXIST, missing == nil { missing = (parent, errno) }
            end = path.index(after: slash)
        }
        guard mkdir(path, 0o700) != 0 else { return true }
        let code = errno
        if code == EEXIST { return false }
        let cause = missing ?? (path, code)
        throw .system(operation: "create", path: cause.path, code: cause.code)
    }

    /// Replaces `run.json`.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public func write(_ description: RunDescription) throws(RunFolderError) {
        try replace(RunFolder.descriptionName, with: description)
    }

    /// Replaces `summary.json`, formatted and with sorted keys.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public func writeSummary(_ summary: some Encodable) throws(RunFolderError) {
        try replace(RunFolder.summaryName, with: summary)
    }

    /// Replaces `report.html`.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public func writeReport(_ html: String) throws(RunFolderError) {
        try RunFolder.write(html, to: "\(path)/\(RunFolder.reportName)")
    }

    /// Replaces `examples.json`.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public func write(_ examples: [RequestExample]) throws(RunFolderError) {
        try replace(RunFolder.examplesName, with: examples)
    }

    /// Replaces `failures.json`.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public func write(_ failures: FailureTable) throws(RunFolderError) {
        try replace(RunFolder.failuresName, with: failures)
    }

    /// Replaces `stretches.json`.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public func write(_ stretches: StretchTable) throws(RunFolderError) {
        try replace(RunFolder.stretchesName, with: stretches)
    }

    /// Appends a window.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public mutating func append(_ window: RunWindow) throws(RunFolderError) {
        try windows.append(WindowFrames.frame(window))
    }

    /// Appends readings of watched processes.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public mutating func append(_ readings: [ProcessReading]) throws(RunFolderError) {
        guard !readings.isEmpty else { return }
        try targets.append(Array(readings.map(TargetTable.line).joined().utf8))
    }

    /// Appends readings of scraped metrics.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public mutating func append(_ readings: [MetricReading]) throws(RunFolderError) {
        guard !readings.isEmpty else { return }
        if metrics == nil {
            metrics = try AppendedFile(creating: "\(path)/\(RunFolder.metricsName)")
            try metrics?.append(Array("\(MetricTable.header)\n".utf8))
        }
        try metrics?.append(Array(readings.map(MetricTable.line).joined().utf8))
    }

    /// Replaces the windows by those of a series with the same content in fewer windows, so that a long run is read as
    /// fast as a short one.
    ///
    /// If it fails, the windows appended before are kept.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public mutating func replaceWindows(by series: WindowSeries) throws(RunFolderError) {
        let name = "\(path)/\(RunFolder.windowsName)"
        let part = "\(name).part"
        unlink(part)
        do throws(RunFolderError) {
            var file = try AppendedFile(creating: part)
            try file.append(WindowFrames.magic)
            for window in series.windows { try file.append(WindowFrames.frame(window)) }
            try file.synchronize()
            guard rename(part, name) == 0 else { throw .system(operation: "rename", path: part, code: errno) }
            windows = file
        } catch {
            unlink(part)
            throw error
        }
    }

    /// Flushes appended data to disk.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public func synchronize() throws(RunFolderError) {
        try windows.synchronize()
        try targets.synchronize()
        try metrics?.synchronize()
    }

    private func replace(_ name: String, with value: some Encodable) throws(RunFolderError) {
        try RunFolder.replace("\(path)/\(name)", with: value)
    }

    /// Replaces a file atomically: writes a new one next to it and renames that.
    static func replace(_ path: String, with value: some Encodable) throws(RunFolderError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes: [UInt8]
        do {
            bytes = Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw .damaged(path: path, reason: "a figure cannot be written as JSON")
        }
        try write(bytes, to: path)
    }

    /// Writes a text file with mode 0600 atomically: writes a new file next to it and renames that.
    ///
    /// - Throws: when a system call fails: disk full, no permission.
    public static func write(_ text: String, to path: String) throws(RunFolderError) {
        try write(Array(text.utf8), to: path)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(RunFolderError) {
        let part = "\(path).part"
        unlink(part)
        do {
            var file = try AppendedFile(creating: part)
            try file.append(bytes)
            try file.synchronize()
        } catch {
            unlink(part)
            throw error
        }
        guard rename(part, path) == 0 else { throw .system(operation: "rename", path: part, code: errno) }
    }

    private static func makeRoom(at path: String, overwrites: Bool) throws(RunFolderError) {
        guard let names = names(in: path) else { throw .notARunFolder(path: path) }
        guard !names.isEmpty else { return }
        guard overwrites else { throw .exists(path: path) }
        guard names.contains(descriptionName) else { throw .notARunFolder(path: path) }
        let own = [
            windowsName, targetsName, metricsName, summaryName, examplesName, failuresName, stretchesName,
            reportName, descriptionName,
        ]
        for name in own where names.contains(name) {
            guard unlink("\(path)/\(name)") == 0 else {
                throw .system(operation: "remove", path: "\(path)/\(name)", code: errno)
            }
        }
    }

    private static func names(in path: String) -> Set<String>? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: Set<String> = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.insert(name) }
        }
        return names
    }
}
