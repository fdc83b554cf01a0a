import Traffic

/// Renumbers connections and sessions so that several logs do not collide: number × series + index of the log's series.
struct LogNumbering: Hashable, Sendable {
    var seriesCount: UInt32
    var place: UInt32

    /// Numbers as stored in a log.
    static let own = LogNumbering(seriesCount: 1, place: 0)

    /// The number after renumbering; wraps for numbers that only a forged log can contain.
    func number(_ own: UInt32) -> UInt32 { own &* seriesCount &+ place }

    /// The number in the log; nil if `number` belongs to another log.
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
