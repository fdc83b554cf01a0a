public import Traffic

/// Decides when a capture begins a new log, and when it ends the last one. Pure.
public struct RotationClock {
    private let interval: Duration?
    private let logBytes: UInt64?
    private let totalBytes: UInt64?
    private var boundary: CaptureTime?
    /// The number of logs begun according to ``isRotationDue(_:at:exchanges:)``, including the first.
    private var logs = 1
    /// Exchanges recorded when the last log began.
    private var exchangesBefore: UInt64 = 0

    /// A clock for the first log.
    ///
    /// - Parameters:
    ///   - interval: the time span of traffic in one log; nil for no limit.
    ///   - logBytes: the size at which a new log begins.
    ///   - totalBytes: the total size of all logs at which writing ends.
    public init(interval: Duration? = nil, logBytes: UInt64? = nil, totalBytes: UInt64? = nil) {
        self.interval = interval
        self.logBytes = logBytes
        self.totalBytes = totalBytes
    }

    /// The latest time at which the next log begins.
    public var nextBoundary: CaptureTime { boundary ?? .distantFuture }

    /// Whether a new log begins now. Times are those of the traffic; the first one sets the clock.
    ///
    /// - Parameters:
    ///   - progress: the progress of the logs; may lag behind.
    ///   - exchanges: the number recorded so far. Intervals without any do not create empty logs.
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

    /// Whether the size limit is reached.
    public func isFull(_ progress: LogSeries.Progress) -> Bool { totalBytes.map { progress.totalBytes >= $0 } ?? false }
}
