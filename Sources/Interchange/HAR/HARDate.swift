import Traffic

/// The instants in HAR files: ISO 8601, as in the format, and what programs write instead.
enum HARDate {
    /// Parses an instant; nil if `text` is invalid. Without a zone, it is UTC.
    ///
    /// Accepts ISO 8601 with single digits, expanded years, and a zone after a space, by name or in brackets;
    /// twelve-hour times; HTTP, e-mail and JavaScript dates; and numbers since the Unix epoch, whose unit (seconds or a
    /// fraction) is determined by their magnitude.
    static func time(_ text: String) -> CaptureTime? {
        var text = text[...]
        if let bracket = text.lastIndex(where: { $0 == "[" || $0 == "(" }) { text = text[..<bracket] }
        while text.last?.isWhitespace == true { text.removeLast() }
        while text.first?.isWhitespace == true { text.removeFirst() }
        guard text.utf8.count <= 64 else { return nil }
        if let time = epoch(text) ?? CaptureTime(iso8601: String(text)) { return time }
        var reader = Reader(text)
        return reader.time
    }

    /// Smaller numbers are not times: no program wrote a HAR file before 1990.
    private static let earliestSeconds: Double = 631_152_000

    /// Seconds, milliseconds, microseconds or nanoseconds since the epoch: for the years of possible recordings, their
    /// ranges do not overlap.
    private static func epoch(_ text: Substring) -> CaptureTime? {
        guard let number = Double(text), number >= earliestSeconds, number < 9.2e18 else { return nil }
        let scale: Double = number < 1e11 ? 1e9 : number < 1e14 ? 1e6 : number < 1e17 ? 1e3 : 1
        // A whole number is exact.
        if let whole = Int64(text) {
            let (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: Int64(scale))
            return overflow ? nil : CaptureTime(nanoseconds: nanoseconds)
        }
        return CaptureTime(nanoseconds: Int64((number * scale).rounded()))
    }

    /// Reads a date from words and numbers.
    private struct Reader {
        private var rest: ArraySlice<UInt8>
        private var year: Int64?
        private var month: Int64?
        private var day: Int64?
        private var clock: String?
        private var isAfternoon: Bool?
        private var zone = ""

        init(_ text: Substring) { rest = Array(text.utf8)[...] }

        /// The instant, assembled as ISO 8601.
        var time: CaptureTime? {
            mutating get {
                guard readParts(), let year, let month, let day else { return nil }
                func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
                guard year >= 1000, year <= 9999, let clock = wholeClock else { return nil }
                return CaptureTime(iso8601: "\(year)-\(padded(month))-\(padded(day))T\(clock)\(zone)")
            }
        }

        /// The time with two-digit hours on the 24-hour clock.
        private var wholeClock: String? {
            guard let clock else { return "00:00:00" }
            let parts = clock.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, var hour = Int(parts[0]), hour <= 24 else { return nil }
            if let isAfternoon {
                guard (0...12).contains(hour) || !isAfternoon else { return nil }
                hour = isAfternoon ? hour % 12 + 12 : hour == 12 ? 0 : hour
            }
            return "\(hour < 10 ? "0" : "")\(hour):\(parts[1])"
        }

        private mutating func readParts() -> Bool {
            while let byte = rest.first {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): guard readNumber() else { return false }
                case UInt8(ascii: "+"), UInt8(ascii: "-"):
                    if clock != nil { return readOffset() && readParts() }
                    // An expanded year has a sign; elsewhere it is a separator.
                    rest.removeFirst()
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                    guard readWord() else { return false }
                case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "/"), UInt8(ascii: "."): rest.removeFirst()
                default: return false
                }
            }
            return true
        }

        private mutating func readNumber() -> Bool {
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            guard let number = Int64(String(decoding: digits, as: UTF8.self)) else { return false }
            if rest.dropFirst(digits.count).first == UInt8(ascii: ":"), clock == nil {
                let text = rest.prefix {
                    $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                        || $0 == UInt8(ascii: ",")
                }
                clock = String(decoding: text, as: UTF8.self)
                rest = rest.dropFirst(text.count)
                return true
            }
            rest = rest.dropFirst(digits.count)
            if digits.count >= 4, year == nil {
                year = number
            } else if year != nil, month == nil {
                month = number
            } else if day == nil {
                day = number
            } else {
                return false
            }
            return true
        }

        private mutating func readOffset() -> Bool {
            let isEast = rest.removeFirst() == UInt8(ascii: "+")
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: ":") }
            rest = rest.dropFirst(digits.count)
            zone = (isEast ? "+" : "-") + String(decoding: digits, as: UTF8.self)
            return digits.count >= 2
        }

        private static let months = [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ]
        private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

        private mutating func readWord() -> Bool {
            let letters = rest.prefix {
                ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z")
            }
            let word = String(decoding: letters, as: UTF8.self).lowercased()
            rest = rest.dropFirst(letters.count)
            switch word {
            case "t": return clock == nil
            case "z", "utc", "gmt", "ut": return true
            case "am", "pm":
                isAfternoon = word == "pm"
                return clock != nil
            default:
                if let index = Reader.months.firstIndex(where: { word.hasPrefix($0) }) {
                    month = Int64(index + 1)
                    return true
                }
                return Reader.days.contains { word.hasPrefix($0) }
            }
        }
    }
}
