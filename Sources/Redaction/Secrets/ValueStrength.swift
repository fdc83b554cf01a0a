/// Whether a value can occur elsewhere by chance.
enum ValueStrength {
    /// It can: a word, a small number, a date. It is redacted only where a rule names it.
    case weak
    /// It cannot: the same bytes are the same value wherever they occur.
    case strong

    /// Shorter values are never searched for.
    static let shortest = 8
    /// Longer values are not searched for.
    static let longest = 16 << 10

    init(_ value: [UInt8]) {
        var (digits, lower, upper, marks, blanks) = (0, 0, 0, 0, 0)
        for byte in value {
            if byte.isDigit {
                digits += 1
            } else if byte.isLower {
                lower += 1
            } else if byte.isUpper {
                upper += 1
            } else if byte < 0x20 || byte == 0x7f {
                self = .weak
                return
            } else if byte == 0x20 {
                blanks += 1
            } else {
                marks += 1
            }
        }
        let letters = lower + upper
        let isMixed = digits > 0 && letters > 0
        guard value.count >= ValueStrength.shortest, value.count <= ValueStrength.longest,
            !ValueStrength.isDate(value), !ValueStrength.isPlace(value)
        else {
            self = .weak
            return
        }
        let isStrong =
            if letters == 0, digits > 0 {
                digits >= 9
            } else if digits == 0, marks + blanks == 0 {
                letters >= 20 || lower > 0 && upper > 1 && letters >= 14
            } else if digits == 0 {
                value.contains(UInt8(ascii: "@")) || value.count >= 20 || lower > 0 && upper > 1 && value.count >= 12
            } else {
                isMixed
            }
        self = isStrong ? .strong : .weak
    }

    /// `2026-11-21…`
    private static func isDate(_ value: [UInt8]) -> Bool {
        value.count <= 40 && value[4] == UInt8(ascii: "-") && value[7] == UInt8(ascii: "-")
            && value[..<4].allSatisfy(\.isDigit) && value[5..<7].allSatisfy(\.isDigit)
    }

    /// An address, a path or a media type, whose parts are not secret.
    private static func isPlace(_ value: [UInt8]) -> Bool {
        value.starts(with: "http://".utf8) || value.starts(with: "https://".utf8)
            || value.starts(with: "application/".utf8) || value.starts(with: "text/".utf8)
            || value[0] == UInt8(ascii: "/")
    }
}
