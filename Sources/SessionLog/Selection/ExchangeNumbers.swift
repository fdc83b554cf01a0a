import Formats
import Traffic

/// The list numbers of exchanges, by session and start time within the session.
public struct ExchangeNumbers: Sendable {
    /// For each session, the start times of its exchanges in nanoseconds since its first exchange, in order, with their
    /// numbers.
    private var numbers: [UInt32: [(offsetNs: Int64, number: UInt64)]] = [:]

    /// Reads the logs once.
    ///
    /// - Parameters:
    ///   - selection: the logs and the exchanges that make up the sessions.
    ///   - filter: the filter on the exchanges that make up the sessions.
    ///   - sessions: the sessions whose exchanges are wanted.
    /// - Throws: ``SessionLogError`` if a log cannot be read, is not a log, has another version or is sealed with
    ///   another key.
    public init(
        of selection: LogSelection, filter: ExchangeFilter = ExchangeFilter(), sessions: Set<UInt32>
    ) throws(SessionLogError) {
        var exchanges = try NumberedExchanges(selection, filter: filter)
        var starts: [UInt32: CaptureTime] = [:]
        while let next = try exchanges.next() {
            let session = next.exchange.session
            guard sessions.contains(session) else { continue }
            // Exchanges come in order of their start.
            let start = starts[session] ?? next.exchange.began
            starts[session] = start
            numbers[session, default: []].append((next.exchange.began.nanoseconds(since: start), next.number))
        }
    }

    /// The number of the exchange that began at this offset from its session's first exchange; nil if there is none.
    public func number(session: UInt32, offsetNs: Int64) -> UInt64? {
        guard let own = numbers[session] else { return nil }
        // Sorted by offset: the first that is not before the wanted one.
        var (low, high) = (0, own.count)
        while low < high {
            let middle = (low + high) / 2
            if own[middle].offsetNs < offsetNs { low = middle + 1 } else { high = middle }
        }
        return low < own.count && own[low].offsetNs == offsetNs ? own[low].number : nil
    }
}
