import Formats
public import Traffic

/// An instant as users name it: absolute, or counted from where the logs begin.
public enum LogTime: Hashable, Sendable {
    case absolute(CaptureTime)
    case afterStart(Duration)

    /// Reads `90s`, `5m` or `1h30m` (since the first exchange began), `2026-03-01`, `2026-03-01T12:30`, `…:15.25Z`,
    /// `…+02:00` (ISO 8601; UTC where no zone is given), or seconds since the Unix epoch such as `1772368215.25`.
    ///
    /// - Returns: nil when `text` is none of these.
    public init?(text: String) {
        if let duration = Duration(text: text) {
            self = .afterStart(duration)
        } else if let nanoseconds = LogTime.epochNanoseconds(text) ?? LogTime.calendarNanoseconds(text) {
            self = .absolute(CaptureTime(nanoseconds: nanoseconds))
        } else {
            return nil
        }
    }

    /// The instant in nanoseconds since the Unix epoch, clamped to what there is.
    ///
    /// - Parameter start: when the first exchange began, likewise.
    public func nanoseconds(start: Int64) -> Int64 {
        switch self {
        case .absolute(let time): return time.nanoseconds
        case .afterStart(let duration):
            let (sum, overflow) = start.addingReportingOverflow(duration.wholeNanoseconds)
            return overflow ? .max : sum
        }
    }

    private static func epochNanoseconds(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let seconds = number(parts[0], digits: 1...10) else { return nil }
        let fraction = parts.count > 1 ? nanoseconds(ofFraction: parts[1]) : 0
        guard let fraction else { return nil }
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isPast) = whole.addingReportingOverflow(fraction)
        return overflow || isPast ? nil : sum
    }

    private static func calendarNanoseconds(_ text: String) -> Int64? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == "t" || $0 == " " }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard date.count == 3, let year = number(date[0], digits: 4...4), let month = number(date[1], digits: 2...2),
            let day = number(date[2], digits: 2...2), (1...12).contains(month), (1...31).contains(day),
            (1678...2261).contains(year)
        else { return nil }
        let midnight = CivilDate(year: year, month: month, day: day).daysSinceEpoch * 86_400
        guard parts.count > 1 else { return midnight * 1_000_000_000 }
        var clock = parts[1]
        guard let offset = takeZone(&clock), let time = clockNanoseconds(clock) else { return nil }
        return (midnight - offset) * 1_000_000_000 + time
    }

    /// Takes the zone off the end of a time of day; returns its seconds east of Greenwich.
    private static func takeZone(_ clock: inout Substring) -> Int64? {
        if clock.last == "Z" || clock.last == "z" {
            clock.removeLast()
            return 0
        }
        guard let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return 0 }
        let digits = clock[clock.index(after: sign)...].filter { $0 != ":" }
        let isWest = clock[sign] == "-"
        clock = clock[..<sign]
        guard digits.count == 2 || digits.count == 4, let hours = number(digits.prefix(2), digits: 2...2),
            let minutes = digits.count == 4 ? number(digits.suffix(2), digits: 2...2) : 0, hours < 24, minutes < 60
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func clockNanoseconds(_ clock: Substring) -> Int64? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hours = number(parts[0], digits: 2...2),
            let minutes = number(parts[1], digits: 2...2), hours < 24, minutes < 60
        else { return nil }
        var total = (hours * 3600 + minutes * 60) * 1_000_000_000
        guard parts.count == 3 else { return total }
        let seconds = parts[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        // 60 is a leap second.
        guard let whole = number(seconds[0], digits: 2...2), whole <= 60 else { return nil }
        total += whole * 1_000_000_000
        guard seconds.count > 1 else { return total }
        return nanoseconds(ofFraction: seconds[1]).map { total + $0 }
    }

    private static func nanoseconds(ofFraction digits: Substring) -> Int64? {
        guard let value = number(digits, digits: 1...9) else { return nil }
        return (digits.count..<9).reduce(value) { scaled, _ in scaled * 10 }
    }

    private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }
}
