public import Traffic

/// The exchanges of a selection by start time, each with its number in its logs.
///
/// All exchanges of the logs are numbered from 1, whether selected or not: an exchange has the same number under every
/// filter. So all blocks are read, in the bounded memory of ``LogReader``. Used by one thread.
public struct NumberedExchanges: ~Copyable {
    private var reader: LogReader
    private let earliest: Int64
    private let latest: Int64
    private let sessions: Set<UInt32>?
    private let filter: ExchangeFilter
    /// Exchanges read so far, selected or not: the number of the exchange last returned by ``next()``.
    public private(set) var readExchanges: UInt64 = 0
    /// When the first exchange of the logs began and the last ended, selected or not; nil without exchanges.
    public let span: ClosedRange<CaptureTime>?

    /// Opens the logs.
    ///
    /// - Parameters:
    ///   - selection: the logs, and the wanted time range and sessions; its `includes` is not used.
    ///   - filter: a filter that selected exchanges must also pass.
    /// - Throws: ``SessionLogError`` if a log cannot be read, is not a log, has another version or is sealed with
    ///   another key.
    public init(_ selection: LogSelection, filter: ExchangeFilter = ExchangeFilter()) throws(SessionLogError) {
        reader = try LogReader(LogSelection(paths: selection.paths, key: selection.key), order: .began)
        span = reader.span
        let start = reader.span?.lowerBound.nanoseconds ?? 0
        earliest = selection.from?.nanoseconds(start: start) ?? .min
        latest = selection.to?.nanoseconds(start: start) ?? .max
        sessions = selection.sessions
        self.filter = filter
    }

    /// The status of each log; complete at the end.
    public var statuses: [LogStatus] { reader.statuses }

    /// Takes the connections named since the last call; the connection of an exchange is taken with it or before it.
    public mutating func takeConnections() -> [RecordedConnection] { reader.takeConnections() }

    /// The next selected exchange and its number; nil at the end, or if all further exchanges began too late.
    ///
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    public mutating func next() throws(SessionLogError) -> (number: UInt64, exchange: Exchange)? {
        while let exchange = try reader.next() {
            readExchanges += 1
            let began = exchange.began.nanoseconds
            if began >= latest, latest != .max { return nil }
            guard began >= earliest, sessions?.contains(exchange.session) ?? true, filter.includes(exchange) else {
                continue
            }
            return (readExchanges, exchange)
        }
        return nil
    }

    /// The exchange with number `number`, selected or not, with its connection if the logs name it.
    ///
    /// Reads from where ``next()`` stopped.
    ///
    /// - Returns: nil if there is no such number.
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    public mutating func exchange(
        numbered number: UInt64
    ) throws(SessionLogError) -> (exchange: Exchange, connection: RecordedConnection?)? {
        var connections: [UInt32: RecordedConnection] = [:]
        while let exchange = try reader.next() {
            readExchanges += 1
            guard readExchanges == number else { continue }
            for connection in reader.takeConnections() { connections[connection.number] = connection }
            return (exchange, connections[exchange.connection])
        }
        return nil
    }
}
