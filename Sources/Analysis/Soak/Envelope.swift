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
    /// Collections found.
    let reclaims: Int

    /// Blocks without a sawtooth, and with one.
    private static let blocks = 48
    private static let sawtoothBlocks = 24

    init(_ samples: SoakSamples) {
        let minima = Envelope.minima(of: samples)
        reclaims = minima.count
        if minima.count >= 3, minima.count < 2 * Envelope.sawtoothBlocks {
            kind = .minima
            points = samples.picked(minima)
        } else {
            let isSawtooth = minima.count >= 3
            kind = .blocks
            points = Envelope.blocks(
                of: samples, count: isSawtooth ? Envelope.sawtoothBlocks : Envelope.blocks,
                quantile: isSawtooth ? 0.02 : 0.1)
        }
    }

    /// Blocks of equal numbers of samples, four a block at least.
    private static func blocks(of samples: SoakSamples, count: Int, quantile: Double) -> SoakSamples {
        let count = max(1, min(count, samples.values.count / 4))
        var result = SoakSamples(seconds: [], values: [])
        for block in 0..<count {
            let range = (block * samples.values.count / count)..<((block + 1) * samples.values.count / count)
            guard !range.isEmpty else { continue }
            result.seconds.append(mean(samples.seconds[range]))
            result.values.append(Robust.quantile(quantile, of: samples.values[range]))
            if !samples.answered.isEmpty { result.answered.append(mean(samples.answered[range])) }
            if !samples.peakLoad.isEmpty { result.peakLoad.append(mean(samples.peakLoad[range])) }
        }
        return result
    }

    private static func mean(_ values: ArraySlice<Double>) -> Double { values.reduce(0, +) / Double(values.count) }

    /// The lowest place after each fall that is too steep and too deep for noise.
    private static func minima(of samples: SoakSamples) -> [Int] {
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
        var minima: [Int] = []
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
            minima.append(lowest)
            start = min(place, values.count - 1)
        }
        return minima
    }
}
