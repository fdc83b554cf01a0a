import ArgumentParser
import Capture
import Formats
import SessionLog
import Traffic

/// `reprise regroup`: rebuilds the sessions of a log by another key.
struct RegroupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regroup",
        abstract: "Copy a log with its sessions rebuilt by another key.",
        discussion: """
            Use this when 'inspect' shows about as many sessions as exchanges, or one session for many users: nothing needs \
            to be captured again. 'reprise help sessions' describes the keys.

            Examples:
              reprise regroup day.rlog --session-by header:X-User-Id -o users.rlog
              reprise regroup day.rlog --session-by query:api_key -o keys.rlog
            """)

    @Argument(
        help: ArgumentHelp("Session logs (.rlog); several become one copy.", valueName: "log"),
        completion: .file(extensions: ["rlog"]))
    var logs: [String]

    @Option(
        name: .customLong("session-by"),
        help: ArgumentHelp("What identifies a session; see 'reprise help sessions'.", valueName: "key"))
    var sessionBy: SessionBy

    @OptionGroup var sealing: LogKeyArgument

    @Option(name: .shortAndLong, help: ArgumentHelp("Session log to write.", valueName: "log"), completion: .file())
    var output: String

    @OptionGroup var writing: LogWritingArguments

    func run() throws {
        try OutputPaths.check([output], against: logs + [sealing.decryptKey].compactMap { $0 } + writing.inputs)
        let selection = LogSelection(paths: logs, key: try sealing.logKey())
        var reader = try LogReader(selection)
        let options = try writing.options()
        writing.warn(ofOpening: selection.key)
        try Interrupt.catchSignals()
        var writer = try SessionLogWriter(path: output, options: options)
        var regrouping = SessionRegrouping(by: sessionBy)
        var (exchanges, sessions): (UInt64, UInt32) = (0, 0)
        var sessionsBefore: Set<UInt32> = []
        var batch = ExchangeBatch()
        var progress = ProgressLine()
        while !Interrupt.isRequested, try reader.next(into: &batch) {
            sessionsBefore.formUnion(batch.records.lazy.map(\.session))
            regrouping.regroup(&batch)
            sessions = batch.records.reduce(sessions) { max($0, $1.session) }
            exchanges += UInt64(batch.records.count)
            try writer.append(batch)
            progress.update("\(exchanges) exchanges read")
        }
        try writer.finish()
        progress.clear()
        try ResultOutput.print(
            "\(output): \(Plural.text(exchanges, "exchange")) in \(Plural.text(sessions, "session")) "
                + "(before: \(sessionsBefore.count.grouped))")
        warn(exchangesWithKey: regrouping.exchangesWithKey, of: exchanges)
        try LogChoice.warn(of: reader.statuses, readableExchanges: exchanges)
        if Interrupt.isRequested { throw CommandFailure("interrupted; what was copied is in \(output)", .interrupted) }
    }

    private func warn(exchangesWithKey count: UInt64?, of exchanges: UInt64) {
        guard let count, exchanges > 0, count < exchanges else { return }
        let fallback = "the others belong to the session that their connection had before"
        Console.warn(
            count == 0
                ? "no exchange has \(sessionBy.text): each connection becomes a session"
                : "\(count.grouped) of \(Plural.text(exchanges, "exchange")) have \(sessionBy.text); \(fallback)")
    }
}
