import Foundation

/// A seeded generator (SplitMix64, Steele et al. 2014) for series.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The generator of one series: the same for the same names and numbers, on every machine.
    init(_ name: String, _ numbers: UInt64...) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for number in numbers {
            hash = (hash ^ number) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        self.init(seed: hash)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to 1.
    mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * share() }

    /// A standard normal number (Box and Muller 1958).
    mutating func normal() -> Double {
        (-2 * log(1 - share())).squareRoot() * cos(2 * .pi * share())
    }

    mutating func exponential(mean: Double) -> Double { -mean * log(1 - share()) }

    /// Student's t with three degrees of freedom, scaled to a standard deviation of 1.
    mutating func heavyTailed() -> Double {
        let squares = (0..<3).reduce(0.0) { sum, _ in
            let draw = normal()
            return sum + draw * draw
        }
        return normal() / (squares / 3).squareRoot() / 3.0.squareRoot()
    }

    /// Noise of standard deviation 1 whose neighbours correlate by `rho`.
    mutating func autoregressive(_ rho: Double, count: Int) -> [Double] {
        let share = (1 - rho * rho).squareRoot()
        var level = normal()
        return (0..<count).map { _ in
            defer { level = rho * level + share * normal() }
            return level
        }
    }
}
