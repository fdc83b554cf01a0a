import Traffic

@testable import SessionLog

/// Everything that a reader finds in a log.
struct LogContent {
    var batches: [ExchangeBatch] = []
    var damages = LogDamages()
    var ending = LogEnding.unfinished

    init(path: String, key: LogKey? = nil) throws {
        var reader = try BlockReader(path: path, key: key)
        while let batch = try reader.next() { batches.append(batch) }
        damages = reader.damages
        ending = reader.ending
    }

    var exchanges: [Exchange] { batches.flatMap(\.exchanges) }
    var connections: [RecordedConnection] { batches.flatMap(\.connections) }
    var losses: [CaptureLoss] { batches.flatMap(\.losses) }
}

/// Writes `batches` to a new log, all of whose random parts are fixed.
func writeLog(
    _ batches: [ExchangeBatch], to path: String, blockBytes: Int = 1 << 20, finishes: Bool = true, key: LogKey? = nil,
    series: UInt64? = nil, logID: UInt64 = 0x0123_4567_89ab_cdef
) throws {
    var options = SessionLogWriter.Options()
    options.blockBytes = blockBytes
    options.blockDuration = .seconds(1_000_000)
    options.logID = logID
    options.key = key
    options.series = series
    var writer = try SessionLogWriter(path: path, options: options)
    for batch in batches { try writer.append(batch) }
    if finishes { try writer.finish() } else { try writer.closeBlock() }
}

/// The exchanges of a log in time order, and the damage.
func orderedExchanges(
    _ path: String, key: LogKey? = nil, cacheBytes: Int = LogFormat.orderedCacheBytes
) throws -> (exchanges: [Exchange], damages: LogDamages) {
    var ordered = try MergedBlocks(path: path, key: key, cacheBytes: cacheBytes)
    var exchanges: [Exchange] = []
    while let exchange = try ordered.next() { exchanges.append(exchange) }
    return (exchanges, ordered.damages)
}
