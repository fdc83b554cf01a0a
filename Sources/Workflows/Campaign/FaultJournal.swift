internal import Foundation
internal import Glibc

/// The faults that have not been undone yet, written to disk before they begin: after a crash, `reprise run --undo`
/// reads the journal.
///
/// One line of JSON each time a fault begins or is undone, synced before the fault begins.
struct FaultJournal {

    /// How a fault is undone.
    enum Undo: Hashable, Codable {
        /// Starts a service: the start command, and the command that checks whether it is ready.
        case start(service: String, command: String, ready: String?, timeoutSeconds: Double)
        /// SIGCONT to the processes. Their start times (clock ticks since boot, proc(5)) distinguish them from later
        /// processes with the same id.
        case resume(processes: [PausedProcess])
        case command(String)
    }

    /// A paused process.
    struct PausedProcess: Hashable, Codable {
        var id: Int32
        var startTime: UInt64
    }

    /// One line.
    struct Entry: Hashable, Codable {
        var fault: String
        /// nil once the fault is undone.
        var undo: Undo?
        /// Where commands run.
        var folder: String
    }

    /// A journal that cannot be written or read.
    struct JournalError: Error, Hashable, CustomStringConvertible {
        var path: String
        var reason: String
        var description: String { "\(path): \(reason)" }
    }

    static let fileName = "faults.jsonl"

    let path: String

    /// The journal of a run folder.
    init(folder: String) { path = "\(folder)/\(Self.fileName)" }

    /// Records that a fault is about to begin. The fault must not begin before this has returned.
    func begin(_ fault: String, undo: Undo, folder: String) throws(JournalError) {
        try append(Entry(fault: fault, undo: undo, folder: folder))
    }

    /// Records that a fault has been undone.
    func undone(_ fault: String) throws(JournalError) { try append(Entry(fault: fault, undo: nil, folder: "")) }

    private func append(_ entry: Entry) throws(JournalError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard var line = try? Array(encoder.encode(entry)) else { throw failure("cannot be written") }
        line.append(UInt8(ascii: "\n"))
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        guard write(file, line, line.count) == line.count, fdatasync(file) == 0 else { throw failure() }
    }

    /// The faults that have begun and were not undone, last one first.
    ///
    /// A line that a crash cut short belongs to a fault that had not begun.
    func open() throws(JournalError) -> [Entry] {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            guard access(path, F_OK) != 0 else { throw failure("cannot be read") }
            return []
        }
        var entries: [Entry] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let entry = try? JSONDecoder().decode(Entry.self, from: line) else { continue }
            entries.removeAll { $0.fault == entry.fault }
            if entry.undo != nil { entries.append(entry) }
        }
        return entries.reversed()
    }

    private func failure(_ reason: String = String(cString: strerror(errno))) -> JournalError {
        JournalError(path: path, reason: reason)
    }
}
