/// A small seeded random number generator (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Creates a generator that returns the same numbers for the same seed.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return SplitMix64.mixed(state)
    }

    /// The number at `index` for `seed`, computed without state.
    public static func value(seed: UInt64, index: UInt64) -> UInt64 {
        mixed(mixed(seed &+ 0x9e37_79b9_7f4a_7c15) ^ (index &+ 1) &* 0x9e37_79b9_7f4a_7c15)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
