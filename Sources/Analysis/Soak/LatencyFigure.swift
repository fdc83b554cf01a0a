import Measurement

/// What of a latency may drift.
enum LatencyFigure: String, Hashable, CaseIterable {
    case median = "p50"
    case tail = "p99"
    /// The slower half against the median: what both share cancels out.
    case spread = "p90/p50"
    case tailSpread = "p99/p50"

    /// The quantile that moves.
    var quantile: Double {
        switch self {
        case .median: 0.5
        case .spread: 0.9
        case .tail, .tailSpread: 0.99
        }
    }

    /// Rises below this share do not count.
    var leastShare: Double {
        switch self {
        case .median: 0.04
        case .spread: 0.06
        case .tail, .tailSpread: 0.08
        }
    }

    /// The logarithm of the figure by block.
    func logarithms(_ blocks: LatencyBlocks) -> [Double] {
        let own = blocks.milliseconds(quantile).map(Math.log)
        switch self {
        case .median, .tail: return own
        case .spread, .tailSpread: return zip(own, blocks.milliseconds(0.5)).map { $0 - Math.log($1) }
        }
    }
}

/// A figure of one endpoint, tested for drift.
struct LatencyFigureTest {
    enum Verdict {
        case drifting
        case stable
        case inconclusive
    }

    let figure: LatencyFigure
    let blocks: LatencyBlocks
    let test: DriftTest
    /// Rises below this many logarithms do not count.
    let least: Double

    private static let level = 0.01
    /// Below this p-value something moves.
    private static let clearLevel = 0.1
    /// Rises below these milliseconds do not count.
    private static let leastMs = 0.02

    /// The figures that there are enough requests for.
    static func all(_ stretches: [LatencyBlocks.Stretch], seconds: Double) -> [LatencyFigureTest] {
        var blocksByQuantile: [Double: LatencyBlocks?] = [:]
        return LatencyFigure.allCases.compactMap { figure in
            let found = blocksByQuantile[figure.quantile] ?? LatencyBlocks(stretches, bearing: figure.quantile)
            blocksByQuantile[figure.quantile] = found
            guard let blocks = found, let test = DriftTest(figure.logarithms(blocks), load: blocks.load) else {
                return nil
            }
            // In a short run more must change before it means something: pools, caches and compilers settle.
            let shortness = min(max(300 / max(seconds, 1), 1), 5)
            let usual = Robust.median(blocks.milliseconds(figure.quantile))
            let least = max(
                Math.log(1 + shortness * figure.leastShare), Math.log(1 + leastMs / max(usual, 1e-6)))
            return LatencyFigureTest(figure: figure, blocks: blocks, test: test, least: least)
        }
    }

    /// - Parameter pValue: corrected for the number of tests.
    func verdict(pValue: Double) -> Verdict {
        if pValue < LatencyFigureTest.level && test.change > least && test.persists { return .drifting }
        // An even rise lifts the last quarter over the first by four fifths of it; what came late would show in the test.
        let isLevel = test.pValue > LatencyFigureTest.clearLevel && test.endUpperBound < 0.8 * ruledOut
        return test.upperBound < ruledOut || isLevel ? .stable : .inconclusive
    }

    /// The rise in logarithms that a stable figure rules out. The tail's distance from the median says less where the quantiles
    /// themselves are ruled out to rise, and is rougher.
    var ruledOut: Double {
        switch figure {
        case .median, .tail, .spread: 2 * least
        case .tailSpread: 3 * least
        }
    }

    /// The ratio of end to start, and its 90 % interval.
    var ratio: Double { Math.exp(test.change) }
    var ratioInterval: ClosedRange<Double> {
        let width = StudentT(degreesOfFreedom: test.degreesOfFreedom).quantile(upperTail: 0.05) * test.standardError
        return Math.exp(test.change - width)...Math.exp(test.change + width)
    }

    /// When it began, and between which times it may have, in seconds.
    var began: Double { second(at: test.began) }
    var beganBetween: ClosedRange<Double> {
        second(at: test.beganBetween.lowerBound)...second(at: test.beganBetween.upperBound)
    }

    private func second(at share: Double) -> Double {
        blocks.seconds[min(Int((share * Double(blocks.seconds.count)).rounded()), blocks.seconds.count - 1)]
    }
}
