import Traffic

/// Keeps connections and sessions of several logs apart: number × series + place of the log's series.
struct LogNumbering: Hashable, Sendable {
    var seriesCount: UInt32
    var place: UInt32

    /// Numbers as a log has them.
    static let own = LogNumbering(seriesCount: 1, place: 0)

    /// Wraps for numbers that only a forged log can have.
    func number(_ own: UInt32) -> UInt32 { own &* seriesCount &+ place }

    /// The log's own number; nil when `number` is another log's.
    func own(_ number: UInt32) -> UInt32? { number % seriesCount == place ? number / seriesCount : nil }

    func renumber(_ batch: inout ExchangeBatch) {
        guard self != .own else { return }
        for index in batch.records.indices {
            batch.records[index].connection = number(batch.records[index].connection)
            batch.records[index].session = number(batch.records[index].session)
        }
        for index in batch.connections.indices {
            batch.connections[index].number = number(batch.connections[index].number)
        }
    }
}
