public import Traffic

/// The exchanges of a selection in the order in which they began, each with its number in its logs.
///
/// Exchanges are numbered from 1 over all exchanges of the logs, whatever of them is selected: an exchange has the same number under
/// every filter. So all blocks are read, in the bounded memory of ``LogReader``. Used by one thread.
public struct NumberedExchanges: ~Copyable {
    private var reader: LogReader
    private let earliest: Int64
    private let latest: Int64
    private let sessions: Set<UInt32>?
    private let filter: ExchangeFilter
    /// Exchanges read so far, selected or not: the number of the one that ``next()`` returned last.
    public private(set) var readExchanges: UInt64 = 0
    /// When the first exchange of the logs began and the last ended, selected or not; nil without exchanges.
    public let span: ClosedRange<CaptureTime>?

    /// Opens the logs.
    ///
    /// - Parameters:
    ///   - selection: the logs, and the time and sessions wanted; its own test of exchanges is not asked.
    ///   - filter: what selected exchanges pass as well.
    /// - Throws: ``SessionLogError`` when a log cannot be read, is none, is of another version or sealed with another key.
    public init(_ selection: LogSelection, filter: ExchangeFilter = ExchangeFilter()) throws(SessionLogError) {
        reader = try LogReader(LogSelection(paths: selection.paths, key: selection.key), order: .began)
        span = reader.span
        let start = reader.span?.lowerBound.nanoseconds ?? 0
        earliest = selection.from?.nanoseconds(start: start) ?? .min
        latest = selection.to?.nanoseconds(start: start) ?? .max
        sessions = selection.sessions
        self.filter = filter
    }

    /// What became of each log; complete at the end.
    public var statuses: [LogStatus] { reader.statuses }

    /// The connections named since the last call; that of an exchange is taken with it or before it.
    public mutating func takeConnections() -> [RecordedConnection] { reader.takeConnections() }

    /// The next selected exchange and its number; nil at the end, or when all that follow began too late.
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

    /// The exchange of number `number`, selected or not, with its connection where the logs name it.
    ///
    /// Reads from where ``next()`` stopped.
    ///
    /// - Returns: nil when there are not so many.
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
