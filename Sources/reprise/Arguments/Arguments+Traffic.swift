public import ArgumentParser
import Formats
public import Traffic

extension Duration: @retroactive ExpressibleByArgument {
    /// A duration on the command line: `250ms`, `10s`, `1h30m`.
    public init?(argument: String) { self.init(text: argument) }

    /// The form in which help texts show a default.
    public var defaultValueDescription: String {
        let nanoseconds = wholeNanoseconds
        let units: [(Int64, String)] = [
            (3600 * Nanoseconds.perSecond, "h"), (60 * Nanoseconds.perSecond, "m"), (Nanoseconds.perSecond, "s"),
            (Nanoseconds.perMillisecond, "ms"), (Nanoseconds.perMicrosecond, "us"),
        ]
        for (unit, name) in units where nanoseconds >= unit && nanoseconds % unit == 0 {
            return "\(nanoseconds / unit)\(name)"
        }
        return nanoseconds == 0 ? "0s" : "\(nanoseconds)ns"
    }
}

extension ByteCount: ExpressibleByArgument {
    /// A size on the command line: `512`, `64KiB`, `2GiB`.
    public init?(argument: String) { self.init(text: argument) }

    /// The form in which help texts show a default.
    public var defaultValueDescription: String {
        for (shift, name) in [(30, "GiB"), (20, "MiB"), (10, "KiB")]
        where bytes > 0 && bytes % (1 << UInt64(shift)) == 0 {
            return "\(bytes >> UInt64(shift))\(name)"
        }
        return "\(bytes)"
    }
}
