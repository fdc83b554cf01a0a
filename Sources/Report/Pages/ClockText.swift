import Formats
import Traffic

/// Points in time and durations as pages show them.
public enum ClockText {
    /// `2026-01-31 23:59:59.123`, from nanoseconds since the Unix epoch.
    public static func utc(_ nanoseconds: Int64) -> String {
        let time = UTCDateTime(nanosecondsSinceEpoch: nanoseconds)
        return "\(time.dateText) \(time.timeText).\(time.fractionText(decimals: 3))"
    }

    /// `23:59:59`.
    public static func utcTime(_ nanoseconds: Int64) -> String {
        UTCDateTime(nanosecondsSinceEpoch: nanoseconds).timeText
    }

    /// A duration in a suitable unit: `350 ms`, `41.9 s`, `2 h 05 min`.
    public static func span(_ seconds: Double) -> String {
        if seconds < 1 { return "\((seconds * 1000).formatted(decimals: seconds < 0.01 ? 2 : 0)) ms" }
        if seconds < 120 { return "\(seconds.formatted(decimals: 1)) s" }
        let minutes = Int64(seconds / 60)
        if minutes < 120 { return "\(minutes) min \(padded(Int64(seconds) % 60, 2)) s" }
        if minutes < 2880 { return "\(minutes / 60) h \(padded(minutes % 60, 2)) min" }
        return "\(minutes / 1440) days \(minutes / 60 % 24) h"
    }

    /// Milliseconds with at least three digits, up to microseconds: `0.123`, `12.3`, `1234`.
    static func milliseconds(_ value: Double) -> String {
        value.formatted(decimals: value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String { PaddedNumber.text(number, width: width) }
}
