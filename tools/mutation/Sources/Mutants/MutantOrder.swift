extension [Mutant] {

    /// The mutants in a pseudo-random order that depends on the seed and on each mutant's text: a change elsewhere in
    /// the sources does not change a sample.
    public func drawn(seed: UInt64) -> [Mutant] {
        var seen: [String: UInt64] = [:]
        let keyed = map { mutant in
            let text = "\(mutant.file)\t\(mutant.sourceLine)\t\(mutant.change)"
            let copy = seen[text, default: 0]
            seen[text] = copy + 1
            return (key: Self.key(of: text, copy: copy, seed: seed), mutant: mutant)
        }
        return keyed.sorted { ($0.key, $0.mutant.file, $0.mutant.line) < ($1.key, $1.mutant.file, $1.mutant.line) }
            .map(\.mutant)
    }

    /// A number below `limit` for each mutant. It depends on the mutant's text, so that a change elsewhere keeps most
    /// numbers, and so most files with switches.
    ///
    /// - Precondition: fewer mutants than `limit`
    public func numbered(below limit: Int) -> [(number: Int, mutant: Mutant)] {
        precondition(count < limit, "as many numbers as mutants")
        var taken: Set<Int> = []
        return map { mutant in
            let text = "\(mutant.file)\t\(mutant.sourceLine)\t\(mutant.change)"
            var number = Int(Self.key(of: text, copy: 0, seed: 0) % UInt64(limit))
            while !taken.insert(number).inserted { number = (number + 1) % limit }
            return (number, mutant)
        }
    }

    /// FNV-1a over the text, mixed by SplitMix64's finaliser (Steele, Lea and Flood 2014).
    private static func key(of text: String, copy: UInt64, seed: UInt64) -> UInt64 {
        var z: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { z = (z ^ UInt64(byte)) &* 0x100_0000_01b3 }
        z &+= (seed &* 0x1_0000 &+ copy) &* 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
