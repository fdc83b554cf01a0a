public import Traffic

/// All of a log in memory, by session: what a plan is made of.
public struct RecordedTraffic: Sendable {
    /// The sessions, in the order in which they began.
    public var sessions: [RecordedSession]
    /// The connections, in the order in which blocks name them.
    public var connections: [RecordedConnection]
    /// What capture lost, summed up; its second means nothing.
    public var losses: CaptureLoss
    /// What of the log could not be read.
    public var damages: LogDamages
    /// How the log ends.
    public var ending: LogEnding
}

/// Reads all sessions of the log at `path` into memory.
///
/// - Parameter maximumBytes: memory the exchanges may take, 4 GiB unless given.
/// - Throws: ``SessionLogError`` when the log cannot be read, is no log, is of a newer version or takes too much memory.
public func recordedSessions(
    of path: String, maximumBytes: UInt64 = 4 << 30
) throws(SessionLogError) -> RecordedTraffic {
    var reader = try SessionLogReader(path: path)
    var batch = ExchangeBatch()
    var exchanges: [UInt32: [Exchange]] = [:]
    var connections: [RecordedConnection] = []
    var losses = CaptureLoss(second: 0)
    var usedBytes: UInt64 = 0
    while try reader.next(into: &batch) {
        connections.append(contentsOf: batch.connections)
        for loss in batch.losses { losses.add(loss) }
        usedBytes += UInt64(batch.bytes.count + batch.records.count * bytesPerExchange)
        guard usedBytes <= maximumBytes else { throw .tooLarge(path: path, limitBytes: maximumBytes) }
        for index in batch.records.indices {
            exchanges[batch.records[index].session, default: []].append(batch.exchange(at: index))
        }
    }
    let sessions = exchanges.map { RecordedSession(number: $0.key, exchanges: $0.value) }
        .sorted { ($0.began, $0.number) < ($1.began, $1.number) }
    return RecordedTraffic(
        sessions: sessions, connections: connections, losses: losses, damages: reader.damages, ending: reader.ending)
}

/// What an exchange takes besides its bytes: the value itself and the heads of its six arrays.
private let bytesPerExchange = MemoryLayout<Exchange>.stride + 6 * 32
