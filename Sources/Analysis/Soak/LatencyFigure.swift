import Measurement

/// A figure of latency that may drift.
enum LatencyFigure: String, Hashable, CaseIterable {
    case median = "p50"
    case tail = "p99"
    /// The slower half relative to the median, in which common changes cancel out.
    case spread = "p90/p50"
    case tailSpread = "p99/p50"

    /// Whether it is separate evidence: what moves the tail also moves the median or the ratio between them, and these
    /// can be distinguished from noise more reliably.
    var isOwnEvidence: Bool { self != .tail }

    /// The figure in a sentence.
    var name: String {
        switch self {
        case .median, .tail: rawValue
        case .spread: "p90 relative to p50"
        case .tailSpread: "p99 relative to p50"
        }
    }

    /// The name of its quantile: `p90`.
    var quantileName: String { self == .spread ? "p90" : self == .median ? "p50" : "p99" }

    /// The quantile of the figure.
    var quantile: Double {
        switch self {
        case .median: 0.5
        case .spread: 0.9
        case .tail, .tailSpread: 0.99
        }
    }

    /// The least relevant rise, as a share.
    var leastShare: Double {
        switch self {
        case .median: 0.02
        case .spread: 0.03
        case .tail, .tailSpread: 0.04
        }
    }

    /// The rise that a stable figure rules out, as a multiple of the least relevant one. The ratio of the tail to the
    /// median is noisier, and less important where the quantiles themselves are known not to rise.
    var ruledOutFactor: Double {
        switch self {
        case .median, .tail, .spread: 4
        case .tailSpread: 6
        }
    }

    /// The figure for each block.
    ///
    /// It is the quantile, or the mean of the times around it where that varies less from block to block: with few
    /// requests a block, a mean shows changes of half the size.
    func course(_ blocks: LatencyBlocks) -> FigureCourse {
        let own = blocks.milliseconds(quantile).map(Math.log)
        let around = blocks.meanLogarithms(between: neighbours)
        guard self == .spread || self == .tailSpread else {
            return FigureCourse(logarithms: LatencyFigure.lessNoisy(own, around))
        }
        let middle = blocks.meanLogarithms(between: LatencyFigure.median.neighbours)
        let above = LatencyFigure.lessNoisy(
            zip(own, blocks.milliseconds(0.5)).map { $0 - Math.log($1) }, zip(around, middle).map(-))
        // The fast requests are only needed where the noise of the slow ones hides a relevant rise, and they dilute a
        // rise of the slow ones alone.
        let isNoisy = LatencyFigure.noise(above) > 2 * Double(above.count - 1) * leastShare * leastShare
        guard self == .spread, isNoisy,
            let both = LatencyFigure.bothSides(blocks, middle, scale: Robust.median(above)),
            LatencyFigure.noise(both) < LatencyFigure.noise(above),
            DriftTest.difference(above) <= DriftTest.difference(both)
        else { return FigureCourse(logarithms: above) }
        return FigureCourse(logarithms: both, above: above)
    }

    /// The distance between the slow and the fast requests of each block, in the size of the slow ones' distance from
    /// the median. It uses twice the requests, so that it is less noisy where the whole distribution becomes wider.
    ///
    /// - Returns: nil if the fast requests are much farther from the median than the slow ones, such as those answered
    ///   from a cache: the distance is then mostly theirs.
    private static func bothSides(_ blocks: LatencyBlocks, _ middle: [Double], scale: Double) -> [Double]? {
        let slow = blocks.meanLogarithms(between: 0.7...0.97)
        let fast = blocks.meanLogarithms(between: 0.03...0.3)
        let above = Robust.median(zip(slow, middle).map(-))
        let below = Robust.median(zip(middle, fast).map(-))
        guard above > 0, below <= mostBelow * above else { return nil }
        return zip(slow, fast).map { ($0 - $1) * scale / (above + below) }
    }

    /// Quantiles whose times have about the same mean as the figure's own quantile.
    private var neighbours: ClosedRange<Double> {
        switch self {
        case .median: 0.25...0.75
        case .spread: 0.8...0.97
        case .tail, .tailSpread: 0.98...0.998
        }
    }

    /// The most that the fast requests' distance from the median may be of the slow ones'.
    private static let mostBelow = 2.0

