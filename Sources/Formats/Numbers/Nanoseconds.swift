/// Raw nanoseconds, as clocks, histograms and columns hold them (names that end in `Ns`), in other units of time.
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

    /// Nanoseconds, as a mean has them, in seconds.
    @inlinable
    public static func inSeconds(_ ns: Double) -> Double { ns / 1e9 }

    /// Nanoseconds as milliseconds.
    @inlinable
    public static func inMilliseconds(_ ns: some BinaryInteger) -> Double { Double(ns) / 1e6 }

    /// Nanoseconds, as a mean has them, in milliseconds.
    @inlinable
    public static func inMilliseconds(_ ns: Double) -> Double { ns / 1e6 }

    /// Milliseconds as nanoseconds, with their fraction.
    @inlinable
    public static func fromMilliseconds(_ ms: Double) -> Double { ms * 1e6 }

    /// Whole seconds as nanoseconds; nil when an Int64 does not hold them.
    @inlinable
    public static func fromSeconds(_ seconds: Int64) -> Int64? {
        let (ns, overflow) = seconds.multipliedReportingOverflow(by: perSecond)
        return overflow ? nil : ns
    }

    /// The whole second an instant falls in, rounded towards minus infinity.
    @inlinable
    public static func wholeSeconds(_ ns: Int64) -> Int64 {
        let (quotient, remainder) = ns.quotientAndRemainder(dividingBy: perSecond)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// An instant of a clock that counts seconds and a fraction of one, as `timespec`, `timeval` and packet headers do; wraps.
    ///
    /// - Parameters:
    ///   - ticks: parts of the second.
    ///   - nsPerTick: the length of such a part: 1 for nanoseconds, ``perMicrosecond`` for microseconds.
    @inlinable
    public static func from(seconds: Int64, ticks: Int64, nsPerTick: Int64 = 1) -> Int64 {
        seconds &* perSecond &+ ticks &* nsPerTick
    }
}
