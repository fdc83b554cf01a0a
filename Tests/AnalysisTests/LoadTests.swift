import Formats
import Foundation
import TestSupport
import Testing

@testable import Analysis

/// Memory that follows a known load.
@Suite struct LoadTests {
    private static let mebibyte = SyntheticMemory.mebibyte

    static func samples(leak: Double, rate: (Double) -> Double) -> SoakSamples {
        var random = SplitMix64(seed: 3)
        var sent = 0.0
        let seconds = (0..<3600).map { Double($0) }
        let rates = seconds.map(rate)
        let values = zip(seconds, rates).map { second, rate in
            (200 + 40 * rate) * mebibyte + leak * second / 3600 + random.normal() * 0.5 * mebibyte
        }
        return SoakSamples(
            seconds: seconds, values: values,
            answered: rates.map { rate in
                sent += 100 * rate
                return sent
            })
    }

    @Test func memoryThatRisesWithTheLoadIsNotALeak() {
        #expect(MemoryTrend(Self.samples(leak: 0) { 0.5 + $0 / 3600 }).verdict != .growing)
    }

    @Test func aLeakUnderALoadInWavesIsFound() throws {
        let leak = 60 * Self.mebibyte
        let trend = MemoryTrend(Self.samples(leak: leak) { 1 + 0.5 * sin($0 / 300) })
        #expect(trend.verdict == .growing)
        #expect(abs(try #require(trend.bytesPerHour) / leak - 1) < 0.15)
    }
}
