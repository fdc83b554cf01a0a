import Analysis
import Testing

/// Two runs of the same traffic: what both have in common cancels out.
@Suite struct MemoryDifferenceTests {
    @Test func aLeakUnderAWarmUpIsFoundAgainstABaseline() throws {
        let leak = 0.12 * SyntheticMemory.baseBytes
        var found = 0
        for seed in 1...4 as ClosedRange<UInt64> {
            var pair = SyntheticMemory.samples(.warmUp(0.3), seconds: 3600, seed: seed)
            let baseline = SyntheticMemory.samples(.warmUp(0.3), seconds: 3600, seed: seed)
            let noise = SyntheticMemory.samples(.autoregressive(0.6), seconds: 3600, seed: 50 + seed)
            for place in pair.values.indices {
                pair.values[place] += noise.values[place] - SyntheticMemory.baseBytes
                pair.values[place] += leak * Double(place) / 3600
            }
            let trend = MemoryTrend(of: pair, over: baseline)
            #expect(trend.verdict != .stable)
            if trend.verdict == .growing { found += 1 }
        }
        #expect(found >= 3)
    }

    @Test func alikeRunsAreNotAccused() {
        for kind in [SyntheticMemory.Kind.warmUp(0.3), .sawtooth(period: 45), .autoregressive(0.9)] {
            let trend = MemoryTrend(
                of: SyntheticMemory.samples(kind, seconds: 1800, seed: 1),
                over: SyntheticMemory.samples(kind, seconds: 1800, seed: 2))
            #expect(trend.verdict != .growing, "\(kind)")
        }
    }
}
