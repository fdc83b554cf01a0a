public import ArgumentParser
public import SessionLog
import Traffic

/// The logs a command reads, and which part of them.
struct LogInput: ParsableArguments {
    @OptionGroup var choice: LogChoice

    @Option(help: ArgumentHelp("Only exchanges that began before this time.", valueName: "time"))
    var to: LogTime?

    /// What to read, with the key out of its file.
    func selection() throws -> LogSelection { try choice.selection(to: to) }

    /// The logs as one line.
    var name: String { choice.name }

    /// Tells on standard error what of the logs could not be read.
    ///
    /// - Throws: ``ExitStatus/badInput`` when a log is damaged and nothing at all was readable.
    func warn(of statuses: [LogStatus], readableExchanges: UInt64) throws {
        try LogChoice.warn(of: statuses, readableExchanges: readableExchanges)
    }
}

/// The same without `--to`, which `export` takes for its formats too.
struct LogChoice: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Session logs (.rlog); several are read as one, by time.", valueName: "log"),
        completion: .file(extensions: ["rlog"]))
    var logs: [String]

    @Option(
        help: ArgumentHelp(
            "Only exchanges that began at this time or later: 5m after the first, 2026-03-01T12:30:00Z, or epoch seconds.",
            valueName: "time"))
    var from: LogTime?

    @Option(help: ArgumentHelp("Only this session; may be repeated.", valueName: "n"))
    var session: [UInt32] = []

    @OptionGroup var sealing: LogKeyArgument

    /// What to read up to a time, with the key out of its file.
    func selection(to: LogTime?) throws -> LogSelection {
        for path in logs {
            if let advice = ForeignFile.advice(path) { throw CommandFailure(advice, .badInput) }
        }
        var selection = LogSelection(paths: logs, key: try sealing.logKey())
        selection.from = from
        selection.to = to
        selection.sessions = session.isEmpty ? nil : Set(session)
        return selection
    }

    /// The logs as one line.
    var name: String { logs.joined(separator: " ") }

    /// The files that are read.
    var inputs: [String] { logs + [sealing.decryptKey].compactMap { $0 } }

    /// Tells on standard error what of the logs could not be read.
    ///
    /// - Throws: ``ExitStatus/badInput`` when a log is damaged and nothing at all was readable.
    static func warn(of statuses: [LogStatus], readableExchanges: UInt64) throws {
        for status in statuses { try warn(of: status, readableExchanges) }
    }

    private static func warn(of status: LogStatus, _ readableExchanges: UInt64) throws {
        let log = status.path
        let damages = status.damages
        if !damages.isEmpty {
            let lost = damages.lostExchanges > 0 ? ", at least \(damages.lostExchanges) exchanges lost" : ""
            let message = "\(log): \(damages.count) damaged place\(damages.count == 1 ? "" : "s")\(lost)"
            guard readableExchanges > 0 else { throw CommandFailure("\(message); nothing is readable", .badInput) }
            Console.warn("\(message); 'reprise verify \(log)' lists them")
        }
        switch status.ending {
        case .whole: break
        case .beingWritten: Console.note("\(log) is still being written; this is what it holds so far")
        case .unfinished:
            Console.warn("\(log) has no end: what wrote it was stopped, and its last exchanges may be missing")
        }
    }
}

/// The key of sealed logs.
struct LogKeyArgument: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Open logs sealed with the key in this file: 32 bytes, or the same in hexadecimal or base64.",
            valueName: "file"))
    var decryptKey: String?

    /// The key, if one was named.
    func logKey() throws -> LogKey? { try decryptKey.map(LogKeyArgument.read) }

    /// The key in the file at `path`.
    static func read(_ path: String) throws -> LogKey {
        guard let key = LogKey(content: try KeyFile.read(path)) else {
            throw CommandFailure(
                "\(path) holds no key for session logs: 32 bytes, 64 hexadecimal digits or 44 of base64 are needed",
                .badInput)
        }
        return key
    }
}

extension LogTime: ExpressibleByArgument {
    /// A time on the command line; see ``LogTime/init(text:)``.
    public init?(argument: String) { self.init(text: argument) }
}

extension SessionLogError: ReportedError {
    var exitStatus: ExitStatus {
        switch self {
        case .cannotOpen, .notSessionLog, .unsupportedVersion, .readFailed, .tooLarge, .keyNeeded, .wrongKey: .badInput
        case .cannotCreate, .exists, .inUse, .writeFailed, .fileChanged, .compression, .sealing: .failure
        }
    }

    var hint: String? {
        switch self {
        case .exists: "--force overwrites it"
        case .keyNeeded: "--decrypt-key FILE opens it"
        default: nil
        }
    }
}
