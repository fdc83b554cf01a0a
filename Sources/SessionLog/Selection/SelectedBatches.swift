public import Traffic

/// The chosen exchanges of one or several logs, log after log and block after block: for whoever needs no order in time.
public struct SelectedBatches: ~Copyable {
    private let selected: SelectedLogs
    private var nextLog = 0
    private var current: BatchSource?

    /// What became of the logs read so far.
    public private(set) var statuses: [LogStatus] = []

    /// Opens the logs and reads their indices.
    ///
    /// - Throws: ``SessionLogError`` when a log cannot be read, is none, is of another version or sealed with another key.
    public init(_ selection: LogSelection) throws(SessionLogError) { selected = try SelectedLogs(selection) }

    /// When the first exchange of the logs began and the last ended, chosen or not; nil without exchanges.
    public var span: ClosedRange<CaptureTime>? {
        selected.span.map { CaptureTime(nanoseconds: $0.lowerBound)...CaptureTime(nanoseconds: $0.upperBound) }
    }

    /// Bytes of all the files.
    public var fileBytes: UInt64 { selected.logs.reduce(0) { $0 + $1.fileBytes } }

    /// The next block's chosen exchanges, into a batch whose storage is used again. Damaged blocks are passed and noted in
    /// ``statuses``.
    ///
    /// - Returns: false at the end; `batch` is empty then.
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    public mutating func next(into batch: inout ExchangeBatch) throws(SessionLogError) -> Bool {
        while true {
            if let source = current {
                let isThere = try source.next(into: &batch)
                statuses[statuses.count - 1] = source.status
                if isThere { return true }
                current = nil
            }
            guard nextLog < selected.logs.count else {
                batch.removeAll()
                return false
            }
            let source = try BatchSource(selected.logs[nextLog], selected.key)
            statuses.append(source.status)
            current = source
            nextLog += 1
        }
    }
}

/// The chosen exchanges of one log. A log read whole is read by walking, which tells more of its damage than the index.
private final class BatchSource {
    private let log: SelectedLogs.Log
    private var reader: SessionLogReader?
    private var loader: BlockLoader?
    private var entries: [BlockEntry] = []
    private var nextEntry = 0
    private(set) var status: LogStatus

    init(_ log: SelectedLogs.Log, _ key: LogKey?) throws(SessionLogError) {
        self.log = log
        status = LogStatus(
            path: log.path, damages: log.index.damages, ending: log.index.ending, fileBytes: log.fileBytes)
        if log.choice.isEverything {
            reader = try SessionLogReader(path: log.path, key: key)
        } else {
            loader = try BlockLoader(path: log.path, key: key)
            entries = log.index.entries.filter { log.choice.mayBeIn($0, log.index) }
        }
    }

    func next(into batch: inout ExchangeBatch) throws(SessionLogError) -> Bool {
        let isThere = try reader == nil ? load(into: &batch) : read(into: &batch)
        if isThere { log.numbering.renumber(&batch) }
        return isThere
    }

    private func read(into batch: inout ExchangeBatch) throws(SessionLogError) -> Bool {
        guard var reader = reader.take() else { return false }
        let isThere = try reader.next(into: &batch)
        status.damages = reader.damages
        status.ending = reader.ending
        self.reader = consume reader
        return isThere
    }

    private func load(into batch: inout ExchangeBatch) throws(SessionLogError) -> Bool {
        while nextEntry < entries.count {
            nextEntry += 1
            if let damage = try loader?.load(entries[nextEntry - 1], into: &batch) {
                status.damages.add(damage)
                continue
            }
            log.choice.apply(to: &batch)
            if !batch.isEmpty { return true }
        }
        return false
    }
}
