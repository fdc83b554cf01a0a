/// A date and a time of day in UTC, without leap seconds, as in Unix time.
public struct UTCDateTime: Hashable, Sendable {
    /// The day.
    public let date: CivilDate
    /// The second of the day, 0 to 86,399.
    public let secondOfDay: Int64
    /// Nanoseconds of the second.
    public let nanosecond: Int64

    /// A date and time from whole seconds.
    ///
    /// - Parameter seconds: since 1970-01-01T00:00:00Z; negative before it.
    public init(secondsSinceEpoch seconds: Int64, nanosecond: Int64 = 0) {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        date = CivilDate(daysSinceEpoch: rest < 0 ? days - 1 : days)
        secondOfDay = rest < 0 ? rest + 86_400 : rest
        self.nanosecond = nanosecond
    }

    /// A date and time from nanoseconds.
    ///
    /// - Parameter nanoseconds: since 1970-01-01T00:00:00Z; negative before it.
    public init(nanosecondsSinceEpoch nanoseconds: Int64) {
        let seconds = Nanoseconds.wholeSeconds(nanoseconds)
        self.init(secondsSinceEpoch: seconds, nanosecond: nanoseconds &- seconds &* Nanoseconds.perSecond)
    }

    /// `2026-01-31`.
    public var dateText: String {
        "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }

    /// `23:59:59`.
    public var timeText: String {
        "\(padded(secondOfDay / 3600, 2)):\(padded(secondOfDay / 60 % 60, 2)):\(padded(secondOfDay % 60, 2))"
    }

    /// `123` for 3 decimals, `123456` for 6; further decimals are truncated.
    ///
    /// - Parameter decimals: 1 to 9.
    public func fractionText(decimals: Int) -> String { String(padded(nanosecond, 9).prefix(decimals)) }

    /// `2026-01-31 23:59:59 UTC`.
    public var text: String { "\(dateText) \(timeText) UTC" }

    /// `2026-01-31T23:59:59`, without a zone.
    public var zonelessText: String { "\(dateText)T\(timeText)" }

    /// `20150830T123600Z`, the basic format of ISO 8601.
    public var basicText: String { (dateText + "T" + timeText + "Z").filter { $0 != "-" && $0 != ":" } }

    private func padded(_ number: Int64, _ width: Int) -> String { PaddedNumber.text(number, width: width) }
}

extension UTCDateTime {
    /// A date and time from seconds, without their fraction.
    ///
    /// - Parameter seconds: since 1970-01-01T00:00:00Z, rounded down to a whole second.
    /// - Returns: nil if `seconds` is NaN, or its magnitude is above 1e11 (some 3,000 years).
    public init?(secondsSinceEpoch seconds: Double) {
        guard seconds.isFinite, seconds.magnitude < 1e11 else { return nil }
        self.init(secondsSinceEpoch: Int64(seconds.rounded(.down)))
    }
}
