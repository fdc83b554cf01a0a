import Measurement
import Traffic

/// Whether endpoints answer more slowly as a run goes on: the median and p99 of finished − ready.
///
/// Judged in the steady part of the run: after its first 12 % and its ramp, without seconds of little load at its end.
enum LatencyDrift {
    /// Blocks of time at most and at least.
    private static let mostBlocks = 40
    private static let leastBlocks = 12
    /// Values beyond the quantile that a block needs.
    private static let leastBeyond = 10.0
    /// Endpoints looked at, those with most requests first.
    private static let mostEndpoints = 50
    private static let level = 0.01
    /// Rises below this share, and below these milliseconds, do not count.
    private static let leastShare = 0.04
    private static let leastMilliseconds = 0.02

    /// A quantile of an endpoint followed over the run.
    private struct Candidate {
        let endpoint: String
        let name: String
        let seconds: [Double]
        let milliseconds: [Double]
        let test: DriftTest
    }

    static func findings(of record: RunRecord) -> [RunSummary.SoakFinding] {
        let windows = steadyWindows(of: record)
        guard let first = windows.first, let last = windows.last else { return [] }
        let span = Double(last.endNanoseconds - first.startNanoseconds) / 1e9
        var requests: [Int: UInt64] = [:]
        for window in windows {
            for endpoint in window.endpoints {
                requests[endpoint.endpoint, default: 0] += endpoint.sinceReady.totalCount
            }
        }
        let busiest = requests.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(mostEndpoints)
        let candidates = busiest.flatMap { endpoint, count in
            [("p50", 0.5), ("p99", 0.99)].compactMap { name, quantile in
                candidate(endpoint, count, name, quantile, windows, record.description)
            }
        }
        let adjusted = HolmCorrection.adjusted(candidates.map(\.test.pValue))
        return zip(candidates, adjusted).map { finding($0, pValue: $1, span: span) }
    }

    private static func steadyWindows(of record: RunRecord) -> [RunWindow] {
        let end = min(record.durationNanoseconds, record.description.plannedNanoseconds ?? .max)
        let start = max(record.description.rampNanoseconds, end / 25 * 3)
        let inside = record.series.windows.filter { $0.startNanoseconds >= start && $0.endNanoseconds <= end }
        let usual = Robust.median(inside.map { Double($0.counts.requests) })
        return inside.filter { Double($0.counts.requests) >= 0.5 * usual && $0.counts.requests > 0 }
    }

    private static func candidate(
        _ endpoint: Int, _ count: UInt64, _ name: String, _ quantile: Double, _ windows: [RunWindow],
        _ description: RunDescription
    ) -> Candidate? {
        let needed = leastBeyond / (1 - quantile)
        let blocks = min(mostBlocks, windows.count, Int(Double(count) / needed))
        guard blocks >= leastBlocks else { return nil }
        var seconds: [Double] = []
        var milliseconds: [Double] = []
        var load: [Double] = []
        for block in 0..<blocks {
            let range = (block * windows.count / blocks)..<((block + 1) * windows.count / blocks)
            var times = SparseHistogram()
            for window in windows[range] {
                if let own = window.endpoints.first(where: { $0.endpoint == endpoint }) { times.add(own.sinceReady) }
            }
            // A block with too few values would be mostly noise; its neighbours stand for it.
            guard Double(times.totalCount) >= needed / 2, let value = times.nanoseconds(atQuantile: quantile) else {
                continue
            }
            seconds.append(Double(windows[range.lowerBound].startNanoseconds) / 1e9)
            milliseconds.append(max(Double(value), 1) / 1e6)
            load.append(Double(windows[range].reduce(0) { $0 + $1.counts.requests }) / Double(range.count))
        }
        guard milliseconds.count >= leastBlocks, let test = DriftTest(milliseconds.map(Math.log), load: load) else {
            return nil
        }
        return Candidate(
            endpoint: description.label(ofEndpoint: endpoint), name: name, seconds: seconds, milliseconds: milliseconds,
            test: test)
    }

    private static func finding(_ candidate: Candidate, pValue: Double, span: Double) -> RunSummary.SoakFinding {
        let test = candidate.test
        let usual = Robust.median(candidate.milliseconds)
        // In a short run more must change before it means something: pools, caches and compilers settle.
        let shortness = min(max(300 / max(span, 1), 1), 5)
        let least = max(Math.log(1 + shortness * leastShare), Math.log(1 + leastMilliseconds / usual))
        let width = StudentT(degreesOfFreedom: test.degreesOfFreedom).quantile(upperTail: 0.025) * test.standardError
        let share = { (logarithm: Double) in Math.exp(logarithm) - 1 }
        let verdict: RunSummary.SoakVerdict =
            if pValue < level && test.change > least && test.persists {
                .growing
            } else if test.upperBound < 2 * least {
                .stable
            } else {
                .inconclusive
            }
        let perHour = test.form == .linear && span > 0 ? 3600 / span : nil
        return RunSummary.SoakFinding(
            kind: "latency", subject: "\(candidate.endpoint) \(candidate.name)", verdict: verdict,
            ratePerHour: perHour.map { share(test.change) * $0 },
            ratePerHourLow: perHour.map { share(test.change - width) * $0 },
            ratePerHourHigh: perHour.map { share(test.change + width) * $0 }, change: share(test.change),
            pValue: pValue,
            explanation: explanation(
                candidate, verdict, span: span, low: share(test.change - width), high: share(test.change + width),
                ruledOut: share(2 * least)))
    }

    private static func explanation(
        _ candidate: Candidate, _ verdict: RunSummary.SoakVerdict, span: Double, low: Double, high: Double,
        ruledOut: Double
    ) -> String {
        let percent = { (share: Double) in "\((share * 100).formatted(decimals: 1))%" }
        let name = "\(candidate.name) of \(candidate.endpoint)"
        let time = MemoryTrend.duration(span)
        let change = percent(Math.exp(candidate.test.change) - 1)
        let interval = "95% interval \(percent(low)) … \(percent(high))"
        switch verdict {
        case .growing:
            let quarter = candidate.milliseconds.count / 4
            let start = GateEvaluation.milliseconds(Robust.median(candidate.milliseconds.prefix(quarter)))
            let end = GateEvaluation.milliseconds(Robust.median(candidate.milliseconds.suffix(quarter)))
            var place = ""
            if case .around(let share) = candidate.test.form {
                let index = min(Int(share * Double(candidate.seconds.count)), candidate.seconds.count - 1)
                place = " around second \(candidate.seconds[index].formatted(decimals: 0))"
            }
            return "\(name) rose by \(change)\(place) over \(time) (\(interval)): from \(start) to \(end)"
        case .stable:
            return "\(name) is stable over \(time): a rise of \(percent(ruledOut)) or more is ruled out"
        case .inconclusive:
            return "\(name) cannot be judged over \(time): the estimated change is \(change) (\(interval))"
        }
    }
}
