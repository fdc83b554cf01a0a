/// Instants in the formats of ISO 8601 and RFC 3339.
public struct ISO8601: Hashable, Sendable {
    /// Whole seconds since 1970-01-01T00:00:00Z.
    public let secondsSinceEpoch: Int64
    /// Nanoseconds of the second.
    public let nanosecond: Int64
    /// Whether there is a time of day in addition to the date.
    public let hasTime: Bool
    /// Whether a zone is given, including `Z`.
    public let hasZone: Bool

    /// Parses `2026-01-31`, optionally with a time of day: `T23:59`, `T23:59:59`, `T23:59:59.123`, also with a space or
    /// `t` instead of `T` and a comma instead of the point, and with a zone (`Z`, `+02:00`, `-0530`, `+01`) or without
    /// one, which means UTC.
    ///
    /// `24:00` is the end of the day. Second 60 is a leap second, and counts as the next second. Decimals after the
    /// ninth are ignored.
    ///
    /// - Returns: nil for anything else, including days that do not exist in their month.
    public init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        guard let year = ISO8601.number(&rest, digits: 4), ISO8601.skip(&rest, "-"),
            let month = ISO8601.number(&rest, digits: 2), ISO8601.skip(&rest, "-"),
            let day = ISO8601.number(&rest, digits: 2), (1...12).contains(month), day >= 1
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date else { return nil }
        let midnight = date.daysSinceEpoch * 86_400
        hasTime = ISO8601.skip(&rest, "T") || ISO8601.skip(&rest, "t") || ISO8601.skip(&rest, " ")
        guard hasTime else {
            guard rest.isEmpty else { return nil }
            (secondsSinceEpoch, nanosecond, hasZone) = (midnight, 0, false)
            return
        }
        guard let (second, nanosecond) = ISO8601.timeOfDay(&rest) else { return nil }
        hasZone = !rest.isEmpty
        guard let offset = ISO8601.zone(&rest), rest.isEmpty else { return nil }
        secondsSinceEpoch = midnight + second - offset
        self.nanosecond = nanosecond
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z; nil beyond the 292 years that fit an Int64.
    public var nanosecondsSinceEpoch: Int64? {
        let (scaled, overflow) = secondsSinceEpoch.multipliedReportingOverflow(by: Nanoseconds.perSecond)
        let (sum, carry) = scaled.addingReportingOverflow(nanosecond)
        return overflow || carry ? nil : sum
    }

    /// `2026-01-31T23:59:59.123456Z`: truncated to microseconds, as many programs cannot read more decimals.
    public static func text(nanosecondsSinceEpoch nanoseconds: Int64) -> String {
        let time = UTCDateTime(nanosecondsSinceEpoch: nanoseconds)
        return "\(time.dateText)T\(time.timeText).\(time.fractionText(decimals: 6))Z"
    }

    /// Hours and minutes, with optional seconds and decimals.
    private static func timeOfDay(_ rest: inout ArraySlice<UInt8>) -> (second: Int64, nanosecond: Int64)? {
        guard let hour = number(&rest, digits: 2), skip(&rest, ":"), let minute = number(&rest, digits: 2), hour <= 24,
            minute < 60, hour < 24 || minute == 0
        else { return nil }
        guard skip(&rest, ":") else { return (hour * 3600 + minute * 60, 0) }
        guard let second = number(&rest, digits: 2), second <= (hour < 24 ? 60 : 0) else { return nil }
        let total = hour * 3600 + minute * 60 + second
        guard skip(&rest, ".") || skip(&rest, ",") else { return (total, 0) }
        let decimals = rest.prefix(while: ASCII.isDigit)
        guard !decimals.isEmpty else { return nil }
        rest = rest.dropFirst(decimals.count)
        let nine = decimals.prefix(9) + [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 9 - decimals.count))
        return (total, nine.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) })
    }

    /// The zone's offset from UTC in seconds.
    private static func zone(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if rest.isEmpty || skip(&rest, "Z") || skip(&rest, "z") { return 0 }
        let isEast = skip(&rest, "+")
        guard isEast || skip(&rest, "-"), let hours = number(&rest, digits: 2), hours < 24 else { return nil }
        let hasMinutes = skip(&rest, ":") || !rest.isEmpty
        guard let minutes = hasMinutes ? number(&rest, digits: 2) : 0, minutes < 60 else { return nil }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int64? {
        let part = rest.prefix(digits)
        guard part.count == digits, part.allSatisfy(ASCII.isDigit) else { return nil }
        rest = rest.dropFirst(digits)
        return part.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }
}
