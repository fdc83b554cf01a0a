import Formats
import Measurement

/// The figures of runs of one kind in chronological order, and the points where they changed.
///
/// A change is reported where splitting the runs in two gives a difference that chance does not explain at the level
/// used in comparisons, corrected for all splits and figures tried. The usual variation between runs is estimated as in
/// comparisons.
public struct RunHistory: Encodable, Sendable {
    /// A figure followed from run to run.
    public enum Figure: String, CaseIterable, Encodable, Hashable, Sendable {
        case p50, p95, p99
        /// The share of requests that failed.
        case failures
        /// Answered requests per second.
        case throughput
        /// The highest level of a ladder that passed its gates.
        case capacity

        /// Whether larger values are worse.
        public var moreIsWorse: Bool {
            switch self {
            case .p50, .p95, .p99, .failures: true
            case .throughput, .capacity: false
            }
        }
    }

    /// One run.
    public struct Run: Encodable, Sendable {
        /// Its folder's name.
        public var name: String
        /// When it began, in seconds since 1970.
        public var startedAt: Double
        /// The verdict of its gates.
        public var verdict: Verdict
        /// In milliseconds, as a ratio 0…1, in responses per second, or in sessions; unmeasured figures are left out.
        public var figures: [Figure: Double]
        /// Half the width of a figure's 90 % interval, as a share; left out where it is unknown.
        var spreads: [Figure: Double]
        /// Reasons why its figures are due to the generating machine rather than the target; empty if there are none.
        public var blame: [String]
        /// Its settings.
        public var settings: [String: String]

        private enum CodingKeys: CodingKey {
            case name, startedAt, verdict, figures, blame
        }

