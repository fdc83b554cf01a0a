import Traffic

/// Instants and spans as a page shows them.
enum ClockText {
    /// `2026-01-31 23:59:59.123`, from nanoseconds since the Unix epoch.
    static func utc(_ nanoseconds: Int64) -> String {
        let (day, rest) = parts(nanoseconds)
        let (year, month, date) = civil(day)
        return
            "\(year)-\(padded(month, 2))-\(padded(date, 2)) \(time(rest)).\(padded(rest % 1_000_000_000 / 1_000_000, 3))"
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

    /// Year, month and day of the Gregorian calendar, from days since 1970-01-01 (Hinnant, "chrono-compatible low-level date
    /// algorithms", 2013). Days count from 1 March, so that the leap day is a year's last.
    private static func civil(_ day: Int64) -> (Int64, Int64, Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
