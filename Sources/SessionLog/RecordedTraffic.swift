public import Traffic

/// A whole selection of logs in memory, by session: the input of a plan.
public struct RecordedTraffic: Sendable {
    /// The sessions, by start time.
    public var sessions: [RecordedSession]
    /// The connections, in the order of the blocks.
    public var connections: [RecordedConnection]
    /// The capture losses in total; `second` has no meaning here.
    public var losses: CaptureLoss
    /// The status of each log.
    public var statuses: [LogStatus]
}

extension LogReader {
    /// Reads all of `selection` into memory, by session.
    ///
    /// - Parameter maximumBytes: the memory limit for exchanges, 4 GiB by default.
    /// - Throws: ``SessionLogError`` if a log cannot be read, is not a log, has another version, is sealed with another
    ///   key or needs too much memory.
    public static func sessions(
        of selection: LogSelection, maximumBytes: UInt64 = 4 << 30
    ) throws(SessionLogError) -> RecordedTraffic {
        var reader = try LogReader(selection)
        var batch = ExchangeBatch()
        var exchanges: [UInt32: [Exchange]] = [:]
        var named: [UInt32: RecordedConnection] = [:]
        var order: [UInt32] = []
        var losses = CaptureLoss(second: 0)
        var usedBytes: UInt64 = 0
        while try reader.next(into: &batch) {
            for connection in batch.connections where named.updateValue(connection, forKey: connection.number) == nil {
                order.append(connection.number)
                usedBytes += UInt64(2 * MemoryLayout<RecordedConnection>.stride)
            }
            for loss in batch.losses { losses.add(loss) }
            usedBytes += batch.records.reduce(0) { $0 + $1.memoryBytes }
            guard usedBytes <= maximumBytes else {
                throw .tooLarge(path: reader.statuses.last?.path ?? "", limitBytes: maximumBytes)
            }
            for index in batch.records.indices {
                exchanges[batch.records[index].session, default: []].append(batch.exchange(at: index))
            }
        }
        let sessions = exchanges.map { RecordedSession(number: $0.key, exchanges: $0.value) }
            .sorted { ($0.began, $0.number) < ($1.began, $1.number) }
        // Connections without exchanges are not needed.
        let used = Set(sessions.lazy.flatMap(\.exchanges).map(\.connection))
        return RecordedTraffic(
            sessions: sessions, connections: order.filter(used.contains).compactMap { named[$0] }, losses: losses,
            statuses: reader.statuses)
    }
}

extension ExchangeBatch.Record {
    /// The approximate memory of the exchange as a value: its bytes, the value itself and the headers of its six
    /// arrays.
    fileprivate var memoryBytes: UInt64 {
        let messages = [request, response].compactMap { $0 }
        let bytes = messages.reduce(0) { $0 + Int($1.head.count) + Int($1.body.count) + Int($1.trailers.count) }
        return UInt64(bytes + MemoryLayout<Exchange>.stride + 6 * 32)
    }
}
