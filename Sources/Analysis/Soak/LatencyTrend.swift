import Formats
import Measurement
import Traffic

/// Whether requests take longer as time goes on, told from nothing but their times.
public struct LatencyTrend: Hashable, Sendable {
    /// Whether requests get slower.
    public enum Verdict: String, Encodable, Hashable, Sendable {
        case drift
        case stable
        case inconclusive
    }

    /// What got slower.
    public struct Change: Hashable, Sendable {
        /// The quantile that moved, 0…1.
        public var quantile: Double
        /// Whether it moved away from the median rather than with it; `ratio` is that of the distance then.
        public var isAgainstMedian: Bool
        /// End over start, with its 90 % interval; an estimate.
        public var ratio: Double
        /// The interval of the ratio.
        public var interval: ClosedRange<Double>
        /// When it began, and between which times it may have, in seconds on the requests' clock.
        public var beganSeconds: Double
        /// Between which seconds it may have begun.
        public var beganBetween: ClosedRange<Double>
        /// Whether it came at once.
        public var isStep: Bool
    }

    /// What was found.
    public let verdict: Verdict
    /// The quantiles that moved.
    public let changes: [Change]
    /// One sentence a person understands.
    public let reason: String

    /// Share of the time left out at its beginning, while services settle.
    static let dropped = 0.12

    /// Judges a series of requests.
    public init(_ series: LatencySeries) {
        let windows = series.ordered
        let stretches = windows.dropFirst(Int(LatencyTrend.dropped * Double(windows.count))).map {
            LatencyBlocks.Stretch(second: $0.second, times: $0.times, requests: Double($0.times.totalCount))
        }
        let seconds = Double(stretches.count) * series.windowSeconds
        var models = DriftModelCache()
        let tests = LatencyFigureTest.all(Array(stretches), seconds: seconds, models: &models)
        let verdicts = LatencyFigureTest.verdicts(of: tests, among: tests.count { $0.figure.isOwnEvidence })
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
            reason = LatencyTrend.openSentence(open.0, seconds: seconds)
        } else {
            verdict = .stable
            let bounds = tests.map { "\($0.figure.rawValue) by \(LatencyTrend.percent(Math.exp($0.ruledOut)))" }
            reason = "rises are ruled out over \(MemoryTrend.duration(seconds)): \(bounds.joined(separator: ", "))"
        }
    }

    /// One change a quantile: the quantile itself before its distance from the median.
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
        let way = change.isStep ? "at once at" : "gradually from"
        return "\(name) rose by \(percent(change.ratio))\(against) (\(interval)), \(way) "
            + "second \(change.beganSeconds.formatted(decimals: 0))"
    }

    private static func openSentence(_ test: LatencyFigureTest, seconds: Double) -> String {
        let interval = test.ratioInterval
        return
            "\(test.figure.rawValue) cannot be judged over \(MemoryTrend.duration(seconds)): the estimated change is "
            + "\(percent(test.ratio)) (90% interval \(percent(interval.lowerBound)) … \(percent(interval.upperBound)))"
    }
}
