import Formats
internal import Glibc

/// When the clones of recorded sessions arrive.
public enum Arrivals: Hashable, Sendable {
    /// At their recorded times, divided by the speed.
    case recorded
    /// At a constant rate per second, evenly spaced.
    case rate(perSecond: Double)
    /// At random with an average rate per second: a seeded Poisson process.
    case poisson(perSecond: Double)

    /// Arrivals as users write them: `recorded`, `rate:50/s`, `poisson:50/s`; nil for anything else.
    public init?(text: String) {
        if text == "recorded" {
            self = .recorded
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[1].hasSuffix("/s"), let rate = Double(parts[1].dropLast(2)), rate.isFinite,
            rate >= 0.001, rate <= 1e6
        else { return nil }
        switch parts[0] {
        case "rate": self = .rate(perSecond: rate)
        case "poisson": self = .poisson(perSecond: rate)
        default: return nil
        }
    }

    /// The arrivals of `count` clones in nanoseconds from the first, ascending; nil for recorded arrivals.
    func offsets(_ count: Int, seed: UInt64) -> [Int64]? {
        switch self {
        case .recorded: return nil
        case .rate(let perSecond):
            return (0..<count).map { Int64((Double($0) * Double(Nanoseconds.perSecond) / perSecond).rounded()) }
        case .poisson(let perSecond):
            // Gaps between the events of a Poisson process are exponential.
            var random = SplitMix64(seed: seed ^ 0x5851_f42d_4c95_7f2d)
            var at = 0.0
            return (0..<count).map { index in
                if index > 0 {
                    at -= log(1 - Double.random(in: 0..<1, using: &random)) * Double(Nanoseconds.perSecond) / perSecond
                }
                return Int64(at.rounded())
            }
        }
    }
}

extension Arrivals: CustomStringConvertible {
    /// `recorded`, `rate:50/s` or `poisson:50/s`.
    public var description: String {
        switch self {
        case .recorded: "recorded"
        case .rate(let perSecond): "rate:\(perSecond)/s"
        case .poisson(let perSecond): "poisson:\(perSecond)/s"
        }
    }
}
