public import Traffic

/// The way to read session logs: a selection of their exchanges, in an order, block by block or one by one.
///
///     var reader = try LogReader(LogSelection(paths: ["a.rlog", "b.rlog"]), order: .began)
///     while let exchange = try reader.next() { … }
///
/// Memory does not grow with the logs: ``Order/written`` holds one block at a time, ``Order/began`` those that overlap in time, at
/// most 32 MiB of them. Damaged blocks are skipped and noted in ``statuses``; everything else is read. ``sessions(of:maximumBytes:)``
/// reads all of a selection into memory instead, and `LogVerification` checks every byte. Used by one thread.
public struct LogReader: ~Copyable {
    /// The order in which exchanges are read.
    public enum Order: Sendable {
        /// As they were written: log after log, block after block, each by the time its exchanges ended. The fastest; a log that is
        /// being written is followed, where a later call reads what was added.
        case written
        /// By the time they began, over all logs.
        case began
    }

    /// Bytes and exchanges at which a batch in ``Order/began`` is handed out.
    private static let batchBytes = 1 << 20
    private static let batchExchanges = 4096

    private var written: WrittenBatches?
    private var began: MergedLogs?
    /// When exchanges are read one by one in ``Order/written``: the block at hand, and the next one's place in it.
    private var block = ExchangeBatch()
    private var place = 0
    private var notes = BlockNotes()

    /// When the first exchange of the logs began and the last ended, selected or not; nil without exchanges.
    public let span: ClosedRange<CaptureTime>?
    /// Bytes of all the files when they were opened.
    public let fileBytes: UInt64

    /// Opens the logs of `selection` and reads their indices.
    ///
    /// - Throws: ``SessionLogError`` when a log cannot be read, is none, is of another version or sealed with another key.
    public init(_ selection: LogSelection, order: Order = .written) throws(SessionLogError) {
        let logs = try SelectedLogs(selection)
        span = logs.span.map { CaptureTime(nanoseconds: $0.lowerBound)...CaptureTime(nanoseconds: $0.upperBound) }
        fileBytes = logs.logs.reduce(0) { $0 + $1.fileBytes }
        switch order {
        case .written: written = WrittenBatches(logs)
        case .began: began = MergedLogs(logs)
        }
    }

    /// What became of each log: those read so far in ``Order/written``, all of them in ``Order/began``. Complete at the end.
    public var statuses: [LogStatus] { written?.statuses ?? began?.statuses ?? [] }

    /// The next selected exchanges, at least one unless a block has only connections, losses or servers, into a batch whose storage
    /// is used again.
    ///
    /// Use this or ``next()``, not both.
    ///
    /// - Returns: false at the end; `batch` is empty then.
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    public mutating func next(into batch: inout ExchangeBatch) throws(SessionLogError) -> Bool {
        guard began != nil else { return try written!.next(into: &batch) }
        batch.removeAll()
        while batch.bytes.count < LogReader.batchBytes, batch.records.count < LogReader.batchExchanges,
            let exchange = try began!.next()
        {
            batch.append(exchange)
        }
        batch.connections = began!.takeConnections()
        batch.losses = began!.takeLosses()
        batch.opaqueServers = began!.takeOpaqueServers()
        return !batch.isEmpty
    }

    /// The next selected exchange; nil at the end.
    ///
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    public mutating func next() throws(SessionLogError) -> Exchange? {
        guard began == nil else { return try began!.next() }
        while place == block.records.count {
            place = 0
            guard try written!.next(into: &block) else { return nil }
            notes.add(connections: block.connections, losses: block.losses, servers: block.opaqueServers)
        }
        place += 1
        return block.exchange(at: place - 1)
    }

    /// The connections named since the last call, each once. That of an exchange of ``next()`` is taken with it or before it, unless
    /// its block is damaged.
    public mutating func takeConnections() -> [RecordedConnection] {
        began?.takeConnections() ?? notes.takeConnections()
    }

    /// What capture lost, by second, as the blocks read since the last call have it; all of it once the end was reached.
    public mutating func takeLosses() -> [CaptureLoss] { began?.takeLosses() ?? notes.takeLosses() }

    /// Servers whose connections could not be read, as the blocks read since the last call name them.
    public mutating func takeOpaqueServers() -> [OpaqueServer] {
        began?.takeOpaqueServers() ?? notes.takeServers()
    }
}
