public import Traffic

/// When a capture's log is to be followed by another, or the last to be ended. Pure.
public struct RotationClock {
    private let interval: Duration?
    private let logBytes: UInt64?
    private let totalBytes: UInt64?
    private var boundary: CaptureTime?
    /// Logs begun by what ``isRotationDue(_:at:exchanges:)`` said, the first included.
    private var logs = 1
    /// Exchanges recorded when the last log began.
    private var exchangesBefore: UInt64 = 0

    /// - Parameters:
    ///   - interval: the span of traffic that goes into a log; nil for no such limit.
    ///   - logBytes: the size at which a log is followed by another.
    ///   - totalBytes: the size of all logs together at which no more is written.
    public init(interval: Duration? = nil, logBytes: UInt64? = nil, totalBytes: UInt64? = nil) {
        self.interval = interval
        self.logBytes = logBytes
        self.totalBytes = totalBytes
    }

    /// When the next log begins at the latest.
    public var nextBoundary: CaptureTime { boundary ?? .distantFuture }

    /// Whether another log begins now. Times are those of the traffic; the first sets the clock.
    ///
    /// - Parameters:
    ///   - progress: of the logs; may be behind what was said last.
    ///   - exchanges: recorded so far. Hours without any make no empty logs.
    public mutating func isRotationDue(_ progress: LogSeries.Progress, at time: CaptureTime?, exchanges: UInt64) -> Bool
    {
        var isDue = hasTimePassed(time) && exchanges > exchangesBefore
        if let logBytes, progress.logs >= logs, progress.currentBytes >= logBytes { isDue = true }
        guard isDue else { return false }
        logs = max(logs, progress.logs) + 1
        exchangesBefore = exchanges
        return true
    }

    /// Whether a boundary was reached; sets the next one.
    private mutating func hasTimePassed(_ time: CaptureTime?) -> Bool {
        guard let interval, let time else { return false }
        guard let boundary else {
            self.boundary = time + interval
            return false
        }
        guard time >= boundary else { return false }
        let missed = time.nanoseconds(since: boundary) / interval.wholeNanoseconds
        self.boundary = boundary + interval * (missed + 1)
        return true
    }

    /// Whether no more may be written.
    public func isFull(_ progress: LogSeries.Progress) -> Bool { totalBytes.map { progress.totalBytes >= $0 } ?? false }
}
