import Formats
public import Traffic

/// An instant, as written by users: absolute, or relative to the beginning of the logs.
public enum LogTime: Hashable, Sendable {
    case absolute(CaptureTime)
    case afterStart(Duration)

    /// Parses `90s`, `5m` or `1h30m` (since the first exchange began), `2026-03-01`, `2026-03-01T12:30`, `…:15.25Z`,
    /// `…+02:00` (ISO 8601; UTC if no zone is given), or seconds since the Unix epoch such as `1772368215.25`.
    ///
    /// - Returns: nil if `text` is none of these.
    public init?(text: String) {
        if let duration = Duration(text: text) {
            self = .afterStart(duration)
        } else if let nanoseconds = LogTime.epochNs(text) ?? ISO8601(text)?.nanosecondsSinceEpoch {
            self = .absolute(CaptureTime(nanoseconds: nanoseconds))
        } else {
            return nil
        }
    }

    /// The instant in nanoseconds since the Unix epoch, clamped to the range of Int64.
    ///
    /// - Parameter start: when the first exchange began, likewise.
    public func nanoseconds(start: Int64) -> Int64 {
        switch self {
        case .absolute(let time): return time.nanoseconds
        case .afterStart(let duration):
            return start.addingClamped(duration.wholeNanoseconds)
        }
    }

    private static func epochNs(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let seconds = number(parts[0], digits: 1...10) else { return nil }
        let fraction = parts.count > 1 ? nanoseconds(ofFraction: parts[1]) : 0
        guard let fraction, let whole = Nanoseconds.fromSeconds(seconds) else { return nil }
        let (sum, isPast) = whole.addingReportingOverflow(fraction)
        return isPast ? nil : sum
    }

    private static func nanoseconds(ofFraction digits: Substring) -> Int64? {
        guard let value = number(digits, digits: 1...9) else { return nil }
        return (digits.count..<9).reduce(value) { scaled, _ in scaled * 10 }
    }

    private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }
}
