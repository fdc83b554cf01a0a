import Traffic

/// The logs of a selection with their indexes and the choice of exchanges of each.
struct SelectedLogs {
    struct Log {
        var path: String
        var index: BlockIndex
        var choice: ExchangeChoice
        var numbering: LogNumbering
        var fileBytes: UInt64
    }

    private(set) var logs: [Log] = []
    let key: LogKey?
    /// When the first exchange of all began and the last ended; nil without exchanges.
    let span: ClosedRange<Int64>?

    /// Reads the indexes.
    ///
    /// - Throws: ``SessionLogError`` if a log cannot be read, is not a log, has another version or is sealed with
    ///   another key.
    init(_ selection: LogSelection) throws(SessionLogError) {
        key = selection.key
        var indices: [(index: BlockIndex, fileBytes: UInt64)] = []
        // Session numbers depend on the series of all logs, so the indexes are first read without sessions.
        for path in selection.paths {
            indices.append((try BlockIndex(path: path, key: key), try LogSource(path: path).size))
        }
        var places: [UInt64: UInt32] = [:]
        for index in indices.map(\.index) where places[index.seriesID] == nil {
            places[index.seriesID] = UInt32(places.count)
        }
        let blocks = indices.flatMap(\.index.entries).filter { $0.count > 0 }
        let earliest = blocks.map(\.earliest).min()
        span = earliest.map { $0...max($0, blocks.map(\.latest).max() ?? $0) }
        for (path, (index, fileBytes)) in zip(selection.paths, indices) {
            let numbering = LogNumbering(seriesCount: UInt32(places.count), place: places[index.seriesID] ?? 0)
            let sessions = selection.sessions.map { Set($0.compactMap { numbering.own($0) }) }
            let choice = ExchangeChoice(
                from: selection.from?.nanoseconds(start: earliest ?? 0),
                to: selection.to?.nanoseconds(start: earliest ?? 0), sessions: sessions, includes: selection.includes)
            let kept = try sessions.map { sessions throws(SessionLogError) in
                try BlockIndex(path: path, key: selection.key, sessions: sessions)
            }
            logs.append(
                Log(path: path, index: kept ?? index, choice: choice, numbering: numbering, fileBytes: fileBytes))
        }
    }
}
