public import ArgumentParser
public import SessionLog
import Traffic

/// The logs that a command reads, and which part of them.
struct LogInput: ParsableArguments {
    @OptionGroup var start: LogStart

    @Option(help: ArgumentHelp("Only exchanges that began before this time.", valueName: "time"))
    var until: LogTime?

    @Option(name: .customLong("to"), help: ArgumentHelp("As --until.", valueName: "time", visibility: .hidden))
    var untilByOtherName: LogTime?

    /// When the part ends.
    var to: LogTime? { until ?? untilByOtherName }

    @OptionGroup var part: LogPart

    /// The logs and the part, without the time at which it ends.
    var choice: LogChoice { LogChoice(start, part) }

    /// What to read, with the key read from its file.
    func selection() throws -> LogSelection { try choice.selection(to: to) }

    /// The logs as one line.
    var name: String { choice.name }

    /// Reports on standard error which parts of the logs could not be read.
    ///
    /// - Throws: ``ExitStatus/badInput`` when a log is damaged and nothing at all was readable.
    func warn(of statuses: [LogStatus], readableExchanges: UInt64) throws {
        try LogChoice.warn(of: statuses, readableExchanges: readableExchanges)
    }
}

/// The logs, and when the part to read of them begins.
struct LogStart: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Session logs (.rlog); several are read as one, by time.", valueName: "log"),
        completion: .file(extensions: ["rlog"]))
    var logs: [String]

    @Option(
        help: ArgumentHelp(
            "Only exchanges that began at or after this time: 5m (after the first), 2026-03-01T12:30:00Z, or Unix seconds.",
            valueName: "time"))
    var from: LogTime?
}

/// Which sessions are read, and the key that opens the logs.
struct LogPart: ParsableArguments {
    @Option(help: ArgumentHelp("Only this session. Repeatable.", valueName: "n"))
    var session: [UInt32] = []

    @OptionGroup var sealing: LogKeyArgument
}

/// Logs and a part of them, without the time at which it ends: `export` uses `--to` for its format, and only `--until`
/// for the time.
struct LogChoice {
    let logs: [String]
    let from: LogTime?
    let session: [UInt32]
    private let sealing: LogKeyArgument

    init(_ start: LogStart, _ part: LogPart) {
        (logs, from, session, sealing) = (start.logs, start.from, part.session, part.sealing)
    }

    /// What to read up to a time, with the key read from its file.
    func selection(to: LogTime?) throws -> LogSelection {
        var selection = LogSelection(paths: logs, key: try sealing.logKey())
        selection.from = from
        selection.to = to
        selection.sessions = session.isEmpty ? nil : Set(session)
        return selection
    }

    /// The logs as one line.
    var name: String { logs.joined(separator: " ") }

    /// Why nothing was found: no exchange passes the filters, the selected part contains no exchange, or the logs are
    /// empty.
    ///
    /// - Parameters:
    ///   - to: when the part ends.
    ///   - filters: the filters of the command; nil if nothing passed for another reason.
    func reasonForNothing(to: LogTime?, _ filters: FilterArguments?) -> String {
        if let filters, !filters.filter.isEmpty {
            return "no exchange in \(name) passes the filters; 'reprise inspect \(name)' lists its endpoints"
        }
        if from != nil || to != nil || !session.isEmpty {
            return "no exchange in \(name) is in the part that --from, --until and --session choose; "
                + "'reprise inspect \(name)' shows its length"
        }
        return "\(name) has no exchange"
    }

    /// The files that are read.
    var inputs: [String] { logs + [sealing.decryptKey].compactMap { $0 } }

    /// Reports on standard error which parts of the logs could not be read.
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
            guard readableExchanges > 0 else { throw CommandFailure("\(message); nothing can be read", .badInput) }
            Console.warn("\(message); 'reprise verify \(log)' lists them")
        }
        switch status.ending {
        case .whole: break
        case .beingWritten: Console.note("\(log) is still being written: this is its content so far")
        case .unfinished:
            Console.warn("\(log) was not closed: its last exchanges may be missing")
        }
    }
}

/// The key of encrypted logs.
struct LogKeyArgument: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Key file for encrypted logs: 32 bytes, raw or as hexadecimal or base64.",
            valueName: "file"), completion: .file())
    var decryptKey: String?

    /// The key, if one was given.
    func logKey() throws -> LogKey? { try decryptKey.map(LogKeyArgument.read) }

    /// The key in the file at `path`.
    static func read(_ path: String) throws -> LogKey {
        guard let key = LogKey(content: try KeyFile.read(path)) else {
            throw CommandFailure(
                "\(path) is not a key file: it needs 32 bytes, 64 hexadecimal digits or 44 base64 characters",
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
        case .notSessionLog(let path), .cannotOpen(let path, _), .readFailed(let path, _, _):
            ForeignFile.hintForLog(path)
        default: nil
        }
    }
}
