import Formats
import Traffic

/// The numbers that exchanges have in lists, found by their session and when they began in it.
public struct ExchangeNumbers: Sendable {
    /// Nanoseconds from a session's first exchange to the begin of each, in that order, with its number.
    private var numbers: [UInt32: [(offsetNs: Int64, number: UInt64)]] = [:]

    /// Reads the logs once.
    ///
    /// - Parameters:
    ///   - selection: the part of the logs that sessions are made of.
    ///   - filter: what exchanges pass that sessions are made of.
    ///   - sessions: those whose exchanges are wanted.
    /// - Throws: ``SessionLogError`` when a log cannot be read, is none, is of another version or sealed with another key.
    public init(
        of selection: LogSelection, filter: ExchangeFilter = ExchangeFilter(), sessions: Set<UInt32>
    ) throws(SessionLogError) {
        var exchanges = try NumberedExchanges(selection, filter: filter)
        var starts: [UInt32: CaptureTime] = [:]
        while let next = try exchanges.next() {
            let session = next.exchange.session
            guard sessions.contains(session) else { continue }
            // They come in the order in which they began.
            let start = starts[session] ?? next.exchange.began
            starts[session] = start
            numbers[session, default: []].append((next.exchange.began.nanoseconds(since: start), next.number))
        }
    }

    /// The number of the exchange that began so long after its session's first; nil where there is none.
    public func number(session: UInt32, offsetNs: Int64) -> UInt64? {
        numbers[session]?.first { $0.offsetNs == offsetNs }?.number
    }
}
