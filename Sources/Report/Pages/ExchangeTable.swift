import Formats
public import SessionLog
public import Traffic

/// Exchanges as lines of text, one at a time: the columns have fixed widths, so a list of any length needs no memory.
public struct ExchangeTable {
    private let showsDate: Bool
    private let width: Int

    /// The columns of a list of exchanges.
    ///
    /// - Parameters:
    ///   - span: the start and end of the logs; times include the date if they span several days.
    ///   - width: the most columns of a line.
    public init(span: ClosedRange<CaptureTime>?, width: Int) {
        self.width = width
        showsDate =
            span.map { UTCDateTime($0.lowerBound).dateText != UTCDateTime($0.upperBound).dateText } ?? false
    }

    /// The line above the rows.
    public var head: String {
        line("Number", "Time (UTC)", "Session", "Method", "Status", "ms", "Bytes", "Path")
    }

    /// The line of an exchange.
    public func row(_ exchange: ListedExchange) -> String {
        let time = UTCDateTime(nanosecondsSinceEpoch: exchange.time)
        let clock = "\(time.timeText).\(time.fractionText(decimals: 3))"
        return line(
            String(exchange.number), showsDate ? "\(time.dateText) \(clock)" : clock, String(exchange.session),
            exchange.method?.displayable ?? "-", ExchangeTable.status(exchange),
            exchange.ms.map(ClockText.milliseconds) ?? "-", exchange.responseBodyBytes.grouped,
            exchange.target?.displayable ?? "(no request seen)")
    }

    private static func status(_ exchange: ListedExchange) -> String {
        if let grpcStatus = exchange.grpcStatus, grpcStatus != 0 { return "grpc \(grpcStatus)" }
        return exchange.status.map { String($0) } ?? "none"
    }

    private func line(
        _ number: String, _ time: String, _ session: String, _ method: String, _ status: String, _ ms: String,
        _ bytes: String, _ path: String
    ) -> String {
        let start = [
            number.leftPadded(to: 7), time.padded(to: showsDate ? 23 : 12), session.leftPadded(to: 7),
            method.padded(to: 6), status.leftPadded(to: 7), ms.leftPadded(to: 7), bytes.leftPadded(to: 9),
        ].joined(separator: "  ")
        return "\(start)  \(path.cut(to: max(16, width - start.displayWidth - 2)))"
    }
}

extension UTCDateTime {
    fileprivate init(_ time: CaptureTime) { self.init(nanosecondsSinceEpoch: time.nanoseconds) }
}
