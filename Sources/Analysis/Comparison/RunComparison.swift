import Formats
public import Measurement
import Traffic

/// Compares candidate runs with baseline runs: latency and failures by endpoint, and memory.
///
/// If one side is recorded traffic, which has no schedule, service times are compared; otherwise turnarounds.
public struct RunComparison: Encodable, Hashable, Sendable {
    /// The compared figure of an endpoint.
    public enum Figure: String, CaseIterable, Encodable, Hashable, Sendable {
        case p50
        case p95
        case p99
        /// The share of requests that failed.
        case failures

        /// The quantile, 0…1; nil for failures.
        var quantile: Double? {
            switch self {
            case .p50: 0.5
            case .p95: 0.95
            case .p99: 0.99
            case .failures: nil
            }
        }
    }

    /// The comparison of one figure of one endpoint.
    public struct Finding: Encodable, Hashable, Sendable {
        /// `GET /users/{id}`, or `all requests`.
        public var endpoint: String
        /// The figure compared.
        public var figure: Figure
        /// The verdict.
        public var verdict: ComparisonVerdict
        /// The baseline's figure, averaged over its runs: milliseconds, or a ratio 0…1.
        public var baseline: Double
        /// The candidate's figure, in the same unit.
        public var candidate: Double
        /// Candidate divided by baseline; for failures, the difference.
        public var ratio: Double
        /// The low end of the 90 % interval of `ratio`.
        public var low: Double
        /// The high end of the 90 % interval of `ratio`.
        public var high: Double
        /// The low end of the interval that decides whether there is a difference. Its confidence is corrected for the
        /// number of figures compared. It contains "no difference" (1, or 0 for failures) unless the verdict is
        /// `regressed` or `improved`. Equivalence is decided by the 90 % interval.
        public var decidingLow = 0.0
        /// The high end of that interval.
        public var decidingHigh = 0.0
        /// The confidence of that interval, 0…1.
        public var decidingLevel = 0.0
        /// The estimated number of pairs that would settle an inconclusive figure, if they vary like these. Nil if
        /// it is settled, or where no practical number would do.
        public var pairsNeeded: Int?
        /// Whether a run has so few requests to the endpoint that only a large difference can be found.
        public var isOfFewRequests = false
    }

    /// The overall verdict.
    public var verdict: ComparisonVerdict
    /// The number of runs per side that alternated.
    public var pairs: Int
    /// The times compared: turnarounds, or service times if one side has no schedule.
    public var time: TimeKind
    /// The findings, all requests together first.
    public var findings: [Finding]
    /// The endpoints whose times were not compared, those with most requests first.
    public var notCompared: [UncomparedEndpoint]
    /// Memory findings, if both sides watched a process: growth of the candidate relative to the baseline.
    public var memory: [SoakFinding]
    /// Warnings that a reader needs to judge the figures.
    public var warnings: [String]

    private static let all = "all requests"
    /// The most endpoints compared, those with most requests first.
    static let mostEndpoints = 50

