import Formats
import Foundation
import Testing

@testable import Analysis

@Suite struct CommonDriftTests {
    /// The medians of five endpoints over five minutes, with 40 requests per second each, around 20 ms.
    ///
    /// - Parameter level: a factor, by endpoint and second.
    static func medians(_ level: (_ endpoint: Int, _ second: Double) -> Double) -> [EndpointFigure] {
        var models = DriftModelCache()
        return (0..<5).flatMap { endpoint in
            var random = SplitMix64(seed: UInt64(endpoint))
            var series = LatencySeries()
            for number in 0..<(300 * 40) {
                let second = Double(number) / 40
                let draw = Double.random(in: 0..<1, using: &random)
                series.record(
                    second: second, milliseconds: LatencyDriftTests.lognormal(20 * level(endpoint, second), draw))
            }
            let stretches = series.ordered.map {
                LatencyBlocks.Stretch(second: $0.second, times: $0.times, requests: 200)
            }
            return LatencyFigureTest.all(stretches, seconds: 300, models: &models)
                .filter { $0.figure == .median }
                .map { EndpointFigure(label: "GET /\(endpoint)", test: $0, verdict: $0.verdict(among: 5)) }
        }
    }

    static func common(_ figures: [EndpointFigure]) -> CommonDrift? {
        var models = DriftModelCache()
        return CommonDrift(.median, of: figures, among: figures.count, seconds: 300, models: &models)
    }

    @Test func aRiseOfAllEndpointsIsOneFinding() throws {
        let common = try #require(Self.common(Self.medians { $1 < 150 ? 1 : 1.15 }), "all rise at second 150")
        #expect(common.covered.count == 5)
        #expect(common.endpoints == 5)
        #expect(abs(common.test.ratio - 1.15) < 0.03, "they rise by 15 %, estimated \(common.test.ratio)")
        #expect(common.probability > 0.9)
    }

    @Test func oneEndpointThatRisesMakesNoCommonRise() {
        let figures = Self.medians { endpoint, second in endpoint == 2 && second >= 150 ? 1.3 : 1 }
        #expect(Self.common(figures) == nil)
        #expect(figures[2].test.verdict(among: 5) == .drifting, "its own finding remains")
    }

    @Test func whoRisesBeyondTheOthersKeepsAFinding() throws {
        let figures = Self.medians { endpoint, second in second < 150 ? 1 : endpoint == 4 ? 1.6 : 1.15 }
        let common = try #require(Self.common(figures))
        #expect(common.covered.map(\.label) == ["GET /0", "GET /1", "GET /2", "GET /3"])
    }

    @Test func steadyEndpointsShareNothing() {
        #expect(Self.common(Self.medians { _, _ in 1 }) == nil)
    }

    @Test func twoEndpointsAreTooFew() {
        #expect(Self.common(Array(Self.medians { $1 < 150 ? 1 : 1.15 }.prefix(2))) == nil)
    }

    // MARK: - One endpoint against the others

    /// Noise that all endpoints share, by second: up to 30 % up and down within half a minute.
    private static func shared(_ second: Double) -> Double {
        1 + 0.15 * sin(second / 6) + 0.15 * sin(second / 3.7 + 1)
    }

    private static func relative(_ figures: [EndpointFigure]) -> [RelativeDrift] {
        var models = DriftModelCache()
        return figures.compactMap {
            RelativeDrift(of: $0, among: figures, figures: figures.count, seconds: 300, models: &models)
        }
    }

    @Test func aRiseOfOneEndpointIsSeenUnderNoiseThatAllShare() throws {
        let figures = Self.medians { endpoint, second in
            Self.shared(second) * (endpoint == 2 && second >= 170 ? 1.09 : 1)
        }
        #expect(!figures.contains { $0.verdict == .drifting }, "the shared noise hides it in the endpoint's own times")
        let found = Self.relative(figures)
        #expect(found.map(\.name.label) == ["GET /2"])
        let rise = try #require(found.first)
        #expect(abs(rise.test.ratio - 1.09) < 0.03, "it rises by 9 %, estimated \(rise.test.ratio)")
        #expect(rise.others == 4)
    }

    @Test func aRiseOfAllIsNoRiseOfOne() {
        #expect(Self.relative(Self.medians { $1 < 150 ? 1 : 1.15 }).isEmpty)
    }

    @Test func anEndpointThatStaysWhileTheOthersBecomeFasterDoesNotRise() {
        let figures = Self.medians { endpoint, second in endpoint == 1 || second < 150 ? 1 : 0.85 }
        #expect(Self.relative(figures).isEmpty)
    }

    @Test func againstASingleOtherNothingIsTold() {
        let figures = Self.medians { endpoint, second in endpoint == 0 && second >= 150 ? 1.15 : 1 }
        #expect(Self.relative(Array(figures.prefix(2))).isEmpty)
    }
}