        /// Encodes the figures by name.
        ///
        /// - Throws: the encoder's error.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(startedAt, forKey: .startedAt)
            try container.encode(verdict, forKey: .verdict)
            try container.encode(
                Dictionary(uniqueKeysWithValues: figures.map { ($0.key.rawValue, $0.value) }), forKey: .figures)
            try container.encode(blame, forKey: .blame)
        }
    }

    /// A lasting change of a figure.
    public struct Change: Encodable, Sendable {
        /// The figure that changed.
        public var figure: Figure
        /// The first run with the change, as an index into ``RunHistory/runs``.
        public var place: Int
        /// That run's name.
        public var run: String
        /// The mean from the previous change up to it.
        public var before: Double
        /// The mean from it until the next change.
        public var after: Double
        /// `after` divided by `before`; for failures the difference.
        public var ratio: Double
        /// The low end of its 90 % interval.
        public var low: Double
        /// The high end of its 90 % interval.
        public var high: Double
        /// Corrected for all tests.
        public var pValue: Double
        /// Whether the change is for the worse.
        public var isWorse: Bool
        /// Settings that differ between this run and the previous one: `sessions: 100 → 200`.
        public var settings: [String]
    }

    /// The name of this kind of runs: a scenario's name, or a common name for all runs of a folder.
    public let name: String
    /// In chronological order.
    public let runs: [Run]
    /// By figure, then in order of the runs.
    public let changes: [Change]

    /// Settings whose differences mean nothing.
    private static let idleSettings: Set<String> = ["seed"]

    /// A history of runs, with the changes that are found in it.
    ///
    /// - Parameter runs: runs of one kind, in any order. Those with a reason to blame the machine are shown, but not
    ///   searched for changes.
    public init(name: String, runs: [Run]) {
        self.name = name
        let ordered = runs.sorted { ($0.startedAt, $0.name) < ($1.startedAt, $1.name) }
        self.runs = ordered
        let usable = ordered.indices.filter { ordered[$0].blame.isEmpty }
        let tests = Figure.allCases.reduce(0) { sum, figure in
            sum + max(0, usable.count { ordered[$0].figures[figure] != nil } - 1)
        }
        changes = Figure.allCases.flatMap { figure -> [Change] in
            let places = usable.filter { ordered[$0].figures[figure] != nil }
            let values = places.map { RunHistory.scaled(ordered[$0], figure) }
            let cuts = RunHistory.cuts(in: values[...], tests: tests * RunHistory.reaches.count)
            return RunHistory.changes(figure, cuts, values, places, ordered)
        }
    }

    /// The settings that make the load of a run: runs that differ in one of them are not compared.
    private static let planSettings = [
        "source", "scenario", "log", "traffic", "load", "sessions", "copies", "rate", "speed", "pacing", "think",
        "arrivals", "ramp", "for",
    ]

    /// Histories of the runs that have the same plan, ordered by their first runs. Where there are several, the name
    /// of each has the settings that differ.
    public static func all(name: String, runs: [Run]) -> [RunHistory] {
        let plans = Dictionary(grouping: runs) { run in
            planSettings.map { key in
                // The same file may be given by different paths.
                run.settings[key].map { key == "log" ? String($0.split(separator: "/").last ?? "") : $0 } ?? ""
            }
        }
        let differing = planSettings.indices.filter { place in Set(plans.keys.map { $0[place] }).count > 1 }
        return plans.map { plan, runs in
            let settings = differing.compactMap { place -> String? in
                plan[place].isEmpty ? nil : "\(planSettings[place]) \(plan[place])"
            }
            return RunHistory(
                name: settings.isEmpty ? name : "\(name) with \(settings.joined(separator: ", "))", runs: runs)
        }.sorted { ($0.runs.first?.startedAt ?? 0, $0.name) < ($1.runs.first?.startedAt ?? 0, $1.name) }
    }

    /// A figure that differs widely between the runs, though not as a lasting change.
    public struct Spread: Hashable, Sendable {
        /// The figure.
        public var figure: Figure
        /// Its smallest and largest values.
        public var range: ClosedRange<Double>
    }

    /// The figures without a lasting change whose largest value is at least twice the smallest; for failures, whose
    /// shares differ by 5 points and by more than the numbers of requests explain.
    public var spreads: [Spread] {
        let usable = runs.filter(\.blame.isEmpty)
        return Figure.allCases.compactMap { figure in
            guard !changes.contains(where: { $0.figure == figure }) else { return nil }
            let known = usable.compactMap { run in run.figures[figure].map { (run: run, value: $0) } }
            guard known.count > 1, let low = known.min(by: { $0.value < $1.value }),
                let high = known.max(by: { $0.value < $1.value })
            else { return nil }
            let (least, most) = (low.value, high.value)
            let isWide: Bool
            if figure == .failures {
                let angle = { (share: Double) in Math.arcsine(min(max(share, 0), 1).squareRoot()) }
                let noise = (low.run.spreads[figure] ?? 0) + (high.run.spreads[figure] ?? 0)
                isWide = most - least >= 0.05 && angle(most) - angle(least) > 3 * noise
            } else {
                isWide = least > 0 && most >= 2 * least
            }
            return isWide ? Spread(figure: figure, range: least...most) : nil
        }
    }

    // MARK: - Search

    /// A split before the value at `place`.
    private struct Cut {
        var place: Int
        var pValue: Double
    }

    /// How many runs on either side of a split are compared. Comparing only all runs would miss a step that a later one
    /// undoes.
    private static let reaches = [4, 8, Int.max / 2]

    /// Splits a series recursively; each time at the split with the lowest p-value.
    private static func cuts(in values: ArraySlice<RunDifference.Figure>, tests: Int) -> [Cut] {
        guard values.count > 2 else { return [] }
        var best: Cut?
        for place in values.indices.dropFirst() {
            for reach in reaches {
                let difference = RunDifference(
                    baseline: Array(values[max(values.startIndex, place - reach)..<place]),
                    candidate: Array(values[place..<min(values.endIndex, place + reach)]))
                guard abs(difference.estimate) > ComparisonVerdict.leastDifference else { continue }
                let pValue = min(1, difference.pValue * Double(max(tests, 1)))
                if pValue < best?.pValue ?? ComparisonVerdict.level { best = Cut(place: place, pValue: pValue) }
            }
        }
        guard let best else { return [] }
        return cuts(in: values[..<best.place], tests: tests) + [best] + cuts(in: values[best.place...], tests: tests)
    }

    private static func changes(
        _ figure: Figure, _ cuts: [Cut], _ values: [RunDifference.Figure], _ places: [Int], _ runs: [Run]
    ) -> [Change] {
        cuts.enumerated().map { index, cut in
            let begin = index > 0 ? cuts[index - 1].place : 0
            let end = index + 1 < cuts.count ? cuts[index + 1].place : values.count
            let (left, right) = (begin..<cut.place, cut.place..<end)
            let difference = RunDifference(baseline: Array(values[left]), candidate: Array(values[right]))
            let mean = { (part: Range<Int>) in
                let figures = part.compactMap { runs[places[$0]].figures[figure] }
                return figures.reduce(0, +) / Double(max(figures.count, 1))
            }
            let (before, after) = (mean(left), mean(right))
            let interval = difference.interval
            let isShare = figure == .failures
            let place = places[cut.place]
            return Change(
                figure: figure, place: place, run: runs[place].name, before: before, after: after,
                ratio: isShare ? after - before : Math.exp(difference.estimate),
                low: isShare ? share(interval.lowerBound, above: before) : Math.exp(interval.lowerBound),
                high: isShare ? share(interval.upperBound, above: before) : Math.exp(interval.upperBound),
                pValue: cut.pValue, isWorse: (difference.estimate > 0) == figure.moreIsWorse,
                settings: differences(runs[places[cut.place - 1]].settings, runs[place].settings))
        }
    }

    /// A figure on the scale of comparisons: its logarithm, or the arcsine of a share's square root.
    private static func scaled(_ run: Run, _ figure: Figure) -> RunDifference.Figure {
        let value = run.figures[figure] ?? 0
        guard figure == .failures else {
            return RunDifference.Figure(
                value: Math.log(max(value, 1e-9)), error: (run.spreads[figure] ?? 0) / 1.645)
        }
        return RunDifference.Figure(
            value: Math.arcsine(min(max(value, 0), 1).squareRoot()), error: run.spreads[figure] ?? 0)
    }

    private static func share(_ angle: Double, above start: Double) -> Double {
        let sum = Math.arcsine(min(max(start, 0), 1).squareRoot()) + angle
        let sine = Math.sine(min(max(sum, 0), .pi / 2))
        return sine * sine - start
    }

    private static func differences(_ old: [String: String], _ new: [String: String]) -> [String] {
        Set(old.keys).union(new.keys).subtracting(idleSettings).sorted().compactMap { key in
            let (left, right) = (old[key] ?? "–", new[key] ?? "–")
            return left == right ? nil : "\(key): \(left) → \(right)"
        }
    }
}