    /// Compares the runs of a candidate with those of a baseline.
    ///
    /// - Parameters:
    ///   - baseline: its runs, in the order in which they alternated with the candidate's; not empty.
    ///   - margin: the largest difference that does not matter, as a share of the median; twice that for the tail.
    ///   - advisor: knows the options that remedy problems.
    public init(
        baseline: [RunRecord], candidate: [RunRecord], margin: Double = LatencyComparison.usualMargin,
        advisor: Advisor = .silent
    ) {
        let kind: TimeKind = (baseline + candidate).contains(where: \.description.isRecorded) ? .service : .turnaround
        time = kind
        // Delays caused by the generator are not differences between the targets.
        let left = baseline.map { RunLatencies(GeneratorDelay(of: $0).comparable, kind) }
        let right = candidate.map { RunLatencies(GeneratorDelay(of: $0).comparable, kind) }
        var tests: [(Finding, RunDifference, Double)] = []
        let labels = RunComparison.labels(left, right)
        for label in labels {
            tests += RunComparison.latency(label, left, right, margin: margin)
            tests += RunComparison.failures(label, left, right)
        }
        let adjusted = HolmCorrection.adjusted(tests.map(\.1.pValue))
        let multipliers = HolmCorrection.multipliers(tests.map(\.1.pValue))
        let runs = min(baseline.count, candidate.count)
        findings = tests.indices.map { place in
            let (own, difference, margin) = tests[place]
            var finding = own
            finding.verdict = ComparisonVerdict(difference, pValue: adjusted[place], margin: margin)
            let tail = ComparisonVerdict.level / 2 / Double(multipliers[place])
            let deciding = difference.interval(tail: tail)
            (finding.decidingLow, finding.decidingHigh) = own.scaled(deciding)
            finding.decidingLevel = 1 - 2 * tail
            if finding.verdict == .inconclusive {
                finding.pairsNeeded = difference.pairsNeeded(pairs: runs, tail: tail, margin: margin)
            }
            return finding
        }
        let timed = Set(tests.map(\.0).filter { $0.figure != .failures }.map(\.endpoint))
        notCompared = UncomparedEndpoint.all(left, right, compared: timed, among: Set(labels))
        pairs = runs
        memory = zip(baseline, candidate).flatMap { RunComparison.memory($0, $1) }
        verdict = RunComparison.verdict(findings)
        if memory.contains(where: { $0.verdict == .growing }) { verdict = .regressed }
        warnings = RunComparison.warnings(left, right, pairs: pairs, kind, advisor)
        let open = findings.count { $0.verdict == .inconclusive }
        if verdict == .equivalent, open > 0 {
            warnings.append(
                "all requests together are equivalent; \(open) of \(findings.count) endpoint figures have too few "
                    + "requests for a separate verdict")
        }
        let full = [baseline, candidate].map { side in side.count { MachineState(of: $0).isFull } }
        if full[0] + full[1] > 0 {
            warnings.append(
                "the machine had no CPU left in \(full[0]) of \(Plural.text(baseline.count, "baseline run", "baseline runs")) "
                    + "and \(full[1]) of \(Plural.text(candidate.count, "candidate run", "candidate runs")), and the "
                    + "target is not known to have used most of it: a difference may be the machine's")
        }
        let delayed = (baseline + candidate).count { GeneratorDelay(of: $0).isThere }
        if delayed > 0 {
            warnings.append(
                "the generator itself stalled in \(Plural.text(delayed, "run", "runs")): "
                    + "the seconds that it delayed are left out")
        }
    }

    /// A difference of any figure is reported. Equivalence is decided by all requests together, because a rare endpoint
    /// seldom has enough requests for its own verdict.
    private static func verdict(_ findings: [Finding]) -> ComparisonVerdict {
        let all = ComparisonVerdict(all: findings.map(\.verdict))
        guard all == .inconclusive else { return all }
        let together = findings.filter { $0.endpoint == RunComparison.all && $0.figure != .failures }
        let isEquivalent = !together.isEmpty && together.allSatisfy { $0.verdict == .equivalent }
        return isEquivalent && findings.allSatisfy { $0.endpoint != RunComparison.all || $0.verdict == .equivalent }
            ? .equivalent : .inconclusive
    }

    /// The endpoints that all runs have, after all requests together.
    private static func labels(_ left: [RunLatencies], _ right: [RunLatencies]) -> [String] {
        let runs = left + right
        guard let first = runs.first else { return [] }
        let shared = first.endpoints.keys.filter { label in runs.allSatisfy { $0.endpoints[label] != nil } }
        let busiest = shared.sorted {
            (first.endpoints[$1]?.requests ?? 0, $0) < (first.endpoints[$0]?.requests ?? 0, $1)
        }
        return [all] + busiest.prefix(mostEndpoints)
    }

    private static func latency(
        _ label: String, _ left: [RunLatencies], _ right: [RunLatencies], margin: Double
    ) -> [(Finding, RunDifference, Double)] {
        let sides = [left, right].map { side in
            side.compactMap { run in
                run.group(label).map { LatencySummary($0.stretches, began: run.began) }
            }
        }
        guard sides[0].count == left.count, sides[1].count == right.count else { return [] }
        return Figure.allCases.compactMap { figure in
            guard let quantile = figure.quantile else { return nil }
            let figures = sides.compactMap { LatencySummary.figures(quantile, of: $0) }
            guard figures.count == sides.count else { return nil }
            let difference = RunDifference(baseline: figures[0], candidate: figures[1])
            let mean = { (values: [RunDifference.Figure]) in
                Math.exp(values.reduce(0) { $0 + $1.value } / Double(values.count))
            }
            var finding = Finding(
                endpoint: label, figure: figure, verdict: .inconclusive,
                baseline: mean(figures[0]), candidate: mean(figures[1]), ratio: Math.exp(difference.estimate),
                low: Math.exp(difference.interval.lowerBound), high: Math.exp(difference.interval.upperBound))
            finding.isOfFewRequests = sides.joined().contains { $0.isRare(quantile) }
            return (finding, difference, Math.log(1 + margin * (quantile > 0.95 ? 2 : 1)))
        }
    }

