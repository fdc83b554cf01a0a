import Formats
public import Traffic

/// Instants as ISO 8601 writes them (RFC 3339).
enum ISO8601 {
    /// The instant that `text` names: date and time, any number of decimals (nine count), a zone or UTC without one.
    static func time(_ text: String) -> CaptureTime? {
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, digits: 4), skip(&rest, "-"), let month = number(&rest, digits: 2),
            skip(&rest, "-"), let day = number(&rest, digits: 2),
            skip(&rest, "T") || skip(&rest, "t") || skip(&rest, " "),
            let hour = number(&rest, digits: 2), skip(&rest, ":"), let minute = number(&rest, digits: 2),
            (1...12).contains(month), (1...31).contains(day), hour <= 24, minute < 60
        else { return nil }
        var second: Int64 = 0
        if skip(&rest, ":") {
            guard let value = number(&rest, digits: 2), value <= 60 else { return nil }
            second = value
        }
        var nanoseconds: Int64 = 0
        if skip(&rest, ".") || skip(&rest, ",") {
            let decimals = rest.prefix { isDigit($0) }
            guard !decimals.isEmpty else { return nil }
            rest = rest.dropFirst(decimals.count)
            let nine = decimals.prefix(9) + [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 9 - decimals.count))
            nanoseconds = nine.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        guard let offset = zone(&rest), rest.isEmpty else { return nil }
        let seconds =
            CivilDate(year: year, month: month, day: day).daysSinceEpoch * 86400 + hour * 3600 + minute * 60 + second
            - offset
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(nanoseconds)
        return overflow || carry ? nil : CaptureTime(nanoseconds: sum)
    }

    /// `2026-01-31T23:59:59.123456Z`: the decimals past microseconds are cut off, which many programs cannot read.
    static func text(_ time: CaptureTime) -> String {
        let day = (Double(time.second) / 86400).rounded(.down)
        let second = time.second - Int64(day) * 86400
        let date = CivilDate(daysSinceEpoch: Int64(day))
        let microseconds = (time.nanoseconds - time.second &* 1_000_000_000) / 1000
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(padded(second / 3600, 2)):"
            + "\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2)).\(padded(microseconds, 6))Z"
    }

    /// Seconds that the zone is ahead of UTC.
    private static func zone(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if rest.isEmpty || skip(&rest, "Z") || skip(&rest, "z") { return 0 }
        let isEast = skip(&rest, "+")
        guard isEast || skip(&rest, "-"), let hours = number(&rest, digits: 2) else { return nil }
        _ = skip(&rest, ":")
        let minutes = rest.isEmpty ? 0 : number(&rest, digits: 2)
        guard let minutes else { return nil }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int64? {
        let part = rest.prefix(digits)
        guard part.count == digits, part.allSatisfy(isDigit) else { return nil }
        rest = rest.dropFirst(digits)
        return part.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension CaptureTime {
    /// An instant as ISO 8601 writes it: date and time, with decimals and a zone or without; UTC where there is none.
    public init?(iso8601 text: String) {
        guard let time = ISO8601.time(text) else { return nil }
        self = time
    }
}
