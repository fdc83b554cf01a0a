import Formats

extension CaptureTime {
    /// An instant as ISO 8601 writes it: date and time, with decimals and a zone or without; UTC where there is none.
    ///
    /// - Returns: nil when `text` is anything else, a date alone among it, or more than 292 years from the epoch.
    public init?(iso8601 text: String) {
        guard let time = ISO8601(text), time.hasTime, let nanoseconds = time.nanosecondsSinceEpoch else { return nil }
        self.init(nanoseconds: nanoseconds)
    }

    /// `2026-01-31T23:59:59.123456Z`, the decimals past microseconds cut off.
    public var iso8601: String { ISO8601.text(nanosecondsSinceEpoch: nanoseconds) }
}
