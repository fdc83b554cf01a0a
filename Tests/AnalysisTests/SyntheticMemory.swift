import Analysis
import Formats
import Foundation
import TestSupport

/// Memory series with a known truth: the ways in which memory of healthy services moves, to which a leak can be added.
enum SyntheticMemory {
    static let mebibyte = 1_048_576.0
    static let baseBytes = 300 * mebibyte
    private static let noiseBytes = 2 * mebibyte

    /// How memory moves without a leak; times are seconds.
    enum Kind: Hashable, CustomStringConvertible {
        case autoregressive(Double)
        case ornsteinUhlenbeck(seconds: Double)
        case sawtooth(period: Double)
        /// Saturating, with a time constant as a share of the run.
        case warmUp(Double)
        case logarithmic
        case steps(Int)
        case diurnal(periods: Double)
        case pages
        case boundedWalk
        case rampThenFlat(Double)
        case warmUpAndSawtooth
        case warmUpAndStep
        case excursions

        static let all: [Kind] = [
            .autoregressive(0.3), .autoregressive(0.6), .autoregressive(0.9), .autoregressive(0.97),
            .autoregressive(0.99), .ornsteinUhlenbeck(seconds: 60), .ornsteinUhlenbeck(seconds: 300),
            .sawtooth(period: 8), .sawtooth(period: 45), .sawtooth(period: 400), .warmUp(0.05), .warmUp(0.15),
            .warmUp(0.3), .logarithmic, .steps(1), .steps(2), .steps(3), .diurnal(periods: 0.4),
            .diurnal(periods: 1.3), .pages, .boundedWalk, .rampThenFlat(0.2), .rampThenFlat(0.5),
            .warmUpAndSawtooth, .warmUpAndStep, .excursions,
        ]

        var description: String {
            switch self {
            case .autoregressive(let rho): "AR(1) \(rho)"
            case .ornsteinUhlenbeck(let seconds): "OU \(Int(seconds)) s"
            case .sawtooth(let period): "sawtooth \(Int(period)) s"
            case .warmUp(let constant): "warm-up \(constant)"
            case .logarithmic: "log growth"
            case .steps(let count): "steps \(count)"
            case .diurnal(let periods): "cycle \(periods)"
            case .pages: "pages"
            case .boundedWalk: "bounded walk"
            case .rampThenFlat(let end): "ramp to \(end)"
            case .warmUpAndSawtooth: "warm-up + sawtooth"
            case .warmUpAndStep: "warm-up + step"
            case .excursions: "excursions"
            }
        }
    }

    /// A series of `seconds` with one sample per `interval`, with `leakBytes` added linearly over it, or in `stairs`
    /// steps.
    static func samples(
        _ kind: Kind, seconds: Double, interval: Double = 1, leakBytes: Double = 0, stairs: Int? = nil, seed: UInt64
    ) -> SoakSamples {
        var random = SplitMix64(seed: seed)
        let count = Int(seconds / interval)
        let times = (0..<count).map { Double($0) * interval }
        let path = path(kind, times, &random)
        let values = zip(times, path).map { time, level in
            let share = time / seconds
            let leak = stairs.map { (share * Double($0)).rounded(.down) / Double($0) } ?? share
            return max(0, baseBytes + level + leak * leakBytes)
        }
        return SoakSamples(seconds: times, values: values)
    }

    private static func path(_ kind: Kind, _ times: [Double], _ random: inout SplitMix64) -> [Double] {
        let span = (times.last ?? 1) + 1
        let interval = times.count > 1 ? times[1] - times[0] : 1
        let white = times.map { _ in random.normal() * noiseBytes }
        switch kind {
        case .autoregressive(let rho): return memory(rho, white)
        case .ornsteinUhlenbeck(let seconds): return memory(exp(-interval / seconds), white)
        case .sawtooth(let period):
            return zip(saw(times, period, 60 * mebibyte, &random), white).map { $0 + 0.3 * $1 }
        case .warmUp(let constant):
            let height = Double.random(in: 20...80, using: &random) * mebibyte
            return zip(times, memory(0.6, white)).map { height * (1 - exp(-$0 / span / constant)) + $1 }
        case .logarithmic:
            let height = Double.random(in: 5...15, using: &random) * mebibyte
            return zip(times, memory(0.6, white)).map { height * log(1 + $0 / (0.02 * span)) + $1 }
        case .steps(let count):
            let steps = (0..<count).map { _ in
                (Double.random(in: 0.05...0.95, using: &random) * span, Double.random(in: 8...30, using: &random))
            }
            return zip(times, memory(0.6, white)).map { time, noise in
                noise + steps.reduce(0) { $0 + (time >= $1.0 ? $1.1 * mebibyte : 0) }
            }
        case .diurnal(let periods):
            let phase = Double.random(in: 0...(2 * .pi), using: &random)
            return zip(times, memory(0.6, white)).map {
                20 * mebibyte * sin(phase + 2 * .pi * periods * $0 / span) + $1
            }
        case .pages: return memory(0.9, white).map { ($0 / 4096 / 64).rounded() * 4096 * 64 }
        case .boundedWalk:
            var level = 0.0
            return times.map { _ in
                level += random.normal() * 0.4 * mebibyte
                level = min(max(level, -12 * mebibyte), 12 * mebibyte)
                return level
            }
        case .rampThenFlat(let end):
            let height = Double.random(in: 20...60, using: &random) * mebibyte
            return zip(times, memory(0.6, white)).map { height * min($0 / span / end, 1) + $1 }
        case .warmUpAndSawtooth:
            let period = Double.random(in: 10...30, using: &random)
            let saw = saw(times, period, 40 * mebibyte, &random)
            return times.indices.map { 40 * mebibyte * (1 - exp(-times[$0] / span / 0.1)) + saw[$0] + 0.3 * white[$0] }
        case .warmUpAndStep:
            let step = Double.random(in: 0.3...0.8, using: &random) * span
            return zip(times, memory(0.6, white)).map {
                40 * mebibyte * (1 - exp(-$0 / span / 0.1)) + ($0 >= step ? 15 * mebibyte : 0) + $1
            }
        case .excursions:
            let starts = (0..<4).map { _ in Double.random(in: 0...0.9, using: &random) * span }
            return zip(times, memory(0.6, white)).map { time, noise in
                noise + (starts.contains { time >= $0 && time < $0 + 0.05 * span } ? 30 * mebibyte : 0)
            }
        }
    }

    /// AR(1) noise with the standard deviation of `white`.
    private static func memory(_ rho: Double, _ white: [Double]) -> [Double] {
        var level = white.first ?? 0
        let share = (1 - rho * rho).squareRoot()
        return white.enumerated().map { place, noise in
            if place > 0 { level = rho * level + share * noise }
            return level
        }
    }

    /// Cycles of uneven length that drop to the floor immediately.
    private static func saw(
        _ times: [Double], _ period: Double, _ height: Double, _ random: inout SplitMix64
    ) -> [Double] {
        var start = -Double.random(in: 0..<period, using: &random)
        var length = period
        return times.map { time in
            while time >= start + length {
                start += length
                length = period * Double.random(in: 0.8...1.2, using: &random)
            }
            return height * (time - start) / period
        }
    }
}

extension SplitMix64 {
    /// A standard normal number (Box and Muller 1958).
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
        return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
    }
}
