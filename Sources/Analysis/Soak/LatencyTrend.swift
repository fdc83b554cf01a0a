import Formats
import Measurement
import Traffic

/// Determines whether requests become slower over time, from their times alone.
public struct LatencyTrend: Hashable, Sendable {
    /// Whether requests become slower.
    public enum Verdict: String, Encodable, Hashable, Sendable {
        case drift
        case stable
        case inconclusive
    }

    /// A quantile that became slower.
    public struct Change: Hashable, Sendable {
        /// The quantile, 0…1.
        public var quantile: Double
        /// Whether it moved relative to the median rather than with it; `ratio` is then that of the distance from the
        /// median.
        public var isAgainstMedian: Bool
        /// End divided by start; an estimate.
        public var ratio: Double
        /// The 90 % interval of the ratio.
        public var interval: ClosedRange<Double>
        /// When it began, in seconds on the requests' clock.
        public var beganSeconds: Double
        /// The range of seconds in which it may have begun.
        public var beganBetween: ClosedRange<Double>
        /// Whether it was a step.
        public var isStep: Bool
    }

    /// The verdict.
    public let verdict: Verdict
    /// The quantiles that became slower.
    public let changes: [Change]
    /// One sentence for the user.
    public let reason: String

    /// The share of the time left out at its beginning, in which services settle.
    static let dropped = 0.12

    /// Evaluates a series of requests.
    public init(_ series: LatencySeries) {
        let windows = series.ordered
        let stretches = windows.dropFirst(Int(LatencyTrend.dropped * Double(windows.count))).map {
            LatencyBlocks.Stretch(second: $0.second, times: $0.times, requests: Double($0.times.totalCount))
        }
        let seconds = Double(stretches.count) * series.windowSeconds
        var models = DriftModelCache()
        let all = LatencyFigureTest.all(Array(stretches), seconds: seconds, models: &models)
        let found = LatencyFigureTest.verdicts(of: all, among: all.count { $0.figure.isOwnEvidence })
        // A figure with so few requests that only a large rise of it is visible counts only if it rises.
        let shown = all.indices.filter { !all[$0].blocks.isThin || found[$0] == .drifting }
        let (tests, verdicts) = (shown.map { all[$0] }, shown.map { found[$0] })
        changes = LatencyTrend.changes(zip(tests, verdicts).filter { $1 == .drifting }.map(\.0))
        if !changes.isEmpty {
            verdict = .drift
            reason = changes.map(LatencyTrend.sentence).joined(separator: "; ")
        } else if tests.isEmpty {
            verdict = .inconclusive
            reason =
                "\(series.count) requests over \(MemoryTrend.duration(series.spanSeconds)) are too few to tell"
        } else if let open = zip(tests, verdicts).first(where: { $1 == .inconclusive }) {
            verdict = .inconclusive
            reason = open.0.openSentence(open.0.figure.name, seconds: seconds)
        } else {
            verdict = .stable
            let bounds = tests.map { "\($0.figure.rawValue) by \(LatencyTrend.percent(Math.exp($0.ruledOut)))" }
            reason = "rises are ruled out over \(MemoryTrend.duration(seconds)): \(bounds.joined(separator: ", "))"
        }
    }

    /// At most one change per quantile: the quantile itself is preferred to its distance from the median.
    private static func changes(_ tests: [LatencyFigureTest]) -> [Change] {
        var changes: [Change] = []
        for test in tests where !changes.contains(where: { $0.quantile == test.figure.quantile }) {
            var isStep = false
            if case .step = test.test.rise { isStep = true }
            changes.append(
                Change(
                    quantile: test.figure.quantile,
                    isAgainstMedian: test.figure == .spread || test.figure == .tailSpread, ratio: test.ratio,
                    interval: test.ratioInterval, beganSeconds: test.began, beganBetween: test.beganBetween,
                    isStep: isStep))
        }
        return changes.sorted { $0.quantile < $1.quantile }
    }

    static func percent(_ ratio: Double) -> String { "\(((ratio - 1) * 100).formatted(decimals: 1))%" }

    /// With its sign: `+3.2%`.
    static func signedPercent(_ ratio: Double) -> String { (ratio < 1 ? "" : "+") + percent(ratio) }

    private static func sentence(_ change: Change) -> String {
        let name = "p\(GateEvaluation.plain(change.quantile * 100))"
        let against = change.isAgainstMedian ? " against the median" : ""
        let interval = "90% interval \(percent(change.interval.lowerBound)) … \(percent(change.interval.upperBound))"
        let way = change.isStep ? "in one step at" : "gradually from"
        return "\(name) rose by \(percent(change.ratio))\(against) (\(interval)), \(way) "
            + "second \(change.beganSeconds.formatted(decimals: 0))"
    }
}