    /// The series with less noise.
    private static func lessNoisy(_ left: [Double], _ right: [Double]) -> [Double] {
        noise(right) < noise(left) ? right : left
    }

    /// The squared differences from one block to the next, to which a lasting change hardly contributes.
    private static func noise(_ values: [Double]) -> Double {
        zip(values, values.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }
    }
}

/// The course of a figure over the blocks of a run.
struct FigureCourse {
    /// The logarithm of the figure for each block.
    var logarithms: [Double]
    /// The slow requests alone, if `logarithms` also uses the fast ones: without a rise of theirs the figure does not
    /// rise. Nil otherwise.
    var above: [Double]?

    /// The least part of a rise that the slow requests alone must show.
    private static let leastAbove = 0.7

    /// Whether the slow requests take part in a rise of the figure.
    func bears(_ rise: Double) -> Bool {
        above.map { DriftTest.difference($0) > FigureCourse.leastAbove * rise } ?? true
    }
}

/// The drift test of a figure of one endpoint, or of all endpoints together.
struct LatencyFigureTest {
    enum Verdict {
        case drifting
        case stable
        case inconclusive
    }

    let figure: LatencyFigure
    let blocks: LatencyBlocks
    /// Logarithms of the figure by block.
    let values: [Double]
    let test: DriftTest
    /// The least relevant rise, in logarithms.
    let least: Double
    /// Whether the end is above the start by a good part of the rise.
    let persists: Bool
    /// Whether the run is too short to be called stable.
    let isShort: Bool

    /// At a run's end a rise is reported when it is more likely than not: its prior is already small, because many are
    /// tested.
    private static let leastProbability = 0.5
    /// The expected number of rising figures, divided evenly among all that are tested: at least as many as one endpoint
    /// has, because with few requests only one or two can be tested, and each of them is noisier.
    private static let expectedRises = 1.25
    private static let fewestFigures = 3
    /// Figures of few requests are much noisier, and their noise is not normal.
    private static let thinPrior = 0.5
    /// The least relevant rise in milliseconds.
    private static let leastMs = 0.02
    /// The shortest evaluated time of a stable figure, in seconds: a run of one minute without its dropped start.
    private static let leastStableSeconds = 50.0
    /// Runs longer than this many times the current one are not recommended.
    private static let mostTimes = 8.0

    /// The tests of all figures with enough requests.
    static func all(
        _ stretches: [LatencyBlocks.Stretch], seconds: Double, models: inout DriftModelCache
    ) -> [LatencyFigureTest] {
        var blocksByQuantile: [Double: LatencyBlocks?] = [:]
        return LatencyFigure.allCases.compactMap { figure in
            let found = blocksByQuantile[figure.quantile] ?? LatencyBlocks(stretches, bearing: figure.quantile)
            blocksByQuantile[figure.quantile] = found
            guard let blocks = found else { return nil }
            return LatencyFigureTest(
                figure, blocks, course: figure.course(blocks), seconds: seconds, models: &models)
        }
    }

    /// - Returns: nil with too few values.
    init?(
        _ figure: LatencyFigure, _ blocks: LatencyBlocks, course: FigureCourse, seconds: Double,
        models: inout DriftModelCache
    ) {
        let values = course.logarithms
        let models = models.models(count: values.count, load: blocks.load)
        guard let test = DriftTest(values, models: models) else { return nil }
        // In a short run the least relevant rise is larger, because pools, caches and compilers settle.
        let shortness = min(max(300 / max(seconds, 1), 1), 5)
        let usual = Robust.median(blocks.milliseconds(figure.quantile))
        self.figure = figure
        self.blocks = blocks
        self.values = values
        self.test = test
        isShort = seconds < LatencyFigureTest.leastStableSeconds
        persists = test.persists && course.bears(test.change)
        least = max(
            Math.log(1 + shortness * figure.leastShare),
            Math.log(1 + LatencyFigureTest.leastMs / max(usual, 1e-6)))
    }

    /// The verdicts on the figures of one endpoint.
    ///
    /// - Parameter figures: how many figures of all endpoints are separate evidence.
    static func verdicts(
        of tests: [LatencyFigureTest], among figures: Int, _ certainty: Certainty = .final
    ) -> [Verdict] {
        let verdicts = tests.map { $0.verdict(among: figures, certainty) }
        let hasEvidence = zip(tests, verdicts).contains {
            [.median, .tailSpread].contains($0.figure) && $1 == .drifting
        }
        return zip(tests, verdicts).map { test, verdict in
            test.figure.isOwnEvidence || verdict != .drifting || hasEvidence ? verdict : .inconclusive
        }
    }

