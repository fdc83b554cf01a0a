/// A filter for membership in a set of hashes: faster than the set, with false positives in at most one of sixteen
/// lookups.
struct HashFilter {
    private var words: [UInt64]
    /// The shift that turns a mixed hash into the index of its word.
    private let shift: UInt64

    /// - Parameter hashes: the set.
    init(_ hashes: some Collection<UInt64>) {
        var bits = 10
        while bits < 30, 1 << bits < hashes.count * 16 { bits += 1 }
        words = Array(repeating: 0, count: 1 << (bits - 6))
        shift = UInt64(64 - (bits - 6))
        for hash in hashes { words[Int(HashFilter.mixed(hash) >> shift)] |= 1 << (hash & 63) }
    }

    /// Whether `hash` may be in the set.
    func mayContain(_ hash: UInt64) -> Bool {
        words[Int(HashFilter.mixed(hash) >> shift)] >> (hash & 63) & 1 == 1
    }

    /// Spreads the lower bits over the whole hash.
    private static func mixed(_ hash: UInt64) -> UInt64 { hash &* 0x9e37_79b9_7f4a_7c15 }
}

/// The lengths in bytes of the values looked for. Long lengths share bits.
struct LengthFilter {
    private var words: [UInt64] = Array(repeating: 0, count: 16)

    mutating func insert(_ count: Int) { words[(count >> 6) & 15] |= 1 << UInt64(count & 63) }

    func mayContain(_ count: Int) -> Bool { words[(count >> 6) & 15] >> UInt64(count & 63) & 1 == 1 }
}
