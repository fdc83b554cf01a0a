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
        let tests = busiest.flatMap { endpoint, _ in
            let label = record.description.label(ofEndpoint: endpoint)
            return LatencyFigureTest.all(stretches(windows, of: endpoint), seconds: span).map { (label, $0) }
        }
        let adjusted = HolmCorrection.adjusted(tests.map(\.1.test.pValue))
        return zip(tests, adjusted).map { finding($0.0, $0.1, pValue: $1, span: span) }
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

    private static func finding(
        _ endpoint: String, _ test: LatencyFigureTest, pValue: Double, span: Double
    ) -> SoakFinding {
        let verdict: SoakVerdict =
            switch test.verdict(pValue: pValue) {
            case .drifting: .growing
            case .stable: .stable
            case .inconclusive: .inconclusive
            }
        let perHour = test.test.form == .rising(from: 0) && span > 0 ? 3600 / span : nil
        let interval = test.ratioInterval
        return SoakFinding(
            kind: .latency, subject: "\(endpoint) \(test.figure.rawValue)", verdict: verdict,
            ratePerHour: perHour.map { (test.ratio - 1) * $0 },
            ratePerHourLow: perHour.map { (interval.lowerBound - 1) * $0 },
            ratePerHourHigh: perHour.map { (interval.upperBound - 1) * $0 }, change: test.ratio - 1,
            pValue: pValue, explanation: explanation(endpoint, test, verdict, span: span))
    }

    private static func explanation(
        _ endpoint: String, _ test: LatencyFigureTest, _ verdict: SoakVerdict, span: Double
    ) -> String {
        let name = "\(test.figure.rawValue) of \(endpoint)"
        let time = MemoryTrend.duration(span)
        let change = LatencyTrend.percent(test.ratio)
        let interval =
            "90% interval \(LatencyTrend.percent(test.ratioInterval.lowerBound)) … \(LatencyTrend.percent(test.ratioInterval.upperBound))"
        switch verdict {
        case .growing:
            let values = test.blocks.milliseconds(test.figure.quantile)
            let start = GateEvaluation.milliseconds(Robust.median(values.prefix(values.count / 4)))
            let end = GateEvaluation.milliseconds(Robust.median(values.suffix(values.count / 4)))
            var place = " from second \(test.began.formatted(decimals: 0)) on"
            if case .step = test.test.form {
                place =
                    " around second \(test.began.formatted(decimals: 0)) (between \(test.beganBetween.lowerBound.formatted(decimals: 0)) and \(test.beganBetween.upperBound.formatted(decimals: 0)))"
            }
            return "\(name) rose by \(change)\(place) over \(time) (\(interval)): from \(start) to \(end)"
        case .stable:
            return
                "\(name) is stable over \(time): a rise of \(LatencyTrend.percent(Math.exp(test.ruledOut))) or more is ruled out"
        case .inconclusive:
            return "\(name) cannot be judged over \(time): the estimated change is \(change) (\(interval))"
        }
    }
}
