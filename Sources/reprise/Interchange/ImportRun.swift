import Capture
import Interchange
import SessionLog
import Traffic

/// An import under way: one file after another into one log.
struct ImportRun: ~Copyable {
    /// Exchanges are handed to the log when they hold so many bytes.
    private static let batchBytes = 512 << 10

    private var writer: SessionLogWriter
    private var importer: TrafficImporter
    private let sessionBy: ImportSessions
    private let keyLog: String?
    private var sieve: ExchangeSieve
    private var batch = ExchangeBatch()
    private var previous: InterchangeFormat?
    /// Reads the packet captures that follow one another as one recording.
    private var assembler: TrafficAssembler?
    private var progress = ProgressLine()

    init(_ writer: consuming SessionLogWriter, sessionBy: ImportSessions, keyLog: String?, kept: ExchangeFilter) {
        self.writer = writer
        importer = TrafficImporter(sessionBy: sessionBy)
        self.sessionBy = sessionBy
        self.keyLog = keyLog
        sieve = ExchangeSieve(kept)
    }

    /// Reads the file at `path`, whose format is `format` or yet unknown.
    mutating func read(_ path: String, _ format: InterchangeFormat?) throws {
        if format == .pcap {
            if assembler == nil {
                importer.beginFile()
                assembler = try makeAssembler()
            }
            previous = .pcap
            return try readPackets(path)
        }
        try endRecording()
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
            throw CommandFailure(error.description)
        }
        return (importer.totals, sieve.leftOut)
    }

    private mutating func write() throws {
        batch = sieve.sieved(batch)
        do {
            try writer.append(batch)
        } catch {
            throw CommandFailure(error.description)
        }
        batch.removeAll()
    }

    private func makeAssembler() throws -> TrafficAssembler {
        var options = CaptureOptions()
        options.sessionBy = sessionBy == .connection ? .connection : .auto
        options.keyLog = keyLog
        return TrafficAssembler(options: options)
    }

    /// Ends the connections of the packet captures read so far: what comes next does not go on with them.
    mutating func endRecording() throws {
        guard var assembler = assembler.take() else { return }
        assembler.finish()
        try take(&assembler)
    }

    private mutating func readPackets(_ path: String) throws {
        guard var assembler = assembler.take() else { return }
        var file = try CaptureFile(path: path)
        let packets = assembler.totals.packets
        var failure: CaptureFileError?
        var goesOn = true
        while goesOn, !Interrupt.isRequested {
            do throws(CaptureFileError) {
                goesOn = try assembler.read(&file, untilBatchBytes: ImportRun.batchBytes)
            } catch {
                failure = error
                goesOn = false
            }
            try take(&assembler)
            progress.update("\(path): \(importer.totals.exchanges) exchanges")
        }
        let hasPackets = assembler.totals.packets > packets
        self.assembler = consume assembler
        guard let failure else { return }
        // What an interrupted capture leaves: a file that ends within a packet. All that was captured is in the log.
        guard case .cutOff = failure, hasPackets else {
            try endRecording()
            throw failure
        }
        progress.clear()
        Console.warn(failure.description)
    }

    private mutating func take(_ assembler: inout TrafficAssembler) throws {
        batch = assembler.takeBatch()
        importer.place(&batch)
        try write()
    }
}
