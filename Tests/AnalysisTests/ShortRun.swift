import Analysis
import Formats
import Foundation
import TestSupport

/// A short replay against a service that warms up: tens of seconds, several samples per second, and a load that ramps
/// up, holds, and ramps down.
struct ShortRun {
    enum WarmUp: Hashable {
        case none
        /// The allocator fills up, with this time constant in seconds.
        case exponential(Double)
        /// All at once, after this many seconds.
        case step(Double)
        /// As connections open.
        case connections
    }

    var seconds = 30.0
    var hertz = 4.0
    var baseBytes = 60 * SyntheticMemory.mebibyte
    var warmUp = WarmUp.none
    var warmUpBytes = 30 * SyntheticMemory.mebibyte
    /// Bytes leaked by each request.
    var leakBytesPerRequest = 0.0
    /// Bytes leaked per second.
    var leakBytesPerSecond = 0.0
    var requests = 40_000.0
    /// The share of the run in which the load ramps up, and in which it ramps down at the end.
    var ramp = 0.3
    var tail = 0.2
    var seed: UInt64 = 1

    /// The share of the requests answered by a share of the run.
    private func answered(_ share: Double) -> Double {
        func load(_ share: Double) -> Double {
            max(0, min(1, ramp > 0 ? share / ramp : 1, tail > 0 ? (1 - share) / tail : 1))
        }
        let steps = 400
        let all = (0..<steps).reduce(0) { $0 + load((Double($1) + 0.5) / Double(steps)) }
        let until = (0..<steps).reduce(0) { sum, step in
            let from = Double(step) / Double(steps)
            let part = min(max((share - from) * Double(steps), 0), 1)
            return sum + part * load((Double(step) + 0.5) / Double(steps))
        }
        return until / all
    }

    var samples: SoakSamples {
        var random = SplitMix64(seed: seed)
        let count = Int(seconds * hertz)
        let times = (0..<count).map { Double($0) / hertz }
        let answered = times.map { requests * self.answered($0 / seconds) }
        let connections = times.map { ramp > 0 ? min($0 / (ramp * seconds), 1) * 1000 : 1000 }
        var noise = 0.0
        let values = times.indices.map { place -> Double in
            noise = 0.7 * noise + 0.3 * SyntheticMemory.mebibyte * random.normal()
            let warm: Double =
                switch warmUp {
                case .none: 0
                case .exponential(let constant): 1 - exp(-times[place] / constant)
                case .step(let second): times[place] >= second ? 1 : 0
                case .connections: connections[place] / 1000
                }
            let level =
                baseBytes + warm * warmUpBytes + leakBytesPerRequest * answered[place]
                + leakBytesPerSecond * times[place] + noise
            return (level / 4096).rounded() * 4096
        }
        return SoakSamples(seconds: times, values: values, answered: answered, peakLoad: connections)
    }
}
