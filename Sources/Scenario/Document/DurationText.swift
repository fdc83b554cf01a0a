internal import Formats
internal import Traffic

/// Durations in the form that users write: `1h30m`, `90s`, `250ms`.
public enum DurationText {

    /// The text of a duration, to the second, to a tenth of one, or for less than one to the millisecond.
    public static func text(_ duration: Duration) -> String {
        let nanoseconds = duration.wholeNanoseconds
        if nanoseconds % Nanoseconds.perSecond != 0 {
            let milliseconds = Nanoseconds.inMilliseconds(nanoseconds)
            return milliseconds < 1000
                ? "\(Int64(milliseconds.rounded()))ms" : "\((milliseconds / 1000).formatted(decimals: 1))s"
        }
        let seconds = nanoseconds / Nanoseconds.perSecond
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")].filter { $0.0 > 0 }
        return parts.isEmpty ? "0s" : parts.map { "\($0.0)\($0.1)" }.joined()
    }
}