    /// Compares the shares of failures by the arcsine of the square root, whose variance does not depend on the share.
    private static func failures(
        _ label: String, _ left: [RunLatencies], _ right: [RunLatencies]
    ) -> [(Finding, RunDifference, Double)] {
        let groups = [left, right].map { side in side.compactMap { $0.group(label) }.filter { $0.requests > 0 } }
        guard groups[0].count == left.count, groups[1].count == right.count else { return [] }
        let ratios = groups.map { side in side.map { Double($0.failures) / Double($0.requests) } }
        guard ratios.joined().contains(where: { $0 > 0 }) else { return [] }
        let figures = zip(groups, ratios).map { side, ratios in
            zip(side, ratios).map { group, ratio in
                RunDifference.Figure(
                    value: Math.arcsine(ratio.squareRoot()), error: 0.5 / Double(group.requests).squareRoot(),
                    began: nil)
            }
        }
        let difference = RunDifference(baseline: figures[0], candidate: figures[1])
        let mean = { (values: [Double]) in values.reduce(0, +) / Double(values.count) }
        let (from, to) = (mean(ratios[0]), mean(ratios[1]))
        let start = mean(figures[0].map(\.value))
        let share = { (angle: Double) in
            let sine = Math.sine(min(max(angle, 0), .pi / 2))
            return sine * sine - from
        }
        return [
            (
                Finding(
                    endpoint: label, figure: .failures, verdict: .inconclusive, baseline: from, candidate: to,
                    ratio: to - from, low: share(start + difference.interval.lowerBound),
                    high: share(start + difference.interval.upperBound)),
                difference, 0.03
            )
        ]
    }

    private static func memory(_ baseline: RunRecord, _ candidate: RunRecord) -> [SoakFinding] {
        zip(WatchedService.all(of: baseline.targets), WatchedService.all(of: candidate.targets)).map { old, new in
            let trend = MemoryTrend(
                of: SoakFindings.samples(of: new, in: candidate), over: SoakFindings.samples(of: old, in: baseline))
            return trend.finding(
                subject: "\(new.name) rss over the baseline's", name: "RSS of \(new.name) over the baseline's",
                lastBytes: Double(new.tracks.last?.samples.last?.rssBytes ?? 0))
        }
    }

    private static func warnings(
        _ left: [RunLatencies], _ right: [RunLatencies], pairs: Int, _ time: TimeKind, _ advisor: Advisor
    ) -> [String] {
        var warnings: [String] = []
        if pairs < 2 {
            let sentence =
                "one run per side does not show how much runs vary, so only large differences are reported: "
                + "alternate the runs"
            warnings.append(advisor.adding(.compareInTurn, to: sentence))
        }
        if time == .service { warnings.append("recorded traffic has no schedule: service times are compared") }
        return warnings
    }
}

extension RunComparison.Finding {
    /// Converts an interval from the test's scale to that of `ratio`: logarithms to ratios, angles of shares to
    /// differences of shares.
    fileprivate func scaled(_ interval: ClosedRange<Double>) -> (low: Double, high: Double) {
        guard figure == .failures else { return (Math.exp(interval.lowerBound), Math.exp(interval.upperBound)) }
        let start = Math.arcsine(baseline.squareRoot())
        let share = { (angle: Double) in
            let sine = Math.sine(min(max(start + angle, 0), .pi / 2))
            return sine * sine - self.baseline
        }
        return (share(interval.lowerBound), share(interval.upperBound))
    }
}

extension RunComparison {
    /// The estimated number of pairs that would settle all requests together; nil if that is settled already, or no
    /// practical number would do.
    public var pairsNeeded: Int? {
        findings.filter { $0.endpoint == RunComparison.all }.compactMap(\.pairsNeeded).max()
    }
}
