import Formats
import Traffic

/// What a monitored figure measures, and which changes of it are relevant.
public enum SoakScale: Hashable, Sendable {
    /// Bytes of memory.
    case memory
    /// Counted things: open files, threads, connections.
    case count
    /// Any other figure, with its usual value.
    case figure(usual: Double)

    /// The resolution of the figure: a page, or half a thing.
    var noiseFloor: Double {
        switch self {
        case .memory: 4096
        case .count: 0.5
        case .figure(let usual): max(0.005 * usual, .leastNormalMagnitude)
        }
    }

    /// The least relevant growth over the run. Below five minutes it is up to eight times as large, because heaps and
    /// pools settle then.
    func leastGrowth(of samples: SoakSamples) -> Double {
        let shortness = min(max(300 / max(samples.spanSeconds, 1), 1), 8)
        let usual = Robust.median(samples.values)
        switch self {
        case .memory: return shortness * max(2 * 1_048_576, 0.01 * usual)
        case .count: return shortness * max(8, 0.05 * usual)
        case .figure(let usual): return shortness * max(0.05 * usual, .leastNormalMagnitude)
        }
    }

    /// An amount with its unit; it may be negative.
    func text(_ amount: Double) -> String {
        let sign = amount < 0 ? "−" : ""
        switch self {
        case .memory: return sign + ByteCount(UInt64(min(amount.magnitude, 0x1p62))).description
        case .count, .figure:
            return sign + amount.magnitude.formatted(decimals: amount.magnitude < 1 ? 3 : amount.magnitude < 10 ? 1 : 0)
        }
    }
}
