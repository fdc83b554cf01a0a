import Formats
import Traffic

/// Instants and spans as a page shows them.
enum ClockText {
    /// `2026-01-31 23:59:59.123`, from nanoseconds since the Unix epoch.
    static func utc(_ nanoseconds: Int64) -> String {
        let (day, rest) = parts(nanoseconds)
        let date = CivilDate(daysSinceEpoch: day)
        return "\(date.year)-\(padded(date.month, 2))-\(padded(date.day, 2)) \(time(rest))."
            + "\(padded(rest % 1_000_000_000 / 1_000_000, 3))"
    }

    /// `23:59:59`.
    static func utcTime(_ nanoseconds: Int64) -> String { time(parts(nanoseconds).rest) }

    /// A span in the unit that suits it: `350 ms`, `41.9 s`, `2 h 05 min`.
    static func span(_ seconds: Double) -> String {
        if seconds < 1 { return "\((seconds * 1000).formatted(decimals: seconds < 0.01 ? 2 : 0)) ms" }
        if seconds < 120 { return "\(seconds.formatted(decimals: 1)) s" }
        let minutes = Int64(seconds / 60)
        if minutes < 120 { return "\(minutes) min \(padded(Int64(seconds) % 60, 2)) s" }
        if minutes < 2880 { return "\(minutes / 60) h \(padded(minutes % 60, 2)) min" }
        return "\(minutes / 1440) days \(minutes / 60 % 24) h"
    }

    private static func parts(_ nanoseconds: Int64) -> (day: Int64, rest: Int64) {
        let day: Int64 = 86_400_000_000_000
        let rest = nanoseconds % day
        return rest < 0 ? (nanoseconds / day - 1, rest + day) : (nanoseconds / day, rest)
    }

    private static func time(_ rest: Int64) -> String {
        let seconds = rest / 1_000_000_000
        return "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
