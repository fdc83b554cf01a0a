import ArgumentParser
import Formats
import SessionLog
import Traffic

/// `reprise cut`: copies part of a log into a new log.
struct CutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut",
        abstract: "Copy part of a log into a new log.",
        discussion: """
            Copies the exchanges that began between --from and --until and pass the filters, with their sessions, connections \
            and all their bytes, and the losses that capture recorded in that time. Without these options it copies the \
            whole log, ordered and without damaged blocks. A copy of an encrypted log is encrypted only with --encrypt-key.

            Examples:
              reprise cut day.rlog --from 2026-03-01T12:00:00Z \\
                  --until 2026-03-01T13:00:00Z -o noon.rlog
              reprise cut day.rlog --from 10m --until 20m --host example.com -o part.rlog
              reprise cut day.rlog --sample 10% -o tenth.rlog
            """)

    @OptionGroup var input: LogInput

    @OptionGroup(title: "Filters")
    var filters: FilterArguments

    @Option(name: .shortAndLong, help: ArgumentHelp("Session log to write.", valueName: "log"), completion: .file())
    var output: String

    @OptionGroup var writing: LogWritingArguments

    func run() throws {
        try OutputPaths.check([output], against: input.choice.inputs + writing.inputs)
        let selection = try input.selection()
        var exchanges = try LogReader(selection, order: .began)
        let options = try writing.options()
        writing.warn(ofOpening: selection.key)
        try Interrupt.catchSignals()
        var writer: SessionLogWriter
        do {
            writer = try SessionLogWriter(path: output, options: options)
        } catch {
            throw CommandFailure(error)
        }
        let counts: (read: UInt64, copied: UInt64)
        do {
            counts = try copy(&exchanges, to: &writer)
            try writer.finish()
        } catch let error as SessionLogError {
            throw CommandFailure(error)
        }
        try ResultOutput.print(
            "\(output): \(Plural.text(counts.copied, "exchange")) of \(counts.read.grouped) read")
        try input.warn(of: exchanges.statuses, readableExchanges: counts.read)
        if counts.copied == 0, !Interrupt.isRequested {
            Console.warn(input.choice.reasonForNothing(to: input.to, filters))
        }
        if Interrupt.isRequested { throw CommandFailure("interrupted; what was copied is in \(output)", .interrupted) }
    }

    /// Size in bytes at which a batch is handed to the log.
    private static let batchBytes = 512 << 10

    private func copy(
        _ exchanges: inout LogReader, to writer: inout SessionLogWriter
    ) throws -> (read: UInt64, copied: UInt64) {
        let filter = try filters.filter(of: input.selection())
        var progress = ProgressLine()
        var batch = ExchangeBatch()
        let span = self.span(start: exchanges.span?.lowerBound.nanoseconds ?? 0)
        var unused: [UInt32: RecordedConnection] = [:]
        var losses: [CaptureLoss] = []
        var counts: (read: UInt64, copied: UInt64) = (0, 0)
        while !Interrupt.isRequested, let exchange = try exchanges.next() {
            counts.read += 1
            for connection in exchanges.takeConnections() { unused[connection.number] = connection }
            losses += exchanges.takeLosses()
            batch.opaqueServers += exchanges.takeOpaqueServers()
            guard filter.includes(exchange) else { continue }
            if let connection = unused.removeValue(forKey: exchange.connection) { batch.connections.append(connection) }
            batch.append(exchange)
            counts.copied += 1
            guard batch.bytes.count >= CutCommand.batchBytes else { continue }
            try writer.append(batch)
            batch.removeAll()
            progress.update("\(counts.read) exchanges read, \(counts.copied) copied")
        }
        progress.clear()
        batch.losses = (losses + exchanges.takeLosses()).filter { loss in
            guard input.choice.from != nil || input.to != nil else { return true }
            guard let began = Nanoseconds.fromSeconds(loss.second) else { return false }
            return began < span.upperBound && began.addingClamped(Nanoseconds.perSecond) > span.lowerBound
        }
        batch.opaqueServers += exchanges.takeOpaqueServers()
        try writer.append(batch)
        return counts
    }

    /// The selected time range, in logs whose first exchange began at `start`.
    private func span(start: Int64) -> Range<Int64> {
        let first = input.choice.from?.nanoseconds(start: start) ?? .min + Nanoseconds.perSecond
        return first..<max(first, input.to?.nanoseconds(start: start) ?? .max)
    }
}
