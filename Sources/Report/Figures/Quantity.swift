import Analysis
import Formats
import Traffic

/// What a number measures, which decides how it is written. The one place where figures become text.
enum Quantity: String {
    /// Times in milliseconds.
    case milliseconds = "ms"
    /// Sizes in bytes.
    case bytes = "B"
    /// Events per second.
    case perSecond = "/s"
    /// Counts.
    case count = "n"
    /// Fully used processors.
    case processors = "cpu"
    /// Percent, 0…100.
    case percentage = "%"

    /// The value with three significant digits and a suitable unit; `–` if it is not a finite number.
    func text(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        switch self {
        case .milliseconds: return Quantity.timeText(milliseconds: value)
        case .bytes: return Quantity.byteText(value)
        case .perSecond: return Quantity.rateText(value)
        case .count: return Quantity.countText(value)
        case .processors: return Quantity.significant(value)
        case .percentage: return Quantity.percent(value / 100)
        }
    }

    /// A ratio as a percentage: at most two decimals, `<0.01%` for less than that but not zero, never 100% for less
    /// than all.
    static func percent(_ ratio: Double) -> String {
        guard ratio.isFinite else { return "–" }
        let percent = ratio.magnitude * 100
        let sign = ratio < 0 ? "−" : ""
        if percent == 0 { return "0%" }
        if percent < 0.01 { return "\(sign)<0.01%" }
        if percent < 100, percent >= 99.95 { return "\(sign)>99.9%" }
        if percent >= 999.5 { return sign + DigitGroups.text(percent.formatted(decimals: 0)) + "%" }
        let decimals = percent < 9.995 ? 2 : percent < 99.95 ? 1 : 0
        return sign + trimmed(percent.formatted(decimals: decimals)) + "%"
    }

    /// A whole number with thousands separators.
    static func count(_ value: Int) -> String {
        (value < 0 ? "−" : "") + DigitGroups.text(String(value.magnitude))
    }

    /// An instant of a run: `12 s`, `1,204 s`.
    static func second(_ seconds: Double) -> String {
        seconds.isFinite && seconds.magnitude < 1e12 ? grouped(seconds.formatted(decimals: 0)) + " s" : "–"
    }

    /// A span of time in the two units that matter: `850 ms`, `12.3 s`, `10 min 2 s`, `8 h 12 min`, `3 d 4 h`.
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "–" }
        if seconds == 0 { return "0 s" }
        if seconds < 0.9995 { return timeText(milliseconds: seconds * 1000) }
        if seconds < 59.95 { return trimmed(significant(seconds)) + " s" }
        let whole = Int(seconds.rounded())
        let (minutes, hours) = ((whole + 30) / 60, (whole + 1800) / 3600)
        if whole < 3600 { return pair(whole / 60, "min", whole % 60, "s") }
        if whole < 172_800 { return pair(minutes / 60, "h", minutes % 60, "min") }
        return pair(hours / 24, "d", hours % 24, "h")
    }

    /// Three significant digits: `0.12`, `1.20`, `12.3`, `123`, `12,345`.
    static func significant(_ value: Double) -> String {
        let size = value.magnitude
        let decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0
        return (value < 0 ? "−" : "") + grouped(size.formatted(decimals: decimals))
    }

    /// Digits with a comma before each group of three of the whole part.
    static func grouped(_ digits: String) -> String { DigitGroups.text(digits) }
}

extension Quantity {
    private static func timeText(milliseconds: Double) -> String {
        let size = milliseconds.magnitude
        if size == 0 { return "0" }
        // The resolution of histograms is a quarter of a microsecond.
        if size < 0.0005 { return "<1 µs" }
        if size < 0.9995 { return "\(significant(milliseconds * 1000)) µs" }
        if size < 999.5 { return "\(significant(milliseconds)) ms" }
        if size < 599_500 { return "\(significant(milliseconds / 1000)) s" }
        return (milliseconds < 0 ? "−" : "") + duration(seconds: size / 1000)
    }

    private static func byteText(_ value: Double) -> String {
        guard value.magnitude < 0x1p63 else { return "–" }
        return (value < 0 ? "−" : "") + ByteCount(UInt64(value.magnitude.rounded())).description
    }

    private static func rateText(_ value: Double) -> String {
        if value == 0 { return "0/s" }
        return value.magnitude < 0.005 ? "<0.01/s" : significant(value) + "/s"
    }

    private static func countText(_ value: Double) -> String {
        let decimals = value == value.rounded() || value.magnitude >= 99.95 ? 0 : 1
        return (value < 0 ? "−" : "") + DigitGroups.text(value.magnitude.formatted(decimals: decimals))
    }

    private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }

    private static func trimmed(_ digits: String) -> String {
        guard digits.contains(".") else { return digits }
        var result = digits[...]
        while result.last == "0" { result.removeLast() }
        if result.last == "." { result.removeLast() }
        return String(result)
    }
}
