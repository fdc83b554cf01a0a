/// Dates in cookies, parsed leniently as in RFC 6265 section 5.1.1.
public enum CookieDate {
    /// Seconds since the Unix epoch; nil if `text` is not a date.
    public static func seconds(_ text: [UInt8]) -> Int64? {
        var time: (Int64, Int64, Int64)?
        var day: Int64?
        var month: Int64?
        var year: Int64?
        for token in text.split(whereSeparator: isDelimiter) {
            let word = String(decoding: token, as: UTF8.self).lowercased()
            if time == nil, let found = clock(word) {
                time = found
            } else if day == nil, let found = number(word, digits: 1...2) {
                day = found
            } else if month == nil, let found = months.firstIndex(of: String(word.prefix(3))) {
                month = Int64(found) + 1
            } else if year == nil, let found = number(word, digits: 2...4) {
                year = found < 70 ? found + 2000 : found < 100 ? found + 1900 : found
            }
        }
        guard let time, let day, let month, let year, (1...31).contains(day), year >= 1601, time.0 < 24, time.1 < 60,
            time.2 < 60
        else { return nil }
        return CivilDate(year: year, month: month, day: day).daysSinceEpoch * 86400 + time.0 * 3600 + time.1 * 60
            + time.2
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x20...0x2f, 0x3b...0x40, 0x5b...0x60, 0x7b...0x7e: true
        default: false
        }
    }

    private static func clock(_ word: String) -> (Int64, Int64, Int64)? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = number(parts[0], digits: 1...2),
            let minute = number(parts[1], digits: 1...2),
            let second = number(parts[2], digits: 1...2)
        else { return nil }
        return (hour, minute, second)
    }

    /// The number at the beginning of `word`, if it has this many digits.
    private static func number(_ word: some StringProtocol, digits: ClosedRange<Int>) -> Int64? {
        let own = word.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard digits.contains(own.count) else { return nil }
        return own.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }
}
