/// Conversions of raw nanoseconds, as stored in clocks, histograms and columns (names that end in `Ns`).
public enum Nanoseconds {
    /// Nanoseconds in a microsecond.
    @inlinable public static var perMicrosecond: Int64 { 1000 }
    /// Nanoseconds in a millisecond.
    @inlinable public static var perMillisecond: Int64 { 1_000_000 }
    /// Nanoseconds in a second.
    @inlinable public static var perSecond: Int64 { 1_000_000_000 }

    /// Nanoseconds as seconds.
    @inlinable
    public static func inSeconds(_ ns: some BinaryInteger) -> Double { Double(ns) / 1e9 }

    /// Fractional nanoseconds, such as a mean, as seconds.
    @inlinable
    public static func inSeconds(_ ns: Double) -> Double { ns / 1e9 }

    /// Nanoseconds as milliseconds.
    @inlinable
    public static func inMilliseconds(_ ns: some BinaryInteger) -> Double { Double(ns) / 1e6 }

    /// Fractional nanoseconds, such as a mean, as milliseconds.
    @inlinable
    public static func inMilliseconds(_ ns: Double) -> Double { ns / 1e6 }

    /// Milliseconds as fractional nanoseconds.
    @inlinable
    public static func fromMilliseconds(_ ms: Double) -> Double { ms * 1e6 }

    /// Seconds as fractional nanoseconds.
    @inlinable
    public static func fromSeconds(_ seconds: Double) -> Double { seconds * 1e9 }

    /// Whole seconds as nanoseconds; nil on overflow of Int64.
    @inlinable
    public static func fromSeconds(_ seconds: Int64) -> Int64? {
        let (ns, overflow) = seconds.multipliedReportingOverflow(by: perSecond)
        return overflow ? nil : ns
    }

    /// The second that contains an instant, rounded towards minus infinity.
    @inlinable
    public static func wholeSeconds(_ ns: Int64) -> Int64 {
        let (quotient, remainder) = ns.quotientAndRemainder(dividingBy: perSecond)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// An instant given in seconds and a fraction, as in `timespec`, `timeval` and packet headers; wraps on overflow.
    ///
    /// - Parameters:
    ///   - ticks: the fraction of the second, in ticks.
    ///   - nsPerTick: the length of a tick: 1 for nanoseconds, ``perMicrosecond`` for microseconds.
    @inlinable
    public static func from(seconds: Int64, ticks: Int64, nsPerTick: Int64 = 1) -> Int64 {
        seconds &* perSecond &+ ticks &* nsPerTick
    }
}
