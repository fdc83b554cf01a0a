import Glibc
public import SessionLog
public import Traffic

/// The logs that a capture writes: one, or with rotation several in sequence. Used by one thread.
public struct LogSeries: ~Copyable {
    /// The progress of the series.
    public struct Progress: Hashable, Sendable {
        /// The number of logs begun.
        public var logs = 1
        /// Bytes of the current log.
        public var currentBytes: UInt64 = 0
        /// Bytes of all logs.
        public var totalBytes: UInt64 = 0
        /// Exchanges in all of them.
        public var exchanges: UInt64 = 0

        /// The progress of a series whose first log has just begun.
        public init() {}
    }

    /// The first log's path.
    public let firstPath: String
    /// The path of the current log, or of the last one.
    public private(set) var lastPath: String
    /// The progress of the series.
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
    ///   - path: the path of the log; with rotation, the path from which the logs' paths are derived.
    ///   - rotates: whether the logs are numbered, so that more may follow.
    ///   - stage: redacts batches before they are written.
    /// - Throws: an error if the first log cannot be created.
    public init(
        path: String, options: SessionLogWriter.Options, rotates: Bool, stage: RedactionStage? = nil
    ) throws(SessionLogError) {
        self.stage = stage
        naming = LogNaming(path: path, isNumbered: rotates)
        var options = options
        // Connections and sessions keep their numbers from log to log, so the logs are marked as one series.
        if rotates { options.series = UInt64.random(in: .min ... .max) }
        self.options = options
        firstPath = naming.path(1)
        lastPath = firstPath
        writer = try SessionLogWriter(path: firstPath, options: options)
    }

    /// Appends the content of `batch` to the current log.
    ///
    /// - Throws: an error if the log cannot be written.
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
    /// - Throws: an error if the log cannot be written.
    public mutating func closeBlock() throws(SessionLogError) {
        try writer?.closeBlock()
        note()
    }

    /// Ends the current log and begins another one.
    ///
    /// - Throws: an error if the log cannot be written, or the next one cannot be created.
    public mutating func rotate() throws(SessionLogError) {
        try endLog()
        var number = progress.logs + 1
        // An existing file is not ours.
        while !options.overwrites, access(naming.path(number), F_OK) == 0 { number += 1 }
        lastPath = naming.path(number)
        writer = try SessionLogWriter(path: lastPath, options: options)
        progress.logs = number
        note()
    }

    /// Ends the last log. Its open block is written even after an earlier error.
    ///
    /// - Throws: an error if the log cannot be written.
    public mutating func finish() throws(SessionLogError) { try endLog() }

    /// Notes for the user about what was redacted, once everything is written.
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

/// The names of the logs of a series: `day.rlog` makes `day-00001.rlog`, `day-00002.rlog`, ….
public struct LogNaming {
    private let stem: String
    private let suffix: String
    private let isNumbered: Bool

    /// The names of a series of logs.
    ///
    /// - Parameter isNumbered: whether the names have numbers; otherwise there is only one name, `path`.
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
