import ContentCodings
public import Traffic

/// Turns other programs' files into exchanges with connections and sessions, one file after another.
public struct TrafficImporter {
    /// The totals so far.
    public private(set) var totals = ImportTotals()
    private var placement: TrafficPlacement
    private var pairing = GorPairing()

    /// An importer that has read nothing yet.
    ///
    /// - Parameter sessionBy: how to group exchanges into sessions if their file does not.
    public init(sessionBy: ImportSessions = .auto) { placement = TrafficPlacement(sessionBy: sessionBy) }

    /// Begins another file, with connections and sessions different from those of the previous files. Consecutive
    /// `.gor` files count as one, as GoReplay splits them by size and time.
    public mutating func beginFile(continuing: Bool = false) {
        guard !continuing else { return }
        placement.beginFile()
    }

    /// Reads until `batch` holds `bytes` or the file ends.
    ///
    /// - Returns: false when the file has ended.
    /// - Throws: if the rest of the file cannot be read; everything before is in `batch`.
    public mutating func read(
        _ file: inout InterchangeFile, into batch: inout ExchangeBatch, untilBytes bytes: Int
    ) throws(InterchangeError) -> Bool {
        while batch.bytes.count < bytes {
            let hasMore: Bool
            switch file.format {
            case .har: hasMore = try readEntry(&file, &batch)
            case .gor: hasMore = try readRecord(&file, &batch)
            case .jsonLines: hasMore = try readLine(&file, &batch)
            case .pcap, .sessionLog: preconditionFailure("packets and logs have their own readers")
            }
            guard hasMore else { return false }
        }
        return true
    }

    /// Adds the messages that still wait for their request or response.
    public mutating func finish(into batch: inout ExchangeBatch) {
        pairing.finish()
        addPairs(to: &batch)
    }

    /// Renumbers a batch from another reader, which is numbered from 1, so that it follows the files already imported.
    public mutating func place(_ batch: inout ExchangeBatch) {
        placement.renumber(&batch)
        for record in batch.records {
            totals.add(
                isRequestComplete: record.request?.isComplete, isResponseComplete: record.response?.isComplete)
        }
    }

    private mutating func readEntry(
        _ file: inout InterchangeFile, _ batch: inout ExchangeBatch
    ) throws(InterchangeError) -> Bool {
        switch try file.har.next(&file.reader) {
        case .entry(let entry):
            totals.leaveOut(.webSocketMessage, count: entry.webSocketMessages)
            switch entry.exchange() {
            case .success(let imported): add(imported, to: &batch)
            case .failure(let problem): totals.leaveOut(problem)
            }
        case .broken: totals.leaveOut(.badEntry)
        case nil: return false
        }
        return true
    }

    private mutating func readRecord(
        _ file: inout InterchangeFile, _ batch: inout ExchangeBatch
    ) throws(InterchangeError) -> Bool {
        var badRecords: UInt64 = 0
        defer { totals.leaveOut(.badRecord, count: badRecords) }
        guard let record = try GorReader().next(&file.reader.source, badRecords: &badRecords) else { return false }
        pairing.add(record)
        addPairs(to: &batch)
        return true
    }

    private mutating func addPairs(to batch: inout ExchangeBatch) {
        for imported in pairing.takeReady() { add(imported, to: &batch) }
        for (problem, count) in pairing.takeProblems() { totals.leaveOut(problem, count: count) }
    }

    private mutating func readLine(
        _ file: inout InterchangeFile, _ batch: inout ExchangeBatch
    ) throws(InterchangeError) -> Bool {
        let item: JSONLinesReader.Item?
        do throws(InterchangeError) {
            item = try JSONLinesReader().next(&file.reader)
        } catch {
            switch error {
            case .badJSON, .cutOff:
                totals.leaveOut(.badLine)
                try file.skipLine()
                return true
            default: throw error
            }
        }
        switch item {
        case .exchange(let imported): add(imported, to: &batch)
        case .loss(let loss): batch.losses.append(loss)
        case .unknown: totals.leaveOut(.badLine)
        case nil: return false
        }
        return true
    }

    private mutating func add(_ imported: ImportedExchange, to batch: inout ExchangeBatch) {
        let (exchange, connection) = placement.place(imported)
        if let connection { batch.connections.append(connection) }
        batch.append(exchange)
        totals.add(
            isRequestComplete: exchange.request?.isComplete, isResponseComplete: exchange.response?.isComplete)
    }
}
