/// Numbers with a given number of digits.
public enum PaddedNumber {
    /// `number` padded with leading zeros to `width` digits, not counting a sign.
    public static func text(_ number: some BinaryInteger, width: Int) -> String {
        (number < 0 ? "-" : "") + text(String(number.magnitude), width: width)
    }

    static func text(_ digits: String, width: Int) -> String {
        String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension BinaryInteger {
    /// The number with a comma before each group of three digits: `1,234,567`.
    public var grouped: String { (self < 0 ? "-" : "") + DigitGroups.text(String(magnitude)) }
}

/// Digits in groups of three.
public enum DigitGroups {
    /// `digits` with a comma before each group of three in the integer part; other text is unchanged.
    public static func text(_ digits: String) -> String {
        let sign = digits.prefix { $0 == "-" || $0 == "−" }
        let whole = digits.dropFirst(sign.count).prefix { $0 != "." }
        guard whole.utf8.count > 3, whole.utf8.allSatisfy(ASCII.isDigit) else { return digits }
        var result = String(sign)
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result + digits.dropFirst(sign.count + whole.count)
    }
}
