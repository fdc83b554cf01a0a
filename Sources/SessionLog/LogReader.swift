public import Traffic

/// Reads a selection of exchanges from session logs, in a given order, block by block or one by one.
///
///     var reader = try LogReader(LogSelection(paths: ["a.rlog", "b.rlog"]), order: .began)
///     while let exchange = try reader.next() { … }
///
/// Memory does not grow with the logs: ``Order/written`` keeps one block at a time, ``Order/began`` the blocks that
/// overlap in time, at most 32 MiB. Damaged blocks are skipped and noted in ``statuses``; everything else is read.
/// ``sessions(of:maximumBytes:)`` reads a whole selection into memory instead, and `LogVerification` checks every byte.
/// Used by one thread.
public struct LogReader: ~Copyable {
    /// The order in which exchanges are read.
    public enum Order: Sendable {
        /// As written: log after log, block after block, in the order in which exchanges ended. The fastest order. A
        /// log that is being written can be followed: a later call reads what was added.
        case written
        /// By start time, across all logs.
        case began
    }

    /// The size of a batch in ``Order/began``.
    private static let batchBytes = 1 << 20
    private static let batchExchanges = 4096

    private var written: WrittenBatches?
    private var began: MergedLogs?
    /// When exchanges are read one by one in ``Order/written``: the current block, and the index of the next exchange
    /// in it.
    private var block = ExchangeBatch()
    private var place = 0
    private var notes = BlockNotes()

    /// When the first exchange of the logs began and the last ended, selected or not; nil without exchanges.
    public let span: ClosedRange<CaptureTime>?
    /// Bytes of all the files when they were opened.
    public let fileBytes: UInt64

    /// Opens the logs of `selection` and reads their indices.
    ///
    /// - Throws: ``SessionLogError`` if a log cannot be read, is not a log, has another version or is sealed with
    ///   another key.
    public init(_ selection: LogSelection, order: Order = .written) throws(SessionLogError) {
        let logs = try SelectedLogs(selection)
        span = logs.span.map { CaptureTime(nanoseconds: $0.lowerBound)...CaptureTime(nanoseconds: $0.upperBound) }
        fileBytes = logs.logs.reduce(0) { $0 + $1.fileBytes }
        switch order {
        case .written: written = WrittenBatches(logs)
        case .began: began = MergedLogs(logs)
        }
    }

    /// The status of each log: in ``Order/written`` of those read so far, in ``Order/began`` of all. Complete at the
    /// end.
    public var statuses: [LogStatus] { written?.statuses ?? began?.statuses ?? [] }

    /// Reads the next selected exchanges into a batch whose storage is reused: at least one, unless a block has only
    /// connections, losses or servers.
    ///
    /// Use either this method or ``next()``, not both.
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

    /// Takes the connections named since the last call, each once. The connection of an exchange from ``next()`` is
    /// taken with the exchange or before it, unless its block is damaged.
    public mutating func takeConnections() -> [RecordedConnection] {
        began?.takeConnections() ?? notes.takeConnections()
    }

    /// Takes the capture losses by second in the blocks read since the last call; at the end, all of them.
    public mutating func takeLosses() -> [CaptureLoss] { began?.takeLosses() ?? notes.takeLosses() }

    /// Takes the servers with unreadable connections named by the blocks read since the last call.
    public mutating func takeOpaqueServers() -> [OpaqueServer] {
        began?.takeOpaqueServers() ?? notes.takeServers()
    }
}
