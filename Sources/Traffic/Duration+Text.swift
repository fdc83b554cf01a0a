import Formats

extension Duration {
    /// Parses a duration: a number and a unit, or a sum of several (`250us`, `500ms`, `10s`, `5m`, `8h`, `1d`,
    /// `1h30m`).
    ///
    /// - Returns: nil if `text` is anything else, is negative or exceeds 292 years.
    public init?(text: String) {
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter || $0 == "µ" }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let nanoseconds = Duration.nanosecondsByUnit[String(unit)] else {
                return nil
            }
            total += number * nanoseconds
        }
        guard total.isFinite, total < 9.2e18 else { return nil }
        self = .nanoseconds(Int64(total.rounded()))
    }

    private static let nanosecondsByUnit: [String: Double] = [
        "ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9, "d": 86400e9,
    ]

    /// The whole duration in nanoseconds, clamped to the range of Int64.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        guard let ns = Nanoseconds.fromSeconds(seconds) else { return seconds < 0 ? .min : .max }
        return ns.addingClamped(attoseconds / Duration.attosecondsPerNs)
    }

    /// The whole milliseconds of the duration.
    public var wholeMilliseconds: Int64 { wholeNanoseconds / Nanoseconds.perMillisecond }

    /// The duration in seconds.
    public var seconds: Double { Nanoseconds.inSeconds(wholeNanoseconds) }

    /// The duration in milliseconds.
    public var milliseconds: Double { Nanoseconds.inMilliseconds(wholeNanoseconds) }

    private static let attosecondsPerNs: Int64 = 1_000_000_000
}
