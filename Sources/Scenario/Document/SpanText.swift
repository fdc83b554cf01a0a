internal import Traffic

/// Durations as people write them: `1h30m`, `90s`, `250ms`.
enum SpanText {

    static func text(_ duration: Duration) -> String {
        let nanoseconds = duration.wholeNanoseconds
        if nanoseconds % 1_000_000_000 != 0 { return "\(Double(nanoseconds) / 1e6)ms" }
        let seconds = nanoseconds / 1_000_000_000
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")].filter { $0.0 > 0 }
        return parts.isEmpty ? "0s" : parts.map { "\($0.0)\($0.1)" }.joined()
    }
}
