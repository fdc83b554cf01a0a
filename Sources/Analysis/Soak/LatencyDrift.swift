import Formats
import Measurement
import Traffic

/// Whether endpoints answer more slowly as a run goes on: the quantiles of turnarounds, and the distance between them.
///
/// Judged in the steady part of the run: after its first 12 % and its ramp, without seconds of little load at its end.
enum LatencyDrift {
    /// Endpoints looked at, those with most requests first.
    private static let mostEndpoints = 50

    static func findings(of record: RunRecord) -> [SoakFinding] {
        let windows = steadyWindows(of: record)
        guard let first = windows.first, let last = windows.last else { return [] }
        let span = Nanoseconds.inSeconds(last.endNs - first.startNs)
        var requests: [Int: UInt64] = [:]
        for window in windows {
            for endpoint in window.endpoints {
                requests[endpoint.endpoint, default: 0] += endpoint.times[.turnaround].totalCount
            }
        }
        let busiest = requests.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(mostEndpoints)
        var models = DriftModelCache()
        let tests = busiest.flatMap { endpoint, _ in
            let label = record.description.label(ofEndpoint: endpoint)
            return LatencyFigureTest.all(stretches(windows, of: endpoint), seconds: span, models: &models)
                .map { EndpointFigure(label: label, test: $0) }
        }
        var found: [SoakFinding] = []
        var covered: Set<EndpointFigure.Name> = []
        for figure in LatencyFigure.allCases {
            guard let common = CommonDrift(figure, of: tests, seconds: span, models: &models) else { continue }
            covered.formUnion(common.covered)
            found.append(finding(common, span: span))
        }
        return found
            + tests.filter { !covered.contains($0.name) }.map { finding($0, among: tests.count, span: span) }
    }

    static func steadyWindows(of record: RunRecord) -> [RunWindow] {
        let end = min(record.durationNs, record.description.plannedNs ?? .max)
        let start = max(record.description.rampNs, end / 25 * 3)
        let inside = record.series.windows.filter { $0.startNs >= start && $0.endNs <= end }
        let usual = Robust.median(inside.map { Double($0.counts.requests) })
        return inside.filter { Double($0.counts.requests) >= 0.5 * usual && $0.counts.requests > 0 }
    }

    private static func stretches(_ windows: [RunWindow], of endpoint: Int) -> [LatencyBlocks.Stretch] {
        windows.map { window in
            LatencyBlocks.Stretch(
                second: Nanoseconds.inSeconds(window.startNs),
                times: window.endpoints.first { $0.endpoint == endpoint }?.times[.turnaround] ?? SparseHistogram(),
                requests: Double(window.counts.requests))
        }
    }

    private static func finding(_ figure: EndpointFigure, among figures: Int, span: Double) -> SoakFinding {
        let test = figure.test
        let verdict: SoakVerdict =
            switch test.verdict(among: figures) {
            case .drifting: .growing
            case .stable: .stable
            case .inconclusive: .inconclusive
            }
        return finding(
            test, subject: "\(figure.label) \(test.figure.rawValue)", verdict,
            probability: test.probability(among: figures), span: span,
            explanation: explanation(figure.label, test, verdict, span: span))
    }

    private static func finding(_ common: CommonDrift, span: Double) -> SoakFinding {
        let test = common.test
        let endpoints = Plural.text(common.covered.count, "endpoint", "endpoints")
        let rise =
            "\(LatencyTrend.percent(test.ratio))\(place(test)) over \(MemoryTrend.duration(span)) (\(interval(test)))"
        return finding(
            test, subject: "all endpoints \(test.figure.rawValue)", .growing, probability: common.probability,
            span: span,
            explanation: "\(test.figure.rawValue) of \(endpoints) out of \(common.endpoints) rose together by \(rise)")
    }

    private static func finding(
        _ test: LatencyFigureTest, subject: String, _ verdict: SoakVerdict, probability: Double, span: Double,
        explanation: String
    ) -> SoakFinding {
        let perHour = test.test.rise == .even(from: 0) && span > 0 ? 3600 / span : nil
        let interval = test.ratioInterval
        return SoakFinding(
            kind: .latency, subject: subject, verdict: verdict, ratePerHour: perHour.map { (test.ratio - 1) * $0 },
            ratePerHourLow: perHour.map { (interval.lowerBound - 1) * $0 },
            ratePerHourHigh: perHour.map { (interval.upperBound - 1) * $0 }, change: test.ratio - 1,
            probability: probability, explanation: explanation)
    }

    private static func explanation(
        _ endpoint: String, _ test: LatencyFigureTest, _ verdict: SoakVerdict, span: Double
    ) -> String {
        let name = "\(test.figure.rawValue) of \(endpoint)"
        let time = MemoryTrend.duration(span)
        let bound = LatencyTrend.percent(Math.exp(test.ruledOut))
        switch verdict {
        case .growing:
            let values = test.blocks.milliseconds(test.figure.quantile)
            let start = GateEvaluation.milliseconds(Robust.median(values.prefix(values.count / 4)))
            let end = GateEvaluation.milliseconds(Robust.median(values.suffix(values.count / 4)))
            let rise = "\(LatencyTrend.percent(test.ratio))\(place(test)) over \(time) (\(interval(test)))"
            return "\(name) rose by \(rise): from \(start) to \(end)"
        case .stable:
            return "\(name) is stable over \(time): a rise of \(bound) or more is ruled out"
        case .inconclusive:
            return "\(name) cannot be judged over \(time): a rise of \(bound) is not ruled out"
        }
    }

    private static func interval(_ test: LatencyFigureTest) -> String {
        let interval = test.ratioInterval
        return
            "90% interval \(LatencyTrend.percent(interval.lowerBound)) … \(LatencyTrend.percent(interval.upperBound))"
    }

    /// Where a rise begins: ` from second 120 on`, ` around second 120 (between 100 and 140)`.
    private static func place(_ test: LatencyFigureTest) -> String {
        let began = test.began.formatted(decimals: 0)
        guard case .step = test.test.rise else { return " from second \(began) on" }
        let between = test.beganBetween
        return " around second \(began) (between \(between.lowerBound.formatted(decimals: 0)) and "
            + "\(between.upperBound.formatted(decimals: 0)))"
    }
}
