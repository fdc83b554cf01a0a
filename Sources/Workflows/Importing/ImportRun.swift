public import Capture
import Formats
public import Interchange
public import SessionLog
import Traffic

/// An import under way: one file after another into one log.
public struct ImportRun: ~Copyable {
    /// Exchanges are handed to the log at this size in bytes.
    private static let batchBytes = 512 << 10

    private var writer: SessionLogWriter?
    private var importer: TrafficImporter
    private let grouping: ImportGrouping
    private var regrouping: SessionRegrouping?
    private let keyLog: String?
    private var filter: CountingFilter
    private let observe: (Progress) -> Bool
    private var isStopped = false
    private var batch = ExchangeBatch()
    private var previous: InterchangeFormat?
    private var warnings: [String] = []
    /// The latest second of an exchange, since the Unix epoch.
    private var latestSecond: Int64 = 0

    /// What an import has done when it ends.
    public struct Outcome: Sendable {
        /// What was read.
        public var totals: ImportTotals
        /// Exchanges that the filter took out.
        public var leftOut: UInt64
        /// What a person should know about the files, each with its name.
        public var warnings: [String]
    }

    /// How far an import is.
    public enum Progress: Hashable, Sendable {
        /// Bytes read of a file, and the exchanges of all files so far.
        case file(path: String, readBytes: UInt64, exchanges: UInt64)
        /// Captures that are read as one, and the exchanges of all files so far.
        case captures(Int, exchanges: UInt64)
    }

    /// Why an import ended early.
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The log could not be written.
        case log(SessionLogError)
        /// A file is damaged or cannot be read.
        case file(InterchangeError)
        /// A capture is damaged or cannot be read.
        case capture(CaptureFileError)
        /// Standard input holds what has to be a file.
        case notFromStandardInput(InterchangeFormat)

        /// One line for the user.
        public var description: String {
            switch self {
            case .log(let error): error.description
            case .file(let error): error.description
            case .capture(let error): error.description
            case .notFromStandardInput(let format):
                "a \(format.label) file cannot be imported from standard input"
            }
        }
    }

    /// An import that has read nothing.
    ///
    /// - Parameters:
    ///   - writer: the log that exchanges go to.
    ///   - keyLog: the path of a file with TLS secrets for packet captures; nil for none.
    ///   - kept: which exchanges are kept.
    ///   - observe: told after each batch how far it is; false ends the import.
    public init(
        _ writer: consuming SessionLogWriter, grouping: ImportGrouping, keyLog: String?, kept: ExchangeFilter,
        observe: @escaping (Progress) -> Bool
    ) {
        self.writer = consume writer
        switch grouping {
        case .placed(let sessions): importer = TrafficImporter(sessionBy: sessions)
        case .key(let sessionBy):
            importer = TrafficImporter(sessionBy: .auto)
            regrouping = SessionRegrouping(by: sessionBy)
        }
        self.grouping = grouping
        self.keyLog = keyLog
        filter = CountingFilter(kept)
        self.observe = observe
    }

    /// Reads the file at `path`, which is not a packet capture; nothing once the observer ended the import.
    ///
    /// - Throws: what is wrong with the file or the log; what was read before is in the log.
    public mutating func read(_ path: String) throws(Failure) {
        guard !isStopped else { return }
        var file: InterchangeFile
        do throws(InterchangeError) { file = try InterchangeFile(path: path) } catch { throw .file(error) }
        guard file.format != .pcap, file.format != .sessionLog else { throw .notFromStandardInput(file.format) }
        importer.beginFile(continuing: previous == .gor && file.format == .gor)
        previous = file.format
        let before = importer.totals.notUnderstood
        var hasMore = true
        while hasMore, !isStopped {
            do throws(InterchangeError) {
                hasMore = try importer.read(&file, into: &batch, untilBytes: ImportRun.batchBytes)
            } catch {
                noteDamage()
                try write()
                throw .file(error)
            }
            try write()
            isStopped =
                !observe(.file(path: path, readBytes: file.offset, exchanges: importer.totals.exchanges))
        }
        if importer.totals.notUnderstood > before { noteDamage() }
    }

    /// Counts a file of which something is not in the log.
    private mutating func noteDamage() {
        var loss = CaptureLoss(second: secondOfBatch)
        loss.damagedFiles = 1
        batch.losses.append(loss)
    }

    /// Closes the log; nothing can be read after it.
    ///
    /// - Throws: when the log cannot be written.
    public mutating func finish() throws(Failure) -> Outcome {
        importer.finish(into: &batch)
        try write()
        isStopped = true
        guard let writer = writer.take() else { return outcome }
        do throws(SessionLogError) { try writer.finish() } catch { throw .log(error) }
        return outcome
    }

    private var outcome: Outcome {
        Outcome(totals: importer.totals, leftOut: filter.leftOut, warnings: warnings)
    }

    /// The second of the exchange read last.
    private var secondOfBatch: Int64 {
        batch.records.last.map { Nanoseconds.wholeSeconds($0.began.nanoseconds) } ?? latestSecond
    }

    private mutating func write() throws(Failure) {
        latestSecond = secondOfBatch
        regrouping?.regroup(&batch)
        batch = filter.passing(batch)
        do throws(SessionLogError) { try writer?.append(batch) } catch { throw .log(error) }
        batch.removeAll()
    }

    /// Reads packet captures as one recording, merged by the times of their packets: connections and sessions continue
    /// across files.
    ///
    /// - Throws: what is wrong with a capture or the log; what was read before is in the log.
    public mutating func readPackets(_ paths: [String]) throws(Failure) {
        guard !paths.isEmpty, !isStopped else { return }
        importer.beginFile()
        previous = .pcap
        var options = CaptureOptions()
        options.sessionBy = grouping == .placed(.connection) ? .connection : .auto
        options.keyLog = keyLog
        let files: CaptureFiles
        do throws(CaptureFileError) { files = try CaptureFiles(paths: paths) } catch { throw .capture(error) }
        var assembler = TrafficAssembler(options: options)
        while !isStopped, assembler.read(files, untilBatchBytes: ImportRun.batchBytes) {
            try take(&assembler)
            isStopped = !observe(.captures(paths.count, exchanges: importer.totals.exchanges))
        }
        assembler.finish()
        try take(&assembler)
        let (serious, slight) = CaptureFileError.bySeverity(
            files.takeDamages(), hasPackets: assembler.totals.packets > 0)
        warnings += (slight + serious.dropFirst()).map(\.description)
        if let warning = CaptureReport(assembler.totals, assembler.opaqueServers).warning {
            warnings.append("\(paths.joined(separator: " ")): \(warning)")
        }
        if let first = serious.first { throw .capture(first) }
    }

    private mutating func take(_ assembler: inout TrafficAssembler) throws(Failure) {
        batch = assembler.takeBatch()
        importer.place(&batch)
        try write()
    }
}