    /// The probability of a relevant rise of the figure.
    ///
    /// - Parameter figures: how many figures are tested with it.
    func probability(among figures: Int) -> Double {
        let prior = LatencyFigureTest.expectedRises / Double(max(figures, LatencyFigureTest.fewestFigures))
        return test.probability(ofMoreThan: least, prior: blocks.isThin ? LatencyFigureTest.thinPrior * prior : prior)
    }

    /// - Parameter figures: how many figures are tested with it.
    func verdict(among figures: Int, _ certainty: Certainty = .final) -> Verdict {
        let least = certainty == .final ? LatencyFigureTest.leastProbability : certainty.leastProbability
        if probability(among: figures) > least, persists { return .drifting }
        let doubt = test.probability(ofMoreThan: ruledOut, prior: 0.5)
        return doubt < certainty.mostDoubt && !isShort ? .stable : .inconclusive
    }

    /// The approximate length of a run that would rule out the rise or confirm it: the error falls with the square root
    /// of the length. Nil if it would have to be many times as long: then less noise is needed instead.
    func neededSeconds(_ seconds: Double) -> Double? {
        let width = test.interval.upperBound - test.change
        let times = ruledOut > test.change ? width / (ruledOut - test.change) : 2
        let needed = max(2, times * times)
        return needed > LatencyFigureTest.mostTimes ? nil : needed * seconds
    }

    /// A sentence for an open figure: what is not ruled out, and what would settle it.
    ///
    /// - Parameters:
    ///   - name: the figure, with its endpoint if there are several.
    ///   - seconds: the length of the run.
    func openSentence(_ name: String, seconds: Double) -> String {
        let judged = "\(name) cannot be judged over \(MemoryTrend.duration(seconds))"
        guard !isShort else { return "\(judged): the run is too short; it needs a minute at least" }
        let settles =
            neededSeconds(seconds).map { "about \(MemoryTrend.duration($0)) of such a run would decide" }
            ?? "a longer run alone would not decide: it needs more requests per second, a steadier load or a quieter "
            + "machine"
        return "\(judged): a rise of "
            + "\(LatencyTrend.percent(Math.exp(ruledOut))) is not ruled out; \(settles)"
    }

    /// The rise that a stable figure rules out, in logarithms.
    var ruledOut: Double { figure.ruledOutFactor * least }

    /// The ratio of end to start, and its 90 % interval.
    var ratio: Double { Math.exp(test.change) }
    var ratioInterval: ClosedRange<Double> {
        Math.exp(test.interval.lowerBound)...Math.exp(test.interval.upperBound)
    }

    /// The time intervals that differ, in seconds: before and after a step, or the first and last third of a slow rise.
    var sides: (before: ClosedRange<Double>, after: ClosedRange<Double>) {
        let seconds = blocks.seconds
        let last = seconds.count - 1
        let end = seconds[last] + (seconds[last] - seconds[0]) / Double(max(last, 1))
        guard case .step(let place) = test.rise else {
            return (seconds[0]...seconds[seconds.count / 3], seconds[last - seconds.count / 3]...end)
        }
        return (seconds[0]...seconds[place], seconds[place]...end)
    }

    /// The difference of the figure's quantile between them, in milliseconds.
    var changeMs: Double {
        let (before, after) = sides
        let values = blocks.milliseconds(figure.quantile)
        let median = { (side: ClosedRange<Double>) in
            Robust.median(zip(blocks.seconds, values).filter { side.contains($0.0) }.map(\.1))
        }
        return max(median(after) - median(before), 0)
    }

    /// When it began, and the range in which it may have begun, in seconds.
    var began: Double { second(at: test.began) }
    var beganBetween: ClosedRange<Double> {
        second(at: test.beganBetween.lowerBound)...second(at: test.beganBetween.upperBound)
    }

    private func second(at share: Double) -> Double {
        blocks.seconds[min(Int((share * Double(blocks.seconds.count)).rounded()), blocks.seconds.count - 1)]
    }
}
