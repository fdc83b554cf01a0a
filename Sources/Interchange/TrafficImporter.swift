public import Traffic

/// Turns files of other programs into exchanges with connections and sessions, one file after another.
public struct TrafficImporter {
    /// What was read so far.
    public private(set) var totals = ImportTotals()
    private var placement: TrafficPlacement
    private var pairing = GorPairing()

    /// - Parameter sessionBy: what makes exchanges one session where their file does not say.
    public init(sessionBy: ImportSessions = .auto) { placement = TrafficPlacement(sessionBy: sessionBy) }

    /// Begins another file: its connections and sessions are others than those of the files before. Several `.gor` files that
    /// follow one another are one, as GoReplay cuts them by size and time.
    public mutating func beginFile(continuing: Bool = false) {
        guard !continuing else { return }
        placement.beginFile()
    }

    /// Reads on until `batch` holds `bytes` or the file ends.
    ///
    /// - Returns: false when the file has ended.
    /// - Throws: when the rest of the file cannot be read; what came before it is in `batch`.
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

    /// Adds what still waits for its other half.
    public mutating func finish(into batch: inout ExchangeBatch) {
        pairing.finish()
        addPairs(to: &batch)
    }

    /// Gives a batch that another reader numbered from 1 up its place among the files imported.
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
