import Formats

extension CaptureTime {
    /// Parses an ISO 8601 instant: date and time, with optional decimals and zone; UTC without a zone.
    ///
    /// - Returns: nil if `text` is anything else, including a date alone, or more than 292 years from the epoch.
    public init?(iso8601 text: String) {
        guard let time = ISO8601(text), time.hasTime, let nanoseconds = time.nanosecondsSinceEpoch else { return nil }
        self.init(nanoseconds: nanoseconds)
    }

    /// `2026-01-31T23:59:59.123456Z`, truncated to microseconds.
    public var iso8601: String { ISO8601.text(nanosecondsSinceEpoch: nanoseconds) }
}
