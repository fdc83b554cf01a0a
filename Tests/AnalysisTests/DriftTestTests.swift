import Formats
import Glibc
import TestSupport
import Testing

@testable import Analysis

/// The drift test on values, without requests.
@Suite struct DriftTestTests {
    @Test("A load whose effect is many times the noise does not hide a rise of 10 %", arguments: [1, 2] as [UInt64])
    func riseUnderLoad(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let progress = (0..<40).map { Double($0) / 39 }
        let load = progress.map { 1 + 0.6 * sin(2 * .pi * 1.7 * $0) }
        let models = DriftModels(count: 40, load: load)
        let flat = load.map { 0.5 * log($0) + 0.02 * random.normal() }
        let healthy = try #require(DriftTest(flat, models: models))
        #expect(healthy.probability(ofMoreThan: log(1.02), prior: 0.3) < 0.3)
        let rising = zip(flat, progress).map { $0 + log(1.1) * $1 }
        let test = try #require(DriftTest(rising, models: models))
        #expect(test.probability(ofMoreThan: log(1.02), prior: 0.3) > 0.5 && test.persists)
        #expect(abs(test.change - log(1.1)) < 0.03, "\(test.change)")
    }

    @Test("A rise in proportion to a load that only rises is not drift", arguments: [1, 2] as [UInt64])
    func risingLoad(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let progress = (0..<40).map { Double($0) / 39 }
        let values = progress.map { 0.4 * $0 + 0.01 * random.normal() }
        let test = try #require(DriftTest(values, models: DriftModels(count: 40, load: progress.map { 0.3 + $0 })))
        #expect(test.probability(ofMoreThan: log(1.02), prior: 0.3) < 0.5)
    }

    @Test("What would settle an open figure is a longer run only if a few times the length is enough")
    func neededTime() throws {
        var series = LatencySeries()
        for place in 0..<4000 { series.record(second: Double(place) / 20, milliseconds: 20 + Double(place % 7)) }
        let stretches = series.ordered.map {
            LatencyBlocks.Stretch(second: $0.second, times: $0.times, requests: 5)
        }
        let blocks = try #require(LatencyBlocks(stretches, bearing: 0.5))
        var models = DriftModelCache()
        let needed = try [0.08, 0.8].map { noise in
            let values = blocks.seconds.indices.map { $0.isMultiple(of: 2) ? noise : -noise }
            return try #require(
                LatencyFigureTest(
                    .median, blocks, course: FigureCourse(logarithms: values), seconds: 200, models: &models)
            ).neededSeconds(200)
        }
        #expect(try #require(needed[0]) >= 400)
        #expect(needed[1] == nil, "the noise is many times the rise that matters")
    }
}
