public import Capture
import Formats
public import Interchange
public import SessionLog
import Traffic

/// A running import: reads one file after another into one log.
public struct ImportRun: ~Copyable {
    /// Size in bytes at which a batch is handed to the log.
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
    /// The latest second of any exchange, since the Unix epoch.
    private var latestSecond: Int64 = 0

    /// The outcome of an import.
    public struct Outcome: Sendable {
        /// The counts of what was read.
        public var totals: ImportTotals
        /// The number of exchanges that the filter removed.
        public var leftOut: UInt64
        /// Warnings about the files, each with the file's name.
        public var warnings: [String]
    }

    /// The progress of an import.
    public enum Progress: Hashable, Sendable {
        /// The bytes read from a file, and the number of exchanges of all files so far.
        case file(path: String, readBytes: UInt64, exchanges: UInt64)
        /// The number of captures that are read as one, and the number of exchanges of all files so far.
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
        /// Standard input has a format that must be read from a file.
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

    /// An import that has not read anything.
    ///
    /// - Parameters:
    ///   - writer: the log that exchanges go to.
    ///   - keyLog: the path of a file with TLS secrets for packet captures; nil for none.
    ///   - kept: selects the exchanges to keep.
    ///   - observe: called after each batch with the progress; false ends the import.
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

    /// Reads the file at `path`, which must not be a packet capture; does nothing after the observer has ended the
    /// import.
    ///
    /// - Throws: an error of the file or the log; everything read before is in the log.
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

    /// Counts a file that is only partly in the log.
    private mutating func noteDamage() {
        var loss = CaptureLoss(second: secondOfBatch)
        loss.damagedFiles = 1
        batch.losses.append(loss)
    }

    /// Closes the log; nothing can be read afterwards.
    ///
    /// - Throws: an error if the log cannot be written.
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

    /// The second of the last exchange read.
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
    /// - Throws: an error of a capture or the log; everything read before is in the log.
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
