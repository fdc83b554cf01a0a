/// Dates as in RFC 3339 and near it: a blank for the `T`, no offset for `Z`.
enum UTCDate {
    /// Seconds since 1970 of `2026-01-31 12:00:05.25`; nil for anything else, another offset than UTC among it.
    static func seconds(_ text: Substring) -> Double? {
        var rest = Array(text.utf8)
        if rest.last == UInt8(ascii: "Z") { rest.removeLast() }
        guard rest.count >= 19, rest[10] == UInt8(ascii: "T") || rest[10] == UInt8(ascii: " "),
            rest[4] == UInt8(ascii: "-"), rest[7] == UInt8(ascii: "-"), rest[13] == UInt8(ascii: ":"),
            rest[16] == UInt8(ascii: ":"), let year = number(rest[0..<4]), let month = number(rest[5..<7]),
            let day = number(rest[8..<10]), let hour = number(rest[11..<13]), let minute = number(rest[14..<16]),
            let second = Double(String(decoding: rest[17...], as: UTF8.self)), (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second >= 0, second < 61
        else { return nil }
        return Double(((days(year, month, day) * 24 + hour) * 60 + minute) * 60) + second
    }

    /// Days since 1970-01-01 in the Gregorian calendar, with years that begin in March so that leap days come last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy { (0x30...0x39).contains($0) } ? digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
    }
}
