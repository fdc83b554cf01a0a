import Traffic

/// The selected exchanges of one or several logs, log after log and block after block.
struct WrittenBatches {
    private let selected: SelectedLogs
    private var nextLog = 0
    private var current: BatchSource?

    /// The status of each log read so far.
    private(set) var statuses: [LogStatus] = []

    /// The exchanges of `logs`, whose indexes are already read.
    init(_ logs: SelectedLogs) { selected = logs }

    /// Reads the next block's selected exchanges into a batch whose storage is reused. Damaged blocks are skipped and
    /// noted in ``statuses``.
    ///
    /// - Returns: false at the end; `batch` is empty then.
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    mutating func next(into batch: inout ExchangeBatch) throws(SessionLogError) -> Bool {
        while true {
            if let source = current {
                let isThere = try source.next(into: &batch)
                statuses[statuses.count - 1] = source.status
                if isThere { return true }
                // A later call continues with what was added.
                let mayGrow = source.status.ending == .beingWritten && nextLog == selected.logs.count
                if mayGrow { return false }
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

/// The selected exchanges of one log. If a log is read completely, its blocks are walked, which finds more damage than
/// the index.
private final class BatchSource {
    private let log: SelectedLogs.Log
    private var reader: BlockReader?
    private var loader: BlockLoader?
    private var entries: [BlockEntry] = []
    private var nextEntry = 0
    private(set) var status: LogStatus

    init(_ log: SelectedLogs.Log, _ key: LogKey?) throws(SessionLogError) {
        self.log = log
        status = LogStatus(
            path: log.path, damages: log.index.damages, ending: log.index.ending, fileBytes: log.fileBytes)
        if log.choice.isEverything {
            reader = try BlockReader(path: log.path, key: key)
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