extension RunHistory.Run {
    /// A run from its summary.
    public init(
        name: String, startedAt: Double, _ summary: RunSummary, settings: [String: String] = [:]
    ) {
        self.name = name
        self.startedAt = startedAt
        self.settings = settings
        verdict = summary.verdict
        figures = [:]
        spreads = [:]
        if summary.requests > 0 {
            figures[.failures] = summary.failureRatio
            spreads[.failures] = 0.5 / Double(summary.requests).squareRoot()
            if summary.throughputRps > 0 { figures[.throughput] = summary.throughputRps }
        }
        if let times = summary.times[.response], times.max > 0 {
            figures[.p50] = times.p50
            figures[.p95] = times.p95
            figures[.p99] = times.p99
            spreads[.p50] = RunHistory.Run.spread(times.p50Interval)
            spreads[.p95] = RunHistory.Run.spread(times.p95Interval)
            spreads[.p99] = RunHistory.Run.spread(times.p99Interval)
        }
        blame = RunHistory.Run.blame(summary)
    }

    /// A run from the result of a ladder.
    public init(name: String, startedAt: Double, _ scenario: ScenarioResult) {
        self.name = name
        self.startedAt = startedAt
        settings = [:]
        verdict = scenario.verdict
        figures = [:]
        spreads = [:]
        if let capacity = scenario.capacity { figures[.capacity] = Double(capacity) }
        blame = scenario.ladder?.unproven.map { ["at \($0.grouped) sessions the generator was the limit"] } ?? []
    }

    private static func spread(_ interval: Percentiles.Interval?) -> Double? {
        guard let interval, interval.low > 0, interval.high > interval.low else { return nil }
        return Math.log(interval.high / interval.low) / 2
    }

    /// Send lag adds to response times; above a tenth of the median it matters.
    private static func blame(_ summary: RunSummary) -> [String] {
        var blame: [String] = []
        let lag = summary.times[.sendLag]?.p99 ?? 0
        let lagText = "p99 send lag \(lag.formatted(decimals: 1)) ms"
        if summary.generator.saturated { blame.append("the generator was too slow for the plan, \(lagText)") }
        if let stalled = summary.generator.stalledSeconds, stalled >= 0.5 {
            blame.append("the generator was stalled for \(stalled.formatted(decimals: 1)) s")
        }
        if summary.generator.cpuRatio > 0.9 {
            blame.append(
                "the generator used \((100 * summary.generator.cpuRatio).formatted(decimals: 0)) % of its processors")
        }
        if blame.isEmpty, let median = summary.times[.response]?.p50, lag > 1, lag > median / 2 {
            blame.append(
                "\(lagText) is large compared with the median response time, \(median.formatted(decimals: 1)) ms")
        }
        if summary.ending == .interrupted || summary.ending == .unfinished || summary.ending == .failed {
            blame.append("the run was not completed")
        }
        return blame
    }
}
