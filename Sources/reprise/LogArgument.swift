import ArgumentParser
import SessionLog

/// The log a command reads, and how its damage is told.
struct LogArgument: ParsableArguments {
    @Argument(help: "A session log (.rlog).", completion: .file(extensions: ["rlog"]))
    var log: String

    /// Tells on standard error what could not be read.
    ///
    /// - Throws: ``ExitStatus/badInput`` when the log is damaged and nothing at all was readable.
    func warn(of damages: LogDamages, ending: LogEnding, readableExchanges: UInt64) throws {
        if !damages.isEmpty {
            let lost = damages.lostExchanges > 0 ? ", at least \(damages.lostExchanges) exchanges lost" : ""
            let message = "\(log): \(damages.count) damaged place\(damages.count == 1 ? "" : "s")\(lost)"
            guard readableExchanges > 0 else { throw CommandFailure("\(message); nothing is readable", .badInput) }
            Console.warn("\(message); 'reprise verify \(log)' lists them")
        }
        switch ending {
        case .whole: break
        case .beingWritten: Console.note("\(log) is still being written; this is what it holds so far")
        case .unfinished:
            Console.warn("\(log) has no end: what wrote it was stopped, and its last exchanges may be missing")
        }
    }
}

extension SessionLogError: ReportedError {
    var exitStatus: ExitStatus {
        switch self {
        case .cannotOpen, .notSessionLog, .unsupportedVersion, .readFailed, .tooLarge: .badInput
        case .cannotCreate, .exists, .inUse, .writeFailed, .compression: .failure
        }
    }
}
