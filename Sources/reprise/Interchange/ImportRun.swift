import Capture
import Formats
import Interchange
import SessionLog
import Traffic

/// An import under way: one file after another into one log.
struct ImportRun: ~Copyable {
    /// Exchanges are handed to the log at this size in bytes.
    private static let batchBytes = 512 << 10

    private var writer: SessionLogWriter
    private var importer: TrafficImporter
    private let grouping: ImportGrouping
    private var regrouping: SessionRegrouping?
    private let keyLog: String?
    private var sieve: ExchangeSieve
    private var batch = ExchangeBatch()
    private var previous: InterchangeFormat?
    private var progress = ProgressLine()

    init(_ writer: consuming SessionLogWriter, grouping: ImportGrouping, keyLog: String?, kept: ExchangeFilter) {
        self.writer = writer
        switch grouping {
        case .placed(let sessions): importer = TrafficImporter(sessionBy: sessions)
        case .key(let sessionBy):
            importer = TrafficImporter(sessionBy: .auto)
            regrouping = SessionRegrouping(by: sessionBy)
        }
        self.grouping = grouping
        self.keyLog = keyLog
        sieve = ExchangeSieve(kept)
    }

    /// Reads the file at `path`, which is no packet capture.
    mutating func read(_ path: String) throws {
        var file = try InterchangeFile(path: path)
        guard file.format != .pcap, file.format != .sessionLog else {
            throw CommandFailure("a \(file.format.label) file cannot be imported from standard input", .usage)
        }
        importer.beginFile(continuing: previous == .gor && file.format == .gor)
        previous = file.format
        var goesOn = true
        while goesOn, !Interrupt.isRequested {
            do throws(InterchangeError) {
                goesOn = try importer.read(&file, into: &batch, untilBytes: ImportRun.batchBytes)
            } catch {
                try write()
                throw error
            }
            try write()
            progress.update("\(path): \(ByteCount(file.offset)) read, \(importer.totals.exchanges) exchanges")
        }
    }

    /// Closes the log.
    ///
    /// - Returns: what was read, and how many exchanges of it the filter took out.
    consuming func finish() throws -> (ImportTotals, leftOut: UInt64) {
        importer.finish(into: &batch)
        progress.clear()
        try write()
        do {
            try writer.finish()
        } catch {
            throw CommandFailure(error)
        }
        return (importer.totals, sieve.leftOut)
    }

    private mutating func write() throws {
        regrouping?.regroup(&batch)
        batch = sieve.sieved(batch)
        do {
            try writer.append(batch)
        } catch {
            throw CommandFailure(error)
        }
        batch.removeAll()
    }

    /// Reads packet captures as one recording, merged by the times of their packets: connections and sessions continue
    /// across files.
    mutating func readPackets(_ paths: [String]) throws {
        guard !paths.isEmpty, !Interrupt.isRequested else { return }
        importer.beginFile()
        previous = .pcap
        var options = CaptureOptions()
        options.sessionBy = grouping == .placed(.connection) ? .connection : .auto
        options.keyLog = keyLog
        let files = try CaptureFiles(paths: paths)
        var assembler = TrafficAssembler(options: options)
        while !Interrupt.isRequested, assembler.read(files, untilBatchBytes: ImportRun.batchBytes) {
            try take(&assembler)
            progress.update(
                "\(importer.totals.exchanges) exchanges read of \(Plural.text(UInt64(paths.count), "capture"))")
        }
        assembler.finish()
        try take(&assembler)
        progress.clear()
        var failure: CaptureFileError?
        for damage in files.takeDamages() {
            // What an interrupted capture leaves: a file that ends within a packet. All that was captured is in the log.
            if case .cutOff = damage, assembler.totals.packets > 0 {
                Console.warn(damage.description)
            } else {
                failure = failure ?? damage
            }
        }
        if let warning = CaptureReport(assembler.totals, assembler.opaqueServers).warning {
            Console.warn("\(paths.joined(separator: " ")): \(warning)")
        }
        if let failure { throw failure }
    }

    private mutating func take(_ assembler: inout TrafficAssembler) throws {
        batch = assembler.takeBatch()
        importer.place(&batch)
        try write()
    }
}
