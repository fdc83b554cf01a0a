import Glibc
public import SessionLog
public import Traffic

/// The logs that a capture writes: one, or with rotation one after another. Used by one thread.
public struct LogSeries: ~Copyable {
    /// How far the series has come.
    public struct Progress: Hashable, Sendable {
        /// Logs begun.
        public var logs = 1
        /// Bytes of the log that is written now.
        public var currentBytes: UInt64 = 0
        /// Bytes of all logs.
        public var totalBytes: UInt64 = 0
        /// Exchanges in all of them.
        public var exchanges: UInt64 = 0

        /// Of a series whose first log was just begun.
        public init() {}
    }

    /// The first log's path.
    public let firstPath: String
    /// The path of the log that is written now, or of the last.
    public private(set) var lastPath: String
    /// How far the series has come.
    public private(set) var progress = Progress()
    private let naming: LogNaming
    private let options: SessionLogWriter.Options
    private var writer: SessionLogWriter?
    private var stage: RedactionStage?
    private var finishedBytes: UInt64 = 0
    private var finishedExchanges: UInt64 = 0

    /// Creates the first log.
    ///
    /// - Parameters:
    ///   - path: of the log; with rotation, the path that the logs' paths are made of.
    ///   - rotates: whether the logs are numbered: another may follow.
    ///   - stage: what batches go through before they are written.
    /// - Throws: when the first log cannot be created.
    public init(
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
    ///
    /// - Throws: when the log cannot be written.
    public mutating func append(_ batch: ExchangeBatch) throws(SessionLogError) {
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
    ///
    /// - Throws: when the log cannot be written.
    public mutating func closeBlock() throws(SessionLogError) {
        try writer?.closeBlock()
        note()
    }

    /// Ends the log that is written now and begins another.
    ///
    /// - Throws: when the log cannot be written, or the next one not created.
    public mutating func rotate() throws(SessionLogError) {
        try endLog()
        var number = progress.logs + 1
        // A file that exists belongs to someone else.
        while !options.overwrites, access(naming.path(number), F_OK) == 0 { number += 1 }
        lastPath = naming.path(number)
        writer = try SessionLogWriter(path: lastPath, options: options)
        progress.logs = number
        note()
    }

    /// Ends the last log. Its open block is not lost to an error that came before.
    ///
    /// - Throws: when the log cannot be written.
    public mutating func finish() throws(SessionLogError) { try endLog() }

    /// What a person should know about what was taken out, when all is written.
    public var notices: [String] { stage?.notices ?? [] }

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
public struct LogNaming {
    private let stem: String
    private let suffix: String
    private let isNumbered: Bool

    /// - Parameter isNumbered: whether the names have numbers; else there is one, which is `path`.
    public init(path: String, isNumbered: Bool) {
        self.isNumbered = isNumbered
        let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[name...].lastIndex(of: "."), dot > name else {
            (stem, suffix) = (path, "")
            return
        }
        (stem, suffix) = (String(path[..<dot]), String(path[dot...]))
    }

    /// The path of the log numbered `number`, from 1.
    public func path(_ number: Int) -> String {
        guard isNumbered else { return stem + suffix }
        let digits = String(number)
        return stem + "-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + suffix
    }
}
