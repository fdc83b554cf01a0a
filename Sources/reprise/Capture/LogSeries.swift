import Glibc
import SessionLog
import Traffic

/// The logs that a capture writes: one, or with rotation one after another. Used by one thread.
struct LogSeries: ~Copyable {
    /// How far the series has come.
    struct Progress: Hashable, Sendable {
        /// Logs begun.
        var logs = 1
        /// Bytes of the log that is written now, and of all.
        var currentBytes: UInt64 = 0
        var totalBytes: UInt64 = 0
        /// Exchanges in all of them.
        var exchanges: UInt64 = 0
    }

    /// The first log's path, and the last one's.
    let firstPath: String
    private(set) var lastPath: String
    private(set) var progress = Progress()
    private let naming: LogNaming
    private let options: SessionLogWriter.Options
    private var writer: SessionLogWriter?
    private var stage: RedactionStage?
    private var finishedBytes: UInt64 = 0
    private var finishedExchanges: UInt64 = 0

    /// Creates the first log.
    ///
    /// - Parameter stage: what batches go through before they are written.
    init(
        path: String, options: SessionLogWriter.Options, rotates: Bool, stage: RedactionStage? = nil
    ) throws(SessionLogError) {
        self.stage = stage
        naming = LogNaming(path: path, isNumbered: rotates)
        var options = options
        // Connections and sessions are numbered on from log to log, so readers are told that these belong together.
        if rotates { options.series = UInt64.random(in: .min ... .max) }
        self.options = options
        firstPath = naming.path(1)
        lastPath = firstPath
        writer = try SessionLogWriter(path: firstPath, options: options)
    }

    /// Appends what `batch` holds to the log that is written now.
    mutating func append(_ batch: ExchangeBatch) throws(SessionLogError) {
        let kept = stage?.redacted(batch) ?? batch
        do throws(SessionLogError) {
            try writer?.append(kept)
        } catch {
            note()
            throw error
        }
        note()
    }

    /// Writes the open block.
    mutating func closeBlock() throws(SessionLogError) {
        try writer?.closeBlock()
        note()
    }

    /// Ends the log that is written now and begins another.
    mutating func rotate() throws(SessionLogError) {
        try endLog()
        var number = progress.logs + 1
        // What stands there already is somebody's.
        while !options.overwrites, access(naming.path(number), F_OK) == 0 { number += 1 }
        lastPath = naming.path(number)
        writer = try SessionLogWriter(path: lastPath, options: options)
        progress.logs = number
        note()
    }

    /// Ends the last log. Its open block is not lost to an error that came before.
    mutating func finish() throws(SessionLogError) {
        stage?.warn()
        try endLog()
    }

    private mutating func endLog() throws(SessionLogError) {
        guard var writer = writer.take() else { return }
        var failure: SessionLogError?
        do throws(SessionLogError) { try writer.closeBlock() } catch { failure = error }
        finishedBytes += writer.statistics.storedBytes
        finishedExchanges += writer.statistics.exchanges
        do throws(SessionLogError) { try writer.finish() } catch { failure = failure ?? error }
        note()
        if let failure { throw failure }
    }

    private mutating func note() {
        progress.currentBytes = writer?.statistics.storedBytes ?? 0
        progress.totalBytes = finishedBytes + progress.currentBytes
        progress.exchanges = finishedExchanges + (writer?.statistics.exchanges ?? 0)
    }
}

/// The names of logs that follow one another: `day.rlog` makes `day-00001.rlog`, `day-00002.rlog`, ….
struct LogNaming {
    private let stem: String
    private let suffix: String
    private let isNumbered: Bool

    init(path: String, isNumbered: Bool) {
        self.isNumbered = isNumbered
        let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[name...].lastIndex(of: "."), dot > name else {
            (stem, suffix) = (path, "")
            return
        }
        (stem, suffix) = (String(path[..<dot]), String(path[dot...]))
    }

    /// The path of the log numbered `number`, from 1.
    func path(_ number: Int) -> String {
        guard isNumbered else { return stem + suffix }
        let digits = String(number)
        return stem + "-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + suffix
    }
}
