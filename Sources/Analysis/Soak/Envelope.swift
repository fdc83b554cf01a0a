/// The lower envelope of a memory series in few points: what remains after garbage collections.
///
/// A leak raises the floor; allocation between collections raises only the peaks. Using fewer points also removes
/// short-term autocorrelation.
struct Envelope {
    /// How the points were chosen.
    enum Kind: Hashable {
        /// A low quantile of each block of time.
        case blocks
        /// The minimum after each collection, if there are too few collections for blocks.
        case minima
    }

    let kind: Kind
    let points: SoakSamples
    /// The number of collections found, and the depth of the deepest.
    let reclaims: Int
    let deepestReclaim: Double

    /// The number of blocks without a sawtooth, and with one.
    private static let blocks = 48
    private static let sawtoothBlocks = 24
    /// With fewer collections there are too few minima; low quantiles of blocks are used then.
    static let leastMinima = GrowthModels.leastPoints

    init(_ samples: SoakSamples) {
        let falls = Envelope.falls(of: samples)
        let minima = falls.map(\.lowest)
        reclaims = falls.count
        deepestReclaim = falls.reduce(0) { max($0, $1.depth) }
        if minima.count >= Envelope.leastMinima, minima.count < 2 * Envelope.sawtoothBlocks {
            kind = .minima
            points = samples.picked(minima)
        } else {
            let isSawtooth = minima.count >= Envelope.leastMinima
            kind = .blocks
            points = Envelope.blocks(
                of: samples, count: isSawtooth ? Envelope.sawtoothBlocks : Envelope.blocks,
                quantile: isSawtooth ? 0.02 : 0.1)
        }
    }

    /// From each block of equally many samples, at least two, the sample at a quantile of its values.
    ///
    /// The sample itself is used rather than the quantile at the block's middle: if memory grows, a low value is also
    /// an early one.
    private static func blocks(of samples: SoakSamples, count: Int, quantile: Double) -> SoakSamples {
        let size = samples.values.count
        let count = max(1, min(count, size / 2))
        return samples.picked(
            (0..<count).compactMap { block in
                let places = (block * size / count)..<((block + 1) * size / count)
                let sorted = places.sorted { samples.values[$0] < samples.values[$1] }
                return sorted.isEmpty ? nil : sorted[Int((quantile * Double(sorted.count - 1)).rounded())]
            })
    }

    /// The falls that are too steep and too deep for noise: the index of the minimum after each, and its depth.
    private static func falls(of samples: SoakSamples) -> [(lowest: Int, depth: Double)] {
        let values = samples.values
        let seconds = samples.seconds
        var window = 0
        let changes = values.indices.compactMap { place -> Double? in
            while seconds[place] - seconds[window] > 2 { window += 1 }
            return place == window ? nil : values[place] - values[window]
        }
        let range = Robust.quantile(0.95, of: values) - Robust.quantile(0.05, of: values)
        let depth = max(6 * Robust.deviation(changes), 0.25 * range)
        guard depth > 0 else { return [] }
        var falls: [(lowest: Int, depth: Double)] = []
        var start = 0
        var place = 0
        while place < values.count {
            while seconds[place] - seconds[start] > 2 { start += 1 }
            let top = values[start...place].max() ?? values[place]
            guard top - values[place] > depth else {
                place += 1
                continue
            }
            var lowest = place
            while place < values.count, seconds[place] - seconds[lowest] <= 2 {
                if values[place] < values[lowest] { lowest = place }
                place += 1
            }
            // Noise falls from a peak, or into a dip, of one or two samples. A collection falls from a level that was
            // built up, to one from which growth restarts.
            let middle = (top + values[lowest]) / 2
            let before = values[max(0, lowest - 5)..<max(1, lowest - 1)]
            let after = values[lowest..<min(lowest + 4, values.count)]
            if Robust.median(before) > middle, Robust.median(after) < middle {
                falls.append((lowest, top - values[lowest]))
            }
            start = min(place, values.count - 1)
        }
        return falls
    }
}
