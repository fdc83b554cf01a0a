/// The lower envelope of a memory series: what is left when garbage has been collected, in few points.
///
/// A leak lifts the floor; allocation between collections lifts only the peaks. Fewer points also cost the noise its short
/// memory.
struct Envelope {
    /// How the points were come by.
    enum Kind: Hashable {
        /// A low quantile of each block of time.
        case blocks
        /// The minimum after each collection: too few collections for blocks.
        case minima
    }

    let kind: Kind
    let points: SoakSamples
    /// Collections found, and how deep the deepest fell.
    let reclaims: Int
    let deepestReclaim: Double

    /// Blocks without a sawtooth, and with one.
    private static let blocks = 48
    private static let sawtoothBlocks = 24
    /// Fewer collections are too few points; between them, low quantiles of blocks tell what there is to tell.
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

    /// Of each block of equal numbers of samples, two at least, the sample at a quantile of its values.
    ///
    /// The sample itself, not a quantile at the block's middle: where memory grows, a low value is also an early one.
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

    /// The falls too steep and too deep for noise: the lowest place after each, and how far it fell.
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
            // Noise falls from a peak, or to a dip, of a sample or two; a collection from what had grown, to where growth begins again.
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
