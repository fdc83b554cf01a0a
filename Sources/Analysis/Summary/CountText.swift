import Traffic

/// Counts in sentences. The one place where a noun gets its plural.
public enum CountText {
    /// `1 request`, `12,345 requests`.
    public static func of(_ count: some BinaryInteger, _ one: String, _ many: String) -> String {
        "\(grouped(count)) \(count == 1 ? one : many)"
    }

    /// A whole number with a comma before each group of three digits: `12,345`.
    public static func grouped(_ count: some BinaryInteger) -> String { grouped(digits: String(count)) }

    /// Digits with a comma before each group of three of the whole part; a text that is no number stays as it is.
    public static func grouped(digits: String) -> String {
        let sign = digits.prefix { $0 == "-" || $0 == "−" }
        let whole = digits.dropFirst(sign.count).prefix { $0 != "." }
        guard whole.count > 3, whole.allSatisfy(\.isNumber) else { return digits }
        var result = String(sign)
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result + digits.dropFirst(sign.count + whole.count)
    }

    /// A rate in whole events a second: `2,238/s`.
    static func rate(_ value: Double) -> String {
        value.isFinite && value < 1e15 ? grouped(digits: value.formatted(decimals: value < 9.95 ? 1 : 0)) + "/s" : "–"
    }
}
